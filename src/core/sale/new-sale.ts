import { assert } from '../../base/assert.js';
import type { OrderId } from '../../base/ids.js';
import type { Rupiah } from '../../base/rupiah.js';
import { itemsTrouble, type SoldItem } from '../../base/sold-item.js';
import { startTimer } from './effect.js';
import type { Sale, Source } from './sale.js';
import type { Step } from './transition.js';

export interface NewSale {
  readonly orderId: OrderId;
  readonly amount: Rupiah;
  readonly items?: readonly SoldItem[] | undefined;
  readonly source: Source;
  readonly invoice: number;
  readonly attempt: number;
  readonly patienceMs?: number | undefined;
  /** 0 charges at once. */
  readonly beginAfterMs: number;
  readonly wallMs: number;
}

/**
 * A new sale and its first effect; nothing has left the box before this is journalled.
 * @throws Misuse when its items do not come to its amount
 */
export function openSale(opening: NewSale): Step {
  const { orderId, amount, items, source, invoice, attempt, beginAfterMs, wallMs, patienceMs } = opening;
  const patience = patienceMs === undefined ? {} : { patienceMs };
  const trouble = items === undefined ? undefined : itemsTrouble(items, amount);
  assert(trouble === undefined, `${orderId}: ${trouble}`);
  const lines = items === undefined ? {} : { items };
  const base = { orderId, amount, ...lines, source, invoice, attempt, openedAtMs: wallMs, ...patience };
  if (beginAfterMs > 0) {
    const sale: Sale = { ...base, state: { at: 'requested' } };
    return { kind: 'step', sale, effects: [startTimer('begin', beginAfterMs)] };
  }
  const sale: Sale = { ...base, state: { at: 'charging' } };
  return { kind: 'step', sale, effects: [{ do: 'charge' }] };
}
