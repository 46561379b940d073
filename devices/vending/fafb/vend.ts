import type { VendOutcome } from '../../../src/base/vending-messages.js';
import type { Tools } from '../../kit/tools.js';
import { progressOf } from './message.js';

export interface VendOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly slot: number;
  readonly vendMs: number;
}

/** One dispensing, from the command that waits for a poll to the report on the goods. It settles once, in bounded time. */
export class Vend {
  readonly slot: number;
  readonly outcome: Promise<VendOutcome>;
  readonly #options: VendOptions;
  readonly #cancelTimer: () => void;
  #resolve: ((outcome: VendOutcome) => void) | undefined;
  #left = false;
  #last = 'no word of it';

  constructor(options: VendOptions) {
    this.#options = options;
    this.slot = options.slot;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { timers, vendMs } = options;
    this.#cancelTimer = timers.after(vendMs, () => this.end(`no end within ${vendMs / 1000} s`));
  }

  /** From here on the machine may have it, whatever becomes of the line. */
  sent(): void {
    this.#left = true;
  }

  /** @returns whether it was about this dispensing */
  result(slot: number, status: number): boolean {
    // Before the command has left, it can only be the end of an earlier one.
    if (this.#resolve === undefined || slot !== this.slot || !this.#left) return false;
    const { progress, words } = progressOf(status);
    this.#options.log.info(`slot ${slot}: ${words}`);
    this.#last = words;
    if (progress === 'done' || progress === 'failed') this.#settle({ vend: progress, detail: words });
    return true;
  }

  /** What was not sent is not sent any more; what was may come to an end without us. */
  machineGone(why: string): void {
    if (!this.#left) this.end(why);
  }

  end(why: string): void {
    const detail = `${why}; ${this.#last}`;
    this.#settle(this.#left ? { vend: 'unknown', detail } : { vend: 'failed', detail: `not sent: ${why}` });
  }

  #settle(outcome: VendOutcome): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.#cancelTimer();
    resolve(outcome);
  }
}
