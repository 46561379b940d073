import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Failure, messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { Sale } from '../core/sale/sale.js';
import { Bodies } from './bodies.js';
import { extractOf, type JournalExtract } from './extract.js';
import { claimedBy } from './owner.js';
import { MIGRATIONS } from './schema.js';
import { Sold } from './sold.js';

/** What can be read of a journal whose terminal does not run. */
export interface StoppedJournal {
  readonly sold: Sold;
  /** The shift that is open. */
  readonly shift: number;
}

/**
 * Opens the journal of a stopped terminal, which is not changed, for as long as `read` takes: while it is open the terminal
 * could not start, and waits a second at most.
 * @throws Failure FAULT.journalNotRead
 */
export function readStopped<T>(directory: string, read: (journal: StoppedJournal) => T): T {
  return openStopped(directory, (db) => {
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version !== MIGRATIONS.length)
      throw new Error(`it has version ${version}, and this program ${MIGRATIONS.length}: start the terminal`);
    const { number } = db.prepare('SELECT coalesce(max(number), 0) + 1 AS number FROM shift').get() as {
      number: number;
    };
    return read({ sold: new Sold(db, new Bodies(db).toSale), shift: number });
  });
}

function openStopped<T>(directory: string, read: (db: Database.Database) => T): T {
  const path = join(directory, 'journal.db');
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 });
    return read(db);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const { code } = thrown as { code?: unknown };
    const busy = code === 'SQLITE_BUSY' ? ': a terminal runs, and has it' : '';
    const detail = `the journal ${path} cannot be read: ${messageOf(thrown)}${busy}`;
    throw new Failure({ kind: 'temporary', code: FAULT.journalNotRead, detail });
  } finally {
    db?.close();
  }
}

/**
 * Reads every page of the journal of a stopped terminal, and changes none.
 * @returns '' where it is sound, what is wrong otherwise; undefined where there is none
 * @throws Failure FAULT.journalNotRead
 */
export function checkStopped(directory: string): string | undefined {
  if (!existsSync(join(directory, 'journal.db'))) return undefined;
  return openStopped(directory, (db) => {
    const verdict = String(db.pragma('quick_check(1)', { simple: true }));
    return verdict === 'ok' ? '' : verdict;
  });
}

/**
 * Whose the journal of a stopped terminal is.
 * @returns `merchant/terminal`; undefined where there is none, where it was made before that was kept, or where it cannot be
 *   read: whoever opens it is told
 */
export function ownerOfStopped(directory: string): string | undefined {
  if (!existsSync(join(directory, 'journal.db'))) return undefined;
  try {
    return openStopped(directory, claimedBy);
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}

/** What the gateway said to the charge of a sale: 0 where it took it. */
export interface LastCharge {
  readonly orderId: string;
  readonly code: number;
}

/**
 * Of the newest sale of a stopped terminal.
 * @returns as {@link chargeOf}
 * @throws Failure FAULT.journalNotRead
 */
export function newestCharge(directory: string): LastCharge | undefined {
  if (!existsSync(join(directory, 'journal.db'))) return undefined;
  return openStopped(directory, (db) => {
    const row = db
      .prepare('SELECT coalesce(packed, body) AS body FROM sale ORDER BY invoice DESC LIMIT 1')
      .get();
    return chargeOf(row === undefined ? undefined : new Bodies(db).toSale(row));
  });
}

/** @returns undefined where there is none, and where it does not tell: never charged, not answered yet, or given up meanwhile */
export function chargeOf(sale: Sale | undefined): LastCharge | undefined {
  if (sale === undefined) return undefined;
  const { state, orderId } = sale;
  switch (state.at) {
    case 'requested':
    case 'charging':
    case 'chargeUnknown':
    case 'closing':
      return undefined;
    case 'refused':
      return { orderId, code: state.code };
    case 'closed':
      if (state.code !== undefined) return { orderId, code: state.code };
      return sale.evidence === undefined ? undefined : { orderId, code: 0 };
    default:
      return { orderId, code: 0 };
  }
}

/** @throws Failure FAULT.journalNotRead */
export function extractStopped(directory: string): JournalExtract {
  return openStopped(directory, extractOf);
}
