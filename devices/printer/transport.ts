import { type Fault, messageOf, refused, temporary, unanswered } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Timers } from '../../src/port/clock.js';
import { within } from './bounded.js';

/**
 * How bytes get to a printer. Our own, because those of the known libraries lose, double or invent success: they
 * resolve before the printer took anything, print minutes later, or create a regular file where the device is missing.
 *
 * Faults: FAULT.printerLineLost the line went away, FAULT.printerUnreachable it cannot be opened now,
 * FAULT.printerTakesNoData it takes no bytes, FAULT.printerForbidden it is the wrong thing
 * or not permitted.
 */
export interface PrinterTransport {
  /** For logs: `/dev/usb/lp0`, `tcp 10.0.0.9:9100`. */
  readonly name: string;
  /** Whether the printer's answers can be heard at all. */
  readonly twoWay: boolean;
  /**
   * Whether a zero may come of itself: a serial line whose printer loses its power reads as a break, and a zero is the
   * answer to `GS r 1` of a printer that has paper.
   */
  readonly hearsBreaks?: boolean;
  /** Takes the printer for one job or one question. One line at a time; `finish`, `release` or `abandon` gives it back. */
  open(): Promise<Result<PrinterLine, Fault>>;
  /** Lets go of what is held between jobs. */
  stop(): Promise<void>;
}

export interface PrinterLine {
  /**
   * Resolves when the line took all of `bytes`, with the fault when it did not within the transport's stall bound.
   * After a fault the line is good for `abandon` only.
   */
  write(bytes: Uint8Array): Promise<Fault | undefined>;
  /** What the printer sends. Set once, right after opening; bytes before that are kept. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** The line went away under us. At most once. */
  onLost(listener: (fault: Fault) => void): void;
  /**
   * Waits until the last byte has left, then gives the printer back.
   * @param processed the printer has said so of every byte: what its line does afterwards changes nothing
   */
  finish(processed: boolean): Promise<Finish>;
  /** Gives the printer back at once, when nothing of a slip was sent. */
  release(): Promise<void>;
  /** Gives up at once: what was not sent is thrown away. */
  abandon(): Promise<void>;
}

/**
 * `taken`: the other side took every byte. `unsure`: all bytes were handed over, but nothing says where they are.
 */
export type Finish =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unsure'; readonly detail: string }
  | { readonly kind: 'lost'; readonly fault: Fault };

export function lineLost(detail: string): Fault {
  return unanswered(FAULT.printerLineLost, detail);
}

export function lineStalled(name: string, ms: number): Fault {
  return unanswered(FAULT.printerTakesNoData, `${name} took no bytes for ${ms} ms`);
}

/** An error of opening a device or a connection: not permitted is for a technician, the rest may pass. */
export function cannotOpen(name: string, thrown: unknown): Fault {
  const code = (thrown as NodeJS.ErrnoException | null)?.code ?? '';
  const detail = `${name}: ${messageOf(thrown)}`;
  if (/^(EACCES|EPERM|ENOTTY|EISDIR|ENXIO)$/.test(code) || /permission denied/i.test(detail))
    return refused(FAULT.printerForbidden, detail);
  return temporary(FAULT.printerUnreachable, detail);
}

/** Slices of at most `size` bytes, in order. */
export function* slices(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Keeps what came before there was a listener. */
class ListenerBuffer<T> {
  #kept: T[] = [];
  #listener: ((value: T) => void) | undefined;

  push(value: T): void {
    if (this.#listener === undefined) this.#kept.push(value);
    else this.#listener(value);
  }

  listen(listener: (value: T) => void): void {
    this.#listener = listener;
    const kept = this.#kept;
    this.#kept = [];
    for (const value of kept) listener(value);
  }
}

/** What every line has: who listens to it, and its first fault, the only one that is told. */
export abstract class FaultyLine {
  protected fault: Fault | undefined;
  #bytes = new ListenerBuffer<Uint8Array>();
  #lost = new ListenerBuffer<Fault>();

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#bytes.listen(listener);
  }

  onLost(listener: (fault: Fault) => void): void {
    this.#lost.listen(listener);
  }

  /** Forgets the listeners of the job before. */
  rest(): void {
    this.#bytes = new ListenerBuffer();
    this.#lost = new ListenerBuffer();
  }

  protected heard(bytes: Uint8Array): void {
    this.#bytes.push(bytes);
  }

  abstract abandon(): Promise<void>;

  /** Where nothing is held between jobs, it is all the same. */
  release(): Promise<void> {
    return this.abandon();
  }

  /** @returns the first one */
  protected fail(fault: Fault): Fault {
    if (this.fault !== undefined) return this.fault;
    this.fault = fault;
    this.#lost.push(fault);
    return fault;
  }
}

/**
 * @param opened settles once, with what kept it from opening
 * @returns the line once it is open; one that is not, or not in time (FAULT.printerUnreachable), is given up
 */
export async function openPort<L extends PrinterLine>(
  line: L,
  opened: Promise<Fault | undefined>,
  { name, timers, ms }: { readonly name: string; readonly timers: Timers; readonly ms: number },
): Promise<Result<L, Fault>> {
  const late: Fault = temporary(FAULT.printerUnreachable, `${name}: not open within ${ms} ms`);
  const fault = await within(timers, ms, opened, late);
  if (fault === undefined) return ok(line);
  await line.abandon();
  return err(fault);
}
