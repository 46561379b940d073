import type { Clock } from '../port/clock.js';
import { NewestMap } from './newest-map.js';

const WINDOW_MS = 60_000;
/** Names that are remembered at most; beyond them the one that was heard of longest ago is forgotten. */
const NAMES_MOST = 10_000;

/** At most so many a minute and name (a terminal, an order), counted in this process. Memory is bounded. */
export class RateWindow {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #recent = new NewestMap<{ readonly of: string | undefined; readonly atMs: number }[]>(NAMES_MOST);

  constructor(perMinute: number, clock: Clock) {
    this.#limit = perMinute;
    this.#clock = clock;
  }

  /**
   * Whether one more may pass; it counts from now on when it may.
   * @param of what passed within the minute passes again, and is not counted twice: an order id of a repeated charge
   * @param most of this name, where that is less than of all
   */
  admit(name: string, of?: string, most = this.#limit): boolean {
    const nowMs = this.#clock.monoMs();
    const fresh = (this.#recent.get(name) ?? []).filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    const isRepeat = of !== undefined && fresh.some((one) => one.of === of);
    const isAdmitted = isRepeat || fresh.length < Math.min(most, this.#limit);
    if (isAdmitted && !isRepeat) fresh.push({ of, atMs: nowMs });
    this.#recent.set(name, fresh);
    return isAdmitted;
  }
}
