import type Database from 'better-sqlite3';
import type { Sale } from '../core/sale/sale.js';
import type { Selection } from '../core/shift/selection.js';
import type { SoldRow } from '../core/shift/sold-line.js';
import { SOLD_SQL, Statements } from './statements.js';

/** Where the page before ended. */
export interface SoldMark {
  readonly at: number;
  readonly ms: number;
}

export const SOLD_BEGIN: SoldMark = { at: 0, ms: Number.MIN_SAFE_INTEGER };

export interface SoldPage {
  readonly sales: readonly { readonly sale: Sale; readonly row: SoldRow }[];
  /** Absent after the last. */
  readonly next?: SoldMark;
}

interface Row extends SoldRow {
  readonly at: number;
  readonly ms: number;
  readonly body: string | Buffer;
}

/** What was sold, a page at a time: the live journal's and what is packed, in the order in which it was opened. */
export class Sold {
  readonly #statements: Statements<typeof SOLD_SQL>;
  readonly #toSale: (row: unknown) => Sale;

  constructor(db: Database.Database, toSale: (row: unknown) => Sale) {
    this.#statements = new Statements(db, SOLD_SQL);
    this.#toSale = toSale;
  }

  page(selection: Selection, after: SoldMark, most: number): SoldPage {
    const rows = this.#rows(selection, after, most) as Row[];
    const last = rows.at(-1);
    const sales = rows.map((row) => ({ sale: this.#toSale(row), row }));
    return last === undefined || rows.length < most
      ? { sales }
      : { sales, next: { at: last.at, ms: last.ms } };
  }

  #rows(selection: Selection, { at, ms }: SoldMark, most: number): unknown[] {
    const s = this.#statements;
    switch (selection.of) {
      case 'all':
        return s.of('all').all(at, most);
      case 'shift':
        return s.of('ofShift').all(selection.number, at, most);
      case 'time':
        // Behind the last one, be it of the same millisecond.
        return s.of('between').all(...(at === 0 ? [selection.fromMs, 0] : [ms, at]), selection.toMs, most);
    }
  }
}
