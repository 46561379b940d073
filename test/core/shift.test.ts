import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { ledgerViolations } from '../../src/core/sale/invariant.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { isSettled } from '../../src/core/sale/sale.js';
import { shiftReport } from '../../src/core/shift/shift.js';
import { shiftSlip, shiftText } from '../../src/core/text/shift-slip.js';
import { booksOf } from './books.js';
import { evidence, newSale } from './world.js';

const STATES: readonly SaleState[] = [
  { at: 'delivering', step: 'claim', again: false },
  { at: 'delivered', atMs: 1 },
  { at: 'owed', why: 'lateSettlement', sinceMs: 1 },
  { at: 'resolved', how: 'refunded', by: 'Sri', atMs: 1, note: 'cash' },
  { at: 'resolved', how: 'delivered', by: 'Sri', atMs: 1, note: 'handed over' },
  { at: 'resolved', how: 'other', by: 'Sri', atMs: 1, note: 'voucher' },
  { at: 'closed', how: 'cancelled' },
  { at: 'closed', how: 'expired' },
  { at: 'closed', how: 'denied' },
  { at: 'closed', how: 'neverCharged' },
  { at: 'refused', code: 502 },
];

function sale(state: SaleState, amount: number, source = 'pad', back?: number): Sale {
  const made = newSale('keypad', amount).sale;
  const refund = back === undefined ? {} : { refundAmount: rupiah(back) };
  const status = back === undefined ? 'settlement' : back >= amount ? 'refund' : 'partial_refund';
  const word = isSettled({ ...made, state }) ? { evidence: evidence(made, status, refund) } : {};
  return { ...made, source: { kind: 'keypad', name: source }, state, ...word };
}

function report(sales: readonly Sale[], rest: Parameters<typeof booksOf>[1] = {}) {
  return shiftReport(booksOf(sales, rest));
}

it('counts each sale on the lines where its money is', () => {
  const made = report(STATES.map((state, n) => sale(state, 1_000 * (n + 1))));
  expect(made.all).toEqual({
    settled: { count: 6, sum: 21_000 },
    delivered: { count: 2, sum: 7_000 },
    refunded: { count: 1, sum: 4_000 },
    // Still being handed over: taken, and not given.
    owed: { count: 2, sum: 4_000 },
    other: { count: 1, sum: 6_000 },
    cancelled: { count: 1, sum: 7_000 },
    expired: { count: 1, sum: 8_000 },
    denied: { count: 1, sum: 9_000 },
    failed: { count: 2, sum: 21_000 },
  });
});

it('counts as denied what a fault ended, whatever the gateway calls what became of the order', () => {
  const ends: readonly SaleState[] = [
    { at: 'closed', how: 'cancelled', code: 460 },
    { at: 'closed', how: 'expired', code: 460 },
    { at: 'closed', how: 'denied', code: 531 },
    { at: 'closed', how: 'neverCharged', code: 531 },
  ];
  const { all } = report(ends.map((state) => sale(state, 1_000)));
  expect([all.denied.count, all.failed.count, all.cancelled.count, all.expired.count]).toEqual([3, 1, 0, 0]);
});

it('counts what the gateway gave back as refunded, and only the rest where the sale stands', () => {
  const { all } = report([sale({ at: 'delivered', atMs: 1 }, 10_000, 'pad', 4_000)]);
  expect(all.settled).toEqual({ count: 1, sum: 10_000 });
  expect(all.delivered).toEqual({ count: 1, sum: 6_000 });
  expect(all.refunded).toEqual({ count: 1, sum: 4_000 });
  // The word is partial, the figure is more than was paid: never more than that.
  const odd = sale({ at: 'delivered', atMs: 1 }, 8_000, 'pad', 7_000);
  if (odd.evidence === undefined) throw new Error('a settled sale');
  Object.assign(odd, { evidence: { ...odd.evidence, refundAmount: rupiah(9_000) } });
  expect(ledgerViolations(report([odd]))).toEqual([]);
  const whole = report([sale({ at: 'delivered', atMs: 1 }, 10_000, 'pad', 10_000)]).all;
  expect([whole.delivered.count, whole.refunded.sum]).toEqual([0, 10_000]);
});

it('adds up for every source and in all, whatever the sales are, and a ledger that says otherwise is found', () => {
  const any = fc.record({
    state: fc.constantFrom(...STATES),
    amount: fc.integer({ min: 1, max: 20_000_000 }),
    source: fc.constantFrom('pad', 'page', 'till'),
    back: fc.option(fc.integer({ min: 0, max: 30_000_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (all) => {
      const sales = all.map(({ state, amount, source, back }) => sale(state, amount, source, back));
      const before = { owedBefore: 7_000, owed: report(sales).owed };
      const owed = { ...before.owed, sum: before.owed.sum + 7_000 };
      expect(ledgerViolations(report(sales, { owedBefore: 7_000, owed }))).toEqual([]);
      expect(ledgerViolations(report(sales, before))).toEqual([expect.stringContaining('-7000 off')]);
    }),
  );
  const good = report([sale({ at: 'delivered', atMs: 1 }, 5_000)]);
  const wrong = { ...good, all: { ...good.all, delivered: { count: 1, sum: 4_999 } } };
  expect(ledgerViolations(wrong)[0]).toContain('law 11 (every rupiah adds up): all settled 5000');
});

it('prints the same figures on slip and screen, and marks a copy', () => {
  const made = {
    ...report([sale({ at: 'delivered', atMs: 1 }, 1_234_567)], {
      earlier: [sale({ at: 'resolved', how: 'refunded', by: 'Sri', atMs: 1, note: 'cash' }, 9_000)],
      owedBefore: 17_000,
      owed: { count: 1, sum: 8_000 },
    }),
    closedAtMs: 3_600_000,
    closedBy: 'Sri',
  };
  const head = { shop: 'Toko', terminal: 'T1', header: [], footer: [], dates: '2026-12-31' } as const;
  const slip = shiftSlip(made, head, true);
  expect(slip).toMatchObject({ kind: 'shift', copy: true });
  const pairs = slip.lines.flatMap((line) => (line.put === 'pair' ? [[line.left, line.right]] : []));
  expect(pairs).toEqual([
    ['Terminal', 'T1'],
    ['Dari/from', '1970-01-01 07:00 WIB'],
    ['Sampai/to', '1970-01-01 08:00 WIB'],
    ['Oleh/by', 'Sri'],
    ['Lunas/settled', '1  Rp1.234.567'],
    [' diserahkan/given', '1  Rp1.234.567'],
    [' kembali/refunded', '0  Rp0'],
    [' utang/owed', '0  Rp0'],
    ['Batal/cancelled', '0  Rp0'],
    ['Lewat/expired', '0  Rp0'],
    ['Lunas/settled', '1  Rp1.234.567'],
    [' diserahkan/given', '1  Rp1.234.567'],
    [' kembali/refunded', '1  Rp9.000'],
    ['Utang awal/owed before', 'Rp17.000'],
    ['Masih utang/still owed', '1  Rp8.000'],
  ]);
  expect(JSON.stringify(slip.lines)).toContain('SALINAN / COPY');
  const english = JSON.stringify(shiftSlip(made, { ...head, language: 'en', zone: 'WIT' }, false).lines);
  for (const words of ['SHIFT CLOSE', '"settled"', '" given"', '"still owed"', '1970-01-01 09:00 WIT'])
    expect(english).toContain(words);
  expect(english).not.toMatch(/Lunas|utang|Sampai|TUTUP/);
  const text = shiftText(made);
  for (const [left = '', right = ''] of pairs.slice(1))
    expect(text).toContain(`  ${left.padEnd(24)}${right}`);
});

it('says on slip and screen what does not add up, and what came back of what was handed over', () => {
  const moved = {
    ...booksOf([]).moved,
    delivered: -9_000,
    deliveredCount: 1,
    refunded: 9_000,
    refundedCount: 1,
  };
  const made = { ...report([], { moved }), broken: ['law 11 (every rupiah adds up): 1 off'] };
  expect(ledgerViolations(made)).toEqual([]);
  const text = shiftText(made);
  expect(text).toMatch(/diserahkan\/given +1 {2}-Rp9\.000/);
  expect(text).toMatch(/kembali\/refunded +1 {2}Rp9\.000/);
  expect(text).toContain('SELISIH/DIFFERENCE E730\n  law 11 (every rupiah adds up): 1 off');
  const slip = shiftSlip(made, { shop: 'Toko', terminal: 'T1', header: [], footer: [] }, false);
  expect(JSON.stringify(slip.lines)).toContain('law 11 (every rupiah adds up): 1 off');
});

it('counts customers, and not the attempts that one of them needed', () => {
  const denied = sale({ at: 'closed', how: 'denied', code: 531, followed: true }, 10_000);
  const { all } = report([denied, denied, sale({ at: 'closed', how: 'denied', code: 531 }, 10_000)]);
  expect(all.denied).toEqual({ count: 1, sum: 10_000 });
});
