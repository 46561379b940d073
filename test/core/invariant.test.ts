import { expect, it } from 'vitest';
import type { SaleEvent } from '../../src/core/sale/event.js';
import { violation } from '../../src/core/sale/invariant.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { awaiting, decided, evidence, newSale, says, stepped } from './world.js';

/** What the laws say where `event` would put `before` into `state`. */
function broken(
  before: Sale,
  event: SaleEvent,
  state: SaleState,
  effects: readonly { do: 'deliver'; again: boolean }[] = [],
) {
  return violation(before, event, { kind: 'step', sale: { ...before, state }, effects });
}

const absent = { type: 'statusAnswered', outcome: { kind: 'notFound' } } as const;
const NEVER = { at: 'closed', how: 'neverCharged' } as const;
const CANCELLED = { at: 'closed', how: 'cancelled' } as const;
const BACK = { refundKey: 'K-R', ended: 'unknown', detail: '' } as const;

it('ends no sale whose QR the gateway gave us by "no such transaction", however often', () => {
  const shown = awaiting();
  expect(broken(shown, absent, NEVER)).toContain('law 2');
  const closing = stepped(shown, { type: 'cancelAsked', by: 'pad' }).sale;
  const often = { ...closing, state: { ...closing.state, absent: 99 } } as Sale;
  expect(broken(often, absent, NEVER)).toContain('law 2');
  let asked = closing;
  for (let n = 0; n < 10; n += 1) {
    asked = stepped(asked, absent).sale;
    asked = stepped(asked, { type: 'timer', timer: 'look' }).sale;
  }
  expect(asked.state.at).toBe('closing');
});

it('ends a lost charge by the fourth of them, and none before', () => {
  const { sale } = newSale();
  const lost = (n: number): Sale => ({
    ...sale,
    state: { at: 'chargeUnknown', misses: 0, absent: n, code: 562 },
  });
  expect(broken(lost(2), absent, NEVER)).toContain('law 2');
  expect(broken(lost(3), absent, NEVER)).toBeUndefined();
});

it('closes as what the gateway said, and by nothing else', () => {
  const sale = awaiting();
  expect(broken(sale, says(sale, 'cancel'), CANCELLED)).toBeUndefined();
  expect(broken(sale, says(sale, 'expire'), CANCELLED)).toContain('law 2');
  expect(broken(sale, says(sale, 'pending'), CANCELLED)).toContain('law 2');
  expect(broken(sale, { type: 'timer', timer: 'life' }, CANCELLED)).toContain('law 2');
  expect(broken(sale, { type: 'cancelAsked', by: 'pad' }, CANCELLED)).toContain('law 2');
});

it('neither delivers nor keeps for its source what was given back while it was being told', () => {
  const told = stepped(awaiting('register'), says(awaiting(), 'settlement')).sale;
  const gone = { ...told, evidence: evidence(told, 'refund') };
  const claim = { at: 'delivering', step: 'claim', again: false } as const;
  expect(broken(gone, { type: 'resumed' }, claim)).toContain('law 6');
  const telling = { at: 'delivering', step: 'telling', again: true } as const;
  expect(broken(gone, { type: 'resumed' }, telling, [{ do: 'deliver', again: true }])).toContain('law 6');
  expect(stepped(gone, { type: 'resumed' }).sale.state).toMatchObject({ at: 'resolved', how: 'refunded' });
});

it('takes nothing off the list by a late delivery report where the refund may have been made', () => {
  const sale = { ...awaiting('vending'), evidence: evidence(awaiting(), 'settlement') };
  const owed: Sale = { ...sale, state: { at: 'owed', why: 'deliveryUnknown', sinceMs: 0, refund: BACK } };
  const fell = { type: 'deliveryEnded', outcome: 'done', detail: '' } as const;
  expect(broken(owed, fell, { at: 'delivered', atMs: 0 })).toContain('law 6');
  expect(decided(owed, fell).kind).toBe('ignored');
  expect(decided(owed, { type: 'claimed' }).kind).toBe('ignored');
});
