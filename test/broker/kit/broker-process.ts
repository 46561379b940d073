import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { reap } from './reaper.js';

export interface BrokerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it writes what it leaves at a crash. */
  readonly cwd?: string;
  /** Debian's. */
  readonly package: string;
}

/** A broker of Debian in a process of this test's own, that can be killed and started again. */
export class BrokerProcess {
  readonly #command: () => BrokerCommand;
  #process: ChildProcess | undefined;
  /** What it has written. */
  output = '';

  /** @param command asked at each start */
  constructor(command: () => BrokerCommand) {
    this.#command = command;
  }

  /** Resolves when it accepts connections on `port`. */
  async run(port: number): Promise<void> {
    const { program, args, env = {}, cwd, package: debian } = this.#command();
    const PATH = `${process.env['PATH']}:/usr/sbin`;
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#process = child;
    reap(child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', (error) =>
        reject(new Error(`${program} does not start (apt-get install ${debian}): ${error.message}`)),
      );
      child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${this.output}`)));
    });
    failed.catch(() => {});
    await Promise.race([failed, accepting(port)]);
  }

  get pid(): number {
    return this.#process?.pid ?? Number.NaN;
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  /** Ends it by `name`, and waits for the end. */
  async end(name: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(name);
    await gone;
  }
}

/** Resolves when somebody accepts connections on `port`. */
async function accepting(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
