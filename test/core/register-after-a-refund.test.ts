import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { resultOf } from '../../src/core/source/register-result.js';
import {
  decideRegister,
  type GivenAnswer,
  type RegisterView,
} from '../../src/core/source/register-session.js';
import { awaiting, NOTHING_SOLD, says, stepped } from './world.js';

const ask = { ask: 'sale', amount: rupiah(15_000) } as const;

function view(last: Sale, lastAnswer: GivenAnswer | undefined): RegisterView {
  return { ...NOTHING_SOLD, last, lastAnswer, refunds: false };
}
function given(result: GivenAnswer['result'], acknowledged: boolean): GivenAnswer {
  return { frame: 'aa', bytes: 'beef', result, acknowledged };
}
function owed(): Sale {
  const settled = stepped(awaiting('register'), says(awaiting('register'), 'settlement')).sale;
  const silent = stepped(settled, { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' }).sale;
  return stepped(silent, { type: 'timer', timer: 'claim' }).sale;
}
function cleared(how: 'refunded' | 'other'): Sale {
  return stepped(owed(), { type: 'resolvedByHand', how, by: 'technician', note: '' }).sale;
}

it('is not told "approved" any more for what was given back, although it never acknowledged that word', () => {
  for (const [how, result] of [
    ['refunded', 'refunded'],
    ['other', 'seenTo'],
  ] as const)
    expect(decideRegister(ask, 'aa', view(cleared(how), given('approved', false)))).toEqual({
      do: 'answer',
      result: { ...resultOf(cleared(how)), result },
    });
});

it('is asked to ask for a refund again while its "paid" is on the wire, and hears no end of the sale by that', () => {
  const settled = stepped(awaiting('register'), says(awaiting('register'), 'settlement')).sale;
  expect(settled.state).toMatchObject({ at: 'delivering', step: 'telling' });
  const refund = { ask: 'refund', sale: { by: 'last' } } as const;
  for (const refunds of [true, false])
    expect(decideRegister(refund, 'dd', { ...view(settled, undefined), refunds })).toMatchObject({
      do: 'answer',
      result: { result: 'unknown', sale: { orderId: settled.orderId } },
    });
});

it('gets no receipt again, marked PAID, of what was given back', () => {
  expect(
    decideRegister({ ask: 'reprint', sale: { by: 'last' } }, 'dd', view(cleared('refunded'), undefined)),
  ).toEqual({
    do: 'answer',
    result: resultOf(cleared('refunded')),
  });
});

it('is always told something of a sale that was partly refunded before it was delivered', () => {
  const half = stepped(awaiting('register'), says(awaiting('register'), 'partial_refund')).sale;
  expect(half.state).toMatchObject({ at: 'owed', why: 'partlyRefunded' });
  for (const question of [ask, { ask: 'inquiry', sale: { by: 'last' } }] as const)
    expect(decideRegister(question, 'aa', view(half, given('unknown', true)))).toMatchObject({
      do: 'answer',
      result: { result: 'unknown' },
    });
});
