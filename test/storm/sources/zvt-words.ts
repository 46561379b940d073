/** What a register and its terminal say in ZVT. The bytes are laid out by hand, and share nothing with the driver. */

const DLE = 0x10;
const STX = 0x02;
const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

/** Class and instruction of what the storm looks at. */
export const SAYS = {
  status: 0x04ff,
  result: 0x040f,
  completion: 0x060f,
  abort: 0x061e,
  printLine: 0x06d1,
  printBlock: 0x06d3,
} as const;

export const PARTLY = 0x9d;
export const CONFIRMED = Uint8Array.of(0x80, 0x00, 0x00);
export const GIVE_UP = Uint8Array.of(0x06, 0xb0, 0x00);
export const COPY = Uint8Array.of(0x06, 0x20, 0x03, 0, 0, 0);
export const END_OF_DAY = Uint8Array.of(0x06, 0x50, 0x03, 0, 0, 0);
export const TURNOVER = Uint8Array.of(0x06, 0x12, 0x03, 0, 0, 0);

export function refusal(code: number): Uint8Array {
  return Uint8Array.of(0x84, code, 0x00);
}

/** A part of the goods came out, for so much. */
export function partly(amount: number): Uint8Array {
  return Uint8Array.of(0x84, PARTLY, 0x07, 0x04, ...packed(`${amount}00`, 6));
}

/** @param amount whole rupiah; on the wire they have two decimals */
export function authorization(amount: number, extra: readonly number[]): Uint8Array {
  return apdu(0x06, 0x01, [0x04, ...packed(`${amount}00`, 6), ...extra]);
}

/** By the receipt number of four digits, or by the trace number of six. */
export function reversal(trace: number, by: 'receipt' | 'trace', amount: number | undefined): Uint8Array {
  const named = by === 'receipt' ? [0x87, ...packed(trace % 10_000, 2)] : [0x0b, ...packed(trace, 3)];
  const sum = amount === undefined ? [] : [0x04, ...packed(`${amount}00`, 6)];
  return apdu(0x06, 0x30, [0, 0, 0, ...named, ...sum]);
}

export interface RegistrationWords {
  /** Bit 08: intermediate status; 02 and 04: it prints payments and administration; 80: by lines or blocks. */
  readonly config: number;
  readonly currency: boolean;
  /** Takes text blocks, with QR codes in them, and APDUs so long at most. */
  readonly blocks?: { readonly qr: boolean; readonly longest?: number };
}

export function registration({ config, currency, blocks }: RegistrationWords): Uint8Array {
  const longest = blocks?.longest;
  const tags =
    blocks === undefined
      ? []
      : [
          ...[0x26, 0x04, 0x0a, 0x02, 0x06, 0xd3],
          ...(blocks.qr ? [0x1f, 0x04, 0x02, 0x00, 0x80] : []),
          ...(longest === undefined ? [] : [0x1a, 0x02, longest >> 8, longest & 0xff]),
        ];
  const container = blocks === undefined ? [] : [0x06, tags.length, ...tags];
  return apdu(0x06, 0x00, [0, 0, 0, config, ...(currency ? [0x03, 0x60] : []), ...container]);
}

function apdu(high: number, low: number, data: readonly number[]): Uint8Array {
  return Uint8Array.of(high, low, data.length, ...data);
}

function packed(digits: number | string, bytes: number): Buffer {
  return Buffer.from(String(digits).padStart(2 * bytes, '0'), 'hex');
}

export function commandOf(message: Uint8Array): number {
  return 256 * (message[0] ?? 0) + (message[1] ?? 0);
}

export function isReply(message: Uint8Array): boolean {
  return message[0] === 0x80 || message[0] === 0x84;
}

function dataOf(message: Uint8Array): Uint8Array {
  return message.subarray(message[2] === 0xff ? 5 : 3);
}

/** The code of an abort, or of a refusal. */
export function codeOf(message: Uint8Array): number {
  return message[0] === 0x84 ? (message[1] ?? 0) : (dataOf(message)[0] ?? 0);
}

/** A status information (04 0F). */
export interface ResultWords {
  readonly code: number;
  /** Whole rupiah. */
  readonly amount: number | undefined;
  readonly trace: number | undefined;
}

const LENGTHS: Readonly<Record<number, number>> = {
  ...{ 39: 1, 4: 6, 73: 2, 11: 3, 12: 3, 13: 2, 41: 4, 42: 15, 135: 2, 138: 1 },
};

/** Undefined where a field is none that our terminal has a reason to send. */
export function readResult(message: Uint8Array): ResultWords | undefined {
  const fields = new Map<number, string>();
  const data = Buffer.from(dataOf(message));
  for (let at = 0; at < data.length; ) {
    const tag = data[at] ?? 0;
    // 8B, the card's name, has its length in the low halves of two bytes.
    const counted = tag === 0x8b;
    const digits = 10 * ((data[at + 1] ?? 0) & 0x0f) + ((data[at + 2] ?? 0) & 0x0f);
    const length = counted ? digits : LENGTHS[tag];
    if (length === undefined) return undefined;
    const from = at + (counted ? 3 : 1);
    if (from + length > data.length) return undefined;
    fields.set(tag, data.toString('hex', from, from + length));
    at = from + length;
  }
  const [code, amount, trace, receipt] = [0x27, 0x04, 0x0b, 0x87].map((tag) => fields.get(tag));
  if (code === undefined || (receipt !== undefined && receipt !== trace?.slice(2))) return undefined;
  return {
    code: Number.parseInt(code, 16),
    amount: amount === undefined ? undefined : Number(amount) / 100,
    trace: trace === undefined ? undefined : Number(trace),
  };
}

/** The text of a line, or all of a block. */
export function textOf(message: Uint8Array): string {
  return Buffer.from(message).toString('latin1');
}

/** What stands in the QR code of a block. */
export function payloadOf(block: Uint8Array): string | undefined {
  const at = Buffer.from(block).indexOf('1f2f', 'hex');
  if (at < 0) return undefined;
  const [first = 0, second = 0, third = 0] = block.subarray(at + 2);
  const [from, length] = first < 0x80 ? [3, first] : first === 0x81 ? [4, second] : [5, 256 * second + third];
  return textOf(block.subarray(at + from, at + from + length));
}

/** CRC-16 of the reflected polynomial 8408, four bits at a time. */
const NIBBLES = [
  0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387, 0x8408, 0x9489, 0xa50a, 0xb58b, 0xc60c,
  0xd68d, 0xe70e, 0xf78f,
];

function sumOf(message: readonly number[] | Uint8Array): number {
  let sum = 0;
  const add = (nibble: number): void => {
    sum = (sum >> 4) ^ (NIBBLES[(sum ^ nibble) & 15] ?? 0);
  };
  for (const byte of message) {
    add(byte);
    add(byte >> 4);
  }
  add(ETX);
  add(0);
  return sum;
}

export function framed(message: Uint8Array): Uint8Array {
  const bytes = [DLE, STX];
  for (const byte of message) bytes.push(...(byte === DLE ? [DLE, DLE] : [byte]));
  const sum = sumOf(message);
  return Uint8Array.of(...bytes, DLE, ETX, sum % 256, sum >> 8);
}

export type Token =
  | { readonly is: 'ack' | 'nak' | 'bad' }
  | { readonly is: 'apdu'; readonly apdu: Uint8Array };

/** Whole messages out of the bytes of a serial line. What it holds back it gives up at a silence. */
export class SerialReader {
  #held: number[] = [];

  get waiting(): boolean {
    return this.#held.length > 0;
  }

  hear(bytes: Uint8Array): Token[] {
    this.#held.push(...bytes);
    const tokens: Token[] = [];
    while (this.#held.length > 0) {
      const first = this.#held[0];
      if (first !== DLE) {
        this.#held.shift();
        if (first === ACK || first === NAK) tokens.push({ is: first === ACK ? 'ack' : 'nak' });
      } else if (this.#held.length === 1) return tokens;
      else if (this.#held[1] !== STX) this.#held.shift();
      else if (!this.#message(tokens)) return tokens;
    }
    return tokens;
  }

  silence(): boolean {
    const half = this.#held.length > 1;
    this.#held = [];
    return half;
  }

  /** @returns false while its end is not there */
  #message(tokens: Token[]): boolean {
    const held = this.#held;
    const inside: number[] = [];
    for (let at = 2; at < held.length; at += 1) {
      const byte = held[at] ?? 0;
      if (byte !== DLE) {
        inside.push(byte);
        continue;
      }
      const next = held[at + 1];
      if (next === undefined) return false;
      if (next === DLE) {
        inside.push(DLE);
        at += 1;
        continue;
      }
      if (next !== ETX) {
        this.#held = next === STX ? held.slice(at) : [];
        tokens.push({ is: 'bad' });
        return true;
      }
      const [low, high] = [held[at + 2], held[at + 3]];
      if (low === undefined || high === undefined) return false;
      const right = sumOf(inside) === low + 256 * high && lengthOf(inside) === inside.length;
      tokens.push(right ? { is: 'apdu', apdu: Uint8Array.from(inside) } : { is: 'bad' });
      this.#held = held.slice(at + 4);
      return true;
    }
    return false;
  }
}

/** Whole messages out of a stream, by their lengths. */
export class StreamReader {
  #held: number[] = [];

  hear(bytes: Uint8Array): Uint8Array[] {
    this.#held.push(...bytes);
    const found: Uint8Array[] = [];
    for (;;) {
      const length = lengthOf(this.#held);
      if (length === undefined || length > this.#held.length) return found;
      found.push(Uint8Array.from(this.#held.splice(0, length)));
    }
  }
}

function lengthOf(bytes: readonly number[]): number | undefined {
  const [, , length, low, high] = bytes;
  if (length === undefined) return undefined;
  if (length < 0xff) return 3 + length;
  return low === undefined || high === undefined ? undefined : 5 + low + 256 * high;
}
