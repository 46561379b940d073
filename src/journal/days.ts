import type Database from 'better-sqlite3';
import { bookedOf } from '../core/sale/paid-amount.js';
import { isEnded, isSettled, isSettledAt, type Sale } from '../core/sale/sale.js';
import type { Amount } from '../core/shift/shift.js';
import { DAY_SQL, Statements } from './statements.js';

/** Indonesia's clocks are never put forward or back. */
const DAY_MS = 86_400_000;

/** States of a sale that money was taken for. */
const PAID = ['delivering', 'delivered', 'owed', 'refunding', 'resolved'] as const;

/** What a day came to, added up from an index, and what there is to tell of the newest and the oldest, each at an index's end. */
export class Days {
  readonly #statements: Statements<typeof DAY_SQL>;
  /** The day that was asked about last, and its sums as the sales that were written since leave them. */
  #day: Day | undefined;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, DAY_SQL);
  }

  /** Sales that were opened in the day that begins then and have come to an end, as they stand now. @param fromMs wall time */
  since(fromMs: number): { readonly paid: Amount; readonly unpaid: Amount } {
    if (this.#day?.fromMs !== fromMs) this.#day = this.#addedUp(fromMs);
    const { paid, unpaid } = this.#day;
    return { paid: { ...paid }, unpaid: { ...unpaid } };
  }

  /** A row is written anew. @param before undefined where it was not at hand, and `isNew` says that there was none */
  moved(before: Sale | undefined, sale: Sale, isNew: boolean): void {
    const day = this.#day;
    if (day === undefined || sale.openedAtMs < day.fromMs || sale.openedAtMs >= day.fromMs + DAY_MS) return;
    if (before === undefined && !isNew) return this.forget();
    if (before !== undefined) count(day, before, -1);
    count(day, sale, 1);
  }

  /** What was written is not known to be on disk. */
  forget(): void {
    this.#day = undefined;
  }

  #addedUp(fromMs: number): Day {
    const untilMs = fromMs + DAY_MS;
    const day: Day = { fromMs, paid: { count: 0, sum: 0 }, unpaid: { count: 0, sum: 0 } };
    const first = this.#statements.of('first').get(fromMs, untilMs) as { invoice: number } | undefined;
    if (first === undefined) return day;
    const { opened, followed } = this.#statements.of('span').get(fromMs, untilMs, first.invoice) as Span;
    // Rows are in the order of invoices. As many from its first sale on as in it: one index has them all. Else the clock was wrong.
    const rows =
      opened === followed
        ? this.#statements.of('byState').all(first.invoice)
        : this.#statements.of('byOpening').all(fromMs, untilMs);
    for (const row of rows as (Amount & { state: Sale['state']['at'] })[]) {
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
}

/** Of its sales by their time, and of all from the first of them on. */
interface Span {
  readonly opened: number;
  readonly followed: number;
}

interface Day {
  readonly fromMs: number;
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
