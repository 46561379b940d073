import { FAULT } from '../../../src/core/fault/table.js';
import type { Tools } from '../../kit/tools.js';
import { type Apdu, COMMAND } from './apdu.js';
import { describeApdu } from './describe.js';
import type { ZvtLink } from './link.js';

/** What the register said to a command of ours. */
export type ZvtReply =
  | { readonly said: 'yes' }
  /** 84 and `code`. */
  | { readonly said: 'no'; readonly code: number }
  | { readonly said: 'nothing' }
  | { readonly said: 'gone' };

export interface ZvtDialogueOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly link: ZvtLink;
  /** How long a command waits for its reply (T3). */
  readonly replyMs: number;
}

/** A command that is on its way, or was. */
interface Turn {
  /** Ends the promise of its reply; the first answer counts. */
  readonly tell: (reply: ZvtReply) => void;
  /** Lets the next command go. */
  readonly free: () => void;
  /** It has left, and the line has acknowledged it where lines do. */
  taken: boolean;
}

/**
 * Our commands to the register, one at a time, each with its reply.
 *
 * A reply does not say what it replies to. So one that is late is counted as owing, and the next reply that comes is
 * taken for it: an 80 00 00 to a late intermediate status must never pass for the register's confirmation that it has the result
 * of a payment. For the same reason nothing is said, until a reply that may still be under way has come or its time is
 * over, after a question that crossed our command.
 */
export class ZvtDialogue {
  readonly #options: ZvtDialogueOptions;
  #last: Promise<void> = Promise.resolve();
  #turn: Turn | undefined;
  #owing = 0;
  /** Commands of this round that wait for their turn or their reply. */
  #unfinished = 0;
  /** Counts up whenever the register begins anew; what was about to be said before is not said any more. */
  #round = 0;

  constructor(options: ZvtDialogueOptions) {
    this.#options = options;
  }

  /** A command waits for its turn or its reply, or one that did is still without it. */
  get behind(): boolean {
    return this.#unfinished > 0 || this.#owing > 0;
  }

  say(apdu: Uint8Array): Promise<ZvtReply> {
    const round = this.#round;
    this.#unfinished += 1;
    return new Promise((resolve) => {
      const tell = (reply: ZvtReply): void => {
        if (round === this.#round) this.#unfinished -= 1;
        resolve(reply);
      };
      this.#last = this.#last.then(async () => {
        if (round !== this.#round) resolve({ said: 'nothing' });
        else await this.#sayNow(apdu, round, tell);
      });
    });
  }

  replied({ command }: Apdu): void {
    if (this.#owing > 0) {
      this.#owing -= 1;
      this.#options.log.info('that was the reply to an earlier command');
      return;
    }
    // Before the command has left, or its ACK has come, it can only belong to something older.
    if (!this.#turn?.taken) {
      this.#options.log.debug('a reply that nobody waits for');
      return;
    }
    const { tell, free } = this.#turn;
    // 84 00 says yes as well: a vending machine's report that the goods came out (PA00P015 13.08, 2.2.6).
    const yes = command === COMMAND.accepted || command === COMMAND.issued;
    tell(yes ? { said: 'yes' } : { said: 'no', code: command & 0xff });
    free();
  }

  /** The register has begun something new, or is gone itself: what waits for a reply waits in vain. */
  over(why: 'nothing' | 'gone'): void {
    this.#turn?.tell({ said: why });
    if (why === 'gone') this.#turn?.free();
    this.#round += 1;
    this.#unfinished = 0;
    this.#owing = 0;
    this.#options.link.abandon();
  }

  /**
   * The cable was out, and the same register is at its other end. What it was told it may still reply to, late, and that
   * must not pass for its reply to what is said next.
   */
  interrupted(): void {
    const turn = this.#turn;
    if (turn !== undefined) {
      this.#owing += 1;
      turn.tell({ said: 'gone' });
      turn.free();
    }
    this.#options.link.abandon();
  }

  /** Ends when the next command may go. */
  async #sayNow(apdu: Uint8Array, round: number, answer: (reply: ZvtReply) => void): Promise<void> {
    const { link, timers, log, replyMs } = this.#options;
    let cancel: (() => void) | undefined;
    let told = false;
    let over = false;
    const freed = new Promise<void>((resolve) => {
      const tell = (reply: ZvtReply): void => {
        if (!told) answer(reply);
        told = true;
      };
      const free = (): void => {
        over = true;
        this.#turn = undefined;
        cancel?.();
        resolve();
      };
      this.#turn = { tell, free, taken: false };
    });
    const turn = this.#turn;
    const sent = await link.send(apdu, () => {
      if (turn !== undefined) turn.taken = true;
    });
    if (over) return freed;
    if (sent !== 'taken') this.#end({ said: sent === 'gone' ? 'gone' : 'nothing' });
    else
      cancel = timers.after(replyMs, () => {
        if (round === this.#round) {
          log.warn(() => `E${FAULT.registerNoAck} no reply to ${describeApdu(apdu)}`);
          this.#owing += 1;
        }
        this.#end({ said: 'nothing' });
      });
    return freed;
  }

  #end(reply: ZvtReply): void {
    const turn = this.#turn;
    turn?.tell(reply);
    turn?.free();
  }
}
