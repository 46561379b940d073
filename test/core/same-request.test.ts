import { expect, it } from 'vitest';
import type { Sale } from '../../src/core/sale/sale.js';
import { decideRegister } from '../../src/core/source/register-session.js';
import { comesAgain, isGivenNumber, isSameTill, keyOfReference } from '../../src/core/source/same-request.js';
import { awaiting, NOTHING_SOLD, says, stepped } from './world.js';

function soldAt(till: string | undefined): Sale {
  const asked = awaiting('register', { own: true });
  const paid = stepped(asked, says(asked, 'settlement')).sale;
  const { sale } = stepped(paid, { type: 'deliveryEnded', outcome: 'done', detail: '' });
  return till === undefined ? sale : { ...sale, source: { ...sale.source, till } };
}

it('a till with a name has references of its own, and all others share theirs', () => {
  expect(keyOfReference('INV-1', 'K1')).not.toBe(keyOfReference('INV-1', 'K2'));
  expect(keyOfReference('INV-1', undefined)).toBe('INV-1');
  expect(keyOfReference('INV-1', '@10.0.0.7')).toBe('INV-1');
  expect(isSameTill(soldAt('@10.0.0.7'), '@10.0.0.8')).toBe(false);
});

it.each([
  ['@10.0.0.7', '@10.0.0.8'],
  ['@10.0.0.7', undefined],
  [undefined, '@10.0.0.7'],
])("what %s sold is never another's: %s is neither charged nor told that it is paid", (seller, till) => {
  const named = soldAt(seller);
  const { reference = '' } = named.source;
  const whose = till === undefined ? {} : { till };
  const ask = { ask: 'sale', amount: named.amount, reference, ...whose } as const;
  const view = { ...NOTHING_SOLD, named, last: named };
  expect(decideRegister(ask, 'bb', view)).toMatchObject({ do: 'answer', result: { result: 'conflict' } });
  for (const sale of [
    { by: 'reference', reference, ...whose },
    { by: 'last', ...whose },
  ] as const)
    for (const asks of ['inquiry', 'cancel', 'reprint', 'refund'] as const)
      expect(decideRegister({ ask: asks, sale }, 'bb', view)).toMatchObject({
        result: { result: 'noSuchSale' },
      });
});

it('the same till gets the same answer again, from wherever it asks', () => {
  for (const till of ['K1', '@10.0.0.7', undefined]) {
    const named = soldAt(till);
    const { reference = '' } = named.source;
    const ask = {
      ask: 'sale',
      amount: named.amount,
      reference,
      ...(till === undefined ? {} : { till }),
    } as const;
    const lastAnswer = { frame: 'bb', bytes: 'beef', result: 'approved', acknowledged: true } as const;
    expect(decideRegister(ask, 'bb', { ...NOTHING_SOLD, named, lastAnswer })).toMatchObject({ do: 'resend' });
  }
});

it.each([
  // Whatever is missing, the same bytes are the repeat of a register that has not heard.
  [false, true, false, 'open'],
  [true, true, false, 'claim'],
  [false, false, false, 'claim'],
  [false, true, true, 'claim'],
])(
  'of a register that has ever acknowledged: %s, met by whole silence: %s, lately: %s, the same bytes %s',
  (everAcknowledged, silent, lately, made) => {
    const asked = awaiting('register', { reference: 'aa' });
    const paid = stepped(asked, says(asked, 'settlement')).sale;
    const { sale: last } = stepped(paid, { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' });
    const lastAnswer = { frame: 'aa', bytes: 'beef', result: 'approved', acknowledged: false } as const;
    const view = { ...NOTHING_SOLD, last, lastAnswer, meeting: { everAcknowledged, silent, lately } };
    expect(decideRegister({ ask: 'sale', amount: last.amount }, 'aa', view)).toMatchObject({ do: made });
    // While its sale is being told, it is the repeat in any case.
    expect(decideRegister({ ask: 'sale', amount: last.amount }, 'aa', { ...view, last: paid })).toMatchObject(
      {
        do: 'resend',
      },
    );
  },
);

it('a number is a name only where we gave it', () => {
  expect(isGivenNumber(1_795_612_346)).toBe(true);
  expect(isGivenNumber(16)).toBe(false);
  expect(comesAgain({ repeats: true }, {})).toBe(true);
  expect(comesAgain({ repeats: true }, { counted: true })).toBe(false);
  expect(comesAgain({ repeats: false }, {})).toBe(false);
});
