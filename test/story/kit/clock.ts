import type { Clock, Timers } from '../../../src/port/clock.js';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * A clock that tests turn. Sockets, files and MQTT run in real time meanwhile, so before it moves on it waits until
 * `busy` says that nothing is under way: a time-out then means that an answer was really missing, not that the machine
 * was slow.
 */
export class TurnedClock implements Clock, Timers {
  readonly #timers = new Set<Timer>();
  readonly #busy: () => boolean;
  #nowMs = 1_000_000;
  /** Added to the wall clock only, for jumps. */
  wallOffsetMs = Date.UTC(2026, 10, 22, 5, 0, 0);
  #made = 0;

  constructor(busy: () => boolean) {
    this.#busy = busy;
  }

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  monoMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    this.#made += 1;
    const timer = { dueMs: this.#nowMs + Math.max(0, ms), order: this.#made, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /**
   * Turns by `ms`, running what falls due in its order.
   * @param evenIfBusy for stories in which an answer is held back on purpose
   */
  async advance(ms: number, evenIfBusy = false): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await this.#quiet(evenIfBusy);
      const next = [...this.#timers].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#timers.delete(next);
      next.run();
    }
    this.#nowMs = endMs;
    await this.#quiet(evenIfBusy);
  }

  async #quiet(evenIfBusy: boolean): Promise<void> {
    for (let calm = 0; calm < 3; calm = this.#busy() && !evenIfBusy ? 0 : calm + 1) await breathe();
  }
}

/** Lets the event loop take what sockets have for it. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setTimeout(resolve, 1)));
}
