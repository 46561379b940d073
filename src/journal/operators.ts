import type Database from 'better-sqlite3';
import { OPERATOR_SQL, Statements } from './statements.js';

/** Numbers of one operator that are remembered one by one; below the lowest of them none is taken any more. */
const WINDOW = 64;

/** A command that was begun. */
export interface BegunCommand {
  readonly operator: string;
  readonly number: number;
  readonly command: string;
  /** Wall time. */
  readonly atMs: number;
}

export type OperatorChange =
  /** Its number is used up, and nothing is done. */
  | { readonly change: 'refused'; readonly operator: string; readonly number: number }
  | ({ readonly change: 'begun' } & BegunCommand)
  | { readonly change: 'ended'; readonly operator: string; readonly number: number };

/** As RFC 4303 does (section 3.4.3): by numbers alone, so that no clock that goes wrong opens the door to an old one. */
interface Seen {
  /** Nothing up to here is taken. */
  readonly floor: number;
  /** Those above it that were there. */
  readonly numbers: readonly number[];
}

/** What operators have sent, over the journal's database, in its table of facts about itself. */
export class Operators {
  readonly #statements: Statements<typeof OPERATOR_SQL>;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, OPERATOR_SQL);
  }

  /** Within the transaction of the commit that says it. */
  write(change: OperatorChange): void {
    const { operator, number } = change;
    if (change.change === 'ended') {
      this.#statements.of('drop').run(begunKey(operator, number));
      return;
    }
    const { floor, numbers } = this.#seen(operator);
    const all = [...numbers, number].sort((a, b) => a - b);
    const over = all.slice(0, -WINDOW);
    const seen: Seen = { floor: over.at(-1) ?? floor, numbers: all.slice(-WINDOW) };
    this.#statements.of('keep').run(seenKey(operator), JSON.stringify(seen));
    if (change.change === 'refused') return;
    const { command, atMs } = change;
    const begun: BegunCommand = { operator, number, command, atMs };
    this.#statements.of('keep').run(begunKey(operator, number), JSON.stringify(begun));
  }

  /** Whether this number of his was there before, or is older than all that are remembered. */
  isUsed(operator: string, number: number): boolean {
    const { floor, numbers } = this.#seen(operator);
    return number <= floor || numbers.includes(number);
  }

  /** Begun and not ended: at a start, those that the process did not outlive. */
  begun(): BegunCommand[] {
    const rows = this.#statements.of('begun').all() as { readonly value: string }[];
    return rows.map(({ value }) => JSON.parse(value) as BegunCommand);
  }

  #seen(operator: string): Seen {
    const row = this.#statements.of('get').get(seenKey(operator)) as { readonly value: string } | undefined;
    return row === undefined ? { floor: 0, numbers: [] } : (JSON.parse(row.value) as Seen);
  }
}

function seenKey(operator: string): string {
  return `operator seen ${operator}`;
}

function begunKey(operator: string, number: number): string {
  return `operator begun ${operator} ${number}`;
}
