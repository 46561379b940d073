import { fromHex } from '../base/bytes.js';
import { REPEAT_MS } from '../core/source/same-request.js';
import type { JournalAnswer } from '../journal/answers.js';
import type { Register } from '../port/register.js';
import type { RegisterPlace, TerminalContext } from './context.js';

/** An answer that the journal holds, on its way to its register. */
export type OnTheWire = Pick<JournalAnswer, 'frame' | 'bytes' | 'orderId' | 'result'>;

/** The newest answer about a sale, by register: when it was put on the line, and whether it may have been lost there. */
interface Newest {
  readonly orderId: string;
  readonly atMs: number;
  unread: boolean;
}

/** Answers under way. What becomes of each comes back as an event. */
export class RegisterWire {
  readonly #context: TerminalContext;
  /** How many answers to a frame are on the wire, or wait for it. */
  readonly #flying = new Map<string, number>();

  readonly #newest = new Map<string, Newest>();

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  /** Whether an answer to this frame is still under way. */
  carries(register: string, frame: string): boolean {
    return this.#flying.has(`${register} ${frame}`);
  }

  /** The connection was reset: who asks again on another may not have heard what was sent on this one. */
  unread(register: string): void {
    const newest = this.#newest.get(register);
    if (newest !== undefined) newest.unread = true;
  }

  /** Whether the last answer about this sale is so young that the same question may be a repeat, or it may have been lost. */
  lately(register: string, orderId: string): boolean {
    const newest = this.#newest.get(register);
    if (newest?.orderId !== orderId) return false;
    return newest.unread || this.#context.adapters.clock.monoMs() - newest.atMs < REPEAT_MS;
  }

  /** An answer that is not remembered. */
  courtesy({ register, acknowledge }: RegisterPlace, bytes: string): void {
    const { log, journal } = this.#context.adapters;
    const { name } = register;
    this.#context.endOnRejection(
      register.send(fromHex(bytes) ?? new Uint8Array()).then((outcome) => {
        const expected = outcome === 'silent' && acknowledge === 'assumed';
        if (outcome !== 'acknowledged')
          log[expected ? 'info' : 'warn'](`answer: the register was ${outcome}`);
        // Once: from then on its silence means that it has not heard.
        else if (!journal.answers.everAcknowledged(name)) {
          const none = { frame: '', bytes: '', approved: false, deaf: false };
          this.#context.post({ on: 'sent', register: name, ...none, outcome });
        }
      }),
    );
  }

  /** @param deaf the register has repeated its question as one does that hears nothing */
  transmit(register: Register, answer: OnTheWire, deaf = false): void {
    const { frame, bytes, orderId } = answer;
    const { name } = register;
    const approved = answer.result === 'approved';
    const about = orderId === undefined ? {} : { orderId };
    const key = `${name} ${frame}`;
    if (orderId !== undefined)
      this.#newest.set(name, { orderId, atMs: this.#context.adapters.clock.monoMs(), unread: false });
    this.#flying.set(key, (this.#flying.get(key) ?? 0) + 1);
    const sent = register.send(fromHex(bytes) ?? new Uint8Array());
    this.#context.endOnRejection(
      sent.then((outcome) => {
        const left = (this.#flying.get(key) ?? 1) - 1;
        if (left > 0) this.#flying.set(key, left);
        else this.#flying.delete(key);
        this.#context.post({ on: 'sent', register: name, frame, bytes, approved, deaf, outcome, ...about });
      }),
    );
  }
}
