import { type Fault, messageOf } from '../../src/base/fault.js';
import { ok, type Result } from '../../src/base/result.js';
import type { Tools } from '../kit/tools.js';
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

type SerialPort = import('serialport').SerialPort;

/** As the printer's DIP switches say. `none` is paced by the baud rate, and long slips may still overrun. */
export type FlowControl = 'rtscts' | 'xonxoff' | 'none';

export interface SerialTransportOptions extends Pick<Tools, 'timers' | 'log'> {
  /** `/dev/serial/by-id/...`, so that it stays the same printer when plugged elsewhere. */
  readonly device: string;
  /** 9600 to 115200, as the printer's self test prints it. */
  readonly baud: number;
  readonly flow: FlowControl;
  readonly stallMs?: number;
}

/** Half a second at 9600 baud: small enough to notice a printer that stops, large enough to keep the line busy. */
const SLICE = 512;

/** Without flow control we send a little slower than the line, so that the printer's own buffer gets air. */
const PACE = 1.1;

const OPEN_MS = 3_000;

/** A serial port, held open between jobs and opened again after it went away. */
export class SerialTransport implements PrinterTransport {
  readonly name: string;
  readonly twoWay = true;
  readonly hearsBreaks = true;
  readonly #options: SerialTransportOptions;
  #line: SerialLine | undefined;

  constructor(options: SerialTransportOptions) {
    this.name = options.device;
    this.#options = options;
  }

  async open(): Promise<Result<PrinterLine, Fault>> {
    if (this.#line?.usable === true) {
      this.#line.rest();
      return ok(this.#line);
    }
    await this.#line?.abandon();
    this.#line = undefined;
    const { device, baud, flow, timers } = this.#options;
    // Loaded only where a serial printer is configured: ten megabytes of memory.
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({
      path: device,
      baudRate: baud,
      autoOpen: false,
      rtscts: flow === 'rtscts',
      xon: flow === 'xonxoff',
      xoff: flow === 'xonxoff',
    });
    const line = new SerialLine(port, this.#options);
    const opened = new Promise<Fault | undefined>((resolve) => {
      port.open((error) => resolve(error === null ? undefined : cannotOpen(device, error)));
    });
    const open = await openPort(line, opened, { name: device, timers, ms: OPEN_MS });
    if (open.ok) this.#line = line;
    return open;
  }

  async stop(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    await line?.abandon();
  }
}

class SerialLine extends FaultyLine implements PrinterLine {
  readonly #port: SerialPort;
  readonly #options: SerialTransportOptions;
  readonly #stallMs: number;
  #released = false;
  #whenGone: (fault: Fault) => void = () => undefined;

  constructor(port: SerialPort, options: SerialTransportOptions) {
    super();
    this.#port = port;
    this.#options = options;
    this.#stallMs = options.stallMs ?? 8_000;
    port.on('data', (bytes: Uint8Array) => this.heard(bytes));
    // Always listened to: closing with a write under way emits 'error', which would end the process.
    port.on('error', (error) => this.fail(lineLost(`${options.device}: ${messageOf(error)}`)));
    // Emitted twice by serialport 13; the first one counts.
    port.on('close', () => this.fail(lineLost(`${options.device} was closed or unplugged`)));
  }

  get usable(): boolean {
    return this.fault === undefined && !this.#released && this.#port.isOpen;
  }

  async write(bytes: Uint8Array): Promise<Fault | undefined> {
    const { timers, flow, baud } = this.#options;
    for (const slice of slices(bytes, SLICE)) {
      if (this.fault !== undefined) return this.fault;
      const fault = await this.#push(slice);
      if (fault !== undefined) return fault;
      // Ten bits a byte: start, eight, stop.
      if (flow === 'none') await pause(timers, Math.ceil((slice.length * 10_000 * PACE) / baud));
    }
    return this.fault;
  }

  /** Each slice was drained, so everything is out; the port stays open for the next job. */
  async finish(): Promise<Finish> {
    return this.fault === undefined ? { kind: 'taken' } : { kind: 'lost', fault: this.fault };
  }

  override async release(): Promise<void> {}

  async abandon(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    const { timers, log, device } = this.#options;
    if (!this.#port.isOpen) return;
    // Throws away what the printer did not take; otherwise the kernel holds the close back until it does.
    const step = (ms: number, run: (done: (error: Error | null) => void) => void): Promise<void> => {
      const done = new Promise<void>((resolve) => {
        run((error) => {
          if (error !== null && error !== undefined) log.debug(`${device}: ${messageOf(error)}`);
          resolve();
        });
      });
      return within(timers, ms, done, undefined);
    };
    await step(1_000, (done) => this.#port.flush(done));
    await step(2_000, (done) => this.#port.close(done));
  }

  #push(slice: Uint8Array): Promise<Fault | undefined> {
    const { timers, device } = this.#options;
    const taken = new Promise<Fault | undefined>((resolve) => {
      const settle = (error: Error | null | undefined): void =>
        resolve(error ? lineLost(`${device}: ${messageOf(error)}`) : undefined);
      this.#port.write(slice, (error) => {
        if (error) settle(error);
        else this.#port.drain(settle);
      });
      // A write under way when the port goes away calls back with an error, or never.
      this.#whenGone = resolve;
    });
    // The stall is reckoned from the wire time of a slice at this baud rate.
    const wireMs = Math.ceil((slice.length * 10_000) / this.#options.baud);
    return within(timers, wireMs + this.#stallMs, taken, lineStalled(device, this.#stallMs));
  }

  protected override fail(fault: Fault): Fault {
    const first = super.fail(fault);
    this.#whenGone(first);
    return first;
  }
}
