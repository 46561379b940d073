import type { Socket } from 'node:net';
import type { Timers } from '../../src/port/clock.js';
import type { Caller } from './callers.js';

export interface SocketCallerOptions {
  readonly socket: Socket;
  readonly name: string;
  readonly timers: Timers;
  /** How long one write may take; default 5,000 ms. */
  readonly writeLimitMs?: number;
  /** What goes on the wire for bytes that are handed over; default: they themselves. */
  readonly dress?: (bytes: Uint8Array) => Uint8Array;
  /** Told once, however it ends. */
  readonly ended: (caller: SocketCaller, why: string) => void;
}

/** More than this unsent, and the other side does not read. */
const MOST_UNSENT_BYTES = 256 * 1024;
const GOODBYE_MS = 500;

/** Whoever is at the other end of a socket. */
export class SocketCaller implements Caller {
  readonly name: string;
  readonly cable = false;
  readonly #options: SocketCallerOptions;
  readonly #writes = new Set<(sent: boolean) => void>();
  #over = false;

  constructor(options: SocketCallerOptions) {
    this.#options = options;
    this.name = options.name;
    // A reset is followed by 'close', where it is dealt with; without a listener it would end the process.
    options.socket.on('error', () => {});
    options.socket.on('close', () => this.end('it hung up'));
    // Sockets of an HTTP server stay half open: whoever left would seem to be there until it answers no ping.
    options.socket.on('end', () => this.end('it hung up'));
  }

  get over(): boolean {
    return this.#over;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const { dress } = this.#options;
    return this.writeRaw(dress === undefined ? bytes : dress(bytes));
  }

  /** As it is, without a dress. */
  writeRaw(bytes: Uint8Array): Promise<boolean> {
    const { socket, timers, writeLimitMs = 5_000 } = this.#options;
    if (this.#over) return Promise.resolve(false);
    if (socket.writableLength > MOST_UNSENT_BYTES) {
      const why = `it does not read: ${socket.writableLength} bytes wait`;
      queueMicrotask(() => this.end(why));
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const cancel = timers.after(writeLimitMs, () =>
        this.end(`${bytes.length} bytes did not leave within ${writeLimitMs} ms`),
      );
      const settle = (sent: boolean): void => {
        if (!this.#writes.delete(settle)) return;
        cancel();
        resolve(sent);
      };
      this.#writes.add(settle);
      socket.write(bytes, (error) => settle(!error));
    });
  }

  /** @param goodbye written before the end of the socket, where the other side is to hear why. */
  end(why: string, goodbye?: Uint8Array): void {
    if (this.#over) return;
    this.#over = true;
    for (const settle of [...this.#writes]) settle(false);
    const { socket, ended } = this.#options;
    if (goodbye === undefined) socket.destroy();
    else this.#sayGoodbye(goodbye);
    ended(this, why);
  }
  /** One that does not read would otherwise hold its socket, and whoever waits for the server to close, for ever. */
  #sayGoodbye(goodbye: Uint8Array): void {
    const { socket, timers } = this.#options;
    const cancel = timers.after(GOODBYE_MS, () => socket.destroy());
    socket.on('close', cancel);
    socket.end(goodbye, () => socket.destroy());
  }
}
