import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The n-th call of one kind on a file of the journal fails, counted from the start of the process. */
export interface DiskError {
  readonly call: 'open' | 'pread' | 'pwrite' | 'fsync' | 'ftruncate' | 'unlink';
  /** From 1. */
  readonly n: number;
  readonly error: 'EIO' | 'ENOSPC';
  /** This call only, or all of its kind from then on. */
  readonly lasts: 'once' | 'on';
  /** Only calls on this file count; otherwise those on all files of the journal. */
  readonly of?: 'journal.db' | 'journal.db-wal';
}

export function diskErrorName({ call, n, error, lasts }: DiskError): string {
  return `${error} at ${call} ${n}${lasts === 'on' ? ' and on' : ''}`;
}

/** disk-log.c, compiled for this run. */
export class DiskLibrary {
  readonly #folder: string;
  readonly #file: string;

  /** @throws Error when there is no C compiler, or one that refuses it */
  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'gopay-pos-disk-log-'));
    this.#file = join(this.#folder, 'disk-log.so');
    const source = fileURLToPath(new URL('disk-log.c', import.meta.url));
    execFileSync('cc', ['-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', this.#file, source, '-ldl'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** What a terminal with this journal is started with, so that its writes are recorded in `log`; and one may fail. */
  recording(
    journal: string,
    log: string,
    points: string,
    error?: DiskError,
  ): Readonly<Record<string, string>> {
    return {
      ...(error === undefined ? {} : this.failing(journal, points, error)),
      LD_PRELOAD: this.#file,
      DISK_LOG_DIRECTORY: journal,
      DISK_LOG: log,
      DISK_LOG_POINTS: points,
    };
  }

  /** What a terminal with this journal is started with, so that a call fails. */
  failing(journal: string, points: string, error: DiskError): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.#file,
      DISK_LOG_DIRECTORY: journal,
      DISK_LOG_POINTS: points,
      DISK_LOG_FAIL: `${error.call} ${error.n} ${error.error} ${error.lasts} ${error.of ?? '*'}`,
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
