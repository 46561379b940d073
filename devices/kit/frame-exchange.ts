import type { Timers } from '../../src/port/clock.js';
import type { SendOutcome } from '../../src/port/register.js';

export interface ExchangeOptions {
  readonly write: (bytes: Uint8Array) => Promise<boolean>;
  readonly timers: Timers;
  readonly ackWaitMs: number;
  readonly resends: number;
  /** The frame that is answered, where nothing in an answer says whose it is. */
  readonly question?: Uint8Array;
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
  /** Set where the question came once more meanwhile. */
  #askAnew: (() => void) | undefined;

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

  /**
   * The register asks. Something else, and it does not wait for this answer: a resend now would be read as the answer to that.
   * The very question of this answer may have crossed it, and a second copy would be read as the answer to the next question,
   * which may be the same bytes: so it is answered by what this answer's own resends bring, and asked where there are none.
   * @returns whether it waits
   */
  asked(frame: Uint8Array, ask: () => void): boolean {
    const { question } = this.#options;
    const isWaiting =
      this.#resolve !== undefined &&
      !this.#dropped &&
      question !== undefined &&
      !Buffer.compare(frame, question);
    if (isWaiting) {
      this.#askAnew = ask;
      return true;
    }
    this.end('silent');
    ask();
    return false;
  }

  /** The register has moved on, or the driver stops. */
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
    if (this.#dropped) return this.#settle('gone');
    const ask = this.#askAnew;
    this.#askAnew = undefined;
    // The copy is the answer to the question that crossed the one before.
    if (this.#attempts <= this.#options.resends) return void this.#write();
    this.#settle(met);
    ask?.();
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
