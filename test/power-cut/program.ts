import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './wait.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** As it is installed. */
const INSTALLED = join(ROOT, 'dist', 'gopay-pos.cjs');
const ORPHAN = new URL('orphan.mjs', import.meta.url).href;

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramOptions {
  /** Another file than the installed program's. */
  readonly main?: string;
  /** Of Node itself. */
  readonly flags?: readonly string[];
  /** What is loaded before main.js; addresses of modules. */
  readonly preload?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One life of one process: the built program, as a technician starts it. */
export class Program {
  readonly log: string[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<End>;
  #end: End | undefined;

  constructor(
    args: readonly string[],
    { main = INSTALLED, flags = [], preload = [], env = {} }: ProgramOptions = {},
  ) {
    const imports = [ORPHAN, ...preload].flatMap((module) => ['--import', module]);
    const { NOTIFY_SOCKET: _none, ...inherited } = process.env;
    this.#process = spawn(process.execPath, [...flags, ...imports, main, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...inherited, ...env },
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

  /** What `pattern` catches first in a line of the log, or undefined when the process ended without such a line. */
  async says(pattern: RegExp): Promise<string | undefined> {
    return until(`a line like ${pattern}`, () => {
      const said = this.log.map((line) => pattern.exec(line)?.[1]).find((one) => one !== undefined);
      return said !== undefined || this.#end !== undefined ? { said } : undefined;
    }).then(({ said }) => said);
  }

  async stop(): Promise<End> {
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), 180_000);
    const end = await this.#ended;
    clearTimeout(late);
    return end;
  }

  /** Gone without a word, as when its power goes. */
  kill(): Promise<End> {
    this.signal('SIGKILL');
    return this.#ended;
  }

  /** Whether it stands still since a SIGSTOP: proc(5), /proc/pid/stat, the field behind the name in brackets. */
  get stopped(): boolean {
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  }

  /** SIGSTOP leaves its sockets open and everybody waiting; SIGCONT lets it go on. */
  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }
}
