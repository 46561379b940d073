import type { OrderId } from '../../base/ids.js';
import type { Rupiah } from '../../base/rupiah.js';
import { startTimer } from './effect.js';
import type { Sale, Source } from './sale.js';
import type { Step } from './transition.js';

export interface NewSale {
  readonly orderId: OrderId;
  readonly amount: Rupiah;
  readonly source: Source;
  readonly invoice: number;
  readonly attempt: number;
  readonly patienceMs?: number | undefined;
  /** 0 charges at once. */
  readonly beginAfterMs: number;
  readonly wallMs: number;
}

/** A new sale and its first effect; nothing has left the box before this is journalled. */
export function openSale(opening: NewSale): Step {
  const { orderId, amount, source, invoice, attempt, beginAfterMs, wallMs, patienceMs } = opening;
  const patience = patienceMs === undefined ? {} : { patienceMs };
  const base = { orderId, amount, source, invoice, attempt, openedAtMs: wallMs, ...patience };
  if (beginAfterMs > 0) {
    const sale: Sale = { ...base, state: { at: 'requested' } };
    return { kind: 'step', sale, effects: [startTimer('begin', beginAfterMs)] };
  }
  const sale: Sale = { ...base, state: { at: 'charging' } };
  return { kind: 'step', sale, effects: [{ do: 'charge' }] };
}
