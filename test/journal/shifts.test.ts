import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { orderId, ulid } from '../../src/base/ids.js';
import type { Sale, SaleState } from '../../src/core/sale.js';
import { Journal } from '../../src/journal/journal.js';
import { MIGRATIONS } from '../../src/journal/schema.js';
import { evidence, newSale, terminalId } from '../core/world.js';

let directory: string;
let journal: Journal;
let invoice = 0;

function open(): Journal {
  return new Journal({ directory, wallMs: 1_000, version: 'test' });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-shift-'));
  invoice = 0;
  journal = open();
});

afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true, force: true });
});

function put(state: SaleState, before?: Sale): Sale {
  if (before === undefined) invoice += 1;
  const id = orderId(
    terminalId(),
    ulid(
      1,
      Uint8Array.from({ length: 10 }, () => invoice),
    ),
  );
  const fresh = { ...newSale().sale, orderId: id, invoice };
  const sale = { ...(before ?? fresh), state };
  const settled = ['owed', 'delivered', 'delivering', 'cleared'].includes(state.at);
  const made = settled ? { ...sale, evidence: evidence(sale, 'settlement') } : sale;
  journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }], sales: [made] });
  return made;
}

const DELIVERED: SaleState = { at: 'delivered', atMs: 1 };
const OWED: SaleState = { at: 'owed', why: 'lateSettlement', sinceMs: 1 };
const CLEARED: SaleState = { at: 'cleared', how: 'refunded', by: 'Sri', atMs: 1, note: 'cash' };
const EXPIRED: SaleState = { at: 'closed', how: 'expired' };

it('counts a sale in the shift in which it came to its end, and an open one in none', () => {
  const later = put({ at: 'charging' });
  put(DELIVERED);
  expect(journal.shifts.close(2_000, 'Sri')).toMatchObject({
    number: 1,
    openedAtMs: 1_000,
    closedAtMs: 2_000,
    all: { settled: { count: 1 }, failed: { count: 0 } },
  });
  put(EXPIRED, later);
  expect(journal.shifts.open()).toMatchObject({
    number: 2,
    openedAtMs: 2_000,
    all: { settled: { count: 0 }, expired: { count: 1 } },
  });
  expect(journal.shifts.ofSale(later.orderId)).toBe(2);
});

it('counts a late settlement in the shift in which it settled, and no longer as expired', () => {
  const sale = put(EXPIRED);
  journal.shifts.close(2_000, 'Sri');
  put(OWED, sale);
  expect(journal.shifts.open().all).toMatchObject({ owed: { sum: 15_000 }, expired: { count: 0 } });
  // What was printed stays as it was printed.
  expect(journal.shifts.closed(1)?.all).toMatchObject({ settled: { sum: 0 }, expired: { count: 1 } });
  expect(journal.shifts.salesOf(1)).toEqual([]);
});

it('shows what was cleared of an earlier shift apart, and what is owed still', () => {
  const sale = put(OWED);
  put(OWED);
  journal.shifts.close(2_000, 'Sri');
  put(CLEARED, sale);
  put(CLEARED);
  expect(journal.shifts.open()).toMatchObject({
    all: { settled: { count: 1 }, refunded: { count: 1 } },
    earlier: { refunded: { count: 1, sum: 15_000 } },
    owed: { count: 1, sum: 15_000 },
  });
  journal.shifts.close(3_000, 'Sri');
  expect(journal.shifts.open().earlier.refunded.count).toBe(0);
});

it('numbers shifts without gaps over restarts, also empty ones, and never changes a closed one', () => {
  for (const number of [1, 2, 3]) {
    expect(journal.shifts.close(number * 1_000, 'Sri').number).toBe(number);
    journal.close();
    journal = open();
    expect(journal.shifts.current).toBe(number + 1);
  }
  expect(journal.shifts.closed(4)).toBeUndefined();
  journal.close();
  const db = new Database(join(directory, 'journal.db'));
  expect(() => db.exec("INSERT INTO shift VALUES (9, 1, 1, '', '{}')")).toThrow('without gaps');
  expect(() => db.exec("INSERT INTO shift VALUES (3, 1, 1, '', '{}')")).toThrow();
  expect(() => db.exec('UPDATE shift SET closed_at_ms = 0')).toThrow('never changed');
  expect(() => db.exec('DELETE FROM shift')).toThrow('never deleted');
  db.close();
  journal = open();
});

it('stops where the ledger and the sales do not add up to the same (law 11)', () => {
  put(DELIVERED);
  journal.close();
  const db = new Database(join(directory, 'journal.db'));
  db.exec('UPDATE sale SET amount = amount - 1');
  db.close();
  journal = open();
  expect(() => journal.shifts.close(2_000, 'Sri')).toThrow('law 11');
  expect(journal.shifts.current).toBe(1);
});

it('takes the sales of a journal of the first version into the first shift', () => {
  journal.close();
  rmSync(join(directory, 'journal.db'));
  const db = new Database(join(directory, 'journal.db'));
  db.exec(MIGRATIONS[0] ?? '');
  db.pragma('user_version = 1');
  const insert = db.prepare("INSERT INTO sale VALUES (?, ?, ?, 15000, 'keypad', 'pad', ?, 0, 1, ?)");
  for (const [n, state] of [DELIVERED, OWED, EXPIRED, { at: 'charging' } as const].entries()) {
    const id = orderId(
      terminalId(),
      ulid(
        1,
        Uint8Array.from({ length: 10 }, () => n),
      ),
    );
    const sale = { ...newSale().sale, orderId: id, invoice: n + 1, state };
    insert.run(id, n + 1, `rrn ${n}`, state.at, JSON.stringify(sale));
  }
  db.close();
  journal = open();
  expect(journal.shifts.close(2_000, 'Sri').all).toMatchObject({
    settled: { count: 2 },
    delivered: { count: 1 },
    owed: { count: 1 },
    expired: { count: 1 },
    failed: { count: 0 },
  });
});

it('counts what a register gave back where it was given back: delivered in its own shift, refunded in the next', () => {
  const sold = put(DELIVERED);
  const first = journal.shifts.close(2_000, 'Sri');
  expect(first.all).toMatchObject({ delivered: { count: 1 }, refunded: { count: 0 } });
  const refund = { refundKey: 'k', step: 'ask', tries: 0 } as const;
  const returning = put({ at: 'refunding', why: 'returned', sinceMs: 1, asked: true, ...refund }, sold);
  expect(journal.shifts.owed()).toEqual({ count: 0, sum: 0 });
  expect(journal.shifts.open().owed).toEqual({ count: 0, sum: 0 });
  put(CLEARED, returning);
  expect(journal.shifts.open()).toMatchObject({
    all: { settled: { count: 0 }, refunded: { count: 0 } },
    earlier: { settled: { count: 1 }, refunded: { count: 1, sum: 15_000 } },
  });
  expect(journal.shifts.closed(1)).toEqual(first);
});

it('closes a shift and writes what follows from it together, or not at all', () => {
  put(DELIVERED);
  const answer = {
    register: 'till',
    frame: 'ee',
    bytes: 'beef',
    result: 'shiftClosed',
    acknowledged: false,
  } as const;
  const after = (event: unknown) => () => ({
    ...{ wallMs: 2, monoMs: 2, answers: [answer] },
    events: [{ kind: 'registerAsked', body: event }],
  });
  // JSON knows no big integers: the second half of the transaction fails.
  expect(() => journal.closeShift(2_000, 'till', after(1n))).toThrow();
  expect(journal.shifts.current).toBe(1);
  expect(journal.answers.to('till', 'ee')).toBeUndefined();
  expect(journal.closeShift(2_000, 'till', after(1))).toMatchObject({ number: 1, closedBy: 'till' });
  expect(journal.shifts.current).toBe(2);
  expect(journal.answers.to('till', 'ee')).toMatchObject({ bytes: 'beef', acknowledged: false });
});
