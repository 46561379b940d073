import type Database from 'better-sqlite3';
import { bookedOf } from '../core/sale/paid-amount.js';
import { isEnded, isSettled, isSettledAt, type Sale } from '../core/sale/sale.js';
import type { Amount } from '../core/shift/shift.js';
import { DAY_SQL, Statements } from './statements.js';

/** States of a sale that money was taken for. */
const PAID = ['delivering', 'delivered', 'owed', 'refunding', 'resolved'] as const;

/** What a day came to, added up from an index, and what there is to tell of the newest and the oldest, each at an index's end. */
export class Days {
  readonly #statements: Statements<typeof DAY_SQL>;
  /** The day that was asked about last, its first invoice, and its sums as the sales that were written since leave them. */
  #day: Day | undefined;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, DAY_SQL);
  }

  /** Sales that were opened from then on and have come to an end, as they stand now. @param fromMs wall time */
  since(fromMs: number): { readonly paid: Amount; readonly unpaid: Amount } {
    if (this.#day?.fromMs !== fromMs) this.#day = this.#addedUp(fromMs);
    const { paid, unpaid } = this.#day;
    return { paid: { ...paid }, unpaid: { ...unpaid } };
  }

  /** A row is written anew. @param before undefined where it was not at hand, and `isNew` says that there was none */
  moved(before: Sale | undefined, sale: Sale, isNew: boolean): void {
    const day = this.#day;
    if (day === undefined || sale.invoice < day.first) return;
    if (before === undefined && !isNew) return this.forget();
    if (before !== undefined) count(day, before, -1);
    count(day, sale, 1);
  }

  /** What was written is not known to be on disk. */
  forget(): void {
    this.#day = undefined;
  }

  #addedUp(fromMs: number): Day {
    const first = this.#firstSince(fromMs);
    const day: Day = { fromMs, first, paid: { count: 0, sum: 0 }, unpaid: { count: 0, sum: 0 } };
    for (const row of this.#statements.of('byState').all(first) as (Amount & {
      state: Sale['state']['at'];
    })[]) {
      const sums = isSettledAt(row.state) ? day.paid : day.unpaid;
      sums.count += row.count;
      sums.sum += row.sum;
    }
    return day;
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

interface Day {
  readonly fromMs: number;
  readonly first: number;
  readonly paid: { -readonly [field in keyof Amount]: number };
  readonly unpaid: { -readonly [field in keyof Amount]: number };
}

function count(day: Day, sale: Sale, times: 1 | -1): void {
  if (!isEnded(sale)) return;
  const sums = isSettled(sale) ? day.paid : day.unpaid;
  sums.count += times;
  sums.sum += times * bookedOf(sale);
}

interface Opened {
  readonly invoice: number;
  readonly ms: number;
}
