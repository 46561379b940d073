import type { BrokerLoad } from './options.js';

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

/** What became of a notification. All but `published`, `unreached` and `forwarded` changed nothing. */
export type NotificationOutcome = (typeof NOTIFICATION_OUTCOMES)[number];

const NOTIFICATION_LABEL = Object.fromEntries(
  NOTIFICATION_OUTCOMES.map((outcome) => [outcome, `outcome="${outcome}"`]),
) as Readonly<Record<NotificationOutcome, string>>;

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

const HELP = {
  notifications: 'Notifications of Midtrans by what became of them.',
  requests: 'Core API requests of terminals by operation and what became of them.',
  receipts: 'Receipts asked for by what became of it.',
  upstream: 'Answers of Midtrans by HTTP status.',
} as const;

type Family = keyof typeof HELP;

/** Counts since the start of this process, for Prometheus. Labels come from fixed sets, so the number of rows is bounded. */
export class Metrics {
  readonly #rows: Readonly<Record<Family, Map<string, number>>>;

  constructor() {
    const rest = Object.values(NOTIFICATION_LABEL).map((label): [string, number] => [label, 0]);
    this.#rows = {
      notifications: new Map(rest),
      requests: new Map(),
      receipts: new Map(),
      upstream: new Map(),
    };
  }

  notification(outcome: NotificationOutcome): void {
    this.#add('notifications', NOTIFICATION_LABEL[outcome]);
  }

  request(operation: string, outcome: RequestOutcome): void {
    this.#add('requests', `operation="${operation}",outcome="${outcome}"`);
  }

  receipt(outcome: ReceiptOutcome): void {
    this.#add('receipts', `outcome="${outcome}"`);
  }

  upstream(httpStatus: number): void {
    this.#add('upstream', `status="${httpStatus}"`);
  }

  notifications(outcome: NotificationOutcome): number {
    return this.#rows.notifications.get(NOTIFICATION_LABEL[outcome]) ?? 0;
  }

  /** Prometheus' text format 0.0.4. */
  text(): string {
    const families = Object.entries(this.#rows).map(([family, rows]) => {
      const name = `gopay_pos_relay_${family}_total`;
      const lines = [...rows].map(([labels, count]) => `${name}{${labels}} ${count}\n`);
      return `# HELP ${name} ${HELP[family as Family]}\n# TYPE ${name} counter\n${lines.join('')}`;
    });
    return families.join('');
  }

  #add(family: Family, labels: string): void {
    const rows = this.#rows[family];
    rows.set(labels, (rows.get(labels) ?? 0) + 1);
  }
}

/** One gauge in the same format. */
export function gaugeText(name: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
}

/** What the embedded broker bears; nothing where there is none. */
export function brokerText(load: BrokerLoad | undefined): string {
  if (load === undefined) return '';
  const refused = 'gopay_pos_relay_broker_refused_connections_total';
  return (
    gaugeText('gopay_pos_relay_broker_connections', 'Connections to the embedded broker.', load.connections) +
    `# HELP ${refused} Connections that were refused because there were too many.\n` +
    `# TYPE ${refused} counter\n${refused} ${load.turnedAway}\n`
  );
}
