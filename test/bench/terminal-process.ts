import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { nowMs } from './clock.js';
import { MAIN, type Unit } from './unit.js';

export interface TerminalProcessOptions {
  readonly unit: Unit;
  readonly config: string;
  /** Put before node and its flags, such as a tracer. */
  readonly before?: readonly string[];
  /** As systemd sets it. */
  readonly notifySocket?: string;
}

const READY_WITHIN_MS = 30_000;

/** What systemd gives to a service, and nothing of who measures. */
export function environmentOf(unit: Unit['environment']): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...unit };
}

/** The real program, with the flags and the environment of its service file. */
export class TerminalProcess {
  readonly child: ChildProcess;
  readonly spawnedMs: number;
  /** When the line "ready" was in the log. */
  readonly ready: Promise<number>;
  #pageUrl = '';

  constructor({ unit, config, before = [], notifySocket }: TerminalProcessOptions) {
    const [command = process.execPath, ...args] = [
      ...before,
      process.execPath,
      ...unit.flags,
      MAIN,
      'terminal',
      '--config',
      config,
    ];
    const systemd =
      notifySocket === undefined ? {} : { NOTIFY_SOCKET: notifySocket, WATCHDOG_USEC: '20000000' };
    this.spawnedMs = nowMs();
    this.child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...environmentOf(unit.environment), ...systemd },
    });
    this.ready = this.#awaitReady();
    // Whoever waits for readiness hears of it; whoever does not must not end by it.
    this.ready.catch(() => undefined);
  }

  get pageUrl(): string {
    return this.#pageUrl;
  }

  /** Ends as systemd would end it. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
  }

  #awaitReady(): Promise<number> {
    const said: string[] = [];
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`the terminal ${why}; its log ends with\n${said.slice(-10).join('\n')}`));
      const late = setTimeout(() => fail('is not ready within 30 s'), READY_WITHIN_MS);
      this.child.on('error', (error) => fail(`cannot be started: ${error.message}`));
      this.child.on('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
      const { stderr } = this.child;
      if (stderr === null) return fail('has no log');
      createInterface({ input: stderr }).on('line', (line) => {
        const atMs = nowMs();
        said.push(line);
        this.#pageUrl = /terminal page at (http:\S+)/.exec(line)?.[1] ?? this.#pageUrl;
        if (!/\bstarted: /.test(line)) return;
        clearTimeout(late);
        resolve(atMs);
      });
    });
  }
}
