import { close, constants, fstat, open, read, type Stats, write } from 'node:fs';
import { promisify } from 'node:util';
import { type Fault, messageOf, refused, temporary } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Tools } from '../kit/tools.js';
import { pause } from './bounded.js';
import {
  cannotOpen,
  FaultyLine,
  type Finish,
  lineLost,
  lineStalled,
  type PrinterLine,
  type PrinterTransport,
  slices,
} from './transport.js';

export interface DeviceFileTransportOptions extends Pick<Tools, 'clock' | 'timers'> {
  /** `/dev/usb/lp0`, better a link of our udev rule: `/dev/gopay-pos/printer`. */
  readonly device: string;
  /** A regular file instead, created and appended to, for tests and for looking at bytes. Nothing answers there. */
  readonly regularFile?: boolean;
  readonly stallMs?: number;
}

/** The kernel's usblp takes at most 8 KiB at a time; half of it keeps a stalled printer's unsent rest small. */
const SLICE = 4096;
const RETRY_MS = 10;

/**
 * The character device of the kernel's usblp driver, opened for one job at a time, so that a printer that was pulled
 * and plugged again is simply found again. Non-blocking, as a blocking write or read would hold a thread of Node's
 * pool for as long as the paper is out.
 */
export class DeviceFileTransport implements PrinterTransport {
  readonly name: string;
  readonly twoWay: boolean;
  readonly #options: DeviceFileTransportOptions;

  constructor(options: DeviceFileTransportOptions) {
    this.name = options.device;
    this.twoWay = options.regularFile !== true;
    this.#options = options;
  }

  async open(): Promise<Result<PrinterLine, Fault>> {
    const { device, regularFile } = this.#options;
    const { O_RDWR, O_NONBLOCK, O_NOCTTY, O_WRONLY, O_APPEND, O_CREAT } = constants;
    // O_CREAT never for a device: as root it would make a regular file of /dev/usb/lp9, and "print" into it.
    const flags = regularFile === true ? O_WRONLY | O_APPEND | O_CREAT : O_RDWR | O_NONBLOCK | O_NOCTTY;
    let fd: number;
    try {
      fd = await promisify(open)(device, flags, 0o600);
    } catch (thrown) {
      return err(cannotOpen(device, thrown));
    }
    const stats = (await promisify(fstat)(fd)) as Stats;
    const right = regularFile === true ? stats.isFile() : stats.isCharacterDevice();
    if (right) return ok(new DeviceFileLine(fd, this.#options));
    await promisify(close)(fd);
    const wanted = regularFile === true ? 'a regular file' : 'a character device';
    return err(refused(FAULT.printerForbidden, `${device} is not ${wanted}`));
  }

  async stop(): Promise<void> {}
}

/** How often the device is asked for bytes of the printer while there is a listener. */
const READ_EVERY_MS = 20;

class DeviceFileLine extends FaultyLine implements PrinterLine {
  readonly #fd: number;
  readonly #options: DeviceFileTransportOptions;
  readonly #stallMs: number;
  #open = true;
  /** The write and the read that the kernel has not come back from. */
  #writing: Promise<unknown> | undefined;
  #reading: Promise<void> | undefined;
  #cancelRead: () => void = () => undefined;

  constructor(fd: number, options: DeviceFileTransportOptions) {
    super();
    this.#fd = fd;
    this.#options = options;
    this.#stallMs = options.stallMs ?? 8_000;
  }

  async write(bytes: Uint8Array): Promise<Fault | undefined> {
    for (const slice of slices(bytes, SLICE)) {
      const fault = await this.#push(slice);
      if (fault !== undefined) return fault;
    }
    return this.fault;
  }

  override onBytes(listener: (bytes: Uint8Array) => void): void {
    super.onBytes(listener);
    if (this.#options.regularFile !== true) this.#readOn();
  }

  /**
   * A non-blocking write to usblp returns before the printer has the bytes, and closing would take them back. A write
   * of nothing returns 0 only when the one before is through (drivers/usb/class/usblp.c, usblp_write).
   */
  async finish(): Promise<Finish> {
    const fault = this.fault ?? (await this.#push(new Uint8Array(0)));
    await this.abandon();
    return fault === undefined ? { kind: 'taken' } : { kind: 'lost', fault };
  }

  async #push(slice: Uint8Array): Promise<Fault | undefined> {
    const { clock, timers, device } = this.#options;
    let rest = slice;
    let since = clock.monoMs();
    while (this.fault === undefined) {
      const taken = await this.#tryWrite(rest);
      if (taken === 'again') {
        if (clock.monoMs() - since >= this.#stallMs) return lineStalled(device, this.#stallMs);
        await pause(timers, RETRY_MS);
        continue;
      }
      if (typeof taken !== 'number') return this.fail(taken);
      rest = rest.subarray(taken);
      if (rest.length === 0) return undefined;
      since = clock.monoMs();
    }
    return this.fault;
  }

  async #tryWrite(bytes: Uint8Array): Promise<number | 'again' | Fault> {
    if (!this.#open) return lineLost(`${this.#options.device} is closed`);
    const written = this.#writeOnce(bytes);
    this.#writing = Promise.all([this.#writing, written]);
    return written;
  }

  #writeOnce(bytes: Uint8Array): Promise<number | 'again' | Fault> {
    return new Promise((resolve) => {
      write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
        if (error === null) resolve(written);
        else if (error.code === 'EAGAIN') resolve('again');
        // usblp answers ENOSPC when the printer reports the end of its paper.
        else if (error.code === 'ENOSPC')
          resolve(temporary(FAULT.paperOut, `${this.#options.device}: no paper`));
        else resolve(lineLost(`${this.#options.device}: ${messageOf(error)}`));
      });
    });
  }

  #readOn(): void {
    if (!this.#open) return;
    this.#cancelRead = this.#options.timers.after(READ_EVERY_MS, () => {
      this.#reading = this.#readOnce().then(() => this.#readOn());
    });
  }

  /** A device that only prints answers EINVAL or nothing; only a device that is gone ends the line. */
  #readOnce(): Promise<void> {
    return new Promise((resolve) => {
      const buffer = new Uint8Array(64);
      read(this.#fd, buffer, 0, buffer.length, null, (error, count) => {
        if (error === null) {
          if (count > 0) this.heard(buffer.slice(0, count));
        } else if (/^(ENODEV|EIO|ENXIO)$/.test(error.code ?? '')) {
          this.fail(lineLost(`${this.#options.device}: ${messageOf(error)}`));
        }
        resolve();
      });
    });
  }

  /** Once what is under way has come back: the number of the file may be that of another by then. */
  async abandon(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelRead();
    await Promise.all([this.#writing, this.#reading]);
    await new Promise<void>((resolve) => {
      close(this.#fd, () => resolve());
    });
  }
}
