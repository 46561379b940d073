import { createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * The wire between the terminal and one server. A story can cut it and join it again, and the server behind it may
 * come back on another port, while its address stays what the terminal's configuration says.
 */
export class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number | undefined;
  #cut = false;

  constructor() {
    this.#server = createServer({ noDelay: true }, (near) => this.#accept(near));
  }

  /** `127.0.0.1:port`; known after {@link open}. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the wire is not open');
    return `127.0.0.1:${address.port}`;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** @param url of the server at the far end from now on */
  lead(url: string): void {
    this.#target = Number(new URL(url).port);
  }

  /** Every connection dies without a word, and new ones do at once. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  join(): void {
    this.#cut = false;
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(near: Socket): void {
    // An error is always followed by a close, which ends the other half.
    near.on('error', () => undefined);
    if (this.#cut || this.#target === undefined) {
      near.resetAndDestroy();
      return;
    }
    const far = createConnection({ port: this.#target, host: '127.0.0.1', noDelay: true });
    far.on('error', () => undefined);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
