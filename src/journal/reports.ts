import type Database from 'better-sqlite3';
import { REPORT_SQL, Statements } from './statements.js';

/** The report of a closed shift by one way, from the commit of the close until it is out. */
export interface ReportRow {
  readonly way: string;
  readonly shift: number;
  /** Tried so often in vain. */
  readonly tries: number;
}

export type ReportChange =
  | { readonly change: 'wanted'; readonly way: string; readonly shift: number; readonly dueMs: number }
  /** dueMs: wall time of the next try; null where it is out. */
  | ({ readonly change: 'tried'; readonly dueMs: number | null } & ReportRow);

/** Reports that are to go out, over the journal's database. */
export class Reports {
  readonly #statements: Statements<typeof REPORT_SQL>;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, REPORT_SQL);
  }

  /** Within the transaction of the commit. */
  write(changed: ReportChange): void {
    const { way, shift, dueMs } = changed;
    if (changed.change === 'wanted') this.#statements.of('want').run(way, shift, dueMs);
    else this.#statements.of('tried').run(changed.tries, dueMs, way, shift);
  }

  /** The oldest that is due. @param farMs what is due behind this was written by a clock that was ahead */
  due(way: string, nowMs: number, farMs: number): ReportRow | undefined {
    return this.#statements.of('due').get(way, nowMs, farMs) as ReportRow | undefined;
  }

  /** All that is not out, the oldest first. */
  waiting(): ReportRow[] {
    return this.#statements.of('waiting').all() as ReportRow[];
  }
}
