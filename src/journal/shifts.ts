import type Database from 'better-sqlite3';
import { assert } from '../base/assert.js';
import { ledgerViolation } from '../core/invariant.js';
import type { Sale } from '../core/sale.js';
import { type Amount, type ShiftReport, shiftReport } from '../core/shift.js';
import { failure } from './failure.js';
import { toSale } from './rows.js';

/** Shifts over the journal's database. They run from one close to the next; the first from the first start. */
export class Shifts {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #close: (closing: Closing) => ShiftReport;

  constructor(db: Database.Database) {
    this.#statements = prepareStatements(db);
    this.#close = db.transaction((closing: Closing) => this.#write(closing));
  }

  /** Number of the shift that is open. */
  get current(): number {
    return (this.#statements.current.get() as { number: number }).number;
  }

  /** The open shift as it stands. Law 11 is asserted: a ledger that does not add up stops the terminal. */
  open(): ShiftReport {
    const number = this.current;
    const s = this.#statements;
    const { settled } = s.settled.get(number) as { settled: number };
    const report = shiftReport({
      number,
      openedAtMs: (s.openedAt.get() as { ms: number | null }).ms ?? 0,
      sales: this.salesOf(number),
      earlier: s.earlier.all(number, number).map(toSale),
      owed: s.owed.all().map(toSale),
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
      return this.#close({ wallMs, by });
    } catch (thrown) {
      // Ours (a Misuse) goes on as what it is.
      throw (thrown as { code?: unknown }).code === undefined ? thrown : failure(thrown);
    }
  }

  #write({ wallMs, by }: Closing): ShiftReport {
    const report = { ...this.open(), closedAtMs: wallMs, closedBy: by };
    const { number, openedAtMs } = report;
    this.#statements.close.run(number, openedAtMs, wallMs, by, JSON.stringify(report));
    return report;
  }

  /** A closed shift as it was closed. */
  closed(number: number): ShiftReport | undefined {
    const row = this.#statements.closed.get(number) as { body: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.body) as ShiftReport);
  }

  /** Sales that came to their end in shift `number`, as they stand now, in the order of their invoices. */
  salesOf(number: number): Sale[] {
    return this.#statements.sales.all(number).map(toSale);
  }

  /** Whether nothing has come to its end in the open shift. */
  isEmpty(): boolean {
    return this.#statements.anyIn.get(this.current) === undefined;
  }

  /** What is on the owed list now. */
  owed(): Amount {
    return this.#statements.onTheList.get() as Amount;
  }

  /** The shift that a sale counts in; undefined while it has not come to an end, and for one that is none of ours. */
  ofSale(orderId: string): number | undefined {
    return (this.#statements.ofSale.get(orderId) as { shift: number | null } | undefined)?.shift ?? undefined;
  }
}

interface Closing {
  readonly wallMs: number;
  readonly by: string;
}

function prepareStatements(db: Database.Database) {
  return {
    current: db.prepare('SELECT coalesce(max(number), 0) + 1 AS number FROM shift'),
    openedAt: db.prepare(
      `SELECT coalesce((SELECT closed_at_ms FROM shift ORDER BY number DESC LIMIT 1),
         (SELECT at_ms FROM boot ORDER BY id LIMIT 1)) AS ms`,
    ),
    settled: db.prepare('SELECT total(amount) AS settled FROM sale WHERE shift = ? AND settled = 1'),
    sales: db.prepare('SELECT body FROM sale WHERE shift = ? ORDER BY invoice'),
    earlier: db.prepare('SELECT body FROM sale WHERE done_shift = ? AND shift < ? ORDER BY invoice'),
    anyIn: db.prepare('SELECT 1 FROM sale WHERE shift = ? LIMIT 1'),
    owed: db.prepare(
      `SELECT body FROM sale WHERE settled = 1 AND state NOT IN ('delivered', 'cleared') ORDER BY invoice`,
    ),
    onTheList: db.prepare(
      // What was handed over, and is being given back at the register, is nobody's debt.
      `SELECT count(*) AS count, coalesce(sum(amount), 0) AS sum FROM sale
       WHERE state = 'owed' OR (state = 'refunding' AND done_shift IS NULL)`,
    ),
    close: db.prepare(
      'INSERT INTO shift(number, opened_at_ms, closed_at_ms, closed_by, body) VALUES (?, ?, ?, ?, ?)',
    ),
    closed: db.prepare('SELECT body FROM shift WHERE number = ?'),
    ofSale: db.prepare('SELECT shift FROM sale WHERE order_id = ?'),
  };
}
