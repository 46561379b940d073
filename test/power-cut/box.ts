import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTerminal } from '../../src/control/client.js';
import { FAULT_POINT, TERMINAL } from './joined.js';
import { type End, Program } from './program.js';

/** What `gopay-pos status --json` says, as far as it is looked at here. */
export interface Status {
  readonly readiness: { readonly ready: boolean };
  readonly link: { readonly up: boolean };
  readonly open?: { readonly orderId: string };
  readonly totals: readonly { readonly state: string; readonly count: number; readonly sum: number }[];
}

/** One life of the terminal process. */
export class Box {
  readonly #directory: string;
  readonly #program: Program;

  /**
   * @param directory has terminal.toml, and the control socket that it names
   * @param env what the preloaded modules are to do, see fault-point.mjs and disk-log.c
   */
  constructor(directory: string, env: Readonly<Record<string, string>> = {}) {
    this.#directory = directory;
    this.#program = new Program(['terminal', '--config', join(directory, 'terminal.toml')], {
      main: TERMINAL,
      // A life is some seconds long: optimising what it runs takes a third of its processor time, and saves none.
      flags: ['--no-opt'],
      preload: [FAULT_POINT],
      env: { POWER_CUT_POINTS: join(directory, 'points'), ...env },
    });
  }

  get log(): readonly string[] {
    return this.#program.log;
  }

  get end(): End | undefined {
    return this.#program.end;
  }

  /** Address of the terminal page, or undefined when the process ended before it had one. */
  page(): Promise<string | undefined> {
    return this.#program.says(/terminal page at (\S+)/);
  }

  /** Undefined while nobody answers. */
  async status(): Promise<Status | undefined> {
    try {
      return (await this.ask('status')) as Status;
    } catch {
      // Not started yet, or dead: the caller asks again, or sees the end.
      return undefined;
    }
  }

  /** One command of the technician. @throws Failure 831 when nobody answers */
  async ask(
    command: string,
    args: readonly string[] = [],
    flags: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    return (await askTerminal(join(this.#directory, 'control.sock'), command, args, { flags })).data;
  }

  stop(): Promise<End> {
    return this.#program.stop();
  }

  kill(): Promise<End> {
    return this.#program.kill();
  }

  /** Whether it has stopped itself. SIGCONT before that would be lost, and it would stand still for ever. */
  get held(): boolean {
    return this.end === undefined && this.#program.stopped;
  }

  /** Lets a process go on that has stopped itself at a moment. */
  goOn(): void {
    this.#program.signal('SIGCONT');
  }
}

/** The moments that passed, in their order, of all lives so far; `cut` is where one ended, `held` where one stopped. */
export function pointsOf(directory: string): string[] {
  try {
    return readFileSync(join(directory, 'points'), 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}
