import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';
import { ownerOfStopped } from '../../src/journal/journal-file.js';
import { MIGRATIONS } from '../../src/journal/schema.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-owner-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function start(owner: string): void {
  new Journal({ directory, owner, wallMs: 1, version: 'test' }).close();
}

it('a journal is that of the terminal that made it, and is opened by no other', () => {
  expect(ownerOfStopped(directory)).toBeUndefined();
  start('kopi/KASIR1');
  start('kopi/KASIR1');
  expect(() => start('teh/KASIR1')).toThrow(/^E917 .* is of kopi\/KASIR1, and this is teh\/KASIR1$/);
  expect(() => start('kopi/KASIR2')).toThrow(/^E917 /);
  expect(ownerOfStopped(directory)).toBe('kopi/KASIR1');
  const db = new Database(join(directory, 'journal.db'));
  expect(db.prepare('SELECT count(*) FROM boot').pluck().get(), 'who is refused writes nothing').toBe(2);
  db.close();
});

it('a journal of before this was kept is that of the terminal that opens it first', () => {
  const db = new Database(join(directory, 'journal.db'));
  for (const sql of MIGRATIONS) db.exec(sql);
  db.pragma(`user_version = ${MIGRATIONS.length}`);
  db.exec("INSERT INTO boot(at_ms, version) VALUES (1, 'before')");
  db.close();
  expect(ownerOfStopped(directory)).toBeUndefined();
  start('shop/KASIR1');
  expect(() => start('kopi/KASIR1')).toThrow(/^E917 /);
});
