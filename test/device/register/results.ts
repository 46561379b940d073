import { expect } from 'vitest';
import type { Parser } from '../../../devices/kit/feed.js';
import type { RegisterResult, RegisterSale, RegisterShift } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';

/** Fifteen thousand rupiah, paid at a quarter past ten in Jakarta. */
export const PAID_SALE: RegisterSale = {
  orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV',
  amount: rupiah(15_000),
  rrn: '307515001470',
  approvalCode: '153318',
  invoice: 207,
  atMs: Date.UTC(2026, 0, 15, 3, 15, 30),
  issuer: 'gopay',
};

/** Each result that a register may be told, of this sale and this shift. */
export function resultsOf(sale: RegisterSale, shift: RegisterShift): readonly RegisterResult[] {
  return [
    { result: 'approved', sale },
    { result: 'pending', sale },
    { result: 'expired', sale },
    { result: 'cancelled', sale },
    { result: 'denied', sale, code: 530 },
    { result: 'unknown', sale },
    { result: 'refunded', sale },
    { result: 'notRefunded', sale, code: 540 },
    { result: 'notRefunded', code: 540 },
    { result: 'conflict', sale },
    { result: 'totals', shift },
    { result: 'shiftClosed', shift: { closedAtMs: Date.UTC(2026, 0, 15, 14, 0, 0), ...shift } },
    { result: 'done' },
    { result: 'done', sale },
    { result: 'busy' },
    { result: 'noConnection', code: 550 },
    { result: 'notReady', code: 401 },
    { result: 'noSuchSale' },
    { result: 'unsupported' },
    { result: 'invalid' },
    { result: 'invalid', why: 'below the least amount' },
    { result: 'echo' },
  ];
}

/** A stream means the same to a parser, whole or cut at a place. */
export function expectSameWhenCut<Event>(make: () => Parser<Event>, stream: Uint8Array, cut: number): void {
  const whole = make();
  const parts = make();
  const expected = [...whole.push(stream), ...whole.silence()];
  const got = [
    ...parts.push(stream.subarray(0, cut)),
    ...parts.push(stream.subarray(cut)),
    ...parts.silence(),
  ];
  expect(got).toEqual(expected);
}
