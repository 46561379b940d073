import type { Socket } from 'node:net';
import { admittingServer } from './admission.js';
import { CallerLog } from './caller-log.js';
import type { Callers, CallersEvent } from './callers.js';
import { Listening } from './listening.js';
import { SocketCaller } from './socket-caller.js';
import type { TcpLineOptions } from './tcp-line.js';

export interface TcpCallersOptions extends TcpLineOptions {
  /** How many may be on the line at once; default 8. */
  readonly most?: number;
}

interface Place {
  readonly address: string;
  /** Counts up over all callers: the smallest has been silent for longest. */
  heard: number;
}

/**
 * Several registers by TCP. When all places are taken, a new caller gets the place of the one from its own address that
 * has been silent for longest (a register that was switched off leaves a connection behind that looks alive for many
 * minutes), and is turned away where there is none.
 */
export class TcpCallers implements Callers {
  readonly name: string;
  readonly #options: TcpCallersOptions;
  readonly #listening: Listening;
  readonly #log: CallerLog;
  readonly #callers = new Map<SocketCaller, Place>();
  #on: ((event: CallersEvent) => void) | undefined;
  #beats = 0;

  constructor(options: TcpCallersOptions) {
    this.#options = options;
    this.name = `tcp ${options.host}:${options.port}`;
    this.#log = new CallerLog({ ...options, name: this.name });
    const { callers } = options;
    const { strangers } = this.#log;
    this.#listening = new Listening({
      ...options,
      ...{ name: this.name, strangers },
      make: () =>
        admittingServer({ name: this.name, log: strangers, callers }, (socket, address) =>
          this.#accept(socket, address),
        ),
      listens: () => this.#on?.({ kind: 'absent', cause: 'absent', why: 'no register has dialled yet' }),
      cannot: (cause, why) => this.#on?.({ kind: 'absent', cause, why }),
    });
  }

  port(): number | undefined {
    return this.#listening.port();
  }

  start(on: (event: CallersEvent) => void): void {
    this.#on = on;
    this.#listening.start();
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    for (const caller of [...this.#callers.keys()]) caller.end('stopped');
    await this.#listening.stop();
    this.#log.stop();
  }

  #accept(socket: Socket, address: string): void {
    const { timers } = this.#options;
    if (this.#on === undefined || !this.#makeRoom(address)) {
      this.#log.strangers.warn(`${this.name} turned ${address} away: ${this.#callers.size} are on the line`);
      socket.destroy();
      return;
    }
    const caller = new SocketCaller({
      socket,
      name: `${address}:${socket.remotePort ?? 0}`,
      ...tillAt(address),
      timers,
      ended: (gone, why) => this.#ended(gone, why),
    });
    const place: Place = { address, heard: this.#beat() };
    this.#callers.set(caller, place);
    socket.on('data', (bytes) => {
      if (caller.over) return;
      place.heard = this.#beat();
      this.#on?.({ kind: 'bytes', caller, bytes: Uint8Array.from(bytes) });
    });
    this.#log.callers.info(`${this.name} ${caller.name} has dialled`);
    this.#on({ kind: 'open', caller });
  }

  #makeRoom(address: string): boolean {
    if (this.#callers.size < (this.#options.most ?? 8)) return true;
    const own = [...this.#callers].filter(([, place]) => place.address === address);
    const [oldest] = own.sort(([, a], [, b]) => a.heard - b.heard);
    oldest?.[0].end('a newer connection from the same address took its place');
    return oldest !== undefined;
  }

  #beat(): number {
    this.#beats += 1;
    return this.#beats;
  }

  #ended(caller: SocketCaller, why: string): void {
    if (!this.#callers.delete(caller) || this.#on === undefined) return;
    this.#log.callers.info(`${this.name} ${caller.name} gone: ${why}`);
    this.#on({ kind: 'closed', caller, cause: 'lost', why });
  }
}

/** By its address, where it is not this machine. */
function tillAt(address: string): { readonly till?: string } {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '' || plain === '::1' || plain.startsWith('127.') ? {} : { till: `@${plain}` };
}
