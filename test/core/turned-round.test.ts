import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { SaleEvent } from '../../src/core/sale/event.js';
import { violation } from '../../src/core/sale/invariant.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { decideRegister } from '../../src/core/source/register-session.js';
import { decideVend } from '../../src/core/source/vending-session.js';
import { awaiting, decided, does, newSale, REFUNDS, RULES, says, stepped } from './world.js';

// Lines that decide about money, and that `npm run mutate` could turn round unseen.

const ASK: SaleEvent = { type: 'refundAsked', by: 'register' };
const BACK = { refundKey: 'K-R', detail: '' } as const;

function paid(kind: 'register' | 'vending' = 'register'): Sale {
  const open = awaiting(kind);
  return stepped(open, says(open, 'settlement')).sale;
}

function owed(state: Partial<Extract<SaleState, { at: 'owed' }>> = {}): Sale {
  const { sale } = stepped(paid(), { type: 'deliveryEnded', outcome: 'failed', detail: '' });
  return { ...sale, state: { ...sale.state, ...state } as SaleState };
}

describe('a sale', () => {
  it.each([
    { amount: rupiah(1) },
    { orderId: 'T1-X' },
    { source: { kind: 'keypad', name: 'another' } },
  ] as never as Partial<Sale>[])('is the same one after each step, case %#', (change) => {
    const before = awaiting();
    const sale = { ...before, ...change };
    expect(
      violation(before, { type: 'cancelAsked', by: 'pad' }, { kind: 'step', sale, effects: [] }),
    ).toMatch('changed its order id, amount, items or source');
  });

  it('that a person took off the list is not given back as well', () => {
    const hand = { type: 'resolvedByHand', how: 'other', by: 'x', note: 'y' } as const;
    const { sale } = stepped(owed(), hand);
    const refunding = {
      at: 'refunding',
      why: 'deliveryFailed',
      sinceMs: 0,
      step: 'ask',
      tries: 0,
      refundKey: 'K',
    };
    const after = { ...sale, state: refunding as SaleState };
    const effects = [{ do: 'refund', refundKey: 'K', amount: sale.amount, reason: '' }] as const;
    expect(violation(sale, ASK, { kind: 'step', sale: after, effects })).toContain(
      'refunds a sale that is resolved',
    );
  });
});

describe('money that is owed', () => {
  it.each([
    ['a part of it went back', owed({ why: 'partlyRefunded' })],
    ['its refund was refused', owed({ refund: { ...BACK, ended: 'rejected' } })],
    ['its refund may have been made', owed({ refund: { ...BACK, ended: 'unknown' } })],
  ])('is not asked back again where %s', (_why, sale) => {
    expect(decided(sale, ASK, 0, REFUNDS).kind).toBe('ignored');
  });

  it.each([
    ['a part of it went back', owed({ why: 'partlyRefunded' })],
    ['its refund may have been made', owed({ refund: { ...BACK, ended: 'unknown' } })],
  ])('is not handed over for a claim where %s', (_why, sale) => {
    expect(decided(sale, { type: 'claimed' }).kind).toBe('ignored');
  });

  it('is vended for a claim by a machine that repeats itself alone: another one never vends on a guess', () => {
    const paidThere = paid('vending');
    const failed = { type: 'deliveryEnded', outcome: 'failed', detail: '' } as const;
    const { sale } = stepped(paidThere, failed);
    expect(sale.state.at).toBe('owed');
    expect(decided(sale, { type: 'claimed' }).kind).toBe('ignored');
    const repeating: Sale = { ...sale, source: { ...sale.source, repeats: true } };
    expect(stepped(repeating, { type: 'claimed' }).effects).toContainEqual({ do: 'deliver', again: true });
  });

  it('goes back when its register asks, while nobody has claimed the goods', () => {
    const silent = stepped(paid(), { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' }).sale;
    expect(does(stepped(silent, ASK, 0, REFUNDS).effects)).toContain('refund');
    expect(decided(paid(), ASK, 0, REFUNDS).kind).toBe('ignored');
    expect(does(stepped(owed(), ASK, 0, REFUNDS).effects)).toContain('refund');
  });

  it('is told once to a source that asks again while it is being told', () => {
    expect(decided(paid(), { type: 'claimed' }).kind).toBe('ignored');
    const silent = stepped(paid(), { type: 'deliveryEnded', outcome: 'unclaimed', detail: '' }).sale;
    const again = stepped(silent, { type: 'claimed' });
    expect(again.effects).toContainEqual({ do: 'deliver', again: true });
    expect(again.sale.state).toMatchObject({ at: 'delivering', step: 'telling', again: true });
  });
});

describe('after a start', () => {
  it('a charge without an answer is asked about, and its source waits no longer than before', () => {
    const { sale } = newSale();
    const unknown: Sale = { ...sale, state: { at: 'chargeUnknown', misses: 0, absent: 0, code: 510 } };
    expect(does(stepped(unknown, { type: 'resumed' }).effects)).toEqual([
      'askStatus',
      `wake patience ${RULES.unknownAfterMs}`,
    ]);
  });
});

describe('an amount', () => {
  const limits = { min: rupiah(1_000), max: rupiah(50_000) };
  const asked = [
    [999, false],
    [1_000, true],
    [50_000, true],
    [50_001, false],
  ] as const;
  const readiness = { ready: true, notes: [] } as const;

  it.each(asked)(
    'of a register is sold from the lowest to the highest, both included: %d',
    (amount, sold) => {
      const nobody = {
        open: undefined,
        last: undefined,
        lastAnswer: undefined,
        named: undefined,
        heard: undefined,
      };
      const view = { ...nobody, shiftIsEmpty: true, refunds: false, readiness, limits };
      const made = decideRegister({ ask: 'sale', amount: rupiah(amount) }, 'aa', view);
      expect(made.do === 'open').toBe(sold);
    },
  );

  it.each(asked)('of a machine as well: %d', (amount, sold) => {
    const free = {
      open: undefined,
      before: undefined,
      repeats: true,
      failures: 0,
      mostFailures: 3,
      soldOut: false,
    };
    const made = decideVend({ amount: rupiah(amount), reference: 'r' }, {
      ...free,
      refuses: undefined,
      readiness,
      limits,
    } as never);
    expect(made.do === 'open').toBe(sold);
  });
});
