import type Database from 'better-sqlite3';
import { FARTHEST_MS } from '../core/sale/late.js';
import type { Sale } from '../core/sale/sale.js';
import { LATE_SQL, Statements } from './statements.js';

/** Closed sales that rare looks follow for, over the journal's database. Each question reads one row, by an index. */
export class LateLooks {
  readonly #statements: Statements<typeof LATE_SQL>;
  readonly #toSale: (row: unknown) => Sale;

  constructor(db: Database.Database, toSale: (row: unknown) => Sale) {
    this.#toSale = toSale;
    this.#statements = new Statements(db, LATE_SQL);
  }

  /** Within the transaction of a commit. @param dueMs null: none follows any more */
  write(orderId: string, dueMs: number | null): void {
    this.#statements.of('write').run(dueMs, orderId);
  }

  /** The one that is due for the longest time. */
  due(wallMs: number): Sale | undefined {
    const row =
      this.#statements.of('due').get(wallMs) ?? this.#statements.of('astray').get(wallMs + FARTHEST_MS);
    return row === undefined ? undefined : this.#toSale(row);
  }

  /** The newest that is older than `invoice`, due or not. */
  before(invoice: number): Sale | undefined {
    const row = this.#statements.of('before').get(invoice);
    return row === undefined ? undefined : this.#toSale(row);
  }
}
