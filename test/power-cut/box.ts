import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askTerminal } from '../../src/control/client.js';
import { until } from './wait.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FAULT_POINT = new URL('fault-point.mjs', import.meta.url).href;

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What `gopay-pos status --json` says, as far as it is looked at here. */
export interface Status {
  readonly readiness: { readonly ready: boolean };
  readonly link: { readonly up: boolean };
  readonly open?: { readonly orderId: string };
  readonly totals: readonly { readonly state: string; readonly count: number; readonly sum: number }[];
}

/** One life of the terminal process: the built program, as a technician starts it. */
export class Box {
  readonly log: string[] = [];
  readonly #directory: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<End>;
  #end: End | undefined;

  /**
   * @param directory has terminal.toml, and the control socket that it names
   * @param cutAt the moment at which the process dies, as fault-point.mjs names it
   */
  constructor(directory: string, cutAt: string | undefined) {
    this.#directory = directory;
    const program = join(ROOT, 'dist', 'src', 'main.js');
    const args = ['--import', FAULT_POINT, program, 'terminal', '--config', join(directory, 'terminal.toml')];
    const { NOTIFY_SOCKET: _none, ...env } = process.env;
    const points = { POWER_CUT_POINTS: join(directory, 'points') };
    this.#process = spawn(process.execPath, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...env, ...points, ...(cutAt === undefined ? {} : { POWER_CUT_AT: cutAt }) },
    });
    let rest = '';
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.log.push(...lines.filter((line) => !line.includes('control: status')));
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code, signal) => {
        this.#end = { code, signal };
        resolve(this.#end);
      });
    });
  }

  get end(): End | undefined {
    return this.#end;
  }

  /** Address of the terminal page, or undefined when the process ended before it had one. */
  async page(): Promise<string | undefined> {
    return until('the terminal to start', () => {
      if (this.#end !== undefined) return { url: undefined };
      const url = this.log
        .map((line) => /terminal page at (\S+)/.exec(line)?.[1])
        .find((one) => one !== undefined);
      return url === undefined ? undefined : { url };
    }).then(({ url }) => url);
  }

  /** Undefined while nobody answers. */
  async status(): Promise<Status | undefined> {
    try {
      const answer = await askTerminal(join(this.#directory, 'control.sock'), 'status', []);
      return answer.data as Status;
    } catch {
      // Not started yet, or dead: the caller asks again, or sees the end.
      return undefined;
    }
  }

  async stop(): Promise<End> {
    this.#process.kill('SIGTERM');
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 15_000);
    const end = await this.#ended;
    clearTimeout(late);
    return end;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

/** The moments that passed, in their order, of all lives so far; `cut` is where one ended. */
export function pointsOf(directory: string): string[] {
  try {
    return readFileSync(join(directory, 'points'), 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * A port that a process may listen on again and again: below those that the kernel gives to outgoing connections, so that
 * none of them takes it while the process is dead.
 */
export async function freePort(): Promise<number> {
  return until('a free port', async () => {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    return free ? port : undefined;
  });
}
