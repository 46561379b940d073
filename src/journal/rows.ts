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

/** @param whole fills in what the body leaves to rows before it */
export function toEvent(orderId: string, row: EventRow, whole: (body: unknown) => unknown): StoredEvent {
  return {
    seq: row.seq,
    boot: row.boot,
    wallMs: row.at_ms,
    orderId,
    kind: row.kind,
    body: whole(JSON.parse(row.body)),
    ...(row.ignored === null ? {} : { ignored: row.ignored }),
    ...(row.led === null ? {} : { led: JSON.parse(row.led) as unknown }),
  };
}
