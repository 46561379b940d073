import type { Timers } from '../../../src/port/clock.js';
import type { JsonAnswer } from '../json/answer.js';
import type { HttpCaller, Waiting } from './http-caller.js';

/** A question whose answer went to somebody else who asked about the same sale is asked again, so often. */
const LOST_MS = 5_000;
const MOST_LOST = 6;

export interface SaleRequestOptions {
  readonly caller: HttpCaller;
  readonly timers: Timers;
  readonly ref: string;
  readonly till: string | undefined;
  /** The message that begins it; absent: it only looks. */
  readonly first?: string;
  /** Answers to these operations end it. */
  readonly ops: readonly string[];
  /** While the sale is not paid it waits for more: for the QR, for the end, or for nothing. */
  readonly until: 'now' | 'scan' | 'end';
  readonly waitMs: number;
  /** @returns true once the answer has left the process */
  readonly say: (answer: JsonAnswer) => Promise<boolean>;
  readonly silent: () => void;
}

/** A request about one sale, from its message to what it is told. */
export class SaleRequest implements Waiting {
  readonly ref: string;
  readonly till: string | undefined;
  readonly ops: readonly string[];
  readonly #options: SaleRequestOptions;
  #cancelDue: (() => void) | undefined;
  #cancelLost: (() => void) | undefined;
  #lost = 0;
  #over = false;
  #due = false;

  constructor(options: SaleRequestOptions) {
    this.#options = options;
    this.ref = options.ref;
    this.till = options.till;
    this.ops = options.ops;
  }

  begin(): void {
    const { caller, timers, first, until, waitMs } = this.#options;
    caller.add(this);
    if (until !== 'now')
      this.#cancelDue = timers.after(waitMs, () => {
        this.#due = true;
        this.#look();
      });
    if (first === undefined) return this.#look();
    this.#expect();
    caller.ask(first);
  }

  async take(answer: JsonAnswer): Promise<boolean> {
    if (this.#over) return false;
    if (this.#mayWait(answer)) {
      this.#cancelLost?.();
      this.#options.caller.add(this);
      // Nothing hangs on it: it is not paid.
      return true;
    }
    this.end();
    return this.#options.say(answer);
  }

  moved(event: string): void {
    const { until } = this.#options;
    if (event === 'ended' || (until === 'scan' && event !== 'charging')) this.#look();
  }

  /** It is answered, or its other side has gone. */
  end(): void {
    this.#over = true;
    this.#cancelDue?.();
    this.#cancelLost?.();
    this.#options.caller.remove(this);
  }

  #mayWait({ code, step }: JsonAnswer): boolean {
    const { until } = this.#options;
    if (this.#due || until === 'now') return false;
    if (until === 'scan') return code === 'pending' && step === 'charging';
    return code === 'pending' || code === 'done';
  }

  #look(lost = false): void {
    if (this.#over) return;
    const { caller } = this.#options;
    this.#expect();
    // What became of a refund is said by its own answer alone.
    if (this.ops.includes('status')) caller.askStatus(this.ref, this.till, lost);
  }

  #expect(): void {
    const { timers, silent } = this.#options;
    this.#cancelLost?.();
    this.#cancelLost = timers.after(LOST_MS, () => {
      this.#lost += 1;
      if (this.#lost <= MOST_LOST) return this.#look(true);
      this.end();
      silent();
    });
  }
}
