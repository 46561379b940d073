import { isSettled, type Sale } from '../core/sale/sale.js';
import { lineOf, moneyOf } from '../core/shift/shift.js';
import type { StoredEvent } from './commit.js';

/** Where its money is, and what it counts as, in the order of the statements. */
export function moneyColumns(sale: Sale): (number | string | null)[] {
  const parts = isSettled(sale) ? Object.fromEntries(moneyOf(sale)) : {};
  const { delivered = 0, refunded = 0, owed = 0, other = 0 } = parts;
  return [delivered, refunded, owed, other, lineOf(sale)];
}

export interface EventRow {
  readonly seq: number;
  readonly boot: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly body: string;
  readonly ignored: string | null;
  readonly led: string | null;
}

/** The same with its JSON as JSON, as the archive tells it. */
export type ToldEvent = Omit<EventRow, 'body' | 'led'> & { readonly body: unknown; readonly led: unknown };

export function asTold({ body, led, ...row }: EventRow): ToldEvent {
  return { ...row, body: JSON.parse(body), led: led === null ? null : JSON.parse(led) };
}

export function toEvent(orderId: string, row: ToldEvent): StoredEvent {
  const { seq, boot, at_ms, kind, body, ignored, led } = row;
  return {
    ...{ seq, boot, wallMs: at_ms, orderId, kind, body },
    ...(ignored === null ? {} : { ignored }),
    ...(led === null ? {} : { led }),
  };
}
