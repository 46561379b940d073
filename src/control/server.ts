import { existsSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { Failure, messageOf } from '../base/fault.js';
import type { Log } from '../port/log.js';
import { type Answer, COMMANDS, type Subject } from './commands.js';

const REQUEST_LIMIT = 4096;

/** The technician's door: a Unix socket that only the service's own group can open. One JSON line in, one out. */
export class ControlServer {
  readonly #server: Server;
  readonly #subject: Subject;
  readonly #path: string;
  readonly #log: Log;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, subject: Subject, log: Log) {
    this.#path = path;
    this.#subject = subject;
    this.#log = log;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** @throws Failure 830 when the socket cannot be had */
  async start(): Promise<void> {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      if (existsSync(this.#path) && !(await this.#answers())) unlinkSync(this.#path);
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        // Connecting needs write permission: owner and group, nobody else.
        const mask = process.umask(0o117);
        this.#server.listen(this.#path, resolve);
        process.umask(mask);
      });
    } catch (error) {
      const detail = `control socket ${this.#path}: ${messageOf(error)}`;
      throw new Failure({ kind: 'temporary', code: 830, detail });
    }
  }

  /** Whether another terminal is alive behind the socket: a file that a crash left behind is not. */
  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const probe = connect(this.#path, () => {
        probe.destroy();
        resolve(true);
      });
      probe.on('error', () => resolve(false));
    });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', (error) => this.#log.debug(`control: ${error.message}`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0 && text.length < REQUEST_LIMIT) return;
      const answer = this.#answer(text.slice(0, Math.max(end, 0)));
      text = '';
      answer.then(
        (made) => socket.end(`${JSON.stringify(made)}\n`),
        (error: unknown) => socket.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }

  async #answer(line: string): Promise<Answer> {
    const request = parse(line);
    const command = request === undefined ? undefined : COMMANDS[request.command];
    if (request === undefined || command === undefined) {
      const known = Object.keys(COMMANDS).join(', ');
      return { text: `unknown command; known are: ${known}`, data: null, good: false };
    }
    this.#log.info(`control: ${request.command} ${request.args.join(' ')}`.trimEnd());
    // Between two events, so that it sees and changes a whole state.
    return this.#subject.terminal.run(() => command.run(this.#subject, request.args));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function parse(line: string): { command: string; args: readonly string[] } | undefined {
  try {
    const value = JSON.parse(line) as { command?: unknown; args?: unknown };
    if (typeof value?.command !== 'string' || !Object.hasOwn(COMMANDS, value.command)) return undefined;
    const args = Array.isArray(value.args) ? value.args.filter((arg) => typeof arg === 'string') : [];
    return { command: value.command, args };
  } catch {
    // Not JSON: the same as an unknown command, and answered so.
    return undefined;
  }
}
