import { type Fault, temporary } from '../../src/base/fault.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { PrinterStatus } from '../../src/port/printer.js';

/** What a printer says of itself, whichever way it said it. */
export interface PrinterSnapshot {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly paperOut: boolean;
  readonly nearEnd: boolean;
  readonly cutterError: boolean;
  /** Only a power cycle helps. */
  readonly unrecoverable: boolean;
  /** Overheated head, feed button held and the like: passes by itself. */
  readonly passing: boolean;
}

/** One thing that the printer sent. */
export type StatusEvent =
  /** The answer to `DLE EOT n`. It does not say which n. */
  | { readonly kind: 'realtime'; readonly byte: number }
  /** Four bytes of automatic status (`GS a`). */
  | { readonly kind: 'asb'; readonly snapshot: PrinterSnapshot }
  /** The answer to `GS r 1`, which comes in stream order: all before it was processed. */
  | { readonly kind: 'fence'; readonly paperOut: boolean; readonly nearEnd: boolean }
  /** The answer to `GS I 67`: what the printer calls itself. */
  | { readonly kind: 'called'; readonly model: string };

const XON = 0x11;
const XOFF = 0x13;
/** Begins what `GS I 66` to `69` answer (Epson ESC/POS reference, "printer information B"). */
const NAME_HEAD = 0x5f;
const NAME_MOST = 80;

/**
 * Parts the printer's bytes by their fixed bits (Epson ESC/POS reference, "transmitted status"): real-time status is
 * 0xx1xx10, the first byte of automatic status 0xx1xx00 and its other three 0xx0xxxx, the answer to `GS r` 0xx0xxxx.
 * XON and XOFF (0x11, 0x13) may stand anywhere between, also inside automatic status. Other bytes are noise.
 */
export class StatusStream {
  #asb: number[] = [];
  /** Characters of a name so far; undefined while none is asked for. */
  #name: number[] | undefined;

  /** The next thing that comes in letters is a name: `_`, the letters, and a zero. Statuses may stand before it. */
  awaitName(): void {
    this.#name = [];
  }

  feed(bytes: Uint8Array): StatusEvent[] {
    const events: StatusEvent[] = [];
    for (const byte of bytes) {
      const event = this.#byte(byte);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  #byte(byte: number): StatusEvent | undefined {
    if (byte === XON || byte === XOFF) return undefined;
    if (this.#name !== undefined && (byte === NAME_HEAD || this.#name.length > 0))
      return this.#nameByte(byte, this.#name);
    if ((byte & 0x93) === 0x12) return { kind: 'realtime', byte };
    if ((byte & 0x93) === 0x10) {
      this.#asb = [byte];
      return undefined;
    }
    if ((byte & 0x90) !== 0) {
      this.#asb = [];
      return undefined;
    }
    if (this.#asb.length === 0)
      return { kind: 'fence', paperOut: (byte & 0x0c) !== 0, nearEnd: (byte & 0x03) !== 0 };
    this.#asb.push(byte);
    if (this.#asb.length < 4) return undefined;
    const snapshot = snapshotOfAsb(this.#asb);
    this.#asb = [];
    return { kind: 'asb', snapshot };
  }

  #nameByte(byte: number, name: number[]): StatusEvent | undefined {
    if (byte !== 0 && name.length <= NAME_MOST) {
      name.push(byte);
      return undefined;
    }
    this.#name = undefined;
    const model = String.fromCharCode(...name.slice(1)).replace(/[^\x20-\x7e]/g, '?');
    return { kind: 'called', model };
  }
}

function snapshotOfAsb(bytes: readonly number[]): PrinterSnapshot {
  const [first = 0, second = 0, third = 0] = bytes;
  return {
    offline: (first & 0x08) !== 0,
    coverOpen: (first & 0x20) !== 0,
    cutterError: (second & 0x08) !== 0,
    unrecoverable: (second & 0x20) !== 0,
    passing: (first & 0x40) !== 0 || (second & 0x40) !== 0,
    nearEnd: (third & 0x03) !== 0,
    paperOut: (third & 0x0c) !== 0,
  };
}

/** Answers to `DLE EOT 1` to `4`; those that were not asked or not given are undefined. */
export function snapshotOfRealtime(
  one: number,
  two?: number,
  three?: number,
  four?: number,
): PrinterSnapshot {
  const bit = (byte: number | undefined, mask: number): boolean => byte !== undefined && (byte & mask) !== 0;
  return {
    offline: bit(one, 0x08),
    coverOpen: bit(two, 0x04),
    paperOut: bit(two, 0x20) || bit(four, 0x60),
    nearEnd: bit(four, 0x0c),
    cutterError: bit(three, 0x08),
    unrecoverable: bit(three, 0x20),
    passing: bit(one, 0x40) || bit(two, 0x08) || bit(three, 0x40),
  };
}

/** Why the printer cannot print now; empty when it can. */
export function faultsOf(snapshot: PrinterSnapshot): Fault[] {
  const faults: Fault[] = [];
  const add = (code: number, detail: string): void => {
    faults.push(temporary(code, detail));
  };
  if (snapshot.paperOut) add(FAULT.paperOut, 'the printer is out of paper');
  if (snapshot.coverOpen) add(FAULT.coverOpen, 'the cover of the printer is open');
  if (snapshot.cutterError) add(FAULT.cutterStuck, 'the cutter of the printer is stuck');
  if (snapshot.unrecoverable)
    add(FAULT.printerError, 'the printer reports an error that only switching it off and on ends');
  if (faults.length === 0 && snapshot.offline) {
    add(
      FAULT.printerOffline,
      snapshot.passing
        ? 'the printer is busy with its feed button or cooling down'
        : 'the printer is offline',
    );
  }
  return faults;
}

export function printerStatus(snapshot: PrinterSnapshot): PrinterStatus {
  const faults = faultsOf(snapshot);
  return faults.length === 0 ? { state: 'ready', nearEnd: snapshot.nearEnd } : { state: 'notReady', faults };
}
