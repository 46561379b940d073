import Database from 'better-sqlite3';
import { Failure } from '../../src/base/fault.js';
import type { Sale } from '../../src/core/sale/sale.js';
import type { ShiftReport } from '../../src/core/shift/shift.js';
import { Bodies } from '../../src/journal/bodies.js';
import type { Commit } from '../../src/journal/commit.js';
import { Journal } from '../../src/journal/journal.js';
import type { Chance } from './chance.js';
import { hourly } from './hourly.js';
import type { Laws } from './laws.js';
import { Medium } from './medium.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

/** Thrown where the power goes, so that nothing after it happens. */
export class PowerCut extends Error {
  override name = 'PowerCut';
}

export interface DiskParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly cut: (why: string) => void;
  /** Told how to write once more what has been written, into a journal of its own. */
  readonly wrote?: ((again: Again) => void) | undefined;
}

/** Undefined: the process has ended, and what waited for a sync is gone. */
export type Again = ((journal: Journal) => void) | undefined;

/** A page of SQLite, in bytes: what a commit in memory costs is mostly copies of the pages that it changes. */
export const PAGE_BYTES = 2_048;

/** The one disk of a box: SQLite in memory, with the real journal on it, process after process. */
export class Disk {
  readonly #parts: DiskParts;
  readonly #db = preparingOnce(new Database(':memory:'));
  /** No page more than it has. */
  #full = false;
  /** A write was made to fail: the process that ends of it ends rightly. */
  failing = false;
  /** Written, and to be lost with the power. */
  #waiting: Commit[] = [];
  readonly medium: Medium;

  constructor(parts: DiskParts) {
    this.#parts = parts;
    this.medium = new Medium(parts);
    this.#db.pragma(`page_size = ${PAGE_BYTES}`);
    const { time, chance } = parts;
    hourly(time, chance, 'diskFull', () => {
      this.#fill(true);
      time.after(chance.detail('diskFull', 1_000, 120_000), () => this.#fill(false));
    });
  }

  get freeBytes(): number {
    return this.#full ? 0 : 1_000_000_000;
  }

  /** Faults are over. */
  calm(): void {
    this.#fill(false);
  }

  #fill(full: boolean): void {
    if (this.#full !== full)
      this.#parts.story.say(() => `the disk is ${full ? 'full' : 'not full any more'}`);
    this.#full = full;
    this.#db.pragma(`max_page_count = ${full ? 1 : 1_073_741_823}`);
  }

  /** @throws Failure 710 where the disk is full */
  open(alive: () => boolean, wallMs: number): StormJournal {
    try {
      return new StormJournal(
        { directory: ':memory:', archive: this.medium.of(alive), opened: this.#db, wallMs, version: 'storm' },
        (journal, commit, write, again) => this.#around(alive, journal, commit, write, again),
        (report) => this.#parts.laws.shiftClosed(report),
      );
    } catch (error) {
      if (this.#full) this.failing = true;
      throw error;
    }
  }

  #around(
    alive: () => boolean,
    journal: StormJournal,
    commit: Commit,
    write: () => void,
    again: Again,
  ): void {
    const { chance, cut, laws } = this.#parts;
    if (!alive()) throw new PowerCut();
    this.#tookAlong();
    if (chance.now('cutBeforeCommit')) {
      cut('before a commit');
      throw new PowerCut();
    }
    if (chance.now('commitFails')) return this.#refused(write);
    this.#written(write);
    this.#parts.wrote?.(again);
    laws.written(commit);
    this.#waiting.push(commit);
    if (journal.waiting.waiting === 0) {
      for (const synced of this.#waiting.splice(0)) laws.committed(synced);
      if (chance.now('commitFailsLate')) {
        this.failing = true;
        throw new Failure({ kind: 'unanswered', code: 711, detail: 'the sync failed; the row is there' });
      }
    }
    if (chance.now('cutAfterCommit')) {
      cut('after a commit');
      throw new PowerCut();
    }
  }

  /** The power goes, or the process: what no sync has brought to the disk is gone. */
  forgets(): void {
    const { story, laws } = this.#parts;
    this.#tookAlong();
    if (this.#waiting.length > 0) story.say(() => `${this.#waiting.length} commits were on no disk yet`);
    this.#waiting = [];
    laws.lost();
    this.#parts.wrote?.(undefined);
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }

  /** What a piece of the archive was recorded with is on disk since. */
  #tookAlong(): void {
    const { laws } = this.#parts;
    if (this.medium.wrote && !this.#db.inTransaction) {
      this.#parts.wrote?.((journal) => journal.flush());
      for (const synced of this.#waiting.splice(0)) laws.committed(synced);
    }
    this.medium.wrote = false;
  }

  #written(write: () => void): void {
    try {
      write();
    } catch (error) {
      // SQLite has found no room for a page: nothing of this is written.
      if (this.#full) this.failing = true;
      throw error;
    }
  }

  /** SQLite itself refuses this one. */
  #refused(write: () => void): void {
    this.failing = true;
    this.#db.pragma('query_only = ON');
    try {
      write();
    } finally {
      this.#db.pragma('query_only = OFF');
    }
  }

  /** Each sale as it is written, by order id: read past the journal, which keeps some of them in memory. */
  sales(): ReadonlyMap<string, Sale> {
    const bodies = new Bodies(this.#db);
    const sales = this.#db
      .prepare('SELECT coalesce(packed, body) AS body FROM sale')
      .all()
      .map(bodies.toSale);
    return new Map(sales.map((sale) => [sale.orderId, sale]));
  }

  /** The journal's book of shifts as a new process would read it. */
  reopened(wallMs: number): Journal {
    const archive = this.medium.of(() => true);
    return new Journal({ directory: ':memory:', archive, opened: this.#db, wallMs, version: 'storm' });
  }

  /** Sales that are packed although something is still going to happen to them. */
  packedTooSoon(): string[] {
    const sql = `SELECT order_id FROM sale WHERE packed IS NOT NULL
      AND (open = 1 OR owed > 0 OR look_at_ms IS NOT NULL OR state IN ('owed', 'refunding', 'delivering'))`;
    return this.#db.prepare(sql).pluck().all() as string[];
  }

  close(): void {
    this.#db.close();
  }
}

/** A statement is made once a disk, and not once a process: of those there are many here, and each has but a few sales. */
function preparingOnce(db: Database.Database): Database.Database {
  const prepare = db.prepare.bind(db);
  const made = new Map<string, Database.Statement>();
  db.prepare = ((sql: string) => {
    const statement = made.get(sql) ?? prepare(sql);
    made.set(sql, statement);
    return statement;
  }) as typeof db.prepare;
  return db;
}

type Around = (journal: StormJournal, commit: Commit, write: () => void, again: Again) => void;

/** The real journal, with the storm between a caller and each commit. */
export class StormJournal extends Journal {
  readonly #around: Around;
  readonly #closed: (report: ShiftReport) => void;

  constructor(
    place: ConstructorParameters<typeof Journal>[0],
    around: Around,
    closed: (report: ShiftReport) => void,
  ) {
    super(place);
    this.#around = around;
    this.#closed = closed;
  }

  override commit(commit: Commit): void {
    this.#around(
      this,
      commit,
      () => super.commit(commit),
      (journal) => journal.commit(commit),
    );
  }

  override prove(at: Pick<Commit, 'wallMs' | 'monoMs'>): void {
    this.#around(
      this,
      { ...at, events: [] },
      () => super.prove(at),
      (journal) => journal.prove(at),
    );
  }

  override closeShift(
    wallMs: number,
    by: string,
    after: (report: ShiftReport) => Commit,
    day?: string,
  ): ShiftReport {
    let report: ShiftReport | undefined;
    // Known when it is written.
    const commit: { -readonly [field in keyof Commit]: Commit[field] } = {
      wallMs,
      monoMs: wallMs,
      events: [],
    };
    this.#around(
      this,
      commit,
      () => {
        report = super.closeShift(wallMs, by, (closed) => Object.assign(commit, after(closed)), day);
      },
      (journal) => void journal.closeShift(wallMs, by, () => commit, day),
    );
    if (report === undefined) throw new Error('a shift was closed without a report');
    this.#closed(report);
    return report;
  }

  /** The program was stopped in order. The disk outlives it. */
  override close(): void {
    this.#around(
      this,
      { wallMs: 0, monoMs: 0, events: [] },
      () => this.flush(),
      (journal) => journal.flush(),
    );
  }
}
