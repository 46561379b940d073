import type Database from 'better-sqlite3';
import { failure } from './failure.js';
import { JOURNAL_SQL, Statements } from './statements.js';

/** Writes that wait, at most: notices and repeated questions are somebody else's to send, and memory is bounded (law 16). */
const WAITING_MOST = 200;

/**
 * The one road of all writes into the database. What no restart needs is written into SQLite's open transaction and waits
 * there, readable to this process alone, for the next write that a restart does need: one COMMIT, one sync for all of it. A
 * power cut, or the end of the process, takes away what waits, all of it and nothing else; so does a write that throws, and
 * the process ends of that.
 *
 * Not by commits of `synchronous=NORMAL`: those cost no sync either, but each writes its pages into the WAL anew.
 */
export class GroupCommit {
  readonly #db: Database.Database;
  readonly #statements: Statements<typeof JOURNAL_SQL>;
  readonly #synced: () => void;
  readonly #undone: () => void;
  #writing = false;
  #waiting = 0;
  #dueMs = Number.POSITIVE_INFINITY;

  /**
   * @param synced what was written up to now is on disk
   * @param undone a write has thrown: what waited is gone, and what memory has of it is to be read again
   */
  constructor(db: Database.Database, synced: () => void, undone: () => void) {
    this.#db = db;
    this.#statements = new Statements(db, JOURNAL_SQL);
    this.#synced = synced;
    this.#undone = undone;
  }

  /** Writes that are not on disk yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Monotonic time at which what waits must be on disk at the latest; infinite where nothing waits. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /**
   * On disk when this returns, with all that waited. Within another write it is a part of that one.
   * @throws Failure FAULT.diskFull, FAULT.journalWrite: the outcome is unknown, the caller ends the process
   */
  now<T>(write: () => T): T {
    return this.write(write, () => undefined);
  }

  /**
   * @param dueMs of what was written: when it must be on disk at the latest, on the monotonic clock; undefined: now
   * @throws Failure FAULT.diskFull, FAULT.journalWrite: the outcome is unknown, the caller ends the process
   */
  write<T>(write: () => T, dueMs: (written: T) => number | undefined): T {
    if (this.#writing) return write();
    this.#writing = true;
    try {
      if (!this.#db.inTransaction) this.#statements.of('begin').run();
      const written = write();
      const due = dueMs(written);
      this.#waiting += 1;
      this.#dueMs = Math.min(this.#dueMs, due ?? Number.NEGATIVE_INFINITY);
      if (due === undefined || this.#waiting >= WAITING_MOST) this.#sync();
      return written;
    } catch (thrown) {
      // A full disk has rolled back by itself.
      if (this.#db.inTransaction) this.#statements.of('rollback').run();
      this.#nothingWaits();
      this.#undone();
      // Ours goes on as what it is.
      throw (thrown as { code?: unknown }).code === undefined ? thrown : failure(thrown);
    } finally {
      this.#writing = false;
    }
  }

  #sync(): void {
    this.#statements.of('commit').run();
    this.#nothingWaits();
    this.#synced();
  }

  #nothingWaits(): void {
    this.#waiting = 0;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }
}
