import type { Timers } from '../../src/port/clock.js';
import type { SendOutcome } from '../../src/port/register.js';

export interface ExchangeOptions {
  readonly write: (bytes: Uint8Array) => Promise<boolean>;
  readonly timers: Timers;
  readonly ackWaitMs: number;
  readonly resends: number;
  /** Told of each write, once it has begun: 1 for the first. */
  readonly onWrite: (attempt: number) => void;
}

/**
 * One answer on its way: written whole, then written again on NAK or silence, until the register acknowledges, the
 * resends are used up, or something else ends it. It settles once.
 */
export class FrameExchange {
  readonly outcome: Promise<SendOutcome>;
  readonly #answer: Uint8Array;
  readonly #options: ExchangeOptions;
  #resolve: ((outcome: SendOutcome) => void) | undefined;
  #attempts = 0;
  #cancelTimer: (() => void) | undefined;
  #dropped = false;

  constructor(answer: Uint8Array, options: ExchangeOptions) {
    this.#answer = answer;
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  begin(): void {
    void this.#write();
  }

  acknowledged(): void {
    this.#settle('acknowledged');
  }

  refused(): void {
    this.#again('unheard');
  }

  /**
   * The line went away. A register that closes its port between our answer and its acknowledgement is normal: it has
   * the rest of the wait to come back and say 06. Nothing is sent again on a line that was reopened, because an
   * answer out of the blue would be read as the answer to whatever is asked next.
   */
  lineGone(): void {
    this.#dropped = true;
  }

  /** The register has moved on (it asks something else), or the driver stops. */
  end(outcome: SendOutcome): void {
    this.#settle(this.#dropped ? 'gone' : outcome);
  }

  async #write(): Promise<void> {
    this.#attempts += 1;
    const attempt = this.#attempts;
    const written = this.#options.write(this.#answer);
    // It is on its way: who waits at the register need not wait for our log.
    this.#options.onWrite(attempt);
    const sent = await written;
    if (this.#resolve === undefined || attempt !== this.#attempts) return;
    if (!sent) return this.#settle('gone');
    this.#cancelTimer = this.#options.timers.after(this.#options.ackWaitMs, () => this.#again());
  }

  /** @param met what it comes to where it was sent often enough */
  #again(met: SendOutcome = 'silent'): void {
    if (this.#resolve === undefined) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#dropped) this.#settle('gone');
    else if (this.#attempts > this.#options.resends) this.#settle(met);
    else void this.#write();
  }

  #settle(outcome: SendOutcome): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    resolve(outcome);
  }
}
