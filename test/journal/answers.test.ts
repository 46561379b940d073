import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';
import { MIGRATIONS } from '../../src/journal/schema.js';

/** Journals of before this version do not say what became of an answer. */
const BEFORE = MIGRATIONS.findIndex((sql) => sql.includes('acknowledger'));

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-answers-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('takes a register of an earlier version for one that acknowledges where an answer of it counts as heard', () => {
  const db = new Database(join(directory, 'journal.db'));
  for (const sql of MIGRATIONS.slice(0, BEFORE)) db.exec(sql);
  db.pragma(`user_version = ${BEFORE}`);
  const insert = db.prepare(
    "INSERT INTO answer(register, order_id, frame, bytes, result, acknowledged) VALUES (?, 'T1-1', 'aa', 'bb', 'approved', ?)",
  );
  insert.run('till', 1);
  insert.run('mute', 0);
  db.close();
  const journal = new Journal({ directory, wallMs: 1_000, version: 'test' });
  const { answers } = journal;
  expect([answers.everAcknowledged('till'), answers.everAcknowledged('mute')]).toEqual([true, false]);
  // Of an answer of before nobody knows whether its line held: the same bytes stay a repeat.
  expect(answers.metSilence('T1-1', 'aa')).toBe(false);
  journal.close();
});

it('says whether the newest final answer about a sale met with silence, or the newest to its own request', () => {
  const journal = new Journal({ directory, wallMs: 1_000, version: 'test' });
  const { answers } = journal;
  const answer = { register: 'mute', orderId: 'T1-1', acknowledged: false } as const;
  const meet = (frame: string, met: string): boolean =>
    answers.meet({ register: 'mute', orderId: 'T1-1', frame, bytes: frame, met, heard: false });
  answers.write({ ...answer, frame: 'aa', bytes: 'aa', result: 'approved' });
  expect(answers.metSilence('T1-1', 'aa')).toBe(false);
  meet('aa', 'silent');
  answers.write({ ...answer, frame: 'cc', bytes: 'cc', result: 'pending' });
  meet('cc', 'gone');
  expect(answers.metSilence('T1-1', 'aa')).toBe(true);
  // It inquired, perhaps about its next bill, and the power went: what was said before was said.
  answers.write({ ...answer, frame: 'dd', bytes: 'dd', result: 'approved' });
  meet('dd', 'gone');
  expect(answers.metSilence('T1-1', 'aa')).toBe(true);
  // It asked the same again, and its line fell on the answer: it may not know the end.
  answers.write({ ...answer, frame: 'aa', bytes: 'aa', result: 'approved' });
  expect(answers.metSilence('T1-1', 'aa')).toBe(false);
  meet('dd', 'silent');
  expect(answers.metSilence('T1-1', 'aa')).toBe(false);
  answers.write({ ...answer, frame: 'dd', bytes: 'dd', result: 'approved' });
  meet('dd', 'silent');
  expect(answers.metSilence('T1-1', 'aa')).toBe(true);
  meet('dd', 'gone');
  expect(answers.everAcknowledged('mute')).toBe(false);
  meet('', 'acknowledged');
  expect(answers.everAcknowledged('mute')).toBe(true);
  // News is what a restart would not know.
  expect([meet('dd', 'gone'), meet('dd', 'silent'), meet('dd', 'silent'), meet('', 'acknowledged')]).toEqual([
    false,
    true,
    false,
    false,
  ]);
  journal.close();
});
