import { spawn } from 'node:child_process';
import type { Timers } from '../../../src/port/clock.js';

export type Ended =
  /** It never began. */
  | { readonly how: 'absent'; readonly why: string }
  | { readonly how: 'exited'; readonly code: number; readonly said: string; readonly complained: string }
  /** By a signal: somebody's, or ours because it took too long. */
  | { readonly how: 'killed'; readonly why: string };

export interface Run {
  readonly program: string;
  readonly args: readonly string[];
  /** The environment of the service where it is left out; PATH decides which program is found. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timers: Timers;
  readonly limitMs: number;
}

/** More than this of what a program says is not kept. */
const MOST_CHARACTERS = 10_000;

/**
 * Runs a program to its end. It is detached: a Ctrl-C at the daemon's terminal, or the end of the daemon, does not cut
 * it off in the middle.
 */
export function run({ program, args, env = process.env, timers, limitMs }: Run): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { said: '', complained: '' };
    child.stdout.on('data', (bytes: Buffer) => {
      texts.said = (texts.said + bytes.toString()).slice(0, MOST_CHARACTERS);
    });
    child.stderr.on('data', (bytes: Buffer) => {
      texts.complained = (texts.complained + bytes.toString()).slice(0, MOST_CHARACTERS);
    });
    let late = false;
    const cancel = timers.after(limitMs, () => {
      late = true;
      child.kill('SIGKILL');
    });
    child.on('error', (error) => {
      // Also said of a kill that failed; then the child has begun, and its end is still to come.
      if (child.pid !== undefined) return;
      cancel();
      resolve({ how: 'absent', why: error.message });
    });
    child.on('close', (code, signal) => {
      cancel();
      if (code !== null) resolve({ how: 'exited', code, ...texts });
      else resolve({ how: 'killed', why: late ? `not done after ${limitMs} ms` : `killed by ${signal}` });
    });
  });
}
