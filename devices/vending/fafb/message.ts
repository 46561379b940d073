import { hex } from '../../../src/base/bytes.js';
import type { Frame } from './frame.js';

/** What the controller says, once its frame is whole. Amounts are in its own unit. */
export type Message =
  /** A key was pressed. Slot 0: the choice is taken back. */
  | { readonly kind: 'chosen'; readonly slot: number }
  | { readonly kind: 'result'; readonly slot: number; readonly status: number }
  | { readonly kind: 'slot'; readonly slot: number; readonly price: number; readonly paused: boolean }
  /** Its own menu changed a price. Slot 0 means all, 1000 to 1009 a whole tray. */
  | { readonly kind: 'price'; readonly slot: number; readonly price: number }
  /** It wants to be asked for its slots. */
  | { readonly kind: 'synchronise' }
  | { readonly kind: 'other'; readonly what: string };

const NAMES: Readonly<Record<number, string>> = {
  2: 'state of a slot',
  3: 'buy',
  4: 'result',
  5: 'choice',
  6: 'drive',
  17: 'slot',
  18: 'price',
  19: 'stock',
  20: 'capacity',
  21: 'product number',
  23: 'filled up',
  33: 'money collected',
  35: 'credit',
  36: 'text for a display',
  38: 'change',
  39: 'money came in',
  49: 'synchronise',
  65: 'poll',
  66: 'acknowledged',
  82: 'state of the machine',
  84: 'state of the elevator',
  98: 'balance of a card',
  99: 'call of the menu',
  102: 'microwave',
  113: 'menu',
};

/** Every frame means something, if only `other`: it is acknowledged, or the controller would send it five times. */
export function readFafbMessage({ command, text }: Frame): Message {
  switch (command) {
    case 0x05:
      if (text.length >= 2) return { kind: 'chosen', slot: word(text, 0) };
      break;
    case 0x04:
      if (text.length >= 3) return { kind: 'result', status: text[0] ?? 0, slot: word(text, 1) };
      break;
    case 0x11:
      // Some boards leave out what we do not use: stock, capacity, product number, state.
      if (text.length >= 6)
        return { kind: 'slot', slot: word(text, 0), price: long(text, 2), paused: (text[10] ?? 0) !== 0 };
      break;
    case 0x12:
      if (text.length >= 6) return { kind: 'price', slot: word(text, 0), price: long(text, 2) };
      break;
    case 0x31:
      return { kind: 'synchronise' };
  }
  return { kind: 'other', what: `${commandName(command)} ${hex(text)}`.trim() };
}

export function commandName(command: number): string {
  return `${NAMES[command] ?? 'unknown'} (${command.toString(16).padStart(2, '0')})`;
}

/** A command of ours, without its packet number. */
export interface Command {
  readonly command: number;
  readonly text: readonly number[];
  /** For the log. */
  readonly what: string;
}

/** Mode 9 of the money message: paid by scanning a QR code, of whatever wallet. */
const MODE_SCANNED = 9;

export function synchronise(): Command {
  return { command: 0x31, text: [], what: 'synchronise (31)' };
}

/** The choice is taken back: nothing will be paid for it. */
export function cancelChoice(): Command {
  return { command: 0x05, text: [0, 0], what: 'choice (05): taken back' };
}

/** Turns the motor of a slot, whatever its price and stock. */
export function drive(slot: number, dropSensor: boolean, elevator: boolean): Command {
  const switches = `${dropSensor ? '' : 'no '}drop sensor, ${elevator ? '' : 'no '}elevator`;
  return {
    command: 0x06,
    text: [dropSensor ? 1 : 0, elevator ? 1 : 0, ...bytesOf(slot, 2)],
    what: `drive (06): slot ${slot}, ${switches}`,
  };
}

/** @param units the amount in the controller's unit, 1 to 2^32-1 */
export function moneyCameIn(units: number): Command {
  return { command: 0x27, text: [MODE_SCANNED, ...bytesOf(units, 4)], what: `money came in (27): ${units}` };
}

/** The controller compares the price with the money that it has, and turns the motor. */
export function buy(slot: number): Command {
  return { command: 0x03, text: bytesOf(slot, 2), what: `buy (03): slot ${slot}` };
}

export type Progress = 'moving' | 'done' | 'failed';

const STATUS: Readonly<Record<number, readonly [Progress, string]>> = {
  1: ['moving', 'dispensing'],
  2: ['done', 'dispensed'],
  3: ['failed', 'the slot is jammed'],
  4: ['failed', 'the motor did not stop as it should'],
  6: ['failed', 'there is no motor'],
  7: ['failed', 'elevator error'],
  16: ['moving', 'the elevator goes up'],
  17: ['moving', 'the elevator goes down'],
  18: ['failed', 'error while the elevator went up'],
  19: ['failed', 'error while the elevator went down'],
  20: ['moving', 'the microwave closes its front door'],
  21: ['failed', 'the front door of the microwave did not close'],
  22: ['moving', 'the microwave opens its inner door'],
  23: ['failed', 'the inner door of the microwave did not open'],
  24: ['moving', 'the box is pushed into the microwave'],
  25: ['moving', 'the microwave closes its inner door'],
  32: ['failed', 'the inner door of the microwave did not close'],
  33: ['failed', 'no box in the microwave'],
  34: ['moving', 'heating'],
  35: ['moving', 'heating, seconds left'],
  36: ['done', 'the box may be taken out'],
  37: ['failed', 'the push rod did not return'],
  38: ['moving', 'the microwave opens its front door'],
  40: ['failed', 'the push rod did not move'],
  41: ['failed', 'the elevator did not enter the microwave'],
  48: ['failed', 'the elevator did not leave the microwave'],
  49: ['failed', 'the rod in the microwave did not push'],
  50: ['failed', 'the rod in the microwave did not return'],
  255: ['failed', 'the purchase was ended'],
};

/**
 * What a dispensing status means. One that is not in any list leaves the question open: taken for a failure, it could
 * give the money back for goods that are still on their way down.
 */
export function progressOf(status: number): {
  readonly progress: Progress | 'unlisted';
  readonly words: string;
} {
  const code = status.toString(16).padStart(2, '0');
  const [progress, words] = STATUS[status] ?? ['unlisted', 'a status that is in no list'];
  return { progress, words: `${code} ${words}` };
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}

function long(bytes: Uint8Array, at: number): number {
  return word(bytes, at) * 0x1_0000 + word(bytes, at + 2);
}

/** Big-endian. */
function bytesOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
}
