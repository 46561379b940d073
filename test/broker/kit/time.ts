import type { Clock, Random, Timers } from '../../../src/port/clock.js';
import { realTimers } from '../../kit/pty/until.js';

/** For an acknowledgement in real time: a slow machine is no story. */
export const PATIENCE_MS = 60_000;

/** The machine's own clock and timers, for what a library forces to happen in real time. */
export function realTime(): { readonly clock: Clock; readonly timers: Timers } {
  return {
    clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
    timers: realTimers,
  };
}

interface Due {
  readonly atMs: number;
  readonly ms: number;
  readonly run: () => void;
}

/** A clock that stands until it is told to go on. */
export class FakeTime implements Clock, Timers {
  #monoMs = 1000;
  #wallMs: number;
  #due: Due[] = [];

  constructor(wallMs = Date.parse('2026-11-22T08:00:00Z')) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monoMs(): number {
    return this.#monoMs;
  }

  after(ms: number, run: () => void): () => void {
    const due: Due = { atMs: this.#monoMs + ms, ms, run };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((other) => other !== due);
    };
  }

  /** The lengths of the pauses that are running, shortest first. */
  waiting(): number[] {
    return this.#due.map((due) => due.ms).sort((a, b) => a - b);
  }

  /** Sets the wall clock only, as NTP does. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  advance(ms: number): void {
    const endMs = this.#monoMs + ms;
    for (;;) {
      const next = this.#due.filter((due) => due.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((due) => due !== next);
      this.#pass(next.atMs - this.#monoMs);
      next.run();
    }
    this.#pass(endMs - this.#monoMs);
  }

  #pass(ms: number): void {
    this.#monoMs += ms;
    this.#wallMs += ms;
  }
}

/** Always the same fraction; bytes count up. */
export function fixedRandom(fraction = 0.5): Random {
  let next = 0;
  return {
    fraction: () => fraction,
    bytes: (count) => Uint8Array.from({ length: count }, () => next++ & 0xff),
  };
}
