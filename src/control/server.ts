import { once } from 'node:events';
import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { Failure, messageOf } from '../base/fault.js';
import { asObject, parseObject } from '../base/json.js';
import { FAULT } from '../core/fault/table.js';
import { userOf } from '../host/peer.js';
import type { Log } from '../port/log.js';
import {
  type ControlAnswer,
  type ControlRequest,
  refusal,
  type SayProgress,
  type SendPart,
  type Subject,
} from './answer.js';
import { COMMANDS } from './commands.js';

/** Room for the orders of an export that are asked about at once. */
const REQUEST_LIMIT = 256 * 1024;

/** By whoever watches, each second; they change nothing, and would fill the log that is watched. */
const ASKED_OFTEN: readonly string[] = ['status', 'tail'];

/**
 * The technician's door: a Unix socket that only the service's own group can open. One JSON line in; lines that say how
 * far it is, and one with the answer, out.
 */
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

  /**
   * @throws Failure FAULT.controlSocket when the socket cannot be had, FAULT.controlSocketPath when something else
   * lies there: it is left alone
   */
  async start(): Promise<void> {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      const there = lstatSync(this.#path, { throwIfNoEntry: false });
      if (there !== undefined && !there.isSocket()) throw noSocket(this.#path);
      if (there !== undefined && !(await this.#answers())) unlinkSync(this.#path);
      // Connecting needs write permission: owner and group, no one else.
      const mask = process.umask(0o117);
      this.#server.listen(this.#path);
      process.umask(mask);
      await once(this.#server, 'listening');
      // Out of descriptors, say: it goes on listening, and the next request is heard.
      this.#server.on('error', (error) => this.#log.error(`E${FAULT.controlSocket} ${error.message}`));
    } catch (error) {
      if (error instanceof Failure) throw error;
      const detail = `control socket ${this.#path}: ${messageOf(error)}`;
      throw new Failure({ kind: 'temporary', code: FAULT.controlSocket, detail });
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
    const user = userOf(socket, this.#log);
    let text = '';
    let asked = false;
    socket.setEncoding('utf8');
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', (error) => this.#log.debug(`control: ${error.message}`));
    socket.on('data', (chunk: string) => {
      if (asked) return;
      const seen = text.length;
      text += chunk;
      const end = text.indexOf('\n', seen);
      if (end < 0 && text.length < REQUEST_LIMIT) return;
      asked = true;
      const say = (line: string): void => {
        if (!socket.destroyed) socket.write(`${JSON.stringify({ progress: line })}\n`);
      };
      this.#answer(text.slice(0, Math.max(end, 0)), user, say, partsTo(socket)).then(
        (made) => socket.end(`${JSON.stringify(made)}\n`),
        (error: unknown) => socket.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }

  async #answer(line: string, user: string, progress: SayProgress, send: SendPart): Promise<ControlAnswer> {
    const request = parse(line);
    const family = request === undefined ? undefined : COMMANDS[request.command];
    if (request === undefined || family === undefined)
      return refusal(`unknown command; known are: ${Object.keys(COMMANDS).join(', ')}`);
    const flags = Object.entries(request.flags).map(([name, value]) => `--${name} ${JSON.stringify(value)}`);
    const asked = `control: ${user}: ${[request.command, ...request.args, ...flags].join(' ')}`;
    if (ASKED_OFTEN.includes(request.command)) this.#log.debug(asked);
    else this.#log.info(asked);
    try {
      return await this.#subject.terminal.run(() =>
        family.run(this.#subject, { ...request, user }, progress, send),
      );
    } catch (error) {
      const text = `E${FAULT.commandFailed} ${request.command}: ${messageOf(error)}`;
      this.#log.error(text);
      return refusal(text);
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** However slow its reader is, one part waits in memory. */
function partsTo(socket: Socket): SendPart {
  return async (part) => {
    if (socket.destroyed) return false;
    if (socket.write(`${JSON.stringify({ part })}\n`)) return true;
    return new Promise((resolve) => {
      const taken = (): void => {
        socket.off('drain', taken);
        socket.off('close', taken);
        resolve(!socket.destroyed);
      };
      socket.on('drain', taken);
      socket.on('close', taken);
    });
  };
}

function noSocket(path: string): Failure {
  const detail = `control.socket ${path} is something else than a socket: it is left as it is`;
  return new Failure({ kind: 'refused', code: FAULT.controlSocketPath, detail });
}

function parse(line: string): Omit<ControlRequest, 'user'> | undefined {
  const { command, args, flags, input } = parseObject(line) ?? {};
  if (typeof command !== 'string' || !Object.hasOwn(COMMANDS, command)) return undefined;
  const texts = Object.entries(asObject(flags) ?? {}).filter(([, flag]) => typeof flag === 'string');
  return {
    command,
    args: Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [],
    flags: Object.fromEntries(texts) as Record<string, string>,
    ...(typeof input === 'string' && { input }),
  };
}
