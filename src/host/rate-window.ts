import type { Clock } from '../port/clock.js';

const WINDOW_MS = 60_000;
/** Names that are remembered at most; beyond them the one that was heard of longest ago is forgotten. */
const NAMES_MOST = 10_000;

/** At most so many a minute and name (a terminal, an order), counted in this process. Memory is bounded. */
export class RateWindow {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #recent = new Map<string, number[]>();

  constructor(perMinute: number, clock: Clock) {
    this.#limit = perMinute;
    this.#clock = clock;
  }

  /** Whether one more may pass; it counts from now on when it may. */
  admit(name: string): boolean {
    const nowMs = this.#clock.monoMs();
    const fresh = (this.#recent.get(name) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS);
    const isAdmitted = fresh.length < this.#limit;
    if (isAdmitted) fresh.push(nowMs);
    this.#recent.delete(name);
    this.#recent.set(name, fresh);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > NAMES_MOST && oldest !== undefined) this.#recent.delete(oldest);
    return isAdmitted;
  }
}
