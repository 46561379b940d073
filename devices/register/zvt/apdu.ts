import { assert } from '../../../src/base/assert.js';
import type { NoiseEvent } from '../../kit/noise.js';

/** Class and instruction as one number (`0x0601`), and what follows the length. */
export interface Apdu {
  readonly command: number;
  readonly data: Uint8Array;
}

/** What a parser of either transport finds in the bytes from the register. */
export type LinkEvent =
  | { readonly kind: 'apdu'; readonly apdu: Uint8Array }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** Meant as a message, and none. */
  | { readonly kind: 'bad'; readonly why: BadMessage; readonly bytes: Uint8Array }
  | NoiseEvent;

export type BadMessage = 'checksum' | 'length' | 'escape' | 'unfinished';

/** Longest APDU that is waited for: a block of text for our printer is the longest thing that a register says. */
export const LONGEST_APDU = 16_384;

/** What we take and say, by the names of the application paper. */
export const COMMAND = {
  intermediateStatus: 0x04ff,
  statusInformation: 0x040f,
  statusEnquiry: 0x0501,
  registration: 0x0600,
  authorization: 0x0601,
  logOff: 0x0602,
  completion: 0x060f,
  sendTurnover: 0x0610,
  printTurnover: 0x0612,
  abort: 0x061e,
  repeatReceipt: 0x0620,
  reversal: 0x0630,
  endOfDay: 0x0650,
  diagnosis: 0x0670,
  setDateAndTime: 0x0691,
  initialisation: 0x0693,
  abortByRegister: 0x06b0,
  printLine: 0x06d1,
  printTextBlock: 0x06d3,
  accepted: 0x8000,
  issued: 0x8400,
} as const;

/** A length byte of FF says that two more follow, the low one first. */
const EXTENDED = 0xff;
const LONGEST = 0xffff;

/** The whole APDU of up to 65,535 bytes of data, with the one-byte length where that has room (0 to 254). */
export function makeApdu(command: number, ...parts: readonly Iterable<number>[]): Uint8Array {
  const data = parts.flatMap((part) => [...part]);
  assert(data.length <= LONGEST, `an APDU of ${data.length} bytes`);
  const length = data.length < EXTENDED ? [data.length] : [EXTENDED, data.length & 0xff, data.length >> 8];
  return Uint8Array.from([command >> 8, command & 0xff, ...length, ...data]);
}

/** Bytes of the APDU that begins at `from`; undefined while its length is not there. */
export function apduLength(bytes: Uint8Array | readonly number[], from = 0): number | undefined {
  const length = bytes[from + 2];
  if (length === undefined) return undefined;
  if (length < EXTENDED) return 3 + length;
  const [low, high] = [bytes[from + 3], bytes[from + 4]];
  return low === undefined || high === undefined ? undefined : 5 + low + 256 * high;
}

/** Undefined unless `bytes` are exactly one APDU. */
export function readApdu(bytes: Uint8Array): Apdu | undefined {
  if (apduLength(bytes) !== bytes.length) return undefined;
  const [high = 0, low = 0, length] = bytes;
  return { command: (high << 8) | low, data: bytes.subarray(length === EXTENDED ? 5 : 3) };
}

/** The APDUs that stand one after the other in `bytes`; undefined when they do not fill them. */
export function splitApdus(bytes: Uint8Array): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = apduLength(bytes, at);
    if (length === undefined || at + length > bytes.length) return undefined;
    found.push(bytes.slice(at, at + length));
    at += length;
  }
  return found;
}

/** 80 00, or 84 and a code: the other side's answer to the command before. */
export function isReply(command: number): boolean {
  return command === COMMAND.accepted || command >> 8 === 0x84;
}

export const ACCEPTED = [0x80, 0x00, 0x00] as const;

/** `84 xx 00`. */
export function refusalApdu(code: number): Uint8Array {
  return makeApdu(0x8400 | code);
}
