import type { Clock, Timers } from '../../../src/port/clock.js';

/** Time that stands still until a test turns it. */
export class FakeTimers implements Clock, Timers {
  #nowMs = 0;
  #next = 0;
  readonly #waiting = new Map<number, { readonly dueMs: number; readonly run: () => void }>();

  after(ms: number, run: () => void): () => void {
    const id = this.#next;
    this.#next += 1;
    this.#waiting.set(id, { dueMs: this.#nowMs + ms, run });
    return () => this.#waiting.delete(id);
  }

  monoMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  /** Milliseconds until each waiting timer, shortest first. */
  waiting(): number[] {
    return [...this.#waiting.values()].map(({ dueMs }) => dueMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Runs what is due on the way, in order, and lets promises settle after each. */
  async pass(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#waiting]
        .filter(([, { dueMs }]) => dueMs <= end)
        .sort((a, b) => a[1].dueMs - b[1].dueMs)[0];
      if (due === undefined) break;
      this.#waiting.delete(due[0]);
      this.#nowMs = Math.max(this.#nowMs, due[1].dueMs);
      due[1].run();
      await settled();
    }
    this.#nowMs = end;
    await settled();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
