import { spawn } from 'node:child_process';
import type { Timers } from '../../src/port/clock.js';

export type Ended =
  /** It never began. */
  | { readonly how: 'absent'; readonly why: string }
  | { readonly how: 'exited'; readonly code: number; readonly output: Buffer; readonly complaint: string }
  /** By a signal: another process', or ours because it took too long or is not wanted any more. */
  | { readonly how: 'killed'; readonly why: string };

export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** What it reads; nothing where it is left out. */
  readonly input?: Uint8Array;
  /** PATH decides which program is found; the service's own where it is left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** A Ctrl-C at the daemon's terminal, or the end of the daemon, does not cut it off in the middle. */
  readonly detached?: boolean;
  readonly timers: Timers;
  readonly limitMs: number;
  /** Ends it at once. */
  readonly signal?: AbortSignal;
}

/** A minute of sound is 2.6 MB; more than this is no announcement, and is not kept. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_COMPLAINT = 2_000;

/** Runs one program to its end, or until it is killed. */
export function run({ name, args, input, timers, limitMs, signal, ...options }: Program): Promise<Ended> {
  const child = spawn(name, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  let bytes = 0;
  let complaint = '';
  let why: string | undefined;
  const end = (because: string): void => {
    why ??= because;
    child.kill('SIGKILL');
  };
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > MOST_BYTES) end(`more than ${MOST_BYTES} bytes`);
    else output.push(piece);
  });
  child.stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString()).slice(0, MOST_COMPLAINT);
  });
  // A program that ends before it has read everything says why by its own end.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? new Uint8Array());
  const stop = (): void => end('stopped');
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const cancelTimer = timers.after(limitMs, () => end(`not done after ${limitMs} ms`));
  const cancel = (): void => {
    cancelTimer();
    signal?.removeEventListener('abort', stop);
  };
  return new Promise((resolve) => {
    child.on('error', (error) => {
      // Also said of a kill that failed; then the child has begun, and its end is still to come.
      if (child.pid !== undefined) return;
      cancel();
      resolve({ how: 'absent', why: error.message });
    });
    child.on('close', (code, signal) => {
      cancel();
      // One that was done before our signal came has ended by itself, and what it did is done.
      if (code !== null && bytes <= MOST_BYTES)
        resolve({ how: 'exited', code, output: Buffer.concat(output), complaint });
      else resolve({ how: 'killed', why: why ?? `killed by ${signal ?? 'nobody'}` });
    });
  });
}

/** The last line of what a program complained of: it follows those of the libraries below it. */
export function lastLine(complaint: string): string {
  return complaint.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
