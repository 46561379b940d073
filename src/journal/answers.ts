import type Database from 'better-sqlite3';
import type { GivenAnswer } from '../core/source/register-session.js';
import type { Bodies } from './bodies.js';
import { longRuns, shortRuns } from './runs.js';
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
  readonly orderId?: string;
  /** As the register's driver names it: `silent`, `gone`, ... */
  readonly met: string;
  readonly heard: boolean;
}

interface AnswerRow {
  readonly register: string;
  readonly frame: string;
  readonly bytes: string;
  readonly result: GivenAnswer['result'];
  readonly acknowledged: number;
  readonly met: string | null;
}

/** In place of a frame that is its sale's reference: no frame is written twice. */
const OWN_FRAME = '=';

/** Words about other questions (a refund, a cancelling) say nothing of how the sale itself ended. */
const BESIDES: readonly string[] = ['done', 'conflict', 'refunded', 'notRefunded'];
const PASSING: readonly string[] = ['pending', 'unknown'];

/** What registers were sent, over the journal's database. Written within the transaction of the commit that says it. */
export class Answers {
  readonly #statements: Statements<typeof ANSWER_SQL>;
  readonly #bodies: Bodies;
  readonly #referenceOf: (orderId: string) => string | undefined;

  /** @param referenceOf of a sale that is known: its caller's own, or the frame that asked for it */
  constructor(db: Database.Database, bodies: Bodies, referenceOf: (orderId: string) => string | undefined) {
    this.#statements = new Statements(db, ANSWER_SQL);
    this.#bodies = bodies;
    this.#referenceOf = referenceOf;
  }

  write({ register, orderId, frame, bytes, result, acknowledged }: JournalAnswer): void {
    if (orderId !== undefined) this.#bodies.unpack(orderId);
    const written = this.#written(frame, orderId);
    this.#statements
      .of('write')
      .run(register, orderId ?? null, written, shortRuns(bytes), result, acknowledged ? 1 : 0);
  }

  /**
   * This became of it, and of no other to the same frame: a newer one may be on its way.
   * @returns whether that is news: an answer given once more may only be heard once more
   */
  meet({ register, orderId, frame, bytes, met, heard }: MetAnswer): boolean {
    const s = this.#statements;
    const now = [met, heard ? 1 : 0];
    const first = met === 'acknowledged' ? s.of('acknowledges').run(register).changes : 0;
    if (orderId !== undefined) this.#bodies.unpack(orderId);
    // What had not to be remembered has no row.
    if (bytes === '') return first > 0;
    // Earlier versions wrote it whole.
    const said = [shortRuns(bytes), bytes];
    const row =
      orderId === undefined
        ? s.of('meetNone').run(...now, register, frame, ...said, ...now)
        : s.of('meetOne').run(...now, orderId, this.#written(frame, orderId), frame, ...said, ...now);
    return row.changes + first > 0;
  }

  /** Whether this register has acknowledged anything since the journal began. */
  everAcknowledged(register: string): boolean {
    return this.#statements.of('everAcknowledged').get(register) !== undefined;
  }

  /**
   * Whether the newest final answer about a sale met with silence: of all, or of those to `frame`, the sale's own request. An
   * inquiry afterwards, whose answer was lost, takes nothing back of what was said before.
   */
  metSilence(orderId: string, frame: string): boolean {
    const final = this.#ofOrder(orderId).filter(({ result }) => isFinal(result));
    const own = final.findLast((row) => row.frame === frame);
    return [final.at(-1), own].some((row) => row?.met === 'silent');
  }

  /**
   * The final answer about a sale that its register has acknowledged, in reply to whatever; where there is none, the
   * last one in reply to `frame`, the sale's own request; where there is none either, the last one.
   */
  about(orderId: string, frame = ''): GivenAnswer | undefined {
    const rows = this.#ofOrder(orderId).filter(isAboutEnd);
    const heard = rows.filter((row) => row.acknowledged === 1 && isFinal(row.result));
    const among = heard.length > 0 ? heard : rows;
    return givenAnswer(among.findLast((row) => row.frame === frame) ?? among.at(-1));
  }

  /** The last answer to a frame, of one of these registers, that was about this sale, or about none. */
  to(registers: readonly string[], frame: string, orderId?: string): GivenAnswer | undefined {
    if (orderId === undefined)
      return givenAnswer(this.#statements.of('aboutNone').get(JSON.stringify(registers), frame) as AnswerRow);
    const rows = this.#ofOrder(orderId);
    return givenAnswer(rows.findLast((row) => registers.includes(row.register) && row.frame === frame));
  }

  /** Oldest first. */
  #ofOrder(orderId: string): AnswerRow[] {
    const packed = this.#bodies.packed(orderId)?.answers;
    const rows = (packed ?? this.#statements.of('ofOrder').all(orderId)) as AnswerRow[];
    return rows.map((row) =>
      row.frame === OWN_FRAME ? { ...row, frame: this.#referenceOf(orderId) ?? '' } : row,
    );
  }

  #written(frame: string, orderId: string | undefined): string {
    return orderId !== undefined && this.#referenceOf(orderId) === frame ? OWN_FRAME : frame;
  }
}

/** Whether it says how the sale ended, for good. */
export function isFinal(result: GivenAnswer['result']): boolean {
  return isAboutEnd({ result }) && !PASSING.includes(result);
}

function isAboutEnd({ result }: Pick<GivenAnswer, 'result'>): boolean {
  return !BESIDES.includes(result);
}

function givenAnswer(row: AnswerRow | undefined): GivenAnswer | undefined {
  if (row === undefined) return undefined;
  const { frame, bytes, result, acknowledged } = row;
  return { frame, bytes: longRuns(bytes), result, acknowledged: acknowledged === 1 };
}
