import type { BoxState } from '../base/box-state.js';
import { dayAndTime, localDay } from '../base/time.js';
import { faultText } from '../core/fault/table.js';
import type { Readiness } from '../core/readiness.js';
import type { TerminalContext } from './context.js';
import type { ReadinessKeeper } from './readiness-keeper.js';
import type { SlipDesk } from './slip-desk.js';

const HEARTBEAT_MS = 60_000;

/** What the fleet knows of this terminal: said by MQTT when it has changed, and as a heartbeat. */
export class StatePublisher {
  readonly #context: TerminalContext;
  readonly #keeper: ReadinessKeeper;
  readonly #customerDesk: { readonly pads: ReadonlyMap<string, boolean> };
  readonly #slips: SlipDesk;
  readonly #startedAtMs: number;
  #told = '';
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #standing: { readonly text: string; readonly sinceMs: number };
  /** What it was made of, or something else that says the same. */
  #last:
    | {
        readonly readiness: Readiness;
        readonly busy: boolean;
        readonly owed: object;
        readonly changes: number;
      }
    | undefined;

  constructor(
    context: TerminalContext,
    keeper: ReadinessKeeper,
    customerDesk: { readonly pads: ReadonlyMap<string, boolean> },
    slips: SlipDesk,
  ) {
    this.#context = context;
    this.#keeper = keeper;
    this.#customerDesk = customerDesk;
    this.#slips = slips;
    this.#startedAtMs = context.adapters.clock.wallMs();
    this.#standing = { text: '', sinceMs: this.#startedAtMs };
  }

  tell(readiness: Readiness, busy: boolean): void {
    const { adapters, settings } = this.#context;
    const { journal, link, clock } = adapters;
    const owed = journal.shifts.owed();
    const nowMs = clock.monoMs();
    const isDue = nowMs - this.#toldAtMs >= (settings.heartbeatMs ?? HEARTBEAT_MS);
    const { changes } = this.#keeper;
    const last = this.#last;
    // Asked after each event, and different after few of them.
    const isSame =
      readiness === last?.readiness && busy === last.busy && owed === last.owed && changes === last.changes;
    if (isSame && !isDue) return;
    this.#last = { readiness, busy, owed, changes };
    const text = readiness.ready ? 'ready' : `E${readiness.code}`;
    if (text !== this.#standing.text) this.#standing = { text, sinceMs: clock.wallMs() };
    if (link === undefined) return;
    const codes = Object.values(this.#keeper.readings).map(({ code }) => code);
    const key = [text, busy, owed.count, owed.sum, this.#keeper.paperNearEnd, ...codes].join();
    if (key === this.#told && !isDue) return;
    this.#told = key;
    this.#toldAtMs = nowMs;
    link.publishState(this.#state(readiness, busy));
  }

  /** As it is now; undefined before anything was judged. Between two events. */
  get state(): BoxState | undefined {
    return this.#last && this.#state(this.#last.readiness, this.#last.busy);
  }

  #state(readiness: Readiness, busy: boolean): BoxState {
    const { adapters, settings } = this.#context;
    const { journal, clock, hostFacts, tokenEndsMs } = adapters;
    const nowMs = clock.wallMs();
    const config = settings.fromAfar?.();
    const { zone = 'WIB' } = settings.head;
    const owedSince = journal.days.owedSince();
    const lastPaidMs = journal.days.lastPaidMs();
    const machine = hostFacts?.() ?? {};
    const { freeBytes, readings, clockTrusted } = this.#keeper;
    return {
      schema: 1,
      terminal: settings.terminalId,
      version: settings.version,
      ...(settings.group === undefined ? {} : { group: settings.group }),
      ...(config === undefined ? {} : { config }),
      at: isoOf(nowMs),
      heartbeatS: Math.round((settings.heartbeatMs ?? HEARTBEAT_MS) / 1000),
      startedAt: isoOf(this.#startedAtMs),
      state: busy ? 'busy' : readiness.ready ? 'ready' : 'not_ready',
      ready: readiness.ready,
      since: isoOf(this.#standing.sinceMs),
      ...(readiness.ready ? {} : { fault: faultIn(readiness) }),
      owed: {
        ...journal.shifts.owed(),
        ...(owedSince.ms === null ? {} : { since: isoOf(owedSince.ms) }),
        refundsFailed: owedSince.refundsFailed,
      },
      ...(lastPaidMs === undefined ? {} : { lastSaleAt: isoOf(lastPaidMs) }),
      ...(tokenEndsMs === undefined ? {} : { tokenEndsAt: isoOf(tokenEndsMs()) }),
      today: {
        day: dayAndTime(nowMs, zone, '2026-12-31').day,
        ...journal.days.since(localDay(nowMs, zone).midnightMs),
      },
      legs: Object.fromEntries(
        Object.entries(readings).map(([fact, { code, detail }]) => [fact, { code, detail }]),
      ),
      ...this.#devices(),
      ...(Number.isFinite(freeBytes) ? { disk: { freeBytes, wantedBytes: settings.minFreeBytes } } : {}),
      ...(Object.keys(machine).length === 0 ? {} : { machine }),
      clock: { trusted: clockTrusted, detail: readings.clock?.detail ?? 'not compared yet' },
    };
  }

  #devices(): Pick<BoxState, 'paper' | 'pads' | 'slots'> {
    const { journal, printer, vending } = this.#context.adapters;
    const code = this.#keeper.readings.paper?.code ?? 0;
    const state = code !== 0 ? 'fault' : this.#keeper.paperNearEnd ? 'near_end' : 'good';
    const slots = vending === undefined ? [] : journal.slots.all();
    const isOut = ({ failures }: { readonly failures: number }): boolean =>
      failures >= (vending?.slotFailures ?? Number.POSITIVE_INFINITY);
    return {
      ...(printer === undefined
        ? {}
        : { paper: { state, code, slipsWaiting: this.#slips.state?.waiting.length ?? 0 } }),
      pads: Object.fromEntries(this.#customerDesk.pads),
      ...(vending === undefined
        ? {}
        : { slots: { failed: slots.length, outOfService: slots.filter(isOut).length } }),
    };
  }
}

function faultIn({
  code,
  detail,
}: Extract<Readiness, { readonly ready: false }>): NonNullable<BoxState['fault']> {
  const { id, en } = faultText(code);
  return { code, id, en, detail: detail.slice(0, 200) };
}

function isoOf(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
