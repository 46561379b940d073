import type Database from 'better-sqlite3';
import type { GivenAnswer } from '../core/register-session.js';
import { rrnOf } from '../core/register-session.js';
import { isEnded, isOpen, isSettled, type Sale } from '../core/sale.js';
import { failure } from './failure.js';
import { type JournalPlace, openFile } from './open.js';
import { Recent } from './recent.js';
import { toSale } from './rows.js';
import { Shifts } from './shifts.js';
import { JOURNAL_SQL, Statements } from './statements.js';

/** One line of the story. `body` is what happened, as JSON. */
export interface JournalEvent {
  readonly orderId?: string;
  readonly kind: string;
  readonly body: unknown;
  /** Why it changed nothing. */
  readonly ignored?: string;
  /** What it led to, for those who read the story later. */
  readonly led?: unknown;
}

export interface JournalAnswer extends GivenAnswer {
  readonly register: string;
  readonly orderId?: string;
}

/** Everything that one event of the inbox changes, in one transaction. */
export interface Commit {
  readonly wallMs: number;
  readonly monoMs: number;
  readonly events: readonly JournalEvent[];
  readonly sales?: readonly Sale[];
  readonly answers?: readonly JournalAnswer[];
  /** An answer of an earlier commit that its register has acknowledged. */
  readonly acknowledged?: { readonly register: string; readonly frame: string };
  readonly noticeId?: string;
}

export interface StoredEvent extends JournalEvent {
  readonly seq: number;
  readonly boot: number;
  readonly wallMs: number;
}

/**
 * The truth of the terminal. A commit that has returned is on disk. One that throws is an unknown outcome (the row may
 * be there): the process ends and starts again from what the journal says (law 1).
 */
export class Journal {
  readonly shifts: Shifts;
  readonly #db: Database.Database;
  readonly #boot: number;
  readonly #statements: Statements<typeof JOURNAL_SQL>;
  readonly #recent = new Recent();
  /** Whether all open sales of the disk are in there. */
  #hasAllOpen = false;
  /** The highest invoice on disk; undefined until somebody asks. */
  #topInvoice: number | undefined;

  /** @throws Failure 701 to 707, see open.ts; 710 and 711 when it can be read and not written */
  constructor(place: JournalPlace & { readonly version: string }) {
    const opened = openFile(place);
    this.#db = opened.db;
    this.#statements = new Statements(this.#db, JOURNAL_SQL);
    this.shifts = new Shifts(this.#db);
    try {
      this.#boot = this.#db.transaction(() => {
        if (opened.setAside !== undefined) this.#statements.of('setMeta').run('set_aside', opened.setAside);
        return Number(this.#statements.of('boot').run(place.wallMs, place.version).lastInsertRowid);
      })();
    } catch (thrown) {
      if (place.opened === undefined) this.#db.close();
      throw failure(thrown);
    }
  }

  /** @throws Failure 710 (disk full), 711 (anything else): the outcome is unknown, the caller ends the process. */
  commit(commit: Commit): void {
    try {
      this.#write(commit);
    } catch (thrown) {
      throw failure(thrown);
    }
    for (const sale of commit.sales ?? []) {
      this.#recent.keep(sale);
      if (this.#topInvoice !== undefined) this.#topInvoice = Math.max(this.#topInvoice, sale.invoice);
    }
  }

  #write(commit: Commit): void {
    const { events, sales = [], answers = [], acknowledged, noticeId } = commit;
    const [only, more] = events;
    const rest = sales.length + answers.length > 0 || acknowledged !== undefined || noticeId !== undefined;
    // One statement is a transaction by itself.
    if (only !== undefined && more === undefined && !rest) {
      this.#writeEvent(commit, only);
      return;
    }
    this.#statements.of('begin').run();
    try {
      this.#writeAll(commit);
      this.#statements.of('commit').run();
    } catch (thrown) {
      // A full disk has rolled back by itself.
      if (this.#db.inTransaction) this.#statements.of('rollback').run();
      throw thrown;
    }
  }

  #writeAll(commit: Commit): void {
    const s = this.#statements;
    let seq = 0;
    for (const event of commit.events) seq = this.#writeEvent(commit, event);
    for (const sale of commit.sales ?? []) this.#writeSale(sale);
    for (const answer of commit.answers ?? []) {
      const { register, orderId = null, frame, bytes, result, acknowledged } = answer;
      s.of('answer').run(register, orderId, frame, bytes, result, acknowledged ? 1 : 0);
    }
    if (commit.acknowledged !== undefined)
      s.of('acknowledge').run(commit.acknowledged.register, commit.acknowledged.frame);
    if (commit.noticeId !== undefined) s.of('notice').run(commit.noticeId, seq);
  }

  #writeEvent(commit: Commit, event: JournalEvent): number {
    const { orderId = null, kind, body, ignored = null, led } = event;
    const { lastInsertRowid } = this.#statements
      .of('event')
      .run(
        this.#boot,
        commit.wallMs,
        Math.round(commit.monoMs),
        orderId,
        kind,
        JSON.stringify(body),
        ignored,
        led === undefined ? null : JSON.stringify(led),
      );
    return Number(lastInsertRowid);
  }

  /** Only what has changed since the last commit: most steps of a sale leave it where it stands in lists and totals. */
  #writeSale(sale: Sale): void {
    const { orderId, state } = sale;
    const before = this.#recent.get(orderId);
    const open = isOpen(sale);
    const s = this.#statements;
    if (before !== undefined && before.state.at === state.at && isOpen(before) === open) {
      if (before.state !== state || before.evidence !== sale.evidence)
        s.of('saleBody').run(JSON.stringify(sale), orderId);
      return;
    }
    this.shifts.moved(before, sale);
    const moved = [state.at, open ? 1 : 0, JSON.stringify(sale), isSettled(sale) ? 1 : 0];
    const shift = isEnded(sale) ? this.shifts.current : null;
    const doneShift = state.at === 'delivered' || state.at === 'cleared' ? shift : null;
    if (before !== undefined) {
      const settles = isSettled(sale) && !isSettled(before);
      s.of('saleMoved').run(...moved, settles ? shift : null, shift, doneShift, orderId);
      return;
    }
    const { invoice, amount, source, openedAtMs } = sale;
    const rrn = rrnOf(openedAtMs, invoice);
    s.of('sale').run(
      orderId,
      invoice,
      rrn,
      amount,
      source.kind,
      source.name,
      openedAtMs,
      ...moved,
      shift,
      doneShift,
    );
  }

  /** Sales that something is still going to happen to, oldest first. */
  openSales(): Sale[] {
    if (!this.#hasAllOpen)
      for (const row of this.#statements.of('open').all()) this.#recent.keep(toSale(row));
    this.#hasAllOpen = true;
    return this.#recent.open();
  }

  sale(orderId: string): Sale | undefined {
    const known = this.#recent.get(orderId);
    if (known !== undefined) return known;
    const row = this.#statements.of('byOrder').get(orderId);
    if (row === undefined) return undefined;
    const sale = toSale(row);
    this.#recent.keep(sale);
    return sale;
  }

  saleByRrn(rrn: string): Sale | undefined {
    const row = this.#statements.of('byRrn').get(rrn);
    return row === undefined ? undefined : toSale(row);
  }

  /** By the number on the slip, of which there are six digits: the newest that bears it. */
  saleByInvoice(number: number): Sale | undefined {
    const row = this.#statements.of('byInvoice').get(number);
    return row === undefined ? undefined : toSale(row);
  }

  lastSaleOf(kind: string, name: string): Sale | undefined {
    const row = this.#statements.of('last').get(kind, name) as { order_id: string } | undefined;
    return row === undefined ? undefined : (this.#recent.get(row.order_id) ?? toSale(row));
  }

  /**
   * The final answer about a sale that its register has acknowledged, in reply to whatever; where there is none, the
   * last one in reply to `frame`, the sale's own request; where there is none either, the last one.
   */
  lastAnswerAbout(orderId: string, frame = ''): GivenAnswer | undefined {
    const row = this.#statements.of('answerAbout').get(orderId, frame) as
      | { frame: string; bytes: string; result: GivenAnswer['result']; acknowledged: number }
      | undefined;
    return row === undefined ? undefined : { ...row, acknowledged: row.acknowledged === 1 };
  }

  nextInvoice(): number {
    this.#topInvoice ??= (this.#statements.of('maxInvoice').get() as { top: number }).top;
    return this.#topInvoice + 1;
  }

  sawNotice(id: string): boolean {
    return this.#statements.of('sawNotice').get(id) !== undefined;
  }

  /** Sales in `state`, newest first. */
  salesIn(state: string, most: number): Sale[] {
    return this.#statements.of('inState').all(state, most).map(toSale);
  }

  /** Count and sum by state: the money, as the journal has it. */
  totals(): { readonly state: string; readonly count: number; readonly sum: number }[] {
    return this.#statements.of('totals').all() as { state: string; count: number; sum: number }[];
  }

  eventsOf(orderId: string): StoredEvent[] {
    const rows = this.#statements.of('events').all(orderId) as EventRow[];
    return rows.map((row) => ({
      seq: row.seq,
      boot: row.boot,
      wallMs: row.at_ms,
      orderId,
      kind: row.kind,
      body: JSON.parse(row.body) as unknown,
      ...(row.ignored === null ? {} : { ignored: row.ignored }),
      ...(row.led === null ? {} : { led: JSON.parse(row.led) as unknown }),
    }));
  }

  /**
   * Where a damaged journal was set aside, at this start or an earlier one. Until somebody has looked at it and called
   * {@link acceptLoss}, what it held may be owed, and the terminal does not sell.
   */
  get setAside(): string | undefined {
    return (this.#statements.of('meta').get('set_aside') as { value: string } | undefined)?.value;
  }

  acceptLoss(): void {
    this.#statements.of('dropMeta').run('set_aside');
  }

  /** Proves that the disk still takes a commit. @throws Failure 710, 711 */
  pulse(wallMs: number): void {
    try {
      this.#statements.of('pulse').run(wallMs);
    } catch (thrown) {
      throw failure(thrown);
    }
  }

  close(): void {
    this.#db.close();
  }
}

interface EventRow {
  readonly seq: number;
  readonly boot: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly body: string;
  readonly ignored: string | null;
  readonly led: string | null;
}
