import { readFileSync } from 'node:fs';

/** One write or sync of a file, as strace saw it. */
export interface DiskCall {
  readonly atMs: number;
  readonly path: string;
  /** Undefined for a sync. */
  readonly bytes?: number;
}

/** What to put before a program so that {@link readTrace} finds its writes and syncs in `file`, with paths and times. */
export function tracer(file: string): string[] {
  const calls = 'trace=write,pwrite64,writev,pwritev,fsync,fdatasync';
  return ['strace', '-f', '-y', '-ttt', '-s', '0', '-e', calls, '-o', file];
}

/** `PID SECONDS pwrite64(19</path>, ""..., 4096, 0) = 4096`; a call that another thread interrupts has no result yet. */
const LINE = /^\d+\s+(\d+\.\d+) (\w+)\(\d+<([^>]+)>(?:, ""\.\.\., (\d+))?/;

/** Calls on files below `directory`, in order. `atMs` is wall time. */
export function readTrace(file: string, directory: string): DiskCall[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line): DiskCall[] => {
      const [, seconds, call = '', path = '', bytes] = LINE.exec(line) ?? [];
      if (seconds === undefined || !path.startsWith(directory)) return [];
      const atMs = Number(seconds) * 1000;
      if (/sync$/.test(call)) return [{ atMs, path }];
      // writev names no length before its end; SQLite does not use it.
      if (bytes === undefined) throw new Error(`a write without a length: ${line}`);
      return [{ atMs, path, bytes: Number(bytes) }];
    });
}

export function bytesOf(calls: readonly DiskCall[]): number {
  return calls.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
}

export function syncsOf(calls: readonly DiskCall[]): number {
  return calls.filter(({ bytes }) => bytes === undefined).length;
}
