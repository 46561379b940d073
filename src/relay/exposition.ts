import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FleetBox } from '../mqtt/fleet.js';
import { FAMILIES, type Metrics } from './metrics.js';
import type { BrokerLoad } from './options.js';

/** Seconds: Midtrans wishes for an answer within 5, and gives up after 15. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

export interface RelayGauges {
  readonly publisherUp: () => boolean;
  /** Where there is an embedded broker. */
  readonly brokerLoad?: (() => BrokerLoad) | undefined;
}

/** What is counted of one merchant, and how his account at Midtrans is. */
export interface MerchantCounts {
  /** Absent where there is but one: no row has the label then. */
  readonly merchant?: string;
  readonly counters: Metrics;
  /** Wall time of the newest answer of Midtrans, in seconds since 1970; 0 for none yet. */
  readonly upstreamSeenS: number;
  /** What Midtrans said when it was asked last how it is; undefined while nobody has wanted to know. */
  readonly gatewayUp: boolean | undefined;
}

/** What this relay counts, as Prometheus reads it. Loaded by a relay that listens, and by nothing else. */
export class Exposition {
  readonly #registry = new Registry();
  readonly #took: Histogram;

  constructor(merchants: () => readonly MerchantCounts[], gauges: RelayGauges) {
    const registers = [this.#registry];
    for (const { family, help, labelNames } of FAMILIES) {
      const counter: Counter = new Counter({
        ...{ name: `gopay_pos_relay_${family}_total`, help, registers },
        labelNames: [...labelNames, 'merchant'],
        collect: () => {
          counter.reset();
          for (const { merchant, counters } of merchants())
            for (const [labels, count] of counters.rows(family))
              counter.inc({ ...labels, ...(merchant === undefined ? {} : { merchant }) }, count);
        },
      });
    }
    const gauge = (name: string, help: string, value: () => number): void => {
      const made: Gauge = new Gauge({
        ...{ name: `gopay_pos_relay_${name}`, help, registers },
        collect: () => made.set(value()),
      });
    };
    const ofEach = (
      name: string,
      help: string,
      value: (counts: MerchantCounts) => number | undefined,
    ): void => {
      const made: Gauge = new Gauge({
        ...{ name: `gopay_pos_relay_${name}`, help, labelNames: ['merchant'], registers },
        collect: () => {
          made.reset();
          for (const counts of merchants()) {
            const { merchant } = counts;
            const now = value(counts);
            if (now !== undefined) made.set(merchant === undefined ? {} : { merchant }, now);
          }
        },
      });
    };
    gauge('publisher_up', 'Whether the path to the broker is proved.', () => Number(gauges.publisherUp()));
    ofEach(
      'upstream_last_seen_seconds',
      'Unix time of the newest answer of Midtrans; 0 for none yet.',
      ({ upstreamSeenS }) => upstreamSeenS,
    );
    ofEach('gateway_up', 'Whether Midtrans answered when it was asked last how it is.', ({ gatewayUp }) =>
      gatewayUp === undefined ? undefined : Number(gatewayUp),
    );
    const { brokerLoad } = gauges;
    if (brokerLoad !== undefined) {
      gauge('broker_connections', 'Connections to the embedded broker.', () => brokerLoad().connections);
      const refused: Counter = new Counter({
        name: 'gopay_pos_relay_broker_refused_connections_total',
        help: 'Connections that were refused because there were too many.',
        registers,
        collect: () => {
          refused.reset();
          refused.inc(brokerLoad().turnedAway);
        },
      });
    }
    this.#took = new Histogram({
      name: 'gopay_pos_relay_http_seconds',
      help: 'From a whole request to its answer, by what was asked for.',
      ...{ labelNames: ['door'], buckets: BUCKETS, registers },
    });
  }

  took(door: string, ms: number): void {
    this.#took.observe({ door }, ms / 1000);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

type Reading = (box: FleetBox) => number | undefined;

const secondsOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Math.floor(Date.parse(time) / 1000);

/** What every terminal says of itself, by name; where it says nothing there is no row. */
const TERMINAL_GAUGES: readonly (readonly [name: string, help: string, read: Reading])[] = [
  ['up', 'Whether it is there: its will has not come, and its heartbeat has.', ({ away }) => Number(!away)],
  ['age_seconds', 'How long ago it said how it is.', ({ state, ageMs }) => state && Math.round(ageMs / 1000)],
  ['ready', 'Whether it sells to the next customer.', ({ state }) => state && Number(state.ready)],
  ['since_seconds', 'Unix time since when it is ready, or not.', ({ state }) => secondsOf(state?.since)],
  ['fault_code', 'Why it does not sell; 0 while it does.', ({ state }) => state && (state.fault?.code ?? 0)],
  ['owed_sales', 'Sales that were paid and not handed over.', ({ state }) => state?.owed.count],
  ['owed_rupiah', 'Money of these.', ({ state }) => state?.owed.sum],
  ['owed_since_seconds', 'Unix time of the oldest of these.', ({ state }) => secondsOf(state?.owed.since)],
  [
    'refunds_failed',
    'Of these, those that could not be given back.',
    ({ state }) => state?.owed.refundsFailed,
  ],
  [
    'token_ends_seconds',
    'Unix time at which the token of an enrolled box ends.',
    ({ state }) => secondsOf(state?.tokenEndsAt),
  ],
  ['last_sale_seconds', 'Unix time of the newest paid sale.', ({ state }) => secondsOf(state?.lastSaleAt)],
  ['paid_today_sales', 'Paid sales of this day.', ({ state }) => state?.today.paid.count],
  ['paid_today_rupiah', 'Money of these.', ({ state }) => state?.today.paid.sum],
  [
    'unpaid_today_sales',
    'Sales of this day that ended without payment.',
    ({ state }) => state?.today.unpaid.count,
  ],
  ['paper_fault', 'Whether nothing comes out of its printer.', ({ state }) => isPaper(state?.paper, 'fault')],
  ['paper_near_end', 'Whether the roll is near its end.', ({ state }) => isPaper(state?.paper, 'near_end')],
  ['slots_failed', 'Slots of a machine whose last vend failed.', ({ state }) => state?.slots?.failed],
  ['slots_out_of_service', 'Those that sell nothing more.', ({ state }) => state?.slots?.outOfService],
  ['disk_free_bytes', 'What the journal may still write.', ({ state }) => state?.disk?.freeBytes],
  ['disk_wanted_bytes', 'With less than this it does not sell.', ({ state }) => state?.disk?.wantedBytes],
  ['temperature_celsius', 'Of the processor.', ({ state }) => state?.machine?.temperatureC],
  ['under_voltage', 'Whether the supply is too low.', ({ state }) => asNumber(state?.machine?.underVoltage)],
  [
    'clock_trusted',
    'Whether its clock agrees with the gateway.',
    ({ state }) => asNumber(state?.clock.trusted),
  ],
];

/** Every box in one text, made anew each time: what does not change stays, and what is gone is told as gone. */
export function fleetText(boxes: readonly FleetBox[]): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['merchant', 'terminal'];
  for (const [name, help, read] of TERMINAL_GAUGES) {
    const gauge = new Gauge({ name: `gopay_pos_terminal_${name}`, help, labelNames, registers });
    for (const box of boxes) {
      const value = read(box);
      if (value !== undefined) gauge.set({ merchant: box.merchant, terminal: box.terminal }, value);
    }
  }
  const info = new Gauge({
    name: 'gopay_pos_terminal_info',
    help: 'What runs on it.',
    ...{ labelNames: [...labelNames, 'version'], registers },
  });
  for (const { merchant, terminal, state } of boxes)
    if (state !== undefined) info.set({ merchant, terminal, version: state.version }, 1);
  return registry.metrics();
}

function isPaper(paper: { readonly state: string } | undefined, state: string): number | undefined {
  return paper === undefined ? undefined : Number(paper.state === state);
}

function asNumber(flag: boolean | undefined): number | undefined {
  return flag === undefined ? undefined : Number(flag);
}
