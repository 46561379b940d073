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

interface Led {
  readonly at?: unknown;
  readonly did?: readonly (string | { readonly do: string })[];
}

/** What an event led to, as its row has it: an effect that is its name alone is that name, and none are not there. */
export function shortLed(led: unknown): string {
  const { did, ...others } = led as Led;
  if (did === undefined) return JSON.stringify(led);
  const names = did.map((one) =>
    typeof one === 'object' && Object.keys(one).join() === 'do' ? one.do : one,
  );
  return JSON.stringify(names.length === 0 ? others : { ...others, did: names });
}

/** As it was; rows of earlier versions have it whole. */
function longLed(led: unknown): unknown {
  const { did = [], ...others } = led as Led;
  if (others.at === undefined) return led;
  return { ...others, did: did.map((one) => (typeof one === 'string' ? { do: one } : one)) };
}

export function toEvent(orderId: string, row: ToldEvent): StoredEvent {
  const { seq, boot, at_ms, kind, body, ignored, led, again: times, again_ms = 0, again_after = 0 } = row;
  return {
    ...{ seq, boot, wallMs: at_ms, orderId, kind, body },
    ...(ignored === null ? {} : { ignored }),
    ...(led === null ? {} : { led: longLed(led) }),
    ...(times === undefined ? {} : { again: { times, wallMs: again_ms, after: again_after } }),
  };
}
