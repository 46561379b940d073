import type { Clock, Timers } from '../../src/port/clock.js';

/** A clock that only a test moves, with the timers on it. */
export class ManualTime implements Clock, Timers {
  #nowMs = 1_000_000;
  #waiting: { readonly atMs: number; readonly run: () => void }[] = [];

  wallMs(): number {
    return 1_795_000_000_000 + this.#nowMs;
  }

  monoMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  /** How many timers are set. */
  waiting(): number {
    return this.#waiting.length;
  }

  /** Moves on, running each timer at its own time and in its order. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#waiting.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

/** The bound of `show`: a length that no other timer of the page's server has. */
const CONFIRM_WITHIN_MS = 3_000;

/**
 * For pages that a real browser shows: beats come in real time, but the browser may paint and answer as late as it likes,
 * since the clock stands still and `show` waits for as long as it takes.
 */
export const PATIENT_TIME: Clock & Timers = {
  wallMs: () => Date.now(),
  monoMs: () => 0,
  after: (ms, run) => {
    if (ms === CONFIRM_WITHIN_MS) return () => undefined;
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
