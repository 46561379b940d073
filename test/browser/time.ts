import { performance } from 'node:perf_hooks';
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

/** The machine's own clock, for pages that a real browser shows. */
export const REAL_TIME: Clock & Timers = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
