import type { AddressInfo, Server } from 'node:net';
import { FAULT } from '../../src/core/fault/table.js';
import type { Log } from '../../src/port/log.js';
import { type LineLoss, reopenAfterMs } from './line.js';
import type { Tools } from './tools.js';

export interface ListeningOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly name: string;
  /** For what callers bring about. */
  readonly strangers: Log;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** A fresh server with its listeners on: one that failed to listen is not used again. */
  readonly make: () => Server;
  readonly listens: (port: number) => void;
  /** Told once until it listens. */
  readonly cannot: (cause: LineLoss, why: string) => void;
}

/** A server that tries again for as long as its address cannot be had. */
export class Listening {
  readonly #options: ListeningOptions;
  #server: Server | undefined;
  #port: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #failures = 0;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** The port that is listened on, once it is. */
  port(): number | undefined {
    return this.#port;
  }

  start(): void {
    const { host, port, name, log, make, listens } = this.#options;
    const server = make();
    this.#server = server;
    server.on('error', (error: NodeJS.ErrnoException) => this.#failed(server, error));
    server.on('listening', () => {
      // Stopped while the address was still being looked up.
      if (this.#server !== server) return void server.close();
      this.#failures = 0;
      this.#port = (server.address() as AddressInfo).port;
      log.info(`${name} listening on port ${this.#port}`);
      listens(this.#port);
    });
    server.listen({ host, port });
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const server = this.#server;
    this.#server = undefined;
    this.#port = undefined;
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #failed(server: Server, error: NodeJS.ErrnoException): void {
    const { name, log, strangers, timers, cannot } = this.#options;
    if (this.#server !== server) return;
    // Out of descriptors, say: it listens on, and a caller will try again.
    if (server.listening) return strangers.error(`E${FAULT.registerPortTaken} ${name}: ${error.message}`);
    const cause: LineLoss =
      error.code === 'EADDRINUSE' ? 'taken' : error.code === 'EACCES' ? 'denied' : 'absent';
    if (this.#failures === 0) {
      log.warn(`${name} cannot listen (${cause}): ${error.message}; trying again`);
      cannot(cause, error.message);
    }
    const waitMs = reopenAfterMs(this.#failures);
    this.#failures += 1;
    this.#cancelTimer = timers.after(waitMs, () => this.start());
  }
}
