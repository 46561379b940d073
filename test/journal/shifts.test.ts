import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { orderId, ulid } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
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
  const settled = ['owed', 'delivered', 'delivering', 'resolved'].includes(state.at);
  const made = settled ? { ...sale, evidence: sale.evidence ?? evidence(sale, 'settlement') } : sale;
  journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }], sales: [made] });
  return made;
}

const DELIVERED: SaleState = { at: 'delivered', atMs: 1 };
const OWED: SaleState = { at: 'owed', why: 'lateSettlement', sinceMs: 1 };
const RESOLVED = { at: 'resolved', how: 'refunded', by: 'Sri', atMs: 1, note: 'cash' } as const;
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
  expect([...journal.shifts.salesOf(1)]).toEqual([]);
});

it('shows what was cleared of an earlier shift apart, and what is owed still', () => {
  const sale = put(OWED);
  put(OWED);
  journal.shifts.close(2_000, 'Sri');
  put(RESOLVED, sale);
  put(RESOLVED);
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

/** Somebody else's hand, or a bad sector, in the file itself. */
function tampered(sql: string): void {
  journal.close();
  const db = new Database(join(directory, 'journal.db'));
  db.exec(sql);
  db.close();
  journal = open();
}

it('closes a shift whose books do not add up, with the difference told, and keeps the broken law for the terminal', () => {
  put(DELIVERED);
  tampered('UPDATE sale SET amount = amount - 1');
  expect(journal.brokenLaw).toBeUndefined();
  const { broken } = journal.shifts.close(2_000, 'Sri');
  expect(broken?.[0]).toBe(
    'law 11 (every rupiah adds up): all settled 14999, but delivered + refunded + owed + other is 15000: -1 off',
  );
  expect(journal.brokenLaw).toBe(broken?.[0]);
  journal.close();
  journal = open();
  expect(journal.brokenLaw).toBe(broken?.[0]);
  expect(journal.shifts.close(3_000, 'Sri')).not.toHaveProperty('broken');
  journal.acceptLoss({ wallMs: 1, monoMs: 1, events: [] });
  expect(journal.brokenLaw).toBeUndefined();
});

it.each([
  [
    "body = json_set(body, '$.amount', 16000, '$.evidence.amount', 16000)",
    'row says 15000, the sale in it 16000',
  ],
  ["body = json_set(body, '$.state.at', 'owed')", 'row says delivered, the sale in it owed'],
  ['settled = 0', 'not settled, and it is delivered'],
  ['owed = 1', 'settled 15000, of which the row knows 15001'],
])('finds a sale whose row and body disagree: %s', (change, words) => {
  for (let n = 0; n < 5; n += 1) put(DELIVERED);
  tampered(`UPDATE sale SET ${change} WHERE invoice = 4`);
  let after: number | undefined = 0;
  while (after !== undefined) after = journal.shifts.audit(after, 2);
  expect(journal.brokenLaw).toContain(words);
  expect(journal.shifts.open().broken?.join()).toContain(words);
});

const refundedOf = (sale: Sale, sum: number): Sale => ({
  ...sale,
  evidence: evidence(sale, sum < sale.amount ? 'partial_refund' : 'refund', { refundAmount: rupiah(sum) }),
});

function learn(sale: Sale, sum: number): Sale {
  const made = refundedOf(sale, sum);
  journal.commit({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }], sales: [made] });
  return made;
}

const sums = (): Record<string, number> => {
  const { all, earlier, owed, owedBefore = 0, broken } = journal.shifts.open();
  expect(broken).toBeUndefined();
  const parts = (['delivered', 'refunded', 'other'] as const).map((line) => [
    line,
    all[line].sum + earlier[line].sum,
  ]);
  return { before: owedBefore, settled: all.settled.sum, ...Object.fromEntries(parts), owed: owed.sum };
};

it('shows each refund in the shift in which it was learned, and the sums hold over shifts (law 11)', () => {
  const sold = put(DELIVERED);
  const owing = put(OWED);
  const seen = put(OWED);
  expect(sums()).toEqual({
    before: 0,
    settled: 45_000,
    delivered: 15_000,
    refunded: 0,
    other: 0,
    owed: 30_000,
  });
  expect(journal.shifts.close(2_000, 'Sri').owed.sum).toBe(30_000);
  const first = learn(sold, 4_000);
  learn(owing, 5_000);
  expect(sums()).toEqual({
    before: 30_000,
    settled: 0,
    delivered: -4_000,
    refunded: 9_000,
    other: 0,
    owed: 25_000,
  });
  expect(journal.shifts.owed()).toEqual({ count: 2, sum: 25_000 });
  journal.close();
  journal = open();
  journal.shifts.close(3_000, 'Sri');
  learn(first, 10_000);
  put({ at: 'resolved', how: 'other', by: 'Sri', atMs: 1, note: 'voucher' }, seen);
  put({ at: 'resolved', how: 'delivered', by: 'Sri', atMs: 1, note: 'here' }, refundedOf(owing, 5_000));
  expect(sums()).toMatchObject({ before: 25_000, settled: 0, refunded: 6_000 + 0, other: 15_000 });
  journal.shifts.close(4_000, 'Sri');
  expect(journal.shifts.owed()).toEqual({ count: 0, sum: 0 });
  learn(first, 15_000);
  expect(sums()).toEqual({ before: 0, settled: 0, delivered: -5_000, refunded: 5_000, other: 0, owed: 0 });
  expect(journal.shifts.open().earlier.refunded.count).toBe(1);
});

it('reads the owed sum again when a sale leaves the list, comes on it, or a part of it goes back', () => {
  const sale = put(OWED);
  expect(journal.shifts.owed()).toEqual({ count: 1, sum: 15_000 });
  const part = learn(sale, 5_000);
  expect(journal.shifts.owed()).toEqual({ count: 1, sum: 10_000 });
  put(RESOLVED, part);
  expect(journal.shifts.owed()).toEqual({ count: 0, sum: 0 });
  put(OWED);
  expect(journal.shifts.owed()).toEqual({ count: 1, sum: 15_000 });
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
  put(RESOLVED, returning);
  expect(journal.shifts.open()).toMatchObject({
    all: { settled: { count: 0 }, refunded: { count: 0 } },
    earlier: { delivered: { count: 1, sum: -15_000 }, refunded: { count: 1, sum: 15_000 } },
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
  expect(journal.answers.to(['till'], 'ee')).toBeUndefined();
  expect(journal.closeShift(2_000, 'till', after(1))).toMatchObject({ number: 1, closedBy: 'till' });
  expect(journal.shifts.current).toBe(2);
  expect(journal.answers.to(['till'], 'ee')).toMatchObject({ bytes: 'beef', acknowledged: false });
});

/** A journal of the version before money had columns: shift 1 is closed, shift 2 open. */
function olderJournal(): void {
  journal.close();
  rmSync(join(directory, 'journal.db'));
  const db = new Database(join(directory, 'journal.db'));
  for (const sql of MIGRATIONS.slice(0, 6)) db.exec(sql);
  db.pragma('user_version = 6');
  db.exec("INSERT INTO boot VALUES (1, 0, 'old'); INSERT INTO shift VALUES (1, 0, 2000, 'Sri', '{}')");
  const insert = db.prepare(
    `INSERT INTO sale(order_id, invoice, rrn, amount, source_kind, source_name, state, open, opened_at_ms, body, settled, shift, done_shift)
     VALUES (?, ?, ?, 15000, 'keypad', 'pad', ?, 0, 1, ?, ?, ?, ?)`,
  );
  const event = db.prepare(
    "INSERT INTO event(boot, at_ms, mono_ms, order_id, kind, body, led) VALUES (1, ?, 0, ?, 'statusAnswered', ?, ?)",
  );
  let n = 0;
  const old = (
    state: SaleState,
    shift: number,
    done: number | null,
    back = 0,
    learnedMs = 0,
    led = '{}',
  ): void => {
    n += 1;
    const id = orderId(
      terminalId(),
      ulid(
        1,
        Uint8Array.from({ length: 10 }, () => n),
      ),
    );
    const fresh = { ...newSale().sale, orderId: id, invoice: n, state };
    const settled = !['closed', 'refused'].includes(state.at);
    const plain = settled ? { ...fresh, evidence: evidence(fresh, 'settlement') } : fresh;
    const sale = back > 0 ? refundedOf(plain, back) : plain;
    insert.run(
      id,
      n,
      `rrn ${n}`,
      state.at === 'resolved' ? 'cleared' : state.at,
      JSON.stringify(sale).replace('"at":"resolved"', '"at":"cleared"'),
      settled ? 1 : 0,
      shift,
      done,
    );
    const outcome = { kind: 'evidence', evidence: sale.evidence };
    event.run(learnedMs, id, JSON.stringify({ type: 'statusAnswered', outcome }), led);
  };
  // Told on the slip of shift 1: handed over whole; and with a part that was known to be back.
  old(DELIVERED, 1, 1);
  old(DELIVERED, 1, 1, 1_000, 1_500);
  // Learned in shift 2, and told nowhere.
  old(DELIVERED, 1, 1, 15_000, 2_500);
  old(OWED, 1, null, 2_000, 2_500);
  // Left the list in shift 2; came back at the register.
  old(RESOLVED, 1, 2);
  old({ ...RESOLVED, by: 'gateway' }, 1, 2, 15_000, 2_500, '{"why":"returned"}');
  old({ at: 'resolved', how: 'other', by: 'Sri', atMs: 1, note: '' }, 1, 2);
  // Of shift 2 itself.
  old(OWED, 2, null);
  old(DELIVERED, 2, 2, 3_000, 2_500);
  old({ at: 'closed', how: 'neverCharged' }, 2, null);
  old(EXPIRED, 2, null);
  db.close();
  journal = open();
}

it('opens a journal of before with right sums, and tells what no slip has told of what came back', () => {
  olderJournal();
  const states = [...journal.shifts.salesOf(1)].map(({ state }) => state.at as string);
  expect(states).toContain('resolved');
  expect(states).not.toContain('cleared');
  const before = 15_000 + 15_000 + 15_000;
  expect(sums()).toEqual({
    before,
    settled: 30_000,
    delivered: 12_000 - 15_000 - 15_000,
    refunded: 3_000 + 15_000 + 2_000 + 15_000 + 15_000,
    other: 15_000,
    owed: 13_000 + 15_000,
  });
  const { all } = journal.shifts.close(3_000, 'Sri');
  expect([all.failed.count, all.expired.count]).toEqual([1, 1]);
  expect(journal.brokenLaw).toBeUndefined();
  expect(journal.shifts.open()).toMatchObject({ owedBefore: 28_000, owed: { sum: 28_000, count: 2 } });
  expect(journal.shifts.open()).not.toHaveProperty('broken');
});
