import type Database from 'better-sqlite3';
import { failure } from './failure.js';

/** What became of the goods: a failure counts, a success ends the row of them. */
export interface SlotWord {
  readonly machine: string;
  readonly item: string;
  readonly failed: boolean;
}

export interface SlotRow {
  readonly machine: string;
  readonly item: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Wall time of the first of them. */
  readonly sinceMs: number;
}

/** Slots of vending machines that failed, over the journal's database. */
export class Slots {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database.Database) {
    this.#statements = prepareStatements(db);
  }

  /** Within the transaction of the commit that says it. */
  write({ machine, item, failed }: SlotWord, wallMs: number): void {
    if (failed) this.#statements.count.run(machine, item, wallMs);
    else this.#statements.drop.run(machine, item);
  }

  failures(machine: string, item: string): number {
    const row = this.#statements.one.get(machine, item) as { failures: number } | undefined;
    return row?.failures ?? 0;
  }

  all(): SlotRow[] {
    return this.#statements.all.all() as SlotRow[];
  }

  /**
   * A technician has seen to it.
   * @returns whether there was anything to clear
   * @throws Failure 710, 711
   */
  clear(machine: string, item: string): boolean {
    try {
      return this.#statements.drop.run(machine, item).changes > 0;
    } catch (thrown) {
      throw failure(thrown);
    }
  }
}

function prepareStatements(db: Database.Database) {
  return {
    count: db.prepare(
      `INSERT INTO slot(machine, item, failures, since_ms) VALUES (?, ?, 1, ?)
       ON CONFLICT(machine, item) DO UPDATE SET failures = failures + 1`,
    ),
    drop: db.prepare('DELETE FROM slot WHERE machine = ? AND item = ?'),
    one: db.prepare('SELECT failures FROM slot WHERE machine = ? AND item = ?'),
    all: db.prepare('SELECT machine, item, failures, since_ms AS sinceMs FROM slot ORDER BY machine, item'),
  };
}
