import type Database from 'better-sqlite3';
import type { GivenAnswer } from '../core/source/register-session.js';
import { ANSWER_SQL, Statements } from './statements.js';

export interface JournalAnswer extends GivenAnswer {
  readonly register: string;
  readonly orderId?: string;
}

/** What an answer is known by once it was sent, by whichever door. */
export type AnswerName = Pick<JournalAnswer, 'frame' | 'bytes'>;

/** What became of an answer on its line, and whether the register is taken to have heard it. */
export interface MetAnswer extends AnswerName {
  readonly register: string;
  /** As the register's driver names it: `silent`, `gone`, ... */
  readonly met: string;
  readonly heard: boolean;
}

/** What registers were sent, over the journal's database. Written within the transaction of the commit that says it. */
export class Answers {
  readonly #statements: Statements<typeof ANSWER_SQL>;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, ANSWER_SQL);
  }

  write({ register, orderId, frame, bytes, result, acknowledged }: JournalAnswer): void {
    this.#statements.of('write').run(register, orderId ?? null, frame, bytes, result, acknowledged ? 1 : 0);
  }

  /** This became of it, and of no other to the same frame: a newer one may be on its way. */
  meet({ register, frame, bytes, met, heard }: MetAnswer): void {
    // What had not to be remembered has no row, and all would be gone through in search of it.
    if (bytes !== '') this.#statements.of('meet').run(met, heard ? 1 : 0, frame, bytes);
    if (met === 'acknowledged') this.#statements.of('acknowledges').run(register);
  }

  /** Whether this register has acknowledged anything since the journal began. */
  everAcknowledged(register: string): boolean {
    return this.#statements.of('everAcknowledged').get(register) !== undefined;
  }

  /** What became of the newest final answer about a sale, in reply to whatever; undefined where that is not known. */
  lastMet(orderId: string): string | undefined {
    const row = this.#statements.of('lastMet').get(orderId) as { met: string | null } | undefined;
    return row?.met ?? undefined;
  }

  /**
   * The final answer about a sale that its register has acknowledged, in reply to whatever; where there is none, the
   * last one in reply to `frame`, the sale's own request; where there is none either, the last one.
   */
  about(orderId: string, frame = ''): GivenAnswer | undefined {
    return givenAnswer(this.#statements.of('about').get(orderId, frame));
  }

  /** The last answer to a frame, of one of these registers, that was about this sale, or about none. */
  to(registers: readonly string[], frame: string, orderId?: string): GivenAnswer | undefined {
    const names = JSON.stringify(registers);
    // Each from an index of its own: `order_id IS ?` could use neither.
    if (orderId === undefined) return givenAnswer(this.#statements.of('aboutNone').get(names, frame));
    return givenAnswer(this.#statements.of('aboutOne').get(names, frame, orderId));
  }
}

function givenAnswer(row: unknown): GivenAnswer | undefined {
  const stored = row as
    | { frame: string; bytes: string; result: GivenAnswer['result']; acknowledged: number }
    | undefined;
  return stored === undefined ? undefined : { ...stored, acknowledged: stored.acknowledged === 1 };
}
