import type { Clock } from '../../src/port/clock.js';

/** How fast something may come: a bucket that fills up again with time. */
export class Rate {
  readonly #options: { readonly clock: Clock; readonly burst: number; readonly perSecond: number };
  #left: number;
  #atMs: number;

  /** @param burst how many may come at once */
  constructor(clock: Clock, burst: number, perSecond: number) {
    this.#options = { clock, burst, perSecond };
    this.#left = burst;
    this.#atMs = clock.monoMs();
  }

  /** `over`: one too many. `flood`: ten bursts too many, and still coming. */
  take(): 'ok' | 'over' | 'flood' {
    const { clock, burst, perSecond } = this.#options;
    const nowMs = clock.monoMs();
    const filled = Math.min(burst, this.#left + ((nowMs - this.#atMs) * perSecond) / 1000) - 1;
    // No deeper than a flood: it ends some seconds after the last one.
    this.#left = Math.max(-10 * burst, filled);
    this.#atMs = nowMs;
    if (this.#left >= 0) return 'ok';
    return filled < -10 * burst ? 'flood' : 'over';
  }
}
