import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { Failure, messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { ArchiveStore } from './archive-folder.js';
import { checkWhole, isDamage, Patrol } from './check.js';
import { moveToNewPages, PAGE_BYTES } from './page-size.js';
import { MIGRATIONS } from './schema.js';
import { SIGN_FILE, SignOfLife, syncFolder } from './sign-of-life.js';
import { isHeadless } from './wal-head.js';

export interface JournalPlace {
  /** A folder; the file is `journal.db` in it. `:memory:` for tests that lose everything on purpose. */
  readonly directory: string;
  /** For the name of a damaged file that is set aside. */
  readonly wallMs: number;
  /** Whose it is to be, as `merchant/terminal`; absent: nobody asks. */
  readonly owner?: string;
  /** When the boot's own commit counts as a proof of the disk; absent: the next one is the first. */
  readonly monoMs?: number;
  /** Where stories of old sales go; absent: they stay. */
  readonly archive?: ArchiveStore;
  /** A database that is open already, in place of the folder: one in memory can so outlive a simulated power cut. */
  readonly opened?: Database.Database;
}

interface Prepared {
  readonly db: Database.Database;
  /** What a start has not read of it is read while it runs. */
  readonly patrol?: Patrol;
}

export interface OpenedFile extends Prepared {
  /** Where a damaged journal was set aside, when there was one. The terminal refuses to sell until told otherwise. */
  readonly setAside?: string;
  /** Why the journal could not be moved to small pages, where it could not: the next start tries again. */
  readonly pagesKept?: string | undefined;
  /** To be begun when the boot is committed; nothing for a journal that is no file. */
  readonly sign?: SignOfLife;
}

/** SQLite's own number for synchronous=FULL. */
const FULL = 2;

/**
 * Pages of the journal that SQLite holds at most, in KiB; the library is compiled for sixteen times as much, which fills
 * up over some thousand sales. A sale touches its newest pages only, and the system caches the file as well.
 */
const CACHE_KIB = 1024;

/**
 * Pages in the WAL at which it is written into the database, 4 MiB: a page that some sixty sales write to goes there once,
 * and not at each 250 KiB of them.
 */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens the journal so that what it has committed is on disk: WAL with `synchronous=FULL`, set and read back, because
 * the library is compiled to open WAL files with NORMAL, which loses the last commits in a power cut.
 * @throws Failure FAULT.journalUnopened cannot open or create, FAULT.journalReadOnly read-only,
 *   FAULT.journalNotSynchronous not synchronous, FAULT.journalNewer made by a newer version,
 * FAULT.journalMigration migration failed, FAULT.journalStuck damaged and cannot be set aside,
 * FAULT.journalInUse in use, FAULT.diskFull disk full
 */
export function openFile(place: JournalPlace): OpenedFile {
  if (place.opened !== undefined) return prepare(place.opened, 'lent');
  if (place.directory === ':memory:') return prepare(new Database(':memory:'), 'memory');
  const path = join(place.directory, 'journal.db');
  makeReady(path);
  const sign = new SignOfLife(place.directory);
  let existed = existsSync(path);
  try {
    const seen = sign.read();
    const gone = isGone(path, seen !== undefined) ? moveAside(path, place.wallMs) : undefined;
    existed &&= gone === undefined;
    if (!existed) makeFile(path);
    const cut = gone === undefined && isHeadless(`${path}-wal`) ? keepWal(path, place.wallMs) : undefined;
    const found = prepare(connect(path), 'file');
    const moved = moveToNewPages(found.db, path);
    const prepared = moved === undefined ? found : prepare(connect(path), 'file');
    const setAside = gone ?? cut ?? lossOf(prepared.db, path, seen, place.wallMs);
    return { ...prepared, sign, pagesKept: moved?.failed, ...(setAside === undefined ? {} : { setAside }) };
  } catch (thrown) {
    if (!existed || !isDamage(thrown)) throw named(thrown, path);
    const setAside = moveAside(path, place.wallMs);
    makeFile(path);
    return { ...prepare(connect(path), 'file'), sign, setAside };
  }
}

/**
 * Whether a journal was here and is not any more. A first start makes its file before SQLite makes a WAL, and has
 * committed its boot before there is a sign: neither can be there without a file with something in it.
 */
function isGone(path: string, signed: boolean): boolean {
  if (sizeOf(path) > 0) return false;
  return signed || sizeOf(`${path}-wal`) > 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function makeFile(path: string): void {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    fsyncSync(file);
    closeSync(file);
    syncFolder(dirname(path));
  } catch (thrown) {
    throw fail(FAULT.journalUnopened, `cannot make ${path}: ${messageOf(thrown)}`);
  }
}

/** What a journal that can be read has lost all the same: where its last commits were; undefined when nothing is missing. */
function lossOf(
  db: Database.Database,
  path: string,
  seen: number | undefined,
  wallMs: number,
): string | undefined {
  const booted = db.prepare('SELECT 1 FROM boot LIMIT 1').get() !== undefined;
  if (!booted)
    return forgottenAside(path) ?? (seen === undefined ? undefined : noteLoss(path, wallMs, 'was empty'));
  const last = db.prepare('SELECT coalesce(max(seq), 0) FROM event').pluck().get() as number;
  if (seen === undefined || seen <= last) return undefined;
  return noteLoss(path, wallMs, `ends with event ${last}, and event ${seen} had been committed`);
}

function makeReady(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    accessSync(dirname(path), constants.W_OK);
  } catch (thrown) {
    throw fail(
      FAULT.journalReadOnly,
      `the journal's folder ${dirname(path)} cannot be written: ${messageOf(thrown)}`,
    );
  }
}

function connect(path: string): Database.Database {
  try {
    return new Database(path, { timeout: 1000 });
  } catch (thrown) {
    throw isDamage(thrown)
      ? thrown
      : fail(FAULT.journalUnopened, `cannot open ${path}: ${messageOf(thrown)}`);
  }
}

function prepare(db: Database.Database, where: 'file' | 'memory' | 'lent'): Prepared {
  const onDisk = where === 'file';
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    // Of a file with nothing in it yet; any other keeps its own.
    if (onDisk) db.pragma(`page_size = ${PAGE_BYTES}`);
    const mode = db.pragma('journal_mode = WAL', { simple: true });
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    const level = db.pragma('synchronous', { simple: true });
    if (onDisk && (mode !== 'wal' || level !== FULL))
      throw fail(
        FAULT.journalNotSynchronous,
        `journal_mode is ${String(mode)} and synchronous ${String(level)}, not wal and ${FULL}`,
      );
    // Memory has no sectors that go bad.
    const whole = !onDisk || checkWhole(db);
    if (onDisk) settle(db);
    migrate(db);
    if (whole) return { db };
    const patrol = new Patrol(db);
    patrol.newest();
    return { db, patrol };
  } catch (thrown) {
    if (where !== 'lent') db.close();
    throw thrown;
  }
}

/**
 * Writes what is in the WAL into the database, and begins a new WAL, before anything else is committed. When a sync has
 * failed, the kernel takes the pages for written and no later sync brings them to the disk, while we go on reading them:
 * a commit behind them in the same WAL would be lost with them in the next power cut, although its own sync succeeded.
 */
function settle(db: Database.Database): void {
  const [done] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (done?.busy !== 0)
    throw fail(FAULT.journalUnopened, 'the WAL of the journal cannot be written into the database');
}

function migrate(db: Database.Database): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length)
    throw fail(
      FAULT.journalNewer,
      `the journal has version ${version}, this program knows ${MIGRATIONS.length}: it is newer`,
    );
  try {
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < version) continue;
      db.transaction(() => {
        db.exec(sql);
        db.pragma(`user_version = ${index + 1}`);
      })();
    }
  } catch (thrown) {
    if (isDamage(thrown)) throw thrown;
    throw fail(FAULT.journalMigration, `migration of the journal failed: ${messageOf(thrown)}`);
  }
}

/** A damaged journal is evidence: it is kept, under a name of its own, with its WAL. Never overwritten. */
function moveAside(path: string, wallMs: number): string {
  const target = asideName(path, wallMs);
  try {
    if (!existsSync(path)) {
      const forgotten = existsSync(`${path}-wal`) ? undefined : forgottenAside(path);
      if (forgotten !== undefined) return forgotten;
      writeFileSync(target, 'There was no journal.db any more.\n');
    }
    for (const tail of ['', '-wal', '-shm'])
      if (existsSync(path + tail)) renameSync(path + tail, target + tail);
    syncFolder(dirname(path));
  } catch (thrown) {
    throw fail(
      FAULT.journalStuck,
      `the journal ${path} is damaged and cannot be set aside: ${messageOf(thrown)}`,
    );
  }
  return target;
}

/** A WAL that SQLite would throw away; the rest of the journal is good, and its open sales are still asked about. */
function keepWal(path: string, wallMs: number): string {
  const target = `${asideName(path, wallMs)}-wal`;
  try {
    copyFileSync(`${path}-wal`, target);
  } catch (thrown) {
    throw fail(
      FAULT.journalStuck,
      `the WAL of ${path} is damaged and cannot be set aside: ${messageOf(thrown)}`,
    );
  }
  return target;
}

/** In words, where there is no file to look at. */
function noteLoss(path: string, wallMs: number, what: string): string {
  const target = asideName(path, wallMs);
  try {
    writeFileSync(
      target,
      `${basename(path)} ${what} (${SIGN_FILE}): what came behind is lost. Ask Midtrans' dashboard.\n`,
    );
  } catch (thrown) {
    throw fail(
      FAULT.journalStuck,
      `the journal ${path} ${what}, and no note of it can be written: ${messageOf(thrown)}`,
    );
  }
  return target;
}

function asideName(path: string, wallMs: number): string {
  const stamp = new Date(wallMs).toISOString().replace(/[:.]/g, '-');
  const name = `${path}.damaged-${stamp}`;
  let target = name;
  for (let n = 2; existsSync(target) || existsSync(`${target}-wal`); n += 1) target = `${name}-${n}`;
  return target;
}

/**
 * A journal that was set aside just before the power went: nothing has been written into the new one yet, so nothing
 * there says so, and what the old one held may be owed.
 */
function forgottenAside(path: string): string | undefined {
  const head = `${basename(path)}.damaged-`;
  const names = readdirSync(dirname(path)).filter(
    (name) => name.startsWith(head) && !/-(wal|shm)$/.test(name),
  );
  const newest = names.sort().at(-1);
  return newest === undefined ? undefined : join(dirname(path), newest);
}

function named(thrown: unknown, path: string): Failure {
  if (thrown instanceof Failure) return thrown;
  const code = String((thrown as { code?: unknown }).code ?? '');
  const text = messageOf(thrown);
  if (code.startsWith('SQLITE_READONLY'))
    return fail(FAULT.journalReadOnly, `the journal ${path} is read-only: ${text}`);
  if (code.startsWith('SQLITE_BUSY'))
    return fail(FAULT.journalInUse, `the journal ${path} is in use: another terminal runs here`);
  if (code === 'SQLITE_FULL') return fail(FAULT.diskFull, `no space for the journal ${path}: ${text}`);
  return fail(FAULT.journalUnopened, `the journal ${path} cannot be opened: ${code} ${text}`);
}

function fail(code: number, detail: string): Failure {
  return new Failure({ kind: 'refused', code, detail });
}
