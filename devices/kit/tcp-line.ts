import type { Socket } from 'node:net';
import { admittingServer } from './admission.js';
import { CallerLog } from './caller-log.js';
import type { Line, LineEvent, LineLoss } from './line.js';
import { Listening } from './listening.js';
import type { Tools } from './tools.js';
import { Writes } from './writes.js';

export interface TcpLineOptions extends Pick<Tools, 'timers' | 'log'> {
  /** Address to listen on; `0.0.0.0` for registers and machines on the LAN, `127.0.0.1` for those on this box. */
  readonly host: string;
  /** Who else than this machine may call: addresses and networks. Default: none. */
  readonly callers?: readonly string[];
  /** 0 lets the system choose; see {@link TcpLine.port}. Ports below 1024 need CAP_NET_BIND_SERVICE. */
  readonly port: number;
}

interface Caller {
  readonly socket: Socket;
  readonly address: string;
  readonly writes: Writes;
}

/**
 * The same bytes over the LAN: the terminal listens, one register dials.
 * A second caller from another address is turned away; one from the same address takes the place of the first, because
 * a register that was switched off leaves a connection behind that looks alive for many minutes.
 */
export class TcpLine implements Line {
  readonly name: string;
  readonly peer = 'caller';
  readonly #options: TcpLineOptions;
  #on: ((event: LineEvent) => void) | undefined;
  readonly #listening: Listening;
  readonly #log: CallerLog;
  #caller: Caller | undefined;

  constructor(options: TcpLineOptions) {
    this.#options = options;
    this.name = `tcp ${options.host}:${options.port}`;
    this.#log = new CallerLog({ ...options, name: this.name });
    const { callers } = options;
    const { strangers } = this.#log;
    let wasTold = false;
    const gone = (cause: LineLoss, why: string): void => {
      if (!wasTold) this.#on?.({ kind: 'gone', cause, why });
      wasTold = true;
    };
    this.#listening = new Listening({
      ...options,
      ...{ name: this.name, strangers },
      make: () =>
        admittingServer({ name: this.name, log: strangers, callers }, (socket, address) =>
          this.#accept(socket, address),
        ),
      listens: () => {
        gone('absent', 'nobody has dialled yet');
        wasTold = false;
      },
      cannot: gone,
    });
  }

  /** The port that is listened on, once it is. */
  port(): number | undefined {
    return this.#listening.port();
  }

  start(on: (event: LineEvent) => void): void {
    this.#on = on;
    this.#listening.start();
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const caller = this.#caller;
    if (caller === undefined) return Promise.resolve(false);
    return caller.writes.begin(
      bytes.length,
      this.#options,
      (settle) => caller.socket.write(Buffer.from(bytes), (error) => settle(!error)),
      (why) => this.#hangUp(caller, 'stuck', why),
    );
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    if (this.#caller !== undefined) this.#hangUp(this.#caller, 'lost', 'stopped');
    await this.#listening.stop();
    this.#log.stop();
  }

  #accept(socket: Socket, address: string): void {
    const { strangers, callers } = this.#log;
    if (this.#on === undefined || (this.#caller !== undefined && this.#caller.address !== address)) {
      strangers.warn(
        `${this.name} turned ${address} away: ${this.#caller?.address ?? 'stopping'} is on the line`,
      );
      socket.destroy();
      return;
    }
    if (this.#caller !== undefined) this.#hangUp(this.#caller, 'lost', 'the other side dialled again');
    const caller: Caller = { socket, address, writes: new Writes() };
    this.#caller = caller;
    socket.on('data', (bytes) => {
      if (this.#caller === caller) this.#on?.({ kind: 'bytes', bytes: Uint8Array.from(bytes) });
    });
    let inOrder = false;
    socket.on('end', () => {
      inOrder = true;
    });
    socket.on('close', (failed) =>
      this.#hangUp(caller, 'lost', 'the other side hung up', inOrder && !failed),
    );
    callers.info(`${this.name} open, ${address} has dialled`);
    this.#on({ kind: 'open' });
  }

  #hangUp(caller: Caller, cause: LineLoss, why: string, inOrder = false): void {
    caller.writes.end();
    caller.socket.destroy();
    if (this.#caller !== caller) return;
    this.#caller = undefined;
    if (this.#on === undefined) return;
    this.#log.callers.info(`${this.name} gone (${cause}): ${why}`);
    this.#on({ kind: 'gone', cause, why, ...(inOrder ? { inOrder } : {}) });
  }
}
