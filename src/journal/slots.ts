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

/** Slots of vending machines that failed, over the journal's database. Asked for at every choice, and read once. */
export class Slots {
  readonly #statements: Statements<typeof SLOT_SQL>;
  #known: readonly SlotRow[] | undefined;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, SLOT_SQL);
  }

  /** Within the transaction of the commit that says it. */
  write({ machine, item, failed }: SlotChange, wallMs: number): void {
    if (failed) this.#statements.of('count').run(machine, item, wallMs);
    else this.#statements.of('drop').run(machine, item);
    this.#known = undefined;
  }

  failures(machine: string, item: string): number {
    return this.all().find((row) => row.machine === machine && row.item === item)?.failures ?? 0;
  }

  /** The same object as long as none failed or was mended. */
  all(): readonly SlotRow[] {
    this.#known ??= this.#statements.of('all').all() as SlotRow[];
    return this.#known;
  }

  /** The transaction that one was counted in has failed: what the disk says is read again. */
  forget(): void {
    this.#known = undefined;
  }
}
