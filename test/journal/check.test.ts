import { closeSync, cpSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Failure } from '../../src/base/fault.js';
import { Journal } from '../../src/journal/journal.js';
import { growJournal } from '../kit/grown-journal.js';
import { sell } from './sold.js';

const grownThere = mkdtempSync(join(tmpdir(), 'gopay-pos-grown-'));
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-check-'));
  path = join(directory, 'journal.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (): Journal => new Journal({ directory, wallMs: 1_700_000_000_000, version: 'test' });

/** Some 8,000 sales: more than a start reads. */
beforeAll(() => {
  const journal = new Journal({ directory: grownThere, wallMs: 1_000, version: 'test' });
  sell(journal);
  journal.close();
  growJournal(grownThere, { sales: 8_000 });
});
afterAll(() => rmSync(grownThere, { recursive: true, force: true }));

function grown(): void {
  cpSync(grownThere, directory, { recursive: true });
  expect(statSync(path).size).toBeGreaterThan(6 * 1024 * 1024);
}

/** Garbage in the page that holds this row. */
function tear(table: string, rowid: number): void {
  const db = new Database(path);
  const size = Number(db.pragma('page_size', { simple: true }));
  const cells = db
    .prepare(`SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path`)
    .all(table) as { pageno: number; ncell: number }[];
  db.close();
  let before = 0;
  const leaf = cells.find(({ ncell }) => {
    before += ncell;
    return before >= rowid;
  });
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 0xff), 0, size, ((leaf?.pageno ?? 0) - 1) * size);
  closeSync(file);
}

function patrolled(journal: Journal): unknown {
  try {
    for (let turn = 0; turn < 400; turn += 1) journal.patrol(250);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

it('starts without reading years, finds out of a page that went bad while it runs, and sets the journal aside at the next start', () => {
  grown();
  tear('event', 5_000);
  const journal = open();
  expect(journal.setAside).toBeUndefined();
  const thrown = patrolled(journal);
  expect(thrown).toMatchObject({ code: expect.stringMatching(/^SQLITE_CORRUPT/) });
  journal.noteDoubt(thrown);
  journal.close();
  const next = open();
  expect(next.setAside).toMatch(/damaged/);
  next.close();
  // What is new is whole, and is not read again for that.
  expect(existsSync(join(directory, 'journal.doubt'))).toBe(false);
});

it('reads at a start what the next sale builds upon', () => {
  grown();
  tear('event', 31_950);
  const journal = open();
  expect(journal.setAside).toMatch(/damaged/);
  journal.close();
});

it('goes through a good journal again and again, and finds nothing', () => {
  grown();
  const journal = open();
  expect(patrolled(journal)).toBeUndefined();
  journal.close();
});

it('reads all of it once more after a commit that failed', () => {
  grown();
  tear('event', 5_000);
  const journal = open();
  journal.noteDoubt(new Failure({ kind: 'unanswered', code: 711, detail: 'the journal could not commit' }));
  journal.close();
  const next = open();
  expect(next.setAside).toMatch(/damaged/);
  next.close();
});

it('has no doubt of the journal for what is not of it', () => {
  const journal = open();
  journal.noteDoubt(new Error('law 8: a second sale'));
  journal.noteDoubt(new Failure({ kind: 'unanswered', code: 710, detail: 'full' }));
  expect(existsSync(join(directory, 'journal.doubt'))).toBe(false);
  journal.close();
});
