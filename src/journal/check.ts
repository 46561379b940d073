import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { Failure } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { syncFolder } from './sign-of-life.js';
import { CHECK_SQL, Statements } from './statements.js';

/** Beside the journal when its last process ended of it: the next start reads all of it before it sells. */
const DOUBT_FILE = 'journal.doubt';

/** Up to this size a start reads all of it: ten milliseconds, and a thousand sales. */
const WHOLE_BYTES = 4 * 1024 * 1024;
/** Of what is larger, a start reads what the next sales build upon: so many of the newest rows. */
const NEWEST = 200;

/** What SQLite has found out, or we: the file holds something else than was written. */
class Damage extends Error {
  override name = 'Damage';
}

export function isDamage(thrown: unknown): boolean {
  if (thrown instanceof Damage) return true;
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB)/.test(code);
}

/**
 * A start waits for no check of years. All of the journal is read where that takes no time, and where its last process ended
 * of it. Of another one the newest rows are read when it is migrated, and the rest while it runs.
 * @returns whether all of it was read
 * @throws Damage or an error of SQLite that {@link isDamage}
 */
export function checkWhole(db: Database.Database): boolean {
  const doubt = join(dirname(db.name), DOUBT_FILE);
  const doubted = existsSync(doubt);
  if (!doubted && statSync(db.name).size > WHOLE_BYTES) return false;
  const verdict = db.pragma('quick_check(1)', { simple: true });
  if (verdict !== 'ok') throw new Damage(String(verdict));
  if (doubted) rmSync(doubt);
  return true;
}

/** @param thrown what a process ends of */
export function noteDoubt(directory: string, thrown: unknown): void {
  const written = thrown instanceof Failure && thrown.fault.code === FAULT.journalWrite;
  if (!written && !isDamage(thrown)) return;
  writeFileSync(
    join(directory, DOUBT_FILE),
    'The journal could not be read or written. The next start reads all of it.\n',
  );
  syncFolder(directory);
}

const TABLES = ['sale', 'event', 'answer', 'slip'] as const;

/** Goes through the journal some rows at a time, so that a card that loses what it once wrote is found out before a sale needs it. */
export class Patrol {
  readonly #statements: Statements<typeof CHECK_SQL>;
  /** Of the table that is being read, and where it has come to. */
  #table = 0;
  #after = 0;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, CHECK_SQL);
  }

  /** The newest rows of each table, as a start reads them. */
  newest(): void {
    for (const table of TABLES) this.#read(table, this.#from(table), NEWEST);
  }

  /** The next rows; from the beginning again behind the last. @throws Damage or an error of SQLite */
  next(rows: number): void {
    const table = TABLES[this.#table] ?? 'sale';
    const last = this.#read(table, this.#after, rows);
    this.#after = last ?? 0;
    if (last === undefined) this.#table = (this.#table + 1) % TABLES.length;
  }

  #from(table: (typeof TABLES)[number]): number {
    const row = this.#statements.of(`${table}Top`).get() as { readonly top: number };
    return Math.max(0, row.top - NEWEST);
  }

  /** @returns the last row that was read; undefined when none was left */
  #read(table: (typeof TABLES)[number], after: number, rows: number): number | undefined {
    const found = this.#statements.of(table).get(after, rows) as {
      readonly last: number | null;
      readonly count: number;
      readonly found: number;
    };
    if (found.found !== found.count)
      throw new Damage(
        `${found.count - found.found} of ${found.count} rows of ${table} are not in its index`,
      );
    return found.last ?? undefined;
  }
}
