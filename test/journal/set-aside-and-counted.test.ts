import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-journal-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function open(): Journal {
  return new Journal({ directory, wallMs: 1_700_000_000_000, version: 'test' });
}

it('remembers a damaged journal that was set aside when the power went before the new one could say so', () => {
  open().close();
  // As moveAside leaves it: the old file has its new name, and there is no other yet.
  const [file] = readdirSync(directory).filter((name) => name === 'journal.db');
  const aside = join(directory, 'journal.db.damaged-2026-11-22T00-00-00-000Z');
  renameSync(join(directory, file ?? ''), aside);
  writeFileSync(`${aside}-wal`, '');
  const journal = open();
  expect(journal.setAside).toBe(aside);
  journal.acceptLoss({ wallMs: 1, monoMs: 1, events: [] });
  journal.close();
  // Seen to once is seen to for good.
  const later = open();
  expect(later.setAside).toBeUndefined();
  later.close();
});

it('counts the money and lists what is owed from an index, however many sales there are', () => {
  open().close();
  const db = new Database(join(directory, 'journal.db'));
  const plan = (sql: string): string =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .join('; ');
  expect(plan('SELECT state, count(*), sum(amount) FROM sale GROUP BY state ORDER BY state')).toBe(
    'SCAN sale USING COVERING INDEX sale_by_state_invoice',
  );
  expect(plan(`SELECT body FROM sale WHERE state = 'owed' ORDER BY invoice DESC LIMIT 20`)).toBe(
    'SEARCH sale USING INDEX sale_by_state_invoice (state=?)',
  );
  db.close();
});
