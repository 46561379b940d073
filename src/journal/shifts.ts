import type Database from 'better-sqlite3';
import { assert } from '../base/assert.js';
import { ledgerViolation } from '../core/invariant.js';
import type { Sale } from '../core/sale.js';
import { type Amount, type ShiftReport, shiftReport } from '../core/shift.js';
import { failure } from './failure.js';
import { toSale } from './rows.js';
import { SHIFT_SQL, Statements } from './statements.js';

/** Shifts over the journal's database. They run from one close to the next; the first from the first start. */
export class Shifts {
  readonly #statements: Statements<typeof SHIFT_SQL>;
  #current: number | undefined;
  #owed: Amount | undefined;
  readonly #close: (closing: Closing) => ShiftReport;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, SHIFT_SQL);
    this.#close = db.transaction((closing: Closing) => this.#write(closing));
  }

  /** Number of the shift that is open. */
  get current(): number {
    this.#current ??= (this.#statements.of('current').get() as { number: number }).number;
    return this.#current;
  }

  /** The open shift as it stands. Law 11 is asserted: a ledger that does not add up stops the terminal. */
  open(): ShiftReport {
    const number = this.current;
    const s = this.#statements;
    const { settled } = s.of('settled').get(number) as { settled: number };
    const report = shiftReport({
      number,
      openedAtMs: (s.of('openedAt').get() as { ms: number | null }).ms ?? 0,
      sales: this.salesOf(number),
      earlier: s.of('earlier').all(number, number).map(toSale),
      owed: s.of('owed').all().map(toSale),
    });
    const broken = ledgerViolation(report, settled);
    assert(broken === undefined, broken ?? '');
    return report;
  }

  /**
   * Closes the open shift; an empty one, too. Nobody can close it again: the next one is open then.
   * @throws Failure 710, 711: the outcome is unknown, the caller ends the process
   */
  close(wallMs: number, by: string): ShiftReport {
    try {
      const report = this.#close({ wallMs, by });
      this.#current = report.number + 1;
      return report;
    } catch (thrown) {
      // Ours (a Misuse) goes on as what it is.
      throw (thrown as { code?: unknown }).code === undefined ? thrown : failure(thrown);
    }
  }

  #write({ wallMs, by }: Closing): ShiftReport {
    const report = { ...this.open(), closedAtMs: wallMs, closedBy: by };
    const { number, openedAtMs } = report;
    this.#statements.of('close').run(number, openedAtMs, wallMs, by, JSON.stringify(report));
    return report;
  }

  /** A closed shift as it was closed. */
  closed(number: number): ShiftReport | undefined {
    const row = this.#statements.of('closed').get(number) as { body: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.body) as ShiftReport);
  }

  /** Sales that came to their end in shift `number`, as they stand now, in the order of their invoices. */
  salesOf(number: number): Sale[] {
    return this.#statements.of('sales').all(number).map(toSale);
  }

  /** Whether nothing has come to its end in the open shift. */
  isEmpty(): boolean {
    return this.#statements.of('anyIn').get(this.current) === undefined;
  }

  /** The transaction that the last close was in has failed: what the disk says is read again. */
  forget(): void {
    this.#current = undefined;
    this.#owed = undefined;
  }

  /** What is on the owed list now. */
  owed(): Amount {
    this.#owed ??= this.#statements.of('onTheList').get() as Amount;
    return this.#owed;
  }

  /** Told by the journal of a sale that is being written: it may come on the owed list, or leave it. */
  moved(before: Sale | undefined, after: Sale): void {
    if (before === undefined || isOnTheList(before) || isOnTheList(after)) this.#owed = undefined;
  }

  /** The shift that a sale counts in; undefined while it has not come to an end, and for one that is none of ours. */
  ofSale(orderId: string): number | undefined {
    return (
      (this.#statements.of('ofSale').get(orderId) as { shift: number | null } | undefined)?.shift ?? undefined
    );
  }
}

interface Closing {
  readonly wallMs: number;
  readonly by: string;
}

function isOnTheList({ state }: Sale): boolean {
  return state.at === 'owed' || state.at === 'refunding';
}
