import { describe, expect, it } from 'vitest';
import type { Sale } from '../../src/core/sale/sale.js';
import { decideRegister, type GivenAnswer } from '../../src/core/source/register-session.js';
import { awaiting, closed, NOTHING_SOLD, says, stepped } from './world.js';

/** Cancelled, its register told so, and paid all the same. */
function paidLate(own: boolean, status: 'settlement' | 'partial_refund' = 'settlement'): Sale {
  const asked = awaiting('register', own ? { own: true } : {});
  const giving = stepped(asked, { type: 'cancelAsked', by: 'pad' }).sale;
  const ended = stepped(giving, closed(giving, 'cancel')).sale;
  return stepped(ended, says(ended, status)).sale;
}

function repeats(sale: Sale, lastAnswer: Omit<GivenAnswer, 'frame' | 'bytes'>, everAcknowledged = true) {
  const { own = false, reference = '' } = sale.source;
  const frame = own ? 'aa' : reference;
  return decideRegister({ ask: 'sale', amount: sale.amount, ...(own ? { reference } : {}) }, frame, {
    ...NOTHING_SOLD,
    last: sale,
    named: own ? sale : undefined,
    lastAnswer: { frame, bytes: 'beef', ...lastAnswer },
    ...(own ? {} : { meeting: { everAcknowledged, silent: true, lately: false } }),
  });
}

describe.each(['cancelled', 'expired', 'denied'] as const)(
  'a register that was told "%s" and repeats',
  (result) => {
    it('gets what was paid meanwhile, where it has not heard that word', () => {
      for (const own of [true, false]) {
        const sale = paidLate(own);
        expect(sale.state.at).toBe('owed');
        expect(repeats(sale, { result, acknowledged: false })).toEqual({
          do: 'claim',
          orderId: sale.orderId,
        });
        // By an inquiry, whose answer it did not acknowledge: that is being told, or owed again.
        const claimed = stepped(sale, { type: 'claimed' }).sale;
        expect(repeats(claimed, { result, acknowledged: false })).not.toMatchObject({ do: 'resend' });
        const unheard = stepped(claimed, { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' }).sale;
        expect(repeats(unheard, { result, acknowledged: false })).toMatchObject({ do: 'claim' });
      }
    });

    it('gets it by its reference also where it has heard that word, and without one it has a new sale', () => {
      const own = paidLate(true);
      expect(repeats(own, { result, acknowledged: true })).toEqual({ do: 'claim', orderId: own.orderId });
      expect(repeats(paidLate(false), { result, acknowledged: true })).toMatchObject({ do: 'open' });
    });

    it('has a new sale where it never acknowledges anything', () => {
      expect(repeats(paidLate(false), { result, acknowledged: false }, false)).toMatchObject({ do: 'open' });
    });

    it('hears that it is not known, where a part went back', () => {
      for (const own of [true, false])
        expect(repeats(paidLate(own, 'partial_refund'), { result, acknowledged: false })).toMatchObject({
          do: 'answer',
          result: { result: 'unknown' },
        });
    });
  },
);
