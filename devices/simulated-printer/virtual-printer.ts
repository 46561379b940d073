import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timers } from '../../src/port/clock.js';
import type { Paper } from './paper.js';

/** Bytes that the printer holds before it lets the line wait, as cheap ones do. */
const BUFFER_BYTES = 4096;

export interface VirtualPrinterOptions {
  readonly paper: Paper;
  readonly timers: Timers;
}

/**
 * A virtual printer on a real line: TCP like port 9100 of a network printer (one connection at a time, closed after
 * the other side's end, once everything was printed), or any duplex stream, such as one end of a pty.
 */
export class VirtualPrinter {
  readonly paper: Paper;
  readonly #timers: Timers;
  readonly #server: Server;
  readonly #waiting: Socket[] = [];
  #line: Duplex | undefined;
  #ended = false;
  #closeAfter = Number.POSITIVE_INFINITY;
  #chunk = Number.POSITIVE_INFINITY;
  #chunkMs = 0;
  #received = 0;

  constructor(options: VirtualPrinterOptions) {
    this.paper = options.paper;
    this.#timers = options.timers;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.paper.onAnswer((bytes) => {
      if (this.#line?.writable === true) this.#line.write(bytes);
    });
    this.paper.onChange(() => this.#flow());
  }

  /** Bytes that came over all lines so far. */
  get received(): number {
    return this.#received;
  }

  /** Listens on loopback. @param port 0 lets the system choose. @returns the port. */
  async listen(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Prints what comes over `line`, and answers on it. */
  attach(line: Duplex): void {
    this.#line = line;
    this.#ended = false;
    line.on('data', (bytes: Uint8Array) => this.#take(line, bytes));
    line.once('end', () => {
      this.#ended = true;
      this.#flow();
    });
    // A line that breaks is what the driver under test has to deal with; here it only ends.
    line.on('error', () => line.destroy());
    line.once('close', () => {
      if (this.#line === line) this.#line = undefined;
      const next = this.#waiting.shift();
      if (next !== undefined) this.attach(next);
    });
  }

  /** Drops the line after so many more bytes, as a printer that is switched off or resets. */
  closeAfter(bytes: number): void {
    this.#closeAfter = bytes;
  }

  /** Takes at most `bytes` at once and then nothing for `ms`: a slow head. */
  slow(bytes: number, ms: number): void {
    this.#chunk = bytes;
    this.#chunkMs = ms;
  }

  /** Says something unasked, such as automatic status or noise. */
  say(bytes: Uint8Array): void {
    this.#line?.write(bytes);
  }

  async stop(): Promise<void> {
    this.#line?.destroy();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    if (this.#line === undefined) this.attach(socket);
    else this.#waiting.push(socket);
  }

  #take(line: Duplex, bytes: Uint8Array): void {
    const now = bytes.subarray(0, Math.min(this.#chunk, this.#closeAfter));
    this.#received += now.length;
    this.#closeAfter -= now.length;
    this.paper.receive(now);
    if (this.#closeAfter <= 0) {
      this.#closeAfter = Number.POSITIVE_INFINITY;
      line.destroy();
      return;
    }
    // Paused first: a stream that flows gives what is put back out again at once.
    if (this.#chunkMs > 0) line.pause();
    if (now.length < bytes.length) line.unshift(bytes.subarray(now.length));
    if (this.#chunkMs > 0) {
      this.#timers.after(this.#chunkMs, () => this.#flow());
    } else if (this.paper.halted && this.paper.held >= BUFFER_BYTES) {
      line.pause();
    }
  }

  /** Goes on reading where there is room again, and closes when the other side is done and everything is printed. */
  #flow(): void {
    const line = this.#line;
    if (line === undefined) return;
    if (!this.paper.halted || this.paper.held < BUFFER_BYTES) line.resume();
    // One that waits for paper holds the line only as long as it holds something to print.
    if (this.#ended && (!this.paper.halted || this.paper.idle)) line.end();
  }
}
