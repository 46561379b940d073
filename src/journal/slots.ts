import type Database from 'better-sqlite3';
import { SLOT_SQL, Statements } from './statements.js';

/** What became of the goods: a failure counts; a success, or a technician who has seen to it, ends the row of them. */
export interface SlotChange {
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
  readonly #statements: Statements<typeof SLOT_SQL>;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, SLOT_SQL);
  }

  /** Within the transaction of the commit that says it. */
  write({ machine, item, failed }: SlotChange, wallMs: number): void {
    if (failed) this.#statements.of('count').run(machine, item, wallMs);
    else this.#statements.of('drop').run(machine, item);
  }

  failures(machine: string, item: string): number {
    const row = this.#statements.of('one').get(machine, item) as { failures: number } | undefined;
    return row?.failures ?? 0;
  }

  all(): SlotRow[] {
    return this.#statements.of('all').all() as SlotRow[];
  }
}
