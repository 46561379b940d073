import type { Notice } from '../base/notice.js';
import type { Clock } from '../port/clock.js';

/**
 * Whether a notice came too late to be of use.
 *
 * The relay's present time is known from below: some notice was written at `at`, and since it arrived here our monotonic
 * clock has counted on. That bound is wrong only when a relay's clock ran ahead. Our wall clock is wrong whenever a Pi
 * has not heard of NTP yet. A notice is dropped only when both say that it has expired, so that no single wrong clock
 * can silence the doorbell; where they differ it rings, and the gateway is asked once too often, which costs nothing
 * (law 3: a notice never pays).
 */
export class Freshness {
  readonly #clock: Clock;
  /** The highest `relay time - monotonic time` seen. */
  #relayAheadMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call once a notice, at its arrival. @returns why it is to be dropped, or undefined when it shall ring. */
  staleness(notice: Notice): string | undefined {
    const mono = this.#clock.monoMs();
    this.#relayAheadMs = Math.max(this.#relayAheadMs, Date.parse(notice.at) - mono);
    const expiresMs = Date.parse(notice.expiresAt);
    const byRelayMs = this.#relayAheadMs + mono - expiresMs;
    const byWallMs = this.#clock.wallMs() - expiresMs;
    if (byRelayMs <= 0 || byWallMs <= 0) return undefined;
    return `expired ${Math.round(Math.min(byRelayMs, byWallMs) / 1000)} s ago`;
  }
}
