import type { Clock, Timers } from '../../src/port/clock.js';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Both clocks and the timers on them. Time stands still until a test moves it. */
export class FakeTime implements Clock, Timers {
  #nowMs = 0;
  /** What the wall clock is ahead of the other. */
  #wallMs: number;
  readonly #due = new Set<Due>();

  /** @param wallMs by default 22 November 2026, 12:00 in Jakarta */
  constructor(wallMs = Date.UTC(2026, 10, 22, 5)) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs + this.#nowMs;
  }

  monoMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const due = { atMs: this.#nowMs + ms, run };
    this.#due.add(due);
    return () => void this.#due.delete(due);
  }

  /** Milliseconds until each waiting timer, shortest first. */
  waiting(): number[] {
    return [...this.#due].map(({ atMs }) => atMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Sets the wall clock only, as NTP does. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs - this.#nowMs;
  }

  /** Moves on by `ms`, running what falls due on the way, each at its own time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (this.#runNext(endMs));
    this.#nowMs = endMs;
  }

  /** The same, and lets promises settle after each. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    while (this.#runNext(endMs)) await settled();
    this.#nowMs = endMs;
    await settled();
  }

  /** Each timer that waits now is over, whatever its length. */
  ringAll(): void {
    for (const due of [...this.#due]) {
      this.#due.delete(due);
      due.run();
    }
  }

  #runNext(endMs: number): boolean {
    const [next] = [...this.#due].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
    if (next === undefined) return false;
    this.#due.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.run();
    return true;
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
