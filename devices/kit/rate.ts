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

  /** For what costs nothing where it is refused: each second has its whole number, however many ask. */
  allows(): boolean {
    const filled = this.#filled();
    this.#left = filled < 1 ? filled : filled - 1;
    return filled >= 1;
  }

  /** `over`: one too many. `flood`: ten bursts too many, and still coming. */
  take(): 'ok' | 'over' | 'flood' {
    const { burst } = this.#options;
    const filled = this.#filled() - 1;
    // No deeper than a flood: it ends some seconds after the last one.
    this.#left = Math.max(-10 * burst, filled);
    if (this.#left >= 0) return 'ok';
    return filled < -10 * burst ? 'flood' : 'over';
  }

  #filled(): number {
    const { clock, burst, perSecond } = this.#options;
    const nowMs = clock.monoMs();
    const filled = Math.min(burst, this.#left + ((nowMs - this.#atMs) * perSecond) / 1000);
    this.#atMs = nowMs;
    return filled;
  }
}
