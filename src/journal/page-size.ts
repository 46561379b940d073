import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { messageOf } from '../base/fault.js';
import { isDamage } from './check.js';
import { syncFolder } from './sign-of-life.js';

/**
 * A commit writes whole pages, and what a step of a sale changes is some hundred bytes in each of a dozen. With SQLite's
 * usual 4,096 bytes a sale was 165 to 291 KiB on the card (`npm run bench -- disk`).
 */
export const PAGE_BYTES = 1_024;

/** A Pi copies so much within a start that systemd still waits for. A larger journal stays as it is until its old shifts have gone. */
const MOVED_MOST = 400 * 1024 * 1024;
/** The copy is about as long as what it copies; this is for whatever else writes to the card meanwhile. */
const SPARE = 1.25;
const SPARE_BYTES = 16 * 1024 * 1024;

/**
 * Moves a journal of before to {@link PAGE_BYTES}, once, before anything is sold: a copy beside it, synced and checked, takes
 * its name. Until then the journal is not touched, so that a power cut at whatever moment leaves the one or the other, each
 * whole; the next start begins the copy anew. Where there is no room for it, or it fails, all stays as it is: the size of a
 * page is no reason not to sell.
 *
 * The journal is out of WAL mode meanwhile, and locked until it has lost its name: a second terminal can write into neither,
 * and no WAL of the one can be taken for one of the other.
 * @returns undefined where nothing was tried; else `db` is closed, and the journal to be opened anew: with such pages, or as
 *   it was and with the reason for that
 * @throws an error of SQLite where the journal is damaged, which is read whole here; Error when the copy has the name, and cannot be opened
 */
export function moveToNewPages(
  db: Database.Database,
  path: string,
): { readonly failed?: string } | undefined {
  const copy = `${path}-pages`;
  rmSync(copy, { force: true });
  const pageBytes = numberOf(db, 'page_size');
  if (pageBytes === PAGE_BYTES) return undefined;
  const bytes = (numberOf(db, 'page_count') - numberOf(db, 'freelist_count')) * pageBytes;
  if (bytes > MOVED_MOST || freeBytes(path) < SPARE * bytes + SPARE_BYTES) return undefined;
  try {
    makeCopy(db, copy);
    renameSync(copy, path);
  } catch (thrown) {
    rmSync(copy, { force: true });
    if (isDamage(thrown)) throw thrown;
    return { failed: messageOf(thrown) };
  } finally {
    db.close();
  }
  syncFolder(dirname(path));
  return {};
}

/** @throws Error when the copy is not whole; what SQLite and the file system throw. The journal is as it was then */
function makeCopy(db: Database.Database, copy: string): void {
  // With the journal's own rights: SQLite writes into an empty file that it finds.
  closeSync(openSync(copy, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600));
  db.pragma('journal_mode = DELETE');
  db.pragma(`page_size = ${PAGE_BYTES}`);
  db.prepare('VACUUM INTO ?').run(copy);
  const file = openSync(copy, constants.O_RDWR);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (checked(copy) !== lastOf(db)) throw new Error('the copy does not hold what the journal holds');
  // Its WAL must not come back beside the copy: the pages in it are of another file.
  syncFolder(dirname(copy));
}

/** @returns the last event in the copy; undefined where the copy is not good */
function checked(copy: string): number | undefined {
  const db = new Database(copy, { readonly: true });
  try {
    return db.pragma('quick_check(1)', { simple: true }) === 'ok' ? lastOf(db) : undefined;
  } finally {
    db.close();
  }
}

function lastOf(db: Database.Database): number {
  return db.prepare('SELECT coalesce(max(seq), 0) FROM event').pluck().get() as number;
}

function numberOf(db: Database.Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}

function freeBytes(path: string): number {
  const { bsize, bavail } = statfsSync(dirname(path));
  return bsize * bavail;
}
