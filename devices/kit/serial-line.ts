import { statSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import type { Backoff } from '../../src/base/backoff.js';
import { messageOf } from '../../src/base/fault.js';
import { type Line, type LineEvent, type LineLoss, reopenAfterMs } from './line.js';
import type { Tools } from './tools.js';
import { Writes } from './writes.js';

export interface SerialLineOptions extends Pick<Tools, 'timers' | 'log'> {
  /** Best a name below /dev/serial/by-id: it survives replugging and other adapters. */
  readonly path: string;
  readonly baudRate: number;
  readonly stopBits?: 1 | 2;
  /** Default 500 ms doubling to 5 s: a technician who plugs it in again should not wait. */
  readonly reopen?: Backoff;
  /** How long one write may take to drain; default 5,000 ms. */
  readonly writeLimitMs?: number;
  /** How often the device file is compared with the one that was opened; default 5,000 ms. */
  readonly watchMs?: number;
}

/** One opening of the port. A new one is made each time, because a closed SerialPort may still speak. */
interface Session {
  readonly port: SerialPort;
  readonly writes: Writes;
  over: boolean;
}

/**
 * A serial port that opens again after an unplug, on serialport 13. It calls no modem-line ioctl: those fail on a pty
 * ("Inappropriate ioctl"), and opening the port raises DTR and RTS anyway.
 */
export class SerialLine implements Line {
  readonly name: string;
  readonly peer = 'cable';
  readonly #options: SerialLineOptions;
  #on: ((event: LineEvent) => void) | undefined;
  #open: Session | undefined;
  #opening: Promise<void> = Promise.resolve();
  #closing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  #failures = 0;
  #saidGone: string | undefined;

  constructor(options: SerialLineOptions) {
    this.#options = options;
    this.name = options.path;
  }

  start(on: (event: LineEvent) => void): void {
    this.#on = on;
    this.#failures = 0;
    this.#opening = this.#tryOpen();
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const session = this.#open;
    if (session === undefined) return Promise.resolve(false);
    const { timers, writeLimitMs: limitMs } = this.#options;
    const hand = (settle: (sent: boolean) => void): void => {
      session.port.write(Buffer.from(bytes), (error) => {
        if (error) return settle(false);
        if (!session.over) session.port.drain((late) => settle(!late));
      });
    };
    return session.writes.begin(bytes.length, { timers, limitMs }, hand, (why) =>
      this.#lose(session, 'stuck', why),
    );
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    await this.#opening;
    if (this.#open !== undefined) this.#end(this.#open);
    await this.#closing;
  }

  async #tryOpen(): Promise<void> {
    const { path, baudRate, stopBits = 1 } = this.#options;
    // Loaded when a line is opened, so that a terminal without serial devices does not carry it (10 MB).
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({ path, baudRate, stopBits, autoOpen: false });
    const session: Session = { port, writes: new Writes(), over: false };
    this.#listen(session);
    // Before it is opened: what takes its place right after would be taken for it.
    const identity = fileIdentity(path);
    const trouble = await new Promise<Error | null>((resolve) => port.open(resolve));
    if (trouble !== null) {
      session.over = true;
      this.#gone(lossOfOpen(trouble.message), trouble.message);
      return;
    }
    this.#open = session;
    if (this.#on === undefined) return;
    // Which of the two was opened is not known. Nobody has been told that the line is there, so nothing was said on it.
    if (fileIdentity(path) !== identity) {
      this.#lose(session, 'lost', 'the device file was replaced while it was opened');
      return;
    }
    this.#failures = 0;
    this.#saidGone = undefined;
    this.#options.log.info(`${path} open, ${baudRate} baud, 8N${stopBits}`);
    this.#on({ kind: 'open' });
    this.#watch(session, identity);
  }

  #listen(session: Session): void {
    const { port } = session;
    port.on('data', (bytes: Buffer) => {
      if (!session.over && this.#on !== undefined) this.#on({ kind: 'bytes', bytes: Uint8Array.from(bytes) });
    });
    // serialport emits 'error' "Canceled" when it is closed with a blocked write, and 'close' twice: both must have
    // a listener for as long as the object lives, and only the first event ends the session.
    port.on('error', (error: Error) => this.#lose(session, 'lost', error.message));
    port.on('close', (error: Error | null | undefined) =>
      this.#lose(session, 'lost', error?.message ?? 'closed by the system'),
    );
  }

  /**
   * A hung-up tty reads as "0 bytes" for ever, and serialport reads it again at once when the unplug falls between
   * two reads: no event would tell. So the device file itself is looked at now and then.
   */
  #watch(session: Session, opened: string): void {
    const now = fileIdentity(this.#options.path);
    if (session.over || this.#on === undefined) return;
    if (now !== opened) {
      this.#lose(session, 'lost', `the device file ${now === '' ? 'is gone' : 'has been replaced'}`);
      return;
    }
    this.#cancelTimer = this.#options.timers.after(this.#options.watchMs ?? 5_000, () => {
      this.#watch(session, opened);
    });
  }

  #lose(session: Session, cause: LineLoss, why: string): void {
    if (session.over) return;
    this.#end(session);
    this.#gone(cause, why);
  }

  #end(session: Session): void {
    session.over = true;
    if (this.#open === session) this.#open = undefined;
    session.writes.end();
    if (!session.port.isOpen) return;
    this.#closing = new Promise((resolve) => {
      session.port.close((error) => {
        if (error) this.#options.log.debug(`${this.name} closed: ${error.message}`);
        resolve();
      });
    });
  }

  #gone(cause: LineLoss, why: string): void {
    if (this.#on === undefined) return;
    const first = this.#saidGone === undefined;
    const waitMs = reopenAfterMs(this.#failures, this.#options.reopen);
    this.#failures += 1;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.timers.after(waitMs, () => {
      this.#opening = this.#closing.then(() => this.#tryOpen());
    });
    if (this.#saidGone !== why) this.#options.log.warn(`${this.name} gone (${cause}): ${why}; trying again`);
    this.#saidGone = why;
    if (first) this.#on({ kind: 'gone', cause, why });
  }
}

/** serialport gives the words of strerror, not a code. */
function lossOfOpen(message: string): LineLoss {
  if (/permission denied|not permitted/i.test(message)) return 'denied';
  if (/lock|busy|temporarily unavailable/i.test(message)) return 'taken';
  if (/no such (file|device)/i.test(message)) return 'absent';
  return 'lost';
}

/** Device number and inode of what `path` leads to; empty when there is nothing. */
function fileIdentity(path: string): string {
  try {
    const found = statSync(path);
    return `${found.rdev}:${found.ino}`;
  } catch (thrown) {
    return /ENOENT|ENOTDIR/.test(messageOf(thrown)) ? '' : `unreadable: ${messageOf(thrown)}`;
  }
}
