import type { StatusOutcome } from '../base/gateway-answer.js';
import { LOOK_MS } from '../core/cadence.js';
import { type Comparison, compareWithGateway } from '../core/reconcile.js';
import type { Sale } from '../core/sale.js';
import type { Journal } from '../journal/journal.js';
import type { Clock, Timers } from '../port/clock.js';
import type { Gateway } from '../port/gateway.js';

/** Between two orders. Midtrans states no rate for different orders; this leaves room for sales that go on meanwhile. */
const PAUSE_MS = 500;
/** Silence in a row after which the network is down, and nobody waits for the rest. */
const SILENCES = 3;
/** How often a person hears how far it is. */
const SAY_EVERY = 10;
/** Sales that nobody is asked about after which others have their turn. */
const YIELD_EVERY = 200;

export interface Compared {
  readonly sale: Sale;
  readonly comparison: Comparison;
  /** What the gateway said; absent where it was not asked. */
  readonly outcome?: StatusOutcome;
}

export interface ReconcilerParts {
  readonly journal: Pick<Journal, 'sale' | 'eventsOf'> & {
    readonly shifts: { count(shift: number): number; salesOf(shift: number): Iterable<Sale> };
  };
  readonly gateway: Pick<Gateway, 'status'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Asks the gateway about sales that are over, one after the other. */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  /** When each order was asked about here, monotonic: none more often than {@link LOOK_MS}. */
  readonly #asked = new Map<string, number>();
  #busy = false;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Asks about each sale of a shift, a few of which are in memory at a time.
   * @param hear each as soon as its answer is there, since a comparison of a large shift takes hours
   */
  async compare(
    shift: number,
    hear: (one: Compared) => void,
    progress: (line: string) => void,
  ): Promise<void> {
    this.#busy = true;
    try {
      await this.#compareAll(shift, hear, progress);
    } finally {
      this.#busy = false;
    }
  }

  async #compareAll(
    shift: number,
    hear: (one: Compared) => void,
    progress: (line: string) => void,
  ): Promise<void> {
    const { journal } = this.#parts;
    const count = journal.shifts.count(shift);
    if (count === 0) return;
    const seconds = Math.ceil((count * 2 * PAUSE_MS) / 1000);
    progress(`asking the gateway about ${count} sales, one after the other: about ${seconds} s`);
    let at = 0;
    let silent = 0;
    for (const sale of journal.shifts.salesOf(shift)) {
      if (at > 0 && at % SAY_EVERY === 0) progress(`${at} of ${count}`);
      at += 1;
      if (silent === SILENCES) {
        if (at % YIELD_EVERY === 0) await this.#wait(1);
        hear({ sale, comparison: { result: 'notCompared', text: 'not asked: the gateway is silent' } });
        continue;
      }
      if (at > 1) await this.#wait(PAUSE_MS);
      const outcome = await this.#ask(sale.orderId);
      silent = outcome.kind === 'unknown' ? silent + 1 : 0;
      // As it stands now, which may be later than when the page was read.
      const now = journal.sale(sale.orderId) ?? sale;
      hear({ sale: now, comparison: compareWithGateway(now, outcome), outcome });
    }
  }

  async #ask(orderId: string): Promise<StatusOutcome> {
    const { gateway, clock } = this.#parts;
    await this.#wait(Math.max(this.#restMs(orderId), this.#sinceTerminalMs(orderId)));
    this.#forget();
    this.#asked.set(orderId, clock.monoMs());
    return gateway.status(orderId);
  }

  #restMs(orderId: string): number {
    const askedMs = this.#asked.get(orderId);
    return askedMs === undefined ? 0 : askedMs + LOOK_MS - this.#parts.clock.monoMs();
  }

  /** What is left of {@link LOOK_MS} since the terminal itself had a word about this order. */
  #sinceTerminalMs(orderId: string): number {
    const { journal, clock } = this.#parts;
    const word = journal
      .eventsOf(orderId)
      .findLast(({ kind }) => kind === 'statusAnswered' || kind === 'closeAnswered');
    if (word === undefined) return 0;
    const agoMs = clock.wallMs() - word.wallMs;
    return agoMs < 0 ? 0 : LOOK_MS - agoMs;
  }

  #forget(): void {
    const nowMs = this.#parts.clock.monoMs();
    for (const [orderId, askedMs] of this.#asked) if (nowMs - askedMs > LOOK_MS) this.#asked.delete(orderId);
  }

  #wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => void this.#parts.timers.after(ms, resolve));
  }
}
