import type { StatusOutcome } from '../base/gateway-answer.js';
import type { Sale } from '../core/sale/sale.js';
import { type Comparison, compareWithGateway } from '../core/shift/reconcile.js';
import type { Journal } from '../journal/journal.js';
import type { Timers } from '../port/clock.js';
import type { Gateway } from '../port/gateway.js';
import type { StatusCalls } from '../terminal/status-calls.js';

/** Between two orders. Midtrans states no rate for different orders; this leaves room for sales that go on meanwhile. */
const PAUSE_MS = 500;
/** Silence in a row after which the network is down, and the rest is not waited for. */
const SILENCES = 3;
/** How often a person hears how far it is. */
const SAY_EVERY = 10;
/** Sales that cannot be asked about after which others have their turn. */
const YIELD_EVERY = 200;

export interface Compared {
  readonly sale: Sale;
  readonly comparison: Comparison;
  /** What the gateway said; absent where it was not asked. */
  readonly outcome?: StatusOutcome;
}

export interface ReconcilerOptions {
  readonly journal: Pick<Journal, 'sale'> & {
    readonly shifts: { count(shift: number): number; salesOf(shift: number): Iterable<Sale> };
  };
  readonly gateway: Pick<Gateway, 'status'>;
  readonly statusCalls: StatusCalls;
  readonly timers: Timers;
}

/** Asks the gateway about sales that are over, one after the other. */
export class Reconciler {
  readonly #parts: ReconcilerOptions;
  #busy = false;

  constructor(parts: ReconcilerOptions) {
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
    const { journal } = this.#parts;
    const count = journal.shifts.count(shift);
    if (count === 0) return;
    const seconds = Math.ceil((count * 2 * PAUSE_MS) / 1000);
    progress(`asking the gateway about ${count} sales, one after the other: about ${seconds} s`);
    this.#busy = true;
    try {
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
    } finally {
      this.#busy = false;
    }
  }

  async #ask(orderId: string): Promise<StatusOutcome> {
    const { gateway, statusCalls } = this.#parts;
    for (let ms = statusCalls.restMs(orderId); ms > 0; ms = statusCalls.restMs(orderId)) await this.#wait(ms);
    statusCalls.note(orderId);
    return gateway.status(orderId);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#parts.timers.after(ms, resolve));
  }
}
