import type { Clock } from '../port/clock.js';

/** Ends in a row, each of which may have been the network's. */
const TRIES = 3;
const PAUSE_MS = 3_600_000;

/**
 * What a broker may answer by ending the connection: RabbitMQ and the embedded one do so to who asks for what he may not have. After
 * three such ends in a row it is left alone for an hour, so that notices come.
 */
export class RiskyRequest {
  readonly #clock: Pick<Clock, 'monoMs'>;
  #isPending = false;
  #ends = 0;
  #againAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monoMs'>) {
    this.#clock = clock;
  }

  /** @returns whether it may be tried now; then it counts as begun */
  begin(): boolean {
    if (this.#clock.monoMs() < this.#againAtMs) return false;
    this.#isPending = true;
    return true;
  }

  /** The broker has answered, whatever it was. */
  answered(): void {
    this.#isPending = false;
    this.#ends = 0;
  }

  /** The connection has ended. @returns whether that was once too often, and it is left alone now */
  ended(): boolean {
    if (!this.#isPending) return false;
    this.#isPending = false;
    this.#ends += 1;
    if (this.#ends < TRIES) return false;
    this.#ends = 0;
    this.#againAtMs = this.#clock.monoMs() + PAUSE_MS;
    return true;
  }
}
