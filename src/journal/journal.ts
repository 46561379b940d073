import type Database from 'better-sqlite3';
import { rrnOf } from '../core/register-result.js';
import { isEnded, isOpen, isSettled, type Sale } from '../core/sale.js';
import type { ShiftReport } from '../core/shift.js';
import { Answers, type JournalAnswer } from './answers.js';
import { failure } from './failure.js';
import { type JournalPlace, openFile } from './open.js';
import { toSale } from './rows.js';
import { Shifts } from './shifts.js';
import { Slots, type SlotWord } from './slots.js';

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
  /** What became of the goods of a vending machine's slot. */
  readonly slot?: SlotWord;
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
  readonly slots: Slots;
  readonly answers: Answers;
  readonly #db: Database.Database;
  readonly #boot: number;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #write: (commit: Commit) => void;

  /** @throws Failure 701 to 707, see open.ts; 710 and 711 when it can be read and not written */
  constructor(place: JournalPlace & { readonly version: string }) {
    const opened = openFile(place);
    this.#db = opened.db;
    this.#statements = prepareStatements(this.#db);
    this.shifts = new Shifts(this.#db);
    this.slots = new Slots(this.#db);
    this.answers = new Answers(this.#db);
    try {
      this.#boot = this.#db.transaction(() => {
        if (opened.setAside !== undefined) this.#statements.setMeta.run('set_aside', opened.setAside);
        return Number(this.#statements.boot.run(place.wallMs, place.version).lastInsertRowid);
      })();
    } catch (thrown) {
      this.#db.close();
      throw failure(thrown);
    }
    this.#write = this.#db.transaction((commit: Commit) => this.#writeAll(commit));
  }

  /** @throws Failure 710 (disk full), 711 (anything else): the outcome is unknown, the caller ends the process. */
  commit(commit: Commit): void {
    try {
      this.#write(commit);
    } catch (thrown) {
      throw failure(thrown);
    }
  }

  #writeAll(commit: Commit): void {
    const s = this.#statements;
    let seq = 0;
    for (const event of commit.events) {
      const { orderId = null, kind, body, ignored = null, led } = event;
      const row = [
        this.#boot,
        commit.wallMs,
        Math.round(commit.monoMs),
        orderId,
        kind,
        JSON.stringify(body),
        ignored,
        led === undefined ? null : JSON.stringify(led),
      ];
      seq = Number(s.event.run(...row).lastInsertRowid);
    }
    for (const sale of commit.sales ?? []) {
      const rrn = rrnOf(sale.openedAtMs, sale.invoice);
      const { orderId, invoice, amount, source, state, openedAtMs } = sale;
      const open = isOpen(sale) ? 1 : 0;
      s.sale.run(
        orderId,
        invoice,
        rrn,
        amount,
        source.kind,
        source.name,
        state.at,
        open,
        openedAtMs,
        JSON.stringify(sale),
        isSettled(sale) ? 1 : 0,
        isEnded(sale) ? 1 : 0,
        ['delivered', 'cleared'].includes(state.at) ? 1 : 0,
        source.own && source.reference !== undefined ? source.reference : null,
      );
    }
    for (const answer of commit.answers ?? []) this.answers.write(answer);
    if (commit.acknowledged !== undefined) this.answers.acknowledge(commit.acknowledged);
    if (commit.noticeId !== undefined) s.notice.run(commit.noticeId, seq);
    if (commit.slot !== undefined) this.slots.write(commit.slot, commit.wallMs);
  }

  /**
   * Closes the open shift, and writes what `after` makes of it, in one transaction: a power cut between the two would
   * close a shift whose totals nobody was sent, and the same question again would close the next one.
   * @throws Failure 710, 711: the outcome is unknown, the caller ends the process
   */
  closeShift(wallMs: number, by: string, after: (report: ShiftReport) => Commit): ShiftReport {
    try {
      return this.#db.transaction(() => {
        const report = this.shifts.close(wallMs, by);
        this.#writeAll(after(report));
        return report;
      })();
    } catch (thrown) {
      // Ours goes on as what it is.
      throw (thrown as { code?: unknown }).code === undefined ? thrown : failure(thrown);
    }
  }

  /** Sales that something is still going to happen to, oldest first. */
  openSales(): Sale[] {
    return this.#statements.open.all().map(toSale);
  }

  sale(orderId: string): Sale | undefined {
    const row = this.#statements.byOrder.get(orderId);
    return row === undefined ? undefined : toSale(row);
  }

  saleByRrn(rrn: string): Sale | undefined {
    const row = this.#statements.byRrn.get(rrn);
    return row === undefined ? undefined : toSale(row);
  }

  /** By the number on the slip, of which there are six digits, or by its last `digits`: the newest that bears it. */
  saleByInvoice(number: number, digits = 6): Sale | undefined {
    const row = this.#statements.byInvoice.get(10 ** Math.min(digits, 6), number);
    return row === undefined ? undefined : toSale(row);
  }

  lastSaleOf(kind: string, name: string): Sale | undefined {
    const row = this.#statements.last.get(kind, name);
    return row === undefined ? undefined : toSale(row);
  }

  /** The newest sale of this source that bears the caller's own reference. */
  saleByReference(kind: string, name: string, reference: string): Sale | undefined {
    const row = this.#statements.byReference.get(kind, name, reference);
    return row === undefined ? undefined : toSale(row);
  }

  nextInvoice(): number {
    return (this.#statements.maxInvoice.get() as { top: number }).top + 1;
  }

  sawNotice(id: string): boolean {
    return this.#statements.sawNotice.get(id) !== undefined;
  }

  /** Sales in `state`, newest first. */
  salesIn(state: string, most: number): Sale[] {
    return this.#statements.inState.all(state, most).map(toSale);
  }

  /** Count and sum by state: the money, as the journal has it. */
  totals(): { readonly state: string; readonly count: number; readonly sum: number }[] {
    return this.#statements.totals.all() as { state: string; count: number; sum: number }[];
  }

  eventsOf(orderId: string): StoredEvent[] {
    const rows = this.#statements.events.all(orderId) as EventRow[];
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
    return (this.#statements.meta.get('set_aside') as { value: string } | undefined)?.value;
  }

  acceptLoss(): void {
    this.#statements.dropMeta.run('set_aside');
  }

  /** Proves that the disk still takes a commit. @throws Failure 710, 711 */
  pulse(wallMs: number): void {
    try {
      this.#statements.pulse.run(wallMs);
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

function prepareStatements(db: Database.Database) {
  return {
    boot: db.prepare('INSERT INTO boot(at_ms, version) VALUES (?, ?)'),
    event: db.prepare(
      'INSERT INTO event(boot, at_ms, mono_ms, order_id, kind, body, ignored, led) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    sale: db.prepare(
      `INSERT INTO sale(order_id, invoice, rrn, amount, source_kind, source_name, state, open, opened_at_ms, body,
         settled, shift, done_shift, reference)
       SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, iif(?, number, NULL), iif(?, number, NULL), ?
       FROM (SELECT coalesce(max(number), 0) + 1 AS number FROM shift) WHERE true
       ON CONFLICT(order_id) DO UPDATE SET state = excluded.state, open = excluded.open, body = excluded.body,
         settled = excluded.settled,
         shift = iif(excluded.settled > settled, excluded.shift, coalesce(shift, excluded.shift)),
         done_shift = iif(state = 'refunding' AND excluded.state = 'cleared', excluded.done_shift,
           coalesce(done_shift, excluded.done_shift))`,
    ),
    meta: db.prepare('SELECT value FROM meta WHERE key = ?'),
    setMeta: db.prepare('INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)'),
    dropMeta: db.prepare('DELETE FROM meta WHERE key = ?'),
    pulse: db.prepare('INSERT OR REPLACE INTO pulse(id, at_ms) VALUES (1, ?)'),
    notice: db.prepare('INSERT OR IGNORE INTO notice(id, seq) VALUES (?, ?)'),
    open: db.prepare('SELECT body FROM sale WHERE open = 1 ORDER BY invoice'),
    byOrder: db.prepare('SELECT body FROM sale WHERE order_id = ?'),
    byRrn: db.prepare('SELECT body FROM sale WHERE rrn = ? ORDER BY invoice DESC LIMIT 1'),
    byInvoice: db.prepare('SELECT body FROM sale WHERE invoice % ? = ? ORDER BY invoice DESC LIMIT 1'),
    last: db.prepare(
      'SELECT body FROM sale WHERE source_kind = ? AND source_name = ? ORDER BY invoice DESC LIMIT 1',
    ),
    byReference: db.prepare(
      `SELECT body FROM sale WHERE source_kind = ? AND source_name = ? AND reference = ?
       ORDER BY invoice DESC LIMIT 1`,
    ),
    maxInvoice: db.prepare('SELECT coalesce(max(invoice), 0) AS top FROM sale'),
    sawNotice: db.prepare('SELECT 1 FROM notice WHERE id = ?'),
    inState: db.prepare('SELECT body FROM sale WHERE state = ? ORDER BY invoice DESC LIMIT ?'),
    totals: db.prepare(
      'SELECT state, count(*) AS count, sum(amount) AS sum FROM sale GROUP BY state ORDER BY state',
    ),
    events: db.prepare(
      'SELECT seq, boot, at_ms, kind, body, ignored, led FROM event WHERE order_id = ? ORDER BY seq',
    ),
  };
}
