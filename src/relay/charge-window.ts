import type { Clock } from '../port/clock.js';

const WINDOW_MS = 60_000;

/**
 * At most so many charges a minute and terminal, counted in this process. The same order id again is free: Midtrans
 * answers a repeated charge from its memory, and a terminal that lost an answer must be able to ask.
 */
export class ChargeWindow {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #recent = new Map<string, { orderId: string; atMs: number }[]>();

  constructor(chargesPerMinute: number, clock: Clock) {
    this.#limit = chargesPerMinute;
    this.#clock = clock;
  }

  /** Whether this charge may pass; it counts from now on when it may. */
  admit(terminalId: string, orderId: string): boolean {
    const nowMs = this.#clock.monoMs();
    const fresh = (this.#recent.get(terminalId) ?? []).filter((one) => nowMs - one.atMs < WINDOW_MS);
    const isRepeat = fresh.some((one) => one.orderId === orderId);
    const isAdmitted = isRepeat || fresh.length < this.#limit;
    if (isAdmitted && !isRepeat) fresh.push({ orderId, atMs: nowMs });
    this.#recent.set(terminalId, fresh);
    return isAdmitted;
  }
}
