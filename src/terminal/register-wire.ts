import { fromHex } from '../base/bytes.js';
import type { JournalAnswer } from '../journal/answers.js';
import type { Register } from '../port/register.js';
import type { Hall, RegisterPlace } from './parts.js';

/** An answer that the journal holds, on its way to its register. */
export type OnTheWire = Pick<JournalAnswer, 'frame' | 'bytes' | 'orderId' | 'result'>;

/** Answers under way. What becomes of each comes back as an event. */
export class RegisterWire {
  readonly #hall: Hall;
  /** How many answers to a frame are on the wire, or wait for it. */
  readonly #flying = new Map<string, number>();

  constructor(hall: Hall) {
    this.#hall = hall;
  }

  /** Whether an answer to this frame is still under way. */
  carries(register: string, frame: string): boolean {
    return this.#flying.has(`${register} ${frame}`);
  }

  /** An answer that nobody has to remember. */
  courtesy({ register, acknowledge }: RegisterPlace, bytes: string): void {
    const { log } = this.#hall.roster;
    this.#hall.mind(
      register.send(fromHex(bytes) ?? new Uint8Array()).then((outcome) => {
        if (outcome === 'acknowledged') return;
        const expected = outcome === 'silent' && acknowledge === 'assumed';
        log[expected ? 'info' : 'warn'](`answer: the register was ${outcome}`);
      }),
    );
  }

  transmit(register: Register, answer: OnTheWire): void {
    const { frame, bytes, orderId } = answer;
    const { name } = register;
    const approved = answer.result === 'approved';
    const about = orderId === undefined ? {} : { orderId };
    const key = `${name} ${frame}`;
    this.#flying.set(key, (this.#flying.get(key) ?? 0) + 1);
    const sent = register.send(fromHex(bytes) ?? new Uint8Array());
    this.#hall.mind(
      sent.then((outcome) => {
        const left = (this.#flying.get(key) ?? 1) - 1;
        if (left > 0) this.#flying.set(key, left);
        else this.#flying.delete(key);
        this.#hall.post({ on: 'sent', register: name, frame, bytes, approved, outcome, ...about });
      }),
    );
  }
}
