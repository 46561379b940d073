import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { compareWithExport, compareWithGateway } from '../../src/core/shift/reconcile.js';
import { evidence, NO_ANSWER, newSale, says } from './world.js';

const DELIVERED: SaleState = { at: 'delivered', atMs: 1 };
const EXPIRED: SaleState = { at: 'closed', how: 'expired' };
const BY_HAND: SaleState = { at: 'resolved', how: 'refunded', by: 'Sri', atMs: 1, note: 'cash' };

function sale(state: SaleState, status?: 'settlement' | 'expire' | 'pending', over = {}): Sale {
  const made = { ...newSale().sale, state };
  return status === undefined ? made : { ...made, evidence: evidence(made, status, over) };
}

function text(of: Sale, outcome: Parameters<typeof compareWithGateway>[1]): string | undefined {
  const made = compareWithGateway(of, outcome);
  return made.result === 'same' ? undefined : made.text;
}

it('finds the same where the same is', () => {
  const paid = sale(DELIVERED, 'settlement');
  expect(text(paid, says(paid, 'settlement').outcome)).toBeUndefined();
  const over = sale(EXPIRED, 'expire');
  expect(text(over, says(over, 'expire').outcome)).toBeUndefined();
  expect(text(sale({ at: 'refused', code: 502 }), { kind: 'notFound' })).toBeUndefined();
  expect(text(sale({ at: 'closed', how: 'neverCharged' }), { kind: 'notFound' })).toBeUndefined();
});

it('says what differs, in words, and when it is money that the terminal must ask about', () => {
  const paid = sale(DELIVERED, 'settlement');
  const over = sale(EXPIRED, 'expire');
  expect(compareWithGateway(over, says(over, 'settlement').outcome)).toEqual({
    result: 'differs',
    text: 'PAID at the gateway, which says "settlement"; here it is closed: expired',
    news: 'settlement',
  });
  expect(text(paid, says(paid, 'pending').outcome)).toContain(
    'not paid at the gateway, which says "pending"',
  );
  expect(text(paid, { kind: 'notFound' })).toContain(
    'knows no such transaction; here it is paid and delivered',
  );
  expect(text(over, says(over, 'pending').outcome)).toContain('still open at the gateway');
  expect(text(over, says(over, 'cancel').outcome)).toContain(
    'the gateway says "cancel"; here it is closed: expired',
  );
  const wrong = says(paid, 'settlement', { amount: rupiah(1), wireAmount: '1.00' }).outcome;
  expect(text(paid, wrong)).toContain('it is about IDR 1.00, paid were IDR 15000.00');
  const fraud = says(paid, 'settlement', { fraud: 'deny' }).outcome;
  expect(text(paid, fraud)).toContain('not believed: E522');
});

it('compares what was given back', () => {
  const paid = sale(DELIVERED, 'settlement');
  const part = says(paid, 'partial_refund', { refundAmount: rupiah(4_000) }).outcome;
  expect(compareWithGateway(paid, part)).toMatchObject({ result: 'differs', news: 'partial_refund' });
  expect(text(paid, part)).toContain('refunded Rp4.000, the journal knows of Rp0');
  const hand = sale(BY_HAND, 'settlement');
  expect(text(hand, says(hand, 'settlement').outcome)).toContain('given back by hand (Sri: cash)');
  const both = says(hand, 'refund').outcome;
  expect(text(hand, both)).toContain('refunded Rp15.000, the journal knows of Rp0');
  // By hand in the dashboard, which the gateway knows of: nobody has to look for cash.
  const known = { ...hand, evidence: evidence(hand, 'refund') };
  expect(text(known, says(known, 'refund').outcome)).toBeUndefined();
});

it('does not take silence for a difference', () => {
  const paid = sale(DELIVERED, 'settlement');
  expect(compareWithGateway(paid, { kind: 'unknown', fault: NO_ANSWER })).toMatchObject({
    result: 'notCompared',
  });
});

it('compares with the export by amount, status and presence', () => {
  const paid = sale(DELIVERED, 'settlement');
  const row = (status: string, amount: number | undefined = 15_000) => ({
    ...{ orderId: paid.orderId, amount, wireAmount: String(amount), status },
  });
  const told = (of: Sale, ...rows: ReturnType<typeof row>[]): string => {
    const made = compareWithExport(of, rows);
    return made.result === 'same' ? 'same' : `${made.result}: ${made.text}`;
  };
  for (const word of ['Settlement', 'settled', 'SUCCESS', 'Paid']) expect(told(paid, row(word))).toBe('same');
  expect(told(paid)).toContain('differs: not in the export');
  expect(told(paid, row('settlement', 14_999))).toContain('differs: "14999" in the export, Rp15.000 here');
  const unread = { ...row('settlement'), amount: undefined, wireAmount: 'a lot' };
  expect(compareWithExport(paid, [unread])).toMatchObject({
    result: 'differs',
    text: '"a lot" in the export, Rp15.000 here',
  });
  expect(told(paid, row('Expired'))).toContain('differs: not paid in the export ("Expired")');
  expect(told(paid, row('settlement'), row('Partial Refund'))).toContain('the journal knows of Rp0 refunded');
  expect(told(paid, row('on hold'))).toContain('notCompared');
  const over = sale(EXPIRED, 'expire');
  expect(told(over)).toBe('same');
  expect(told(over, row('cancelled'))).toBe('same');
  expect(told(over, row('settlement'))).toContain('differs: PAID in the export');
  const back = sale({ ...BY_HAND, by: 'gateway' }, 'settlement', { status: 'refund' });
  expect(told(back, row('Refunded'))).toBe('same');
});
