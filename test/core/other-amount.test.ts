import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { compareWithGateway } from '../../src/core/shift/reconcile.js';
import { moneyOf } from '../../src/core/shift/shift.js';
import { resultOf } from '../../src/core/source/register-result.js';
import { awaiting, closed, decided, does, newSale, REFUNDS, says, stepped } from './world.js';

const paid = (amount: number, customerFee?: number) => ({
  amount: rupiah(amount),
  wireAmount: `${amount}.00`,
  ...(customerFee === undefined ? {} : { customerFee: rupiah(customerFee) }),
});

it('delivers what was paid with the fee that the gateway names, and books the sale', () => {
  const sale = awaiting();
  const { sale: settled, effects } = stepped(sale, says(sale, 'settlement', paid(15_071, 71)));
  expect(settled.state.at).toBe('delivering');
  expect(does(effects)).toContain('deliver');
  const done = stepped(settled, { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
  expect(moneyOf(done)).toEqual([['delivered', 15_000]]);
});

it('gives back all that the customer paid, the fee included', () => {
  const sale = awaiting();
  const settled = stepped(sale, says(sale, 'settlement', paid(15_071, 71))).sale;
  const failed = stepped(settled, { type: 'deliveryEnded', outcome: 'failed', detail: '' }, 0, REFUNDS);
  expect(failed.effects).toContainEqual(expect.objectContaining({ do: 'refund', amount: 15_071 }));
  const answer = says(failed.sale, 'refund', { ...paid(15_071, 71), refundAmount: rupiah(15_071) }).outcome;
  if (answer.kind !== 'evidence') throw new Error('an answer');
  const back = { type: 'refundAnswered', outcome: { kind: 'refunded', evidence: answer.evidence } } as const;
  const cleared = stepped(failed.sale, back, 0, REFUNDS).sale;
  expect(cleared.state).toMatchObject({ at: 'resolved', how: 'refunded' });
  expect(moneyOf(cleared)).toEqual([['refunded', 15_000]]);
});

it.each([9_000, 15_001, 20_000, 1])('owes a settlement of Rp%s with a number of its own', (amount) => {
  const sale = awaiting('register');
  const { sale: owed, effects } = stepped(sale, says(sale, 'settlement', paid(amount)), 7, REFUNDS);
  // Nobody hands out goods or money for it by himself.
  expect(owed.state).toEqual({ at: 'owed', why: 'otherAmount', sinceMs: 7 });
  expect(does(effects)).not.toContain('deliver');
  expect(effects).toContainEqual(expect.objectContaining({ do: 'alert', code: 545 }));
  expect(effects).toContainEqual({ do: 'tellSource', result: { result: 'unknown', code: 545 } });
  expect(moneyOf(owed)).toEqual([['owed', amount]]);
  expect(resultOf(owed).result).toBe('unknown');
  expect(decided(owed, { type: 'claimed' }).kind).toBe('ignored');
  const found = compareWithGateway(owed, says(owed, 'settlement', paid(amount)).outcome);
  expect(found).toMatchObject({ result: 'differs', text: expect.stringContaining('E545') });
  const event = { type: 'resolvedByHand', how: 'delivered', by: 'Sri', note: 'paid the rest' } as const;
  const cleared = stepped(owed, event).sale;
  expect(moneyOf(cleared)).toEqual([['delivered', amount]]);
  expect(compareWithGateway(cleared, says(owed, 'settlement', paid(amount)).outcome)).toEqual({
    result: 'same',
  });
});

it.each<[string, (sale: Sale) => Sale]>([
  ['being closed', (sale) => stepped(sale, { type: 'cancelAsked', by: 'pad' }).sale],
  [
    'closed',
    (sale) => stepped(stepped(sale, { type: 'cancelAsked', by: 'pad' }).sale, closed(sale, 'cancel')).sale,
  ],
  [
    'of a lost charge',
    () => {
      const { sale } = newSale();
      const fault = { kind: 'unanswered', code: 562, detail: '' } as const;
      return stepped(sale, { type: 'chargeAnswered', outcome: { kind: 'unknown', fault } }).sale;
    },
  ],
])('owes another amount that comes while the sale is %s', (_where, bring) => {
  const sale = bring(awaiting());
  expect(stepped(sale, says(sale, 'settlement', paid(9_000))).sale.state).toMatchObject({
    at: 'owed',
    why: 'otherAmount',
  });
});

it('ends on an expiry or cancel that names another amount: nothing was paid', () => {
  const sale = stepped(awaiting(), { type: 'cancelAsked', by: 'pad' }).sale;
  expect(stepped(sale, says(sale, 'cancel', paid(15_071))).sale.state).toMatchObject({ at: 'closed' });
});

it('shows no QR of a charge that was made for another amount, and closes it', () => {
  const { sale } = newSale();
  const answer = says(sale, 'pending', paid(15_071)).outcome;
  if (answer.kind !== 'evidence') throw new Error('an answer');
  const made = stepped(sale, {
    type: 'chargeAnswered',
    outcome: { kind: 'created', evidence: answer.evidence, qr: {} },
  });
  expect(made.sale.state).toMatchObject({ at: 'closing', how: 'badQr', code: 520 });
  expect(does(made.effects)).toContain('cancel');
});

it('owes what was paid in another currency, and says which', () => {
  const sale = awaiting();
  const { sale: owed, effects } = stepped(sale, says(sale, 'settlement', { currency: 'USD' }));
  expect(owed.state).toMatchObject({ at: 'owed', why: 'otherAmount' });
  const detail = 'USD 15000.00 were paid, the sale is Rp15.000';
  expect(effects).toContainEqual({ do: 'alert', code: 545, detail });
});

it('does not believe a fee that does not make up the difference, and no other transaction', () => {
  const sale = awaiting();
  expect(stepped(sale, says(sale, 'settlement', paid(15_071, 70))).sale.state).toMatchObject({ at: 'owed' });
  const foreign = says(sale, 'settlement', { ...paid(9_000), transactionId: 'another' });
  expect(stepped(sale, foreign).sale.state.at).toBe('awaitingPayment');
});

it('keeps to the amount that was paid first, whatever is said of it later', () => {
  const sale = awaiting();
  const settled = stepped(sale, says(sale, 'settlement')).sale;
  expect(decided(settled, says(sale, 'refund', paid(9_000))).kind).toBe('ignored');
  // The fee may be left out of a later answer: it is one and the same sale.
  const withFee = stepped(sale, says(sale, 'settlement', paid(15_071, 71))).sale;
  expect(stepped(withFee, says(sale, 'refund')).sale.evidence?.status).toBe('refund');
});
