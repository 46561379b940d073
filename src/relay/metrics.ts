import type { GatewayStanding } from './receipt-standing.js';

const NOTIFICATION_OUTCOMES = [
  'published',
  'unreached',
  'known',
  'crowded',
  'forwarded',
  'foreign',
  'bad_signature',
  'malformed',
  'too_large',
  'refused',
  'unacknowledged',
  'error',
] as const;

const EVENT_OUTCOMES = ['passed', 'not_taken', 'given_up', 'malformed'] as const;

/** What became of a notification. All but `published`, `unreached` and `forwarded` changed nothing. */
export type NotificationOutcome = (typeof NOTIFICATION_OUTCOMES)[number];

/** What became of a terminal's request. `passed` is an answer of Midtrans, whatever it said. */
export type RequestOutcome =
  | 'passed'
  | 'unauthorized'
  | 'foreign_order'
  | 'malformed'
  | 'above_limit'
  | 'too_many'
  | 'refund_off'
  | 'unreachable'
  | 'timed_out';

/** What became of who wanted to see a receipt: refused, or shown with what the gateway said of it. */
export type ReceiptOutcome = GatewayStanding['is'] | 'unknown' | 'ended' | 'too_many';

/** What became of an event of a terminal; `not_taken` is tried again. */
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** What is counted, each with its labels; exposed as `gopay_pos_relay_<family>_total`. */
export const FAMILIES = [
  {
    family: 'notifications',
    help: 'Notifications of Midtrans by what became of them.',
    labelNames: ['outcome'],
  },
  {
    family: 'requests',
    help: 'Core API requests of terminals by operation and what became of them.',
    labelNames: ['operation', 'outcome'],
  },
  { family: 'receipts', help: 'Receipts asked for by what became of it.', labelNames: ['outcome'] },
  { family: 'events', help: 'Events of terminals by what webhooks made of them.', labelNames: ['outcome'] },
  { family: 'upstream', help: 'Answers of Midtrans by HTTP status.', labelNames: ['status'] },
] as const;

type Family = (typeof FAMILIES)[number]['family'];
type Labels = Readonly<Record<string, string>>;

/**
 * Counts since the start of this process. Labels come from fixed sets, so the number of rows is bounded. What an alert watches is
 * told from 0 on: to Prometheus' increase() a row that begins with 1 has not increased.
 */
export class Metrics {
  readonly #notifications = new Map<NotificationOutcome, number>(
    NOTIFICATION_OUTCOMES.map((outcome) => [outcome, 0]),
  );
  readonly #requests = new Map<string, number>();
  readonly #receipts = new Map<ReceiptOutcome, number>();
  readonly #upstream = new Map<number, number>();
  readonly #events = new Map<EventOutcome, number>(EVENT_OUTCOMES.map((outcome) => [outcome, 0]));

  notification(outcome: NotificationOutcome): void {
    add(this.#notifications, outcome);
  }

  request(operation: string, outcome: RequestOutcome): void {
    add(this.#requests, `${operation} ${outcome}`);
  }

  receipt(outcome: ReceiptOutcome): void {
    add(this.#receipts, outcome);
  }

  event(outcome: EventOutcome): void {
    add(this.#events, outcome);
  }

  upstream(httpStatus: number): void {
    add(this.#upstream, httpStatus);
  }

  notifications(outcome: NotificationOutcome): number {
    return this.#notifications.get(outcome) ?? 0;
  }

  rows(family: Family): readonly (readonly [labels: Labels, count: number])[] {
    if (family === 'notifications')
      return [...this.#notifications].map(([outcome, count]) => [{ outcome }, count]);
    if (family === 'receipts') return [...this.#receipts].map(([outcome, count]) => [{ outcome }, count]);
    if (family === 'events') return [...this.#events].map(([outcome, count]) => [{ outcome }, count]);
    if (family === 'upstream')
      return [...this.#upstream].map(([status, count]) => [{ status: String(status) }, count]);
    return [...this.#requests].map(([key, count]) => {
      const [operation = '', outcome = ''] = key.split(' ');
      return [{ operation, outcome }, count];
    });
  }
}

function add<K>(rows: Map<K, number>, key: K): void {
  rows.set(key, (rows.get(key) ?? 0) + 1);
}
