import { describe, expect, it } from 'vitest';
import type { ResolvedHow, Sale } from '../../src/core/sale/sale.js';
import { resultOf, resultOfRefund } from '../../src/core/source/register-result.js';
import { decideRegister, type GivenAnswer } from '../../src/core/source/register-session.js';
import { awaiting, NOTHING_SOLD, says, stepped } from './world.js';

/** Paid, never heard by its register, owed, and taken off the list by a person. */
function cleared(how: ResolvedHow, own: boolean): Sale {
  const asked = awaiting('register', own ? { own: true } : {});
  const paid = stepped(asked, says(asked, 'settlement')).sale;
  const owed = stepped(paid, { type: 'deliveryEnded', outcome: 'failed', detail: '' }).sale;
  return stepped(owed, { type: 'resolvedByHand', how, by: 'Sri', note: 'at the counter' }).sale;
}

const TOLD: readonly (GivenAnswer | undefined)[] = [
  undefined,
  { frame: 'aa', bytes: 'beef', result: 'unknown', acknowledged: true },
  { frame: 'aa', bytes: 'beef', result: 'unknown', acknowledged: false },
  { frame: 'aa', bytes: 'beef', result: 'approved', acknowledged: false },
];

describe.each([
  ['delivered', 'handedOver'],
  ['refunded', 'refunded'],
  ['other', 'seenTo'],
] as const)('a register asks about a paid sale that was cleared by hand as %s', (how, result) => {
  it.each(TOLD)('repeating it, after %j', (lastAnswer) => {
    for (const own of [true, false]) {
      const sale = cleared(how, own);
      const { reference = '' } = sale.source;
      const question = { ask: 'sale', amount: sale.amount, ...(own ? { reference } : {}) } as const;
      const frame = own ? 'aa' : reference;
      const given = lastAnswer === undefined ? undefined : { ...lastAnswer, frame };
      const view = { ...NOTHING_SOLD, last: sale, named: own ? sale : undefined, lastAnswer: given };
      expect(decideRegister(question, frame, view)).toMatchObject({ do: 'answer', result: { result } });
    }
  });

  it.each(['inquiry', 'cancel', 'refund'] as const)('by %s', (ask) => {
    const view = { ...NOTHING_SOLD, last: cleared(how, false) };
    expect(decideRegister({ ask, sale: { by: 'last' } }, 'bb', view)).toMatchObject({ result: { result } });
  });

  it('after it was told "cancelled", and the money came late', () => {
    const named = cleared(how, true);
    const question = { ask: 'sale', amount: named.amount, reference: named.source.reference ?? '' } as const;
    for (const acknowledged of [true, false]) {
      const lastAnswer = { frame: 'aa', bytes: 'beef', result: 'cancelled', acknowledged } as const;
      const decided = decideRegister(question, 'aa', { ...NOTHING_SOLD, named, lastAnswer });
      expect(decided).toMatchObject({ do: 'answer', result: { result } });
    }
  });
});

it('is printed once more where the money was kept', () => {
  const asks = (how: ResolvedHow) =>
    decideRegister({ ask: 'reprint', sale: { by: 'last' } }, 'bb', {
      ...NOTHING_SOLD,
      last: cleared(how, false),
    });
  for (const how of ['delivered', 'other'] as const) expect(asks(how)).toHaveProperty('reprint');
  expect(asks('refunded')).not.toHaveProperty('reprint');
});

it('of money that went back a register hears that, also one that has heard "paid": goods would go out for nothing', () => {
  const named = cleared('refunded', true);
  const question = { ask: 'sale', amount: named.amount, reference: named.source.reference ?? '' } as const;
  const lastAnswer = { frame: 'aa', bytes: 'beef', result: 'approved', acknowledged: true } as const;
  expect(decideRegister(question, 'aa', { ...NOTHING_SOLD, named, lastAnswer })).toMatchObject({
    do: 'answer',
    result: { result: 'refunded' },
  });
});

it('a register that wants back what somebody gave back in the dashboard hears that it is back, with refunds on or off', () => {
  const asked = awaiting('register');
  const paid = stepped(asked, says(asked, 'settlement')).sale;
  const given = stepped(paid, { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
  const rung = stepped(given, { type: 'notified', hint: 'refund' }).sale;
  const back = stepped(rung, says(rung, 'refund')).sale;
  expect(back.state.at).toBe('delivered');
  for (const refunds of [true, false])
    expect(
      decideRegister({ ask: 'refund', sale: { by: 'last' } }, 'bb', { ...NOTHING_SOLD, last: back, refunds }),
    ).toMatchObject({ do: 'answer', result: { result: 'refunded', again: true } });
  expect(resultOfRefund(back)).toMatchObject({ result: 'refunded' });
  expect(resultOf(back)).toMatchObject({ result: 'refunded' });
});
