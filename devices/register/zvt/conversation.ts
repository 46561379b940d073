import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import { type Apdu, COMMAND } from './apdu.js';
import { describeApdu } from './describe.js';
import type { Link } from './link.js';

/** What the register said to a command of ours. */
export type Reply =
  | { readonly said: 'yes' }
  /** 84 and `code`. */
  | { readonly said: 'no'; readonly code: number }
  | { readonly said: 'nothing' }
  | { readonly said: 'gone' };

export interface ConversationOptions {
  readonly link: Link;
  readonly timers: Timers;
  readonly log: Log;
  /** How long a command waits for its reply (T3). */
  readonly replyMs: number;
}

/**
 * Our commands to the register, one at a time, each with its reply.
 *
 * A reply does not say what it replies to. So one that is late is counted as owing, and the next reply that comes is
 * taken for it: an 80 00 00 to a late intermediate status must never pass for the register's word that it has the result
 * of a payment.
 */
export class Conversation {
  readonly #options: ConversationOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: ((reply: Reply) => void) | undefined;
  #owing = 0;
  /** Commands that wait for their turn or their reply. */
  #unfinished = 0;
  /** Counts up whenever the register begins anew; what was about to be said before is not said any more. */
  #round = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** A command is on its way, or one that was is still without its reply. */
  get behind(): boolean {
    return this.#unfinished > 0 || this.#owing > 0;
  }

  say(apdu: Uint8Array): Promise<Reply> {
    const round = this.#round;
    this.#unfinished += 1;
    const reply = this.#turn.then(async (): Promise<Reply> => {
      const said: Reply = round === this.#round ? await this.#sayNow(apdu) : { said: 'nothing' };
      this.#unfinished -= 1;
      return said;
    });
    this.#turn = reply;
    return reply;
  }

  replied({ command }: Apdu): void {
    // Before the ACK of the command itself, it can only belong to something older.
    if (this.#owing > 0) {
      this.#owing -= 1;
      this.#options.log.info('that was the reply to an earlier command');
      return;
    }
    if (this.#waiting === undefined || this.#options.link.unacknowledged) {
      this.#options.log.debug('a reply that nobody waits for');
      return;
    }
    this.#waiting(command === COMMAND.accepted ? { said: 'yes' } : { said: 'no', code: command & 0xff });
  }

  /** The register has begun something new, or the line is gone: nothing that was said before will be replied to. */
  over(why: 'nothing' | 'gone'): void {
    this.#round += 1;
    this.#options.link.abandon();
    this.#waiting?.({ said: why });
    this.#owing = 0;
  }

  async #sayNow(apdu: Uint8Array): Promise<Reply> {
    const { link, timers, log, replyMs } = this.#options;
    let cancel: (() => void) | undefined;
    let settled = false;
    const reply = new Promise<Reply>((resolve) => {
      this.#waiting = (said) => {
        settled = true;
        this.#waiting = undefined;
        cancel?.();
        resolve(said);
      };
    });
    const sent = await link.send(apdu);
    if (settled) return reply;
    if (sent !== 'taken') this.#waiting?.({ said: sent === 'gone' ? 'gone' : 'nothing' });
    else
      cancel = timers.after(replyMs, () => {
        log.warn(() => `E204 no reply to ${describeApdu(apdu)}`);
        this.#owing += 1;
        this.#waiting?.({ said: 'nothing' });
      });
    return reply;
  }
}
