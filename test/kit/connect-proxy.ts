import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy of a company on the loopback, which knows CONNECT: every name leads to one port of this machine. */
export class ConnectProxy {
  /** What was asked for, as `host:port`. */
  readonly asked: string[] = [];
  /** The heads and bodies that it could read. */
  readonly seen: IncomingMessage['headers'][] = [];
  /** How it answers: lets through (200), another status, or nothing. */
  answers: number | 'nothing' = 200;
  /** Where it wants to know who comes. */
  wants: string | undefined;
  readonly #to: () => number;
  readonly #server = createServer();
  readonly #open = new Set<Duplex>();
  #called = (): void => undefined;

  constructor(to: () => number) {
    this.#to = to;
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('connect', (request, socket, head) => this.#connect(request, socket, head));
  }

  /** @returns its port */
  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Settles at the next CONNECT. */
  nextCall(): Promise<void> {
    return new Promise((resolve) => {
      this.#called = resolve;
    });
  }

  /** Every line that goes through it. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.asked.push(request.url ?? '');
    this.seen.push(request.headers);
    this.#called();
    if (this.answers === 'nothing') return;
    const known = this.wants === undefined || request.headers['proxy-authorization'] === this.wants;
    const status = known ? this.answers : 407;
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} no\r\nContent-Length: 0\r\n\r\n`);
    const onward = connect(this.#to(), request.url?.startsWith('[') ? '::1' : '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    this.#keep(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  #keep(socket: Duplex): void {
    this.#open.add(socket);
    // Either end may go at any time.
    socket.on('error', () => undefined).on('close', () => this.#open.delete(socket));
  }
}
