import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../src/journal/journal.js';

/**
 * What a terminal of 30 November 2026 had on its card when it was killed with a QR on the screen: pages of 4,096 bytes, a
 * WAL that no checkpoint had taken in; sales delivered, closed, cleared, one cut off, a closed shift.
 */
const BEFORE = join(import.meta.dirname, 'made-before');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-pages-'));
  for (const name of ['journal.db', 'journal.db-wal'])
    writeFileSync(join(directory, name), gunzipSync(readFileSync(join(BEFORE, `${name}.gz`))));
  cpSync(join(BEFORE, 'journal.begun'), join(directory, 'journal.begun'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

const open = (): Journal => new Journal({ directory, wallMs: 1_800_000_000_000, version: 'after' });

/** As the file has it; the journal must be closed. */
function inFile<T>(read: (db: Database.Database) => T): T {
  const db = new Database(join(directory, 'journal.db'), { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

const pageBytes = (): number => inFile((db) => Number(db.pragma('page_size', { simple: true })));
const rows = (): unknown =>
  inFile((db) => ({
    events: db.prepare('SELECT seq, at_ms, order_id, kind FROM event ORDER BY seq').all(),
    sales: db.prepare('SELECT order_id, state, amount, shift FROM sale ORDER BY invoice').all(),
    shifts: db.prepare('SELECT number, body FROM shift').all(),
  }));

function expectAllThere(journal: Journal): void {
  expect(journal.setAside).toBeUndefined();
  expect(journal.openSales().map(({ state, amount }) => [state.at, amount])).toEqual([
    ['closed', 12_000],
    ['awaitingPayment', 12_000],
  ]);
  expect(journal.totals()).toEqual([
    { state: 'awaitingPayment', count: 1, sum: 12_000 },
    { state: 'closed', count: 2, sum: 24_000 },
    { state: 'delivered', count: 4, sum: 48_000 },
    { state: 'resolved', count: 1, sum: 12_000 },
  ]);
  expect(journal.shifts.current).toBe(2);
  expect(journal.shifts.closed(1)?.all.settled).toEqual({ count: 4, sum: 48_000 });
  const [sale] = journal.salesIn('delivered', 1);
  expect(journal.eventsOf(sale?.orderId ?? '').map(({ kind }) => kind)).toContain('deliveryEnded');
}

describe('a journal of before', () => {
  it('opens with all that is in it, moves to small pages once, and goes on', () => {
    const first = open();
    expectAllThere(first);
    first.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }] });
    first.close();
    expect(pageBytes()).toBe(1_024);
    expect(readdirSync(directory).sort()).toEqual(['journal.begun', 'journal.db']);
    expect(statSync(join(directory, 'journal.db')).mode & 0o777).toBe(0o600);
    const before = rows();
    const { ino } = statSync(join(directory, 'journal.db'));
    const again = open();
    expectAllThere(again);
    again.close();
    expect(statSync(join(directory, 'journal.db')).ino).toBe(ino);
    expect(rows()).toEqual(before);
  });

  it('is as it was where there is no room for a copy, or the copy fails, and moves at a later start', () => {
    const real = Database.prototype.prepare;
    const failing = vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (
      this: Database.Database,
      sql: string,
    ) {
      if (sql.startsWith('VACUUM')) throw new Error('disk I/O error');
      return real.call(this, sql) as never;
    });
    const journal = open();
    expectAllThere(journal);
    expect(journal.pagesKept).toBe('disk I/O error');
    journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }] });
    journal.close();
    expect(failing).toHaveBeenCalledWith(expect.stringContaining('VACUUM'));
    failing.mockRestore();
    expect(pageBytes()).toBe(4_096);
    expect(existsSync(join(directory, 'journal.db-pages'))).toBe(false);
    const later = open();
    expectAllThere(later);
    expect(later.pagesKept).toBeUndefined();
    later.close();
    expect(pageBytes()).toBe(1_024);
  });

  it('is set aside where the copy finds it damaged, as at any start that reads all of it', () => {
    const real = Database.prototype.prepare;
    const damaged = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' });
    const failing = vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (
      this: Database.Database,
      sql: string,
    ) {
      if (sql.startsWith('VACUUM')) throw damaged;
      return real.call(this, sql) as never;
    });
    const journal = open();
    failing.mockRestore();
    expect(journal.setAside).toBeDefined();
    expect(existsSync(journal.setAside ?? '')).toBe(true);
    journal.close();
    expect(pageBytes()).toBe(1_024);
    expect(existsSync(join(directory, 'journal.db-pages'))).toBe(false);
  });

  it('begins the copy anew where an earlier start was cut off in the midst of it', () => {
    writeFileSync(join(directory, 'journal.db-pages'), 'half a copy');
    const journal = open();
    expectAllThere(journal);
    journal.close();
    expect(pageBytes()).toBe(1_024);
    expect(existsSync(join(directory, 'journal.db-pages'))).toBe(false);
  });

  it('cannot be opened by a second terminal, before its pages are moved or after', () => {
    const journal = open();
    expect(() => open()).toThrow(/E707|in use/);
    journal.close();
  });
});

it('a new journal has small pages and a checkpoint at four thousand of them', () => {
  rmSync(directory, { recursive: true });
  const pragma = vi.spyOn(Database.prototype, 'pragma');
  open().close();
  expect(pageBytes()).toBe(1_024);
  expect(pragma).toHaveBeenCalledWith('wal_autocheckpoint = 4000');
});
