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
  /** How often the same came again; the last time, and the newest event by then. */
  readonly again: number | null;
  readonly again_ms: number | null;
  readonly again_after: number | null;
}

type Counted = { readonly [Column in 'again' | 'again_ms' | 'again_after']: number };

/** The same with its JSON as JSON, as the archive tells it. */
export type ToldEvent = Omit<EventRow, 'body' | 'led' | keyof Counted> &
  Partial<Counted> & { readonly body: unknown; readonly led: unknown };

export function asTold({ body, led, again, again_ms, again_after, ...row }: EventRow): ToldEvent {
  const counted = again === null ? {} : ({ again, again_ms, again_after } as Counted);
  return { ...row, body: JSON.parse(body), led: led === null ? null : JSON.parse(led), ...counted };
}

export function toEvent(orderId: string, row: ToldEvent): StoredEvent {
  const { seq, boot, at_ms, kind, body, ignored, led, again: times, again_ms = 0, again_after = 0 } = row;
  return {
    ...{ seq, boot, wallMs: at_ms, orderId, kind, body },
    ...(ignored === null ? {} : { ignored }),
    ...(led === null ? {} : { led }),
    ...(times === undefined ? {} : { again: { times, wallMs: again_ms, after: again_after } }),
  };
}
