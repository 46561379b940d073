import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { type WebhookKind, webhookKinds } from '../../src/core/sale/webhook-kind.js';
import { webhookBody } from '../../src/core/text/webhook-body.js';
import { awaiting, evidence } from './world.js';

const SALE = awaiting('api');

/** What is told on the way through these, from a sale that is paid. */
function told(states: readonly SaleState[], refundedFrom = states.length): string[] {
  const steps = states.map((state, at) => ({
    ...SALE,
    state,
    evidence: evidence(SALE, at >= refundedFrom ? 'refund' : 'settlement'),
  }));
  return steps.slice(1).flatMap((after, at) => webhookKinds(steps[at] ?? SALE, after));
}

const TELLING: SaleState = { at: 'delivering', step: 'telling', again: false };
const DELIVERED: SaleState = { at: 'delivered', atMs: 1 };
const OWED: SaleState = { at: 'owed', why: 'deliveryFailed', sinceMs: 1 };
const BACK: SaleState = { at: 'resolved', how: 'refunded', by: 'gateway', atMs: 2, note: '' };
const refunding = (why: 'returned' | 'deliveryFailed'): SaleState => ({
  ...{ at: 'refunding', why, sinceMs: 1, refundKey: 'K', step: 'ask', tries: 0 },
});

it('each thing is told once of a sale, whichever way it takes: a receiver does something about each', () => {
  // A refund that came to nothing is no second delivery, and no second debt.
  expect(told([TELLING, DELIVERED, refunding('returned'), DELIVERED])).toEqual(['delivered']);
  expect(told([TELLING, OWED, refunding('deliveryFailed'), OWED])).toEqual(['owed']);
  expect(told([TELLING, refunding('deliveryFailed'), OWED])).toEqual(['owed']);
  expect(told([TELLING, DELIVERED, refunding('returned'), BACK])).toEqual(['delivered', 'refunded']);
  // Seen in the status, and then cleared; or cleared by a person, and then seen.
  expect(told([TELLING, OWED, OWED, BACK], 2)).toEqual(['owed', 'refunded']);
  expect(told([TELLING, OWED, BACK, BACK], 3)).toEqual(['owed', 'refunded']);
  expect(told([OWED, { ...BACK, how: 'other' }])).toEqual(['resolved']);
});

it('what was told of a sale that ended unpaid stays the same to the byte when money comes after all', () => {
  const other: SaleState = { at: 'owed', why: 'otherAmount', sinceMs: 3 };
  const late = { ...SALE, state: other, evidence: evidence(SALE, 'settlement', { amount: rupiah(500) }) };
  const body = (kind: WebhookKind, sale: Sale) =>
    webhookBody(sale, { id: 'W1', kind, atMs: 0, terminal: 'T1' });
  const unpaid: Sale = { ...SALE, state: { at: 'closed', how: 'cancelled', atMs: 2 } as SaleState };
  for (const kind of ['cancelled', 'expired', 'denied'] as const)
    expect(body(kind, late)).toBe(body(kind, unpaid));
  expect(JSON.parse(body('paid', late))).toMatchObject({ sale: { paid: 500, fault: 'E545' } });
});
