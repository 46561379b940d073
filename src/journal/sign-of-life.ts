import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Beside the journal, and never within it: what becomes of the journal's own files, this still says that there was one. */
export const SIGN_FILE = 'journal.begun';

const TEXT =
  'A terminal has journalled here. Without this file, a journal that is gone looks like a first start.\n';
/** In one sector, and as long as the next one, so that it is written over in one piece. */
const WIDTH = 16;

/**
 * A sign outside the journal that a terminal has journalled here, and how far it came. Made and synced once, when the
 * first boot is on disk. From then on the number of the newest event is written over without a sync, behind each commit:
 * after a power cut it may be older than the journal and is never newer, unless the journal lost what it had committed.
 */
export class SignOfLife {
  readonly #path: string;
  #file: number | undefined;

  constructor(directory: string) {
    this.#path = join(directory, SIGN_FILE);
  }

  /** The newest event that was on disk; 0 when the file says nothing of it; undefined at a first start. */
  read(): number | undefined {
    if (!existsSync(this.#path)) return undefined;
    const found = /last event (\d+)(?: (\d+))?\n/.exec(readFileSync(this.#path, 'latin1'));
    const [, seq, again = seq] = found ?? [];
    return seq === again ? Number(seq ?? 0) : 0;
  }

  /** Behind the first commit of a boot: the sign is true from here on, and is on disk before anything is sold. */
  begin(seq: number): void {
    this.#file = openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.reached(seq);
    fsyncSync(this.#file);
    syncFolder(dirname(this.#path));
  }

  /** Twice: of a write that broke off within the digits the rest is of the older number, and both might be read as a newer one. */
  reached(seq: number): void {
    if (this.#file === undefined) return;
    const digits = String(seq).padStart(WIDTH, '0');
    const bytes = Buffer.from(`${TEXT}last event ${digits} ${digits}\n`, 'latin1');
    let at = 0;
    // A disk that has become full takes a part, and says why when it is asked to take the rest.
    while (at < bytes.length) at += writeSync(this.#file, bytes, at, bytes.length - at, at);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** So that names that were made or changed are there after a power cut. */
export function syncFolder(directory: string): void {
  const folder = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
