import { connect, type Socket } from 'node:net';
import { type Fault, messageOf } from '../../src/base/fault.js';
import type { Result } from '../../src/base/result.js';
import type { Timers } from '../../src/port/clock.js';
import { pause, within } from './bounded.js';
import {
  cannotOpen,
  FaultyLine,
  type Finish,
  lineLost,
  lineStalled,
  openPort,
  type PrinterLine,
  type PrinterTransport,
  slices,
} from './transport.js';

export interface TcpTransportOptions {
  readonly host: string;
  /** 9100 on nearly every printer. */
  readonly port: number;
  readonly timers: Timers;
  /** A printer that reads nothing for so long has no paper, or is no printer. */
  readonly stallMs?: number;
  /** How long the printer may take to close after our end: it prints what it has buffered first. */
  readonly closeMs?: number;
}

/** Cheap printers lose bytes of bursts of 20 to 60 kB; slices of 4 kB with a breath between them arrive. */
const SLICE = 4096;
const BREATH_MS = 10;
const CONNECT_MS = 3_000;

/** Some printers never close: one that has confirmed the slip is not waited for, and the next slip not held up. */
const CONFIRMED_CLOSE_MS = 1_000;

/** One connection a job, as printers serve one at a time; between jobs the printer is free for other tills. */
export class TcpTransport implements PrinterTransport {
  readonly name: string;
  readonly twoWay = true;
  readonly #options: TcpTransportOptions;

  constructor(options: TcpTransportOptions) {
    this.name = `tcp ${options.host}:${options.port}`;
    this.#options = options;
  }

  async open(): Promise<Result<PrinterLine, Fault>> {
    const { host, port, timers } = this.#options;
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    const line = new TcpLine(socket, this.name, this.#options);
    const opened = new Promise<Fault | undefined>((resolve) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('error', (error) => resolve(cannotOpen(this.name, error)));
    });
    return openPort(line, opened, { name: this.name, timers, ms: CONNECT_MS });
  }

  async stop(): Promise<void> {}
}

class TcpLine extends FaultyLine implements PrinterLine {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #options: TcpTransportOptions;
  readonly #closed: Promise<void>;
  #ended = false;

  constructor(socket: Socket, name: string, options: TcpTransportOptions) {
    super();
    this.#socket = socket;
    this.#name = name;
    this.#options = options;
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
    // Reading goes on until the end: unread status bytes turn the printer's close into a reset, and its own
    // unprinted rest with it.
    socket.on('data', (bytes) => this.heard(bytes));
    socket.on('error', (error) => this.fail(lineLost(`${name}: ${messageOf(error)}`)));
    socket.on('end', () => {
      if (!this.#ended)
        this.fail(lineLost(`${name}: the printer closed the connection before the slip was sent`));
    });
  }

  async write(bytes: Uint8Array): Promise<Fault | undefined> {
    const { timers, stallMs = 8_000 } = this.#options;
    for (const slice of slices(bytes, SLICE)) {
      if (this.fault !== undefined) return this.fault;
      const taken = new Promise<Fault | undefined>((resolve) => {
        this.#socket.write(slice, (error) =>
          resolve(error ? lineLost(`${this.#name}: ${messageOf(error)}`) : undefined),
        );
      });
      const fault = await within(timers, stallMs, taken, lineStalled(this.#name, stallMs));
      if (fault !== undefined) return this.fault ?? fault;
      if (slice.length === SLICE) await pause(timers, BREATH_MS);
    }
    return this.fault;
  }

  async finish(processed: boolean): Promise<Finish> {
    if (this.fault !== undefined) return this.#give({ kind: 'lost', fault: this.fault });
    const { timers, closeMs = 10_000 } = this.#options;
    this.#ended = true;
    this.#socket.end();
    const waitMs = processed ? Math.min(CONFIRMED_CLOSE_MS, closeMs) : closeMs;
    const closed = await within(timers, waitMs, this.#closed, 'late' as const);
    if (this.fault !== undefined) return this.#give({ kind: 'lost', fault: this.fault });
    if (closed === 'late') {
      const detail = `${this.#name} did not close ${waitMs} ms after the last byte`;
      return this.#give({ kind: 'unsure', detail });
    }
    return { kind: 'taken' };
  }

  async abandon(): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
  }

  async #give(finish: Finish): Promise<Finish> {
    await this.abandon();
    return finish;
  }
}
