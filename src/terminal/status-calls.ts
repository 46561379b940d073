import { LOOK_MS } from '../core/sale/cadence.js';
import type { Clock } from '../port/clock.js';

/**
 * When each sale was asked about last, by which part: the sale itself, the rare looks, a person who compares. Those that
 * have no hurry wait here until {@link LOOK_MS} have passed.
 */
export class StatusCalls {
  readonly #clock: Pick<Clock, 'monoMs'>;
  /** Monotonic, and of the last {@link LOOK_MS} only. */
  readonly #askedMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monoMs'>) {
    this.#clock = clock;
  }

  note(orderId: string): void {
    const nowMs = this.#clock.monoMs();
    for (const [id, askedMs] of this.#askedMs) if (nowMs - askedMs >= LOOK_MS) this.#askedMs.delete(id);
    this.#askedMs.set(orderId, nowMs);
  }

  /** Until it may be asked about again, in milliseconds; 0 when it may. */
  restMs(orderId: string): number {
    const askedMs = this.#askedMs.get(orderId);
    return askedMs === undefined ? 0 : Math.max(0, askedMs + LOOK_MS - this.#clock.monoMs());
  }
}
