import type Database from 'better-sqlite3';
import { LAW_11, ledgerViolations } from '../core/sale/invariant.js';
import { isSettledAt, type Sale } from '../core/sale/sale.js';
import { type Amount, type ShiftBooks, type ShiftReport, shiftReport } from '../core/shift/shift.js';
import { SHIFT_SQL, Statements } from './statements.js';

/** Sales that are read at a time: memory is bounded, and other statements get their turn. */
const PAGE = 200;
/** Sales that a report names where their rows do not agree with them. */
const NAMED = 10;

/** Shifts over the journal's database. They run from one close to the next; the first from the first start. */
export class Shifts {
  readonly #statements: Statements<typeof SHIFT_SQL>;
  #current: number | undefined;
  #owed: Amount | undefined;
  readonly #found: (broken: string) => void;
  readonly #toSale: (row: unknown) => Sale;
  /** Rows of the open shift that do not agree with their sales, by order. */
  readonly #disagreeing = new Map<string, string>();

  /** @param found told of a law that is broken, by its number and name */
  constructor(db: Database.Database, toSale: (row: unknown) => Sale, found: (broken: string) => void) {
    this.#found = found;
    this.#toSale = toSale;
    this.#statements = new Statements(db, SHIFT_SQL);
  }

  /** Number of the shift that is open. */
  get current(): number {
    this.#current ??= (this.#statements.of('current').get() as { number: number }).number;
    return this.#current;
  }

  /** Since when the open shift runs: wall time of the last close, or of the first start. */
  get openedAtMs(): number {
    return (this.#statements.of('openedAt').get() as { ms: number | null }).ms ?? 0;
  }

  /**
   * The open shift as it stands, added up by the database whatever its size. Where law 11 does not hold, the report says by
   * how much, and what keeps the terminal from selling is told.
   */
  open(): ShiftReport {
    const number = this.current;
    const s = this.#statements;
    const report = shiftReport({
      number,
      openedAtMs: this.openedAtMs,
      groups: s.of('lines').all(number) as ShiftBooks['groups'],
      moved: s.of('moved').get(number) as ShiftBooks['moved'],
      owedBefore: (s.of('carried').get(number - 1) as { owed: number | null }).owed ?? 0,
      owed: s.of('owed').get() as Amount,
    });
    const named = [...this.#disagreeing.values()];
    const more = named.length > NAMED ? [`${LAW_11}: and ${named.length - NAMED} more sales`] : [];
    const broken = [...ledgerViolations(report), ...named.slice(0, NAMED), ...more];
    if (broken[0] === undefined) return report;
    this.#found(broken[0]);
    return { ...report, broken };
  }

  /**
   * Compares rows of the open shift with the sales in them, some at a time.
   * @param after where the part before ended; 0 begins
   * @returns where the next part begins; undefined after the last
   */
  audit(after: number, most: number): number | undefined {
    if (after === 0) this.#disagreeing.clear();
    const end = this.#statements.of('auditEnd').get(this.current, after, most) as AuditEnd;
    if (end.at === null) return undefined;
    for (const row of this.#statements.of('suspects').all(this.current, after, end.at) as AuditRow[]) {
      const wrong = disagreement(row, this.#toSale(row));
      if (wrong === undefined) continue;
      const text = `${LAW_11}: ${row.orderId}: ${wrong}`;
      this.#disagreeing.set(row.orderId, text);
      this.#found(text);
    }
    return end.count < most ? undefined : end.at;
  }

  /**
   * Closes the open shift; an empty one, too. It cannot be closed again: the next one is open then. Within a write of the
   * journal.
   */
  close(wallMs: number, by: string, day?: string): ShiftReport {
    const over = day === undefined ? {} : { day };
    const report = { ...this.open(), closedAtMs: wallMs, closedBy: by, ...over };
    const { number, openedAtMs } = report;
    this.#statements.of('close').run(number, openedAtMs, wallMs, by, JSON.stringify(report));
    // What is owed, and not what should be: the difference is told in this report, and in no later one.
    this.#statements.of('carry').run(number, report.owed.sum);
    this.#current = number + 1;
    this.#disagreeing.clear();
    return report;
  }

  /** A closed shift as it was closed. */
  closed(number: number): ShiftReport | undefined {
    const row = this.#statements.of('closed').get(number) as { body: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.body) as ShiftReport);
  }

  /** Sales that came to their end in shift `number`, as they stand now, in the order in which they were opened. */
  *salesOf(number: number): Generator<Sale> {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page = this.page(number, after, PAGE);
      yield* page.sales;
      after = page.next;
    }
  }

  /** So many of them, from where the page before ended (0 at first); `next` is absent after the last. */
  page(
    number: number,
    after: number,
    most: number,
  ): { readonly sales: Sale[]; readonly next: number | undefined } {
    const rows = this.#statements.of('page').all(number, after, most) as { at: number; body: string }[];
    return { sales: rows.map(this.#toSale), next: rows.length < most ? undefined : rows.at(-1)?.at };
  }

  /** How many there are. */
  count(number: number): number {
    return (this.#statements.of('count').get(number) as { count: number }).count;
  }

  /** When the first sale of the open shift was opened: wall time. */
  get firstSaleMs(): number | undefined {
    return (this.#statements.of('firstSale').get(this.current) as { ms: number } | undefined)?.ms;
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

interface AuditEnd {
  readonly at: number | null;
  readonly count: number;
}

interface AuditRow {
  readonly orderId: string;
  readonly amount: number;
  readonly parts: number;
  readonly settled: number;
  readonly state: string;
  readonly body: string;
}

function disagreement({ amount, parts, settled, state }: AuditRow, sale: Sale): string | undefined {
  const { at } = sale.state;
  if (state !== at) return `its row says ${state}, the sale in it ${at}`;
  if (amount !== sale.amount && amount !== sale.evidence?.amount)
    return `its row says ${amount}, the sale in it ${sale.amount}`;
  if ((settled === 1) !== isSettledAt(state))
    return `its row says ${settled === 1 ? '' : 'not '}settled, and it is ${state}`;
  const whole = settled === 1 ? amount : 0;
  return parts === whole ? undefined : `settled ${whole}, of which the row knows ${parts}`;
}

function isOnTheList({ state }: Sale): boolean {
  return state.at === 'owed' || state.at === 'refunding';
}
