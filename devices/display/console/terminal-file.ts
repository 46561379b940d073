import { closeSync, constants, openSync, statSync, write } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import { type Fault, messageOf, refused, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Timers } from '../../../src/port/clock.js';

/** How long a terminal that was stopped with Ctrl-S is waited for. */
const STALL_MS = 1_000;
const RETRY_MS = 20;

/** Columns and rows; a serial terminal does not say, and has none. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A tty that is written to without ever blocking: a thread that waits for a stopped terminal would wait for ever. */
export class TerminalFile {
  readonly #path: string;
  readonly #fd: number;
  readonly #identity: string;
  readonly #timers: Timers;
  #writing = false;
  #closed = false;

  private constructor(path: string, fd: number, identity: string, timers: Timers) {
    this.#path = path;
    this.#fd = fd;
    this.#identity = identity;
    this.#timers = timers;
  }

  /** @returns FAULT.consoleMissing when it is not there, not permitted or no terminal */
  static open(path: string, timers: Timers): Result<TerminalFile, Fault> {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    try {
      const fd = openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
      if (isatty(fd)) return ok(new TerminalFile(path, fd, identityOf(path), timers));
      closeSync(fd);
      return err(refused(FAULT.consoleMissing, `${path} is no terminal`));
    } catch (thrown) {
      return err(temporary(FAULT.consoleMissing, messageOf(thrown)));
    }
  }

  /** @returns FAULT.consoleMissing when it did not take all of it; the rest is dropped */
  async write(text: string): Promise<Fault | undefined> {
    let rest: Uint8Array = Buffer.from(text, 'utf8');
    let waitedMs = 0;
    while (rest.length > 0) {
      if (this.#closed) return this.#fault('it was closed');
      const taken = await this.#tryWrite(rest);
      if (typeof taken === 'string') return this.#fault(taken);
      rest = rest.subarray(taken);
      if (taken > 0) waitedMs = 0;
      else if (waitedMs >= STALL_MS) return this.#fault(`it took nothing for ${STALL_MS} ms (Ctrl-S?)`);
      else {
        await new Promise<void>((resolve) => void this.#timers.after(RETRY_MS, resolve));
        waitedMs += RETRY_MS;
      }
    }
    return undefined;
  }

  /** Whether the name still leads to it: a user logged out, or a plug was pulled. @returns why not */
  changed(): Fault | undefined {
    try {
      return identityOf(this.#path) === this.#identity ? undefined : this.#fault('it has been replaced');
    } catch (thrown) {
      return this.#fault(messageOf(thrown));
    }
  }

  /** As it is now: windows are made larger and smaller. @returns undefined where it does not say */
  size(): TerminalSize | undefined {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    try {
      // A stream of its own, because it takes what it is given.
      const stream = new WriteStream(openSync(this.#path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
      const [columns, rows] = stream.getWindowSize();
      stream.destroy();
      return columns > 0 && rows > 0 ? { columns, rows } : undefined;
    } catch (thrown) {
      // One that does not know its size: the code is drawn all the same.
      if (thrown instanceof Error) return undefined;
      throw thrown;
    }
  }

  /** Once a write that is under way has come back: its number may be that of another file by then. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#writing) closeSync(this.#fd);
  }

  #tryWrite(bytes: Uint8Array): Promise<number | string> {
    this.#writing = true;
    return new Promise((resolve) => {
      write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
        this.#writing = false;
        if (this.#closed) closeSync(this.#fd);
        if (error === null) resolve(written);
        else resolve(error.code === 'EAGAIN' ? 0 : error.message);
      });
    });
  }

  #fault(why: string): Fault {
    return temporary(FAULT.consoleMissing, `${this.#path}: ${why}`);
  }
}

function identityOf(path: string): string {
  const { rdev, ino } = statSync(path);
  return `${rdev}:${ino}`;
}
