import type Database from 'better-sqlite3';
import { isSettledAt } from '../core/sale/sale.js';
import type { Amount } from '../core/shift/shift.js';
import { DAY_SQL, Statements } from './statements.js';

/** States of a sale that money was taken for. */
const PAID = ['delivering', 'delivered', 'owed', 'refunding', 'resolved'] as const;

/** What a day came to, added up from an index, and what there is to tell of the newest and the oldest, each at an index's end. */
export class Days {
  readonly #statements: Statements<typeof DAY_SQL>;
  /** The first invoice of the day that was asked about last. */
  #first: { readonly fromMs: number; readonly invoice: number } | undefined;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, DAY_SQL);
  }

  /** Sales that were opened from then on and have come to an end, as they stand now. @param fromMs wall time */
  since(fromMs: number): { readonly paid: Amount; readonly unpaid: Amount } {
    if (this.#first?.fromMs !== fromMs) this.#first = { fromMs, invoice: this.#firstSince(fromMs) };
    const rows = this.#statements.of('byState').all(this.#first.invoice) as (Amount & { state: string })[];
    const sumOf = (wanted: boolean): Amount =>
      rows
        .filter(({ state }) => isSettledAt(state) === wanted)
        .reduce((all, { count, sum }) => ({ count: all.count + count, sum: all.sum + sum }), {
          count: 0,
          sum: 0,
        });
    return { paid: sumOf(true), unpaid: sumOf(false) };
  }

  /** When the newest sale was opened that was paid. */
  lastPaidMs(): number | undefined {
    const newest = PAID.map((state) => this.#statements.of('newestAt').get(state) as Opened | undefined);
    const [last] = newest.filter((row) => row !== undefined).sort((a, b) => b.invoice - a.invoice);
    return last?.ms;
  }

  /** When the oldest of what is owed was opened, and how much of it could not be given back. */
  owedSince(): { readonly ms: number | null; readonly refundsFailed: number } {
    return this.#statements.of('owedSince').get() as { ms: number | null; refundsFailed: number };
  }

  /** Invoices count up in the order in which sales were opened, so it is looked for by halves. */
  #firstSince(fromMs: number): number {
    let low = 1;
    let high = (this.#statements.of('top').get() as { invoice: number | null }).invoice ?? 0;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const row = this.#statements.of('openedUpTo').get(middle) as { ms: number } | undefined;
      if (row === undefined || row.ms < fromMs) low = middle + 1;
      else high = middle - 1;
    }
    return low;
  }
}

interface Opened {
  readonly invoice: number;
  readonly ms: number;
}
