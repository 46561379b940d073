import type { Timers } from '../../../src/port/clock.js';
import { realTimers, until } from '../../kit/pty/until.js';

/**
 * Timers of the real world, but for the waits of some lengths, which no other timer of a device has: these end when the
 * story says so, and not because a machine is slow.
 */
export class HeldTimers implements Timers {
  readonly #heldMs: readonly number[];
  readonly #what: string;
  readonly #waits = new Set<() => void>();

  /** @param what waits so, for the message of a story that waits for it in vain */
  constructor(what: string, ...heldMs: readonly number[]) {
    this.#heldMs = heldMs;
    this.#what = what;
  }

  after(ms: number, run: () => void): () => void {
    if (!this.#heldMs.includes(ms)) return realTimers.after(ms, run);
    this.#waits.add(run);
    return () => void this.#waits.delete(run);
  }

  /** Once something waits, its wait is over. */
  async end(): Promise<void> {
    await until(this.#what, () => this.#waits.size > 0);
    for (const run of [...this.#waits]) {
      this.#waits.delete(run);
      run();
    }
  }
}
