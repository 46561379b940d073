import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { assert } from '../base/assert.js';
import { bookedOf } from '../core/sale/paid-amount.js';
import { isEnded, isOpen, isSettled, lateDueMs, type Sale } from '../core/sale/sale.js';
import type { ShiftReport } from '../core/shift/shift.js';
import { rrnOf } from '../core/source/register-result.js';
import { keyOfReference } from '../core/source/same-request.js';
import { Answers } from './answers.js';
import { Archive } from './archive.js';
import type { ArchiveStore } from './archive-folder.js';
import { Bodies } from './bodies.js';
import { noteDoubt, type Patrol } from './check.js';
import type { Commit, JournalEvent, StoredEvent, Times } from './commit.js';
import { Days } from './days.js';
import { extractOf, type JournalExtract } from './extract.js';
import { failure } from './failure.js';
import { GroupCommit } from './group-commit.js';
import { HandSets } from './hand-sets.js';
import { LateLooks } from './late-looks.js';
import { Numbers } from './numbers.js';
import { type JournalPlace, openFile } from './open.js';
import { Operators } from './operators.js';
import { claim } from './owner.js';
import { Recent } from './recent.js';
import { Repeats, textOf } from './repeats.js';
import { Reports } from './reports.js';
import { asTold, type EventRow, moneyColumns, shortLed, toEvent } from './rows.js';
import { Shifts } from './shifts.js';
import type { SignOfLife } from './sign-of-life.js';
import { Slips } from './slips.js';
import { Slots } from './slots.js';
import { Sold } from './sold.js';
import { JOURNAL_SQL, Statements } from './statements.js';
import { JournalTrouble } from './trouble.js';
import { Webhooks } from './webhooks.js';

/**
 * The truth of the terminal. A commit that has returned is on disk, unless it says that it may wait. One that throws is an
 * unknown outcome (the row may be there): the process ends and starts again from what the journal says (law 1).
 */
export class Journal {
  readonly shifts: Shifts;
  readonly sold: Sold;
  readonly reports: Reports;
  readonly slots: Slots;
  readonly handSets: HandSets;
  readonly operators: Operators;
  readonly days: Days;
  readonly webhooks: Webhooks;
  readonly slips: Slips;
  readonly answers: Answers;
  readonly lateLooks: LateLooks;
  readonly #numbers: Numbers;
  /** Why its pages are still those of an earlier version, where a start could not move it. */
  readonly pagesKept: string | undefined;
  /** Absent where there is no place for it. */
  readonly archive: Archive | undefined;
  readonly #db: Database.Database;
  readonly #boot: number;
  readonly #sign: SignOfLife | undefined;
  readonly #patrol: Patrol | undefined;
  readonly #group: GroupCommit;
  #syncedAtMs = Number.NEGATIVE_INFINITY;
  /** The newest event that was written, be it committed or not. */
  #lastSeq = 0;
  readonly #statements: Statements<typeof JOURNAL_SQL>;
  readonly #recent = new Recent();
  readonly #repeats = new Repeats();
  readonly #bodies: Bodies;
  /** Whether all open sales of the disk are in there. */
  #hasAllOpen = false;
  /** The highest invoice on disk; undefined until it is read first. */
  #topInvoice: number | undefined;
  readonly #trouble: JournalTrouble;

  /**
   * @throws Failure FAULT.journalUnopened to FAULT.journalInUse, see open.ts; FAULT.diskFull and FAULT.journalWrite
   * when it can be read and not written; FAULT.journalOfAnother
   */
  constructor(place: JournalPlace & { readonly version: string }) {
    const opened = openFile(place);
    this.#db = opened.db;
    this.#sign = opened.sign;
    this.#patrol = opened.patrol;
    this.pagesKept = opened.pagesKept;
    this.#statements = new Statements(this.#db, JOURNAL_SQL);
    this.#group = new GroupCommit(
      this.#db,
      () => this.#sign?.reached(this.#lastSeq),
      () => this.#undone(),
    );
    this.#trouble = new JournalTrouble(this.#db);
    this.#bodies = new Bodies(this.#db);
    this.shifts = new Shifts(this.#db, this.#bodies.toSale, (broken) => this.foundBroken(broken));
    this.sold = new Sold(this.#db, this.#bodies.toSale);
    this.reports = new Reports(this.#db);
    this.slots = new Slots(this.#db);
    this.handSets = new HandSets(this.#db);
    this.operators = new Operators(this.#db);
    this.days = new Days(this.#db);
    this.webhooks = new Webhooks(this.#db);
    this.slips = new Slips(this.#db, this.#bodies);
    this.answers = new Answers(this.#db, this.#bodies, (orderId) => this.sale(orderId)?.source.reference);
    this.#numbers = new Numbers(this.#db, this.#bodies.toSale);
    this.lateLooks = new LateLooks(this.#db, this.#bodies.toSale);
    this.archive = this.#archive(place.archive);
    try {
      this.#boot = this.#db.transaction(() => {
        claim(this.#db, place.owner, place.directory);
        if (opened.setAside !== undefined) this.#trouble.keep('set_aside', opened.setAside);
        return Number(this.#statements.of('boot').run(place.wallMs, place.version).lastInsertRowid);
      })();
      this.#lastSeq = (this.#statements.of('lastSeq').get() as { seq: number }).seq;
      this.#sign?.begin(this.#lastSeq);
      this.#syncedAtMs = place.monoMs ?? this.#syncedAtMs;
    } catch (thrown) {
      this.noteDoubt(thrown);
      if (place.opened === undefined) this.close();
      throw failure(thrown);
    }
  }

  #archive(store: ArchiveStore | undefined): Archive | undefined {
    if (store === undefined) return undefined;
    return new Archive({
      ...{ db: this.#db, bodies: this.#bodies, store },
      commit: (work) => this.#group.now(work),
      packed: (orderIds) => {
        for (const orderId of orderIds) {
          this.#recent.forget(orderId);
          this.#repeats.end(orderId);
        }
      },
    });
  }

  /**
   * @throws Failure FAULT.diskFull (disk full), FAULT.journalWrite (anything else): the outcome is unknown, the
   * caller ends the process.
   */
  commit(commit: Commit): void {
    const { mayWaitMs, monoMs } = commit;
    const wait = mayWaitMs === undefined ? undefined : monoMs + mayWaitMs;
    this.#group.write(
      () => this.#writeAll(commit),
      // Who asks the same again is judged by what became of the answer (law 7): that a restart must know.
      (isNews) => (isNews ? undefined : wait),
    );
    this.#written(monoMs);
    for (const sale of commit.sales ?? []) {
      this.#recent.keep(sale);
      if (this.#topInvoice !== undefined) this.#topInvoice = Math.max(this.#topInvoice, sale.invoice);
    }
  }

  #written(monoMs: number): void {
    this.slips.committed();
    if (this.#group.waiting === 0) this.#syncedAtMs = monoMs;
  }

  /** Monotonic time of the last commit that is on disk, with all before it; minus infinity where none is known. */
  get syncedAtMs(): number {
    return this.#syncedAtMs;
  }

  /** Commits that wait, and when they must be on disk. They are read like any other, by this process alone. */
  get waiting(): Pick<GroupCommit, 'waiting' | 'dueMs'> {
    return this.#group;
  }

  /** Proves that the disk still takes a commit, with all that waits. @throws Failure FAULT.diskFull, FAULT.journalWrite */
  prove({ wallMs, monoMs }: Times): void {
    this.#group.now(() => this.#statements.of('pulse').run(wallMs));
    this.#written(monoMs);
  }

  #undone(): void {
    this.shifts.forget();
    this.days.forget();
    this.slips.forget();
    this.handSets.forget();
    this.slots.forget();
    this.#repeats.forget();
    this.#trouble.forget();
  }

  /** @returns whether an answer has met with something that no row says yet */
  #writeAll(commit: Commit): boolean {
    const s = this.#statements;
    const seq = this.#writeEvents(commit);
    for (const sale of commit.sales ?? []) {
      const before = this.#recent.get(sale.orderId);
      this.#writeSale(sale);
      this.#numbers.write(before, sale);
      const dueMs = lateDueMs(sale);
      const wasDueMs = before === undefined ? undefined : lateDueMs(before);
      if (wasDueMs !== dueMs && !(dueMs === null && this.#isNew(sale)))
        this.lateLooks.write(sale.orderId, dueMs);
    }
    for (const answer of commit.answers ?? []) this.answers.write(answer);
    const isNews = commit.met !== undefined && this.answers.meet(commit.met);
    if (commit.noticeId !== undefined) s.of('notice').run(commit.noticeId, seq);
    for (const slot of [commit.slot ?? []].flat()) this.slots.write(slot, commit.wallMs);
    if (commit.handSet !== undefined) this.handSets.write(commit.handSet);
    if (commit.operator !== undefined) this.operators.write(commit.operator);
    for (const slip of commit.slips ?? []) this.slips.write(slip, commit.wallMs);
    for (const change of commit.webhooks ?? []) this.webhooks.write(change);
    for (const change of commit.reports ?? []) this.reports.write(change);
    return isNews;
  }

  /**
   * Closes the open shift, and writes what `after` makes of it, in one transaction: a power cut between the two would
   * close a shift whose totals were sent to no register, and the same question again would close the next one.
   * @param day the day that is over, where it is closed for that
   * @throws Failure FAULT.diskFull, FAULT.journalWrite: the outcome is unknown, the caller ends the process
   */
  closeShift(wallMs: number, by: string, after: (report: ShiftReport) => Commit, day?: string): ShiftReport {
    const closed = this.#group.now(() => {
      const report = this.shifts.close(wallMs, by, day);
      const commit = after(report);
      this.#writeAll(commit);
      return { report, monoMs: commit.monoMs };
    });
    this.#written(closed.monoMs);
    return closed.report;
  }

  /** @returns the last one's number; 0 where there is none */
  #writeEvents(commit: Commit): number {
    const quiet = this.#isQuiet(commit);
    let seq = 0;
    for (const event of commit.events) {
      const text = quiet ? textOf(event) : undefined;
      const same = text === undefined ? undefined : this.#repeats.find(text);
      seq = same ?? this.#writeEvent(commit, event);
      if (same !== undefined) this.#countAgain(commit, event, same);
      if (text !== undefined) this.#repeats.keep(text, seq);
      else if (event.orderId !== undefined) this.#repeats.end(event.orderId);
    }
    return seq;
  }

  /** One event that no restart needs, that leaves its sale where it stands, and leads to nothing that is written elsewhere. */
  #isQuiet({ mayWaitMs, events, sales = [], met, noticeId, slot, ...more }: Commit): boolean {
    if (mayWaitMs === undefined || events.length !== 1 || events[0]?.orderId === undefined) return false;
    const { answers = [], slips = [] } = more;
    if (met !== undefined || noticeId !== undefined || slot !== undefined) return false;
    if (answers.length + slips.length > 0) return false;
    return sales.every(({ orderId, state }) => this.#recent.get(orderId)?.state.at === state.at);
  }

  #countAgain({ wallMs }: Commit, { body }: JournalEvent, seq: number): void {
    const { changes } = this.#statements.of('again').run(wallMs, this.#lastSeq, seq, this.#boot);
    assert(changes === 1, `event ${seq} is not there to be counted`);
    this.#bodies.keep(body, seq);
  }

  #writeEvent(commit: Commit, event: JournalEvent): number {
    const { orderId, kind, body, ignored = null, led } = event;
    const known = orderId === undefined ? undefined : this.#recent.get(orderId);
    const invoice = orderId === undefined ? undefined : this.#invoiceOf(orderId, commit);
    const { lastInsertRowid } = this.#statements
      .of('event')
      .run(
        this.#boot,
        commit.wallMs,
        Math.round(commit.monoMs),
        invoice ?? null,
        invoice === undefined ? (orderId ?? null) : null,
        kind,
        this.#bodies.eventBody(event, known?.evidence),
        ignored,
        led === undefined ? null : shortLed(led),
      );
    this.#lastSeq = Number(lastInsertRowid);
    this.#bodies.keep(body, this.#lastSeq);
    return this.#lastSeq;
  }

  #invoiceOf(orderId: string, { sales = [] }: Commit): number | undefined {
    const sale = this.#recent.get(orderId) ?? sales.find((one) => one.orderId === orderId);
    const row = sale ?? this.#statements.of('invoiceOf').get(orderId);
    return (row as { readonly invoice: number } | undefined)?.invoice;
  }

  /** Only what has changed since the last commit: most steps of a sale leave it where it stands in lists and totals. */
  #writeSale(sale: Sale): void {
    const { orderId, state } = sale;
    const before = this.#recent.get(orderId);
    const open = isOpen(sale);
    const s = this.#statements;
    // One that is open, or new, is not packed.
    if (before === undefined ? !this.#isNew(sale) : !isOpen(before)) this.#bodies.unpack(orderId);
    const sameMoney = before?.evidence === sale.evidence || !isSettled(sale);
    if (before !== undefined && before.state.at === state.at && isOpen(before) === open && sameMoney) {
      const { evidence, refundNews } = sale;
      if (before.state !== state || before.evidence !== evidence || before.refundNews !== refundNews)
        s.of('saleBody').run(this.#bodies.saleBody(sale), orderId);
      return;
    }
    // It only goes on: where its money is, and what it counts as, is as it was.
    if (before !== undefined && isOpen(before) === open && !isEnded(before) && !isEnded(sale)) {
      s.of('saleState').run(state.at, this.#bodies.saleBody(sale), orderId);
      return;
    }
    this.days.moved(before, sale, this.#isNew(sale));
    if (!this.#isNew(sale) || isSettled(sale)) this.shifts.moved(before, sale);
    const moved = [state.at, open ? 1 : 0, this.#bodies.saleBody(sale), isSettled(sale) ? 1 : 0] as const;
    const shift = isEnded(sale) ? this.shifts.current : null;
    if (before !== undefined) {
      const settles = isSettled(sale) && !isSettled(before);
      s.of('saleMoved').run(
        bookedOf(sale),
        ...moved,
        settles ? shift : null,
        shift,
        ...moneyColumns(sale),
        orderId,
      );
      return;
    }
    const { invoice, source, openedAtMs } = sale;
    const own =
      source.own && source.reference !== undefined ? keyOfReference(source.reference, source.till) : null;
    s.of('sale').run(
      ...[orderId, invoice, rrnOf(openedAtMs, invoice), bookedOf(sale)],
      ...[source.kind, source.name, openedAtMs],
      ...moved,
      ...[shift, ...moneyColumns(sale), own],
    );
  }

  /** A number above all that are on disk is that of a new sale, and not of an old one that is not at hand. */
  #isNew({ invoice }: Sale): boolean {
    return this.#topInvoice !== undefined && invoice > this.#topInvoice;
  }

  /** Sales that something is still going to happen to, oldest first. */
  openSales(): Sale[] {
    if (!this.#hasAllOpen)
      for (const row of this.#statements.of('open').all()) this.#recent.keep(this.#bodies.toSale(row));
    this.#hasAllOpen = true;
    return this.#recent.open();
  }

  sale(orderId: string): Sale | undefined {
    const known = this.#recent.get(orderId);
    if (known !== undefined) return known;
    const row = this.#statements.of('byOrder').get(orderId);
    if (row === undefined) return undefined;
    const sale = this.#bodies.toSale(row);
    this.#recent.keep(sale);
    return sale;
  }

  knows(orderId: string): boolean {
    return this.#statements.of('knows').get(orderId) !== undefined;
  }

  saleByRrn(rrn: string): Sale | undefined {
    const row = this.#statements.of('byRrn').get(rrn);
    return row === undefined ? undefined : this.#bodies.toSale(row);
  }

  /** By a number of somebody else's, see {@link Numbers}: those that bear it, newest first. */
  salesByNumber(number: string): Sale[] {
    return this.#numbers.find(number);
  }

  /** Whether sales of before such numbers were kept are still to be looked through. */
  get hasUnreadNumbers(): boolean {
    return this.#numbers.unread > 0;
  }

  /** Looks through some of them. @throws Failure FAULT.diskFull, FAULT.journalWrite */
  readNumbers(): void {
    this.#group.now(() => this.#numbers.readSome());
  }

  /** By the number on the slip, of which there are six digits, or by its last `digits`: the newest that bears it. */
  saleByInvoice(number: number, digits = 6): Sale | undefined {
    const step = 10 ** Math.min(digits, 6);
    const top = this.nextInvoice() - 1;
    // Numbers have no gaps: the newest that ends so is there.
    const row = number < step && this.#statements.of('byInvoice').get(top - ((top - number) % step));
    return row ? this.#bodies.toSale(row) : undefined;
  }

  lastSaleOf(kind: string, name: string): Sale | undefined {
    return this.#atHand(this.#statements.of('last').get(kind, name));
  }

  /** The newest sale of this source that bears the caller's own reference. */
  saleByReference(kind: string, name: string, reference: string): Sale | undefined {
    return this.#atHand(this.#statements.of('byReference').get(kind, name, reference));
  }

  #atHand(row: unknown): Sale | undefined {
    return row === undefined
      ? undefined
      : (this.#recent.get((row as { order_id: string }).order_id) ?? this.#bodies.toSale(row));
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
    return this.#statements.of('inState').all(state, most).map(this.#bodies.toSale);
  }

  /** See {@link extractOf}. */
  extract(): JournalExtract {
    return extractOf(this.#db);
  }

  /** Count and sum by state: the money, as the journal has it. */
  totals(): { readonly state: string; readonly count: number; readonly sum: number }[] {
    return this.#statements.of('totals').all() as { state: string; count: number; sum: number }[];
  }

  eventsOf(orderId: string): StoredEvent[] {
    const rows = (['strays', 'events'] as const).flatMap(
      (name) => this.#statements.of(name).all(orderId) as EventRow[],
    );
    const archived = this.archive?.toldOf(orderId)?.rows ?? [];
    const known = new Set(archived.map(({ seq }) => seq));
    const all = [...archived];
    for (const row of rows) {
      if (known.has(row.seq)) continue;
      const told = asTold(row);
      all.push({ ...told, body: this.#bodies.whole(told.body, orderId, row.seq) });
    }
    return all.sort((a, b) => a.seq - b.seq).map((row) => toEvent(orderId, row));
  }

  /** See {@link JournalTrouble}. */
  get setAside(): string | undefined {
    return this.#trouble.of('set_aside');
  }

  get brokenLaw(): string | undefined {
    return this.#trouble.of('broken_law');
  }

  /** Kept for the next start as well; the first one stays. @throws Failure FAULT.diskFull, FAULT.journalWrite */
  foundBroken(words: string): void {
    if (this.brokenLaw === undefined) this.#group.now(() => this.#trouble.keep('broken_law', words));
  }

  /** A technician has looked, as `commit` says. @throws Failure FAULT.diskFull, FAULT.journalWrite */
  acceptLoss(commit: Commit): void {
    this.#group.now(() => {
      this.#writeAll(commit);
      this.#trouble.drop();
    });
    this.#written(commit.monoMs);
  }

  /** What waits is on disk when this returns. @throws Failure FAULT.diskFull, FAULT.journalWrite */
  flush(): void {
    if (this.#group.waiting > 0) this.#group.now(() => undefined);
  }

  /** With all that waits on disk. @throws Failure FAULT.diskFull, FAULT.journalWrite: the file is closed all the same */
  close(): void {
    try {
      this.flush();
    } finally {
      this.#sign?.close();
      this.#db.close();
    }
  }

  /** Bytes of the file that the next rows are written into before it grows: where what was archived has been. */
  get reusableBytes(): number {
    return (
      Number(this.#db.pragma('freelist_count', { simple: true })) *
      Number(this.#db.pragma('page_size', { simple: true }))
    );
  }

  /** Reads so many rows that the start has left unread. @throws Damage or an error of SQLite where something is wrong */
  patrol(rows: number): void {
    this.#patrol?.next(rows);
  }

  /** @param thrown what the process ends of: where it is of the journal, the next start reads all of that */
  noteDoubt(thrown: unknown): void {
    if (this.#sign !== undefined) noteDoubt(dirname(this.#db.name), thrown);
  }
}
