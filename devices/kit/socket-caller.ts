import type { Socket } from 'node:net';
import type { Timers } from '../../src/port/clock.js';
import type { Caller } from './callers.js';
import { Writes } from './writes.js';

/** What carries a caller's bytes: a socket as it is, or what speaks a protocol upon one. */
export interface Carriage {
  /** Bytes that were handed over and have not left. */
  unsent(): number;
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void;
  /** At once, and without a reason. */
  drop(): void;
  /** Says why, and ends; `drop` follows where that takes too long. Absent where the protocol has no message for it. */
  close?(code: number, why: string): void;
}

export interface SocketCallerOptions {
  readonly socket: Socket;
  /** Default: the socket itself. */
  readonly carriage?: Carriage;
  readonly name: string;
  readonly till?: string;
  readonly program?: NonNullable<Caller['program']>;
  readonly timers: Timers;
  /** Told once, however it ends. */
  readonly ended: (caller: SocketCaller, why: string) => void;
}

/** More than this unsent, and the other side does not read. */
const MOST_UNSENT_BYTES = 256 * 1024;
const GOODBYE_MS = 500;

/** The other end of a socket. */
export class SocketCaller implements Caller {
  readonly name: string;
  readonly cable = false;
  readonly till?: string;
  readonly program?: NonNullable<Caller['program']>;
  readonly #options: SocketCallerOptions;
  readonly #carriage: Carriage;
  readonly #writes = new Writes();
  #over = false;

  constructor(options: SocketCallerOptions) {
    this.#options = options;
    this.name = options.name;
    if (options.till !== undefined) this.till = options.till;
    if (options.program !== undefined) this.program = options.program;
    this.#carriage = options.carriage ?? bare(options.socket);
    // A reset is followed by 'close', where it is dealt with; without a listener it would end the process.
    options.socket.on('error', () => {});
    options.socket.on('close', () => this.end('it hung up'));
    // Sockets of an HTTP server stay half open: a caller that left would seem to be there until it answers no ping.
    options.socket.on('end', () => this.end('it hung up'));
  }

  get over(): boolean {
    return this.#over;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const { timers } = this.#options;
    if (this.#over) return Promise.resolve(false);
    const unsent = this.#carriage.unsent();
    if (unsent > MOST_UNSENT_BYTES) {
      queueMicrotask(() => this.end(`it does not read: ${unsent} bytes wait`));
      return Promise.resolve(false);
    }
    return this.#writes.begin(
      bytes.length,
      { timers },
      (settle) => this.#carriage.write(bytes, (error) => settle(!error)),
      (why) => this.end(why),
    );
  }

  /** @param code says why to the other side, where the carrier has a code for it */
  end(why: string, code?: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#writes.end();
    if (code === undefined || this.#carriage.close === undefined) this.#carriage.drop();
    else this.#sayGoodbye(code, why);
    this.#options.ended(this, why);
  }

  /** One that does not read would otherwise hold its socket, and the closing of the server, for ever. */
  #sayGoodbye(code: number, why: string): void {
    const { socket, timers } = this.#options;
    const cancel = timers.after(GOODBYE_MS, () => socket.destroy());
    socket.on('close', cancel);
    this.#carriage.close?.(code, why);
  }
}

function bare(socket: Socket): Carriage {
  return {
    unsent: () => socket.writableLength,
    write: (bytes, done) => void socket.write(bytes, done),
    drop: () => socket.destroy(),
  };
}
