import type Database from 'better-sqlite3';
import type { GivenAnswer } from '../core/register-session.js';

export interface JournalAnswer extends GivenAnswer {
  readonly register: string;
  readonly orderId?: string;
}

/** What registers were sent, over the journal's database. Written within the transaction of the commit that says it. */
export class Answers {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database.Database) {
    this.#statements = prepareStatements(db);
  }

  write({ register, orderId, frame, bytes, result, acknowledged }: JournalAnswer): void {
    this.#statements.write.run(register, orderId ?? null, frame, bytes, result, acknowledged ? 1 : 0);
  }

  /** The last answer to `frame` was taken. */
  acknowledge({ register, frame }: { readonly register: string; readonly frame: string }): void {
    this.#statements.acknowledge.run(register, frame);
  }

  /**
   * The final answer about a sale that its register has acknowledged, in reply to whatever; where there is none, the
   * last one in reply to `frame`, the sale's own request; where there is none either, the last one.
   */
  about(orderId: string, frame = ''): GivenAnswer | undefined {
    return givenAnswer(this.#statements.about.get(orderId, frame));
  }

  /** The last answer to a register's frame that was about no sale. */
  to(register: string, frame: string): GivenAnswer | undefined {
    return givenAnswer(this.#statements.to.get(register, frame));
  }
}

function givenAnswer(row: unknown): GivenAnswer | undefined {
  const stored = row as
    | { frame: string; bytes: string; result: GivenAnswer['result']; acknowledged: number }
    | undefined;
  return stored === undefined ? undefined : { ...stored, acknowledged: stored.acknowledged === 1 };
}

function prepareStatements(db: Database.Database) {
  return {
    write: db.prepare(
      'INSERT INTO answer(register, order_id, frame, bytes, result, acknowledged) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    acknowledge: db.prepare(
      `UPDATE answer SET acknowledged = 1
       WHERE id = (SELECT max(id) FROM answer WHERE register = ? AND frame = ?)`,
    ),
    to: db.prepare(
      `SELECT frame, bytes, result, acknowledged FROM answer
       WHERE register = ? AND frame = ? AND order_id IS NULL ORDER BY id DESC LIMIT 1`,
    ),
    // Words about other questions (a refund, a cancelling) say nothing of how the sale itself ended.
    about: db.prepare(
      `SELECT frame, bytes, result, acknowledged FROM answer
       WHERE order_id = ? AND result NOT IN ('done', 'conflict', 'refunded', 'notRefunded')
       ORDER BY (acknowledged = 1 AND result NOT IN ('pending', 'unknown')) DESC, frame = ? DESC, id DESC LIMIT 1`,
    ),
  };
}
