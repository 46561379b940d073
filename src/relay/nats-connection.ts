import { connect, type Socket } from 'node:net';
import type { Timers } from '../port/clock.js';

export interface NatsConnectionOptions {
  /** On 127.0.0.1: the protocol is spoken without TLS. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly subject: string;
  readonly arrived: (body: string, replyTo: string) => void;
  readonly connected: () => void;
  /** It dials again by itself. */
  readonly down: (why: string) => void;
  readonly timers: Timers;
}

const AGAIN_MS = 1_000;
/** What has not become a line or a message by then is none; nats.conf allows 20 KB. */
const REST_MOST = 1_000_000;
const MESSAGE = /^MSG \S+ \S+ (?:(\S+) )?(\d{1,7})$/;

/** A connection that listens to one subject: six verbs of NATS' client protocol (docs.nats.io, "Client Protocol"). */
export class NatsConnection {
  readonly #options: NatsConnectionOptions;
  #socket: Socket | undefined;
  #rest = Buffer.alloc(0);
  #why = '';
  #stopped = false;
  #cancel = (): void => {};

  constructor(options: NatsConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    const socket = connect({ port: this.#options.port, host: '127.0.0.1', keepAlive: true, noDelay: true });
    this.#socket = socket;
    this.#rest = Buffer.alloc(0);
    this.#why = 'connection closed';
    socket.on('data', (data) => this.#read(socket, data));
    socket.on('error', ({ message }) => {
      this.#why = message;
    });
    socket.once('close', () => {
      if (this.#stopped) return;
      this.#options.down(this.#why);
      this.#cancel = this.#options.timers.after(AGAIN_MS, () => this.start());
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#socket?.destroy();
  }

  /** Lost where the connection has ended: whoever asked asks again. */
  publish(subject: string, body: string): void {
    this.#socket?.write(`PUB ${subject} ${Buffer.byteLength(body)}\r\n${body}\r\n`);
  }

  #read(socket: Socket, data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (let end = this.#rest.indexOf('\r\n'); end >= 0; end = this.#rest.indexOf('\r\n')) {
      const line = this.#rest.toString('latin1', 0, end);
      const [, replyTo, length] = MESSAGE.exec(line) ?? [];
      const bodyAt = end + 2;
      const next = length === undefined ? bodyAt : bodyAt + Number(length) + 2;
      if (this.#rest.length < next) break;
      const body = this.#rest.toString('utf8', bodyAt, next - 2);
      this.#rest = this.#rest.subarray(next);
      if (length === undefined) this.#heard(socket, line);
      else if (replyTo !== undefined) this.#options.arrived(body, replyTo);
    }
    if (this.#rest.length > REST_MOST) socket.destroy(new Error('what came is no message'));
  }

  #heard(socket: Socket, line: string): void {
    const { user, password: pass, subject, connected } = this.#options;
    const [verb] = line.split(' ');
    if (verb === 'INFO') {
      const who = { user, pass, name: 'gopay-pos relay', lang: 'node', version: '1' };
      const how = { verbose: false, pedantic: false, headers: false, protocol: 0 };
      socket.write(`CONNECT ${JSON.stringify({ ...who, ...how })}\r\nSUB ${subject} 1\r\nPING\r\n`);
    }
    if (verb === 'PING') socket.write('PONG\r\n');
    // It answers in order: CONNECT and SUB were taken, or -ERR came before.
    if (verb === 'PONG' && this.#why === 'connection closed') connected();
    if (verb === '-ERR') this.#why = line.slice(5);
  }
}
