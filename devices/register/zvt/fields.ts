import { assert } from '../../../src/base/assert.js';
import { hex, hexByte, latin1, printable } from '../../../src/base/bytes.js';
import { berLength, lengthBytes } from '../../kit/ber.js';

/** A field of an APDU's data ("bitmap" in the paper): a number and its bytes, lengths and tag taken off. */
export interface ApduField {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** Bytes of the fields that have a fixed length. */
const FIXED = byLength({
  1: [0x01, 0x02, 0x03, 0x05, 0x19, 0x27, 0x8a, 0x8c, 0xa0, 0xd0, 0xd2, 0xfa],
  2: [0x0d, 0x0e, 0x17, 0x3a, 0x49, 0x87],
  3: [0x0b, 0x0c, 0x37, 0x3d, 0x88, 0xaa],
  4: [0x29],
  6: [0x04],
  8: [0x3b],
  15: [0x2a],
});

/** Lengths of as many digits, one a byte in its low half: `F1 F4` is fourteen. */
const COUNTED = byLength({ 2: [0x22, 0x23, 0x8b], 3: [0x24, 0x3c, 0x60] });

function byLength(tags: Readonly<Record<number, readonly number[]>>): ReadonlyMap<number, number> {
  return new Map(Object.entries(tags).flatMap(([length, all]) => all.map((tag) => [tag, Number(length)])));
}

export const FIELD = {
  timeOut: 0x01,
  maximumStatus: 0x02,
  service: 0x03,
  amount: 0x04,
  tlv: 0x06,
  trace: 0x0b,
  time: 0x0c,
  date: 0x0d,
  paymentType: 0x19,
  result: 0x27,
  terminalId: 0x29,
  merchantId: 0x2a,
  originalTrace: 0x37,
  currency: 0x49,
  receipt: 0x87,
  cardType: 0x8a,
  cardName: 0x8b,
} as const;

/** All fields in their order, or in words what is wrong: after a field of unknown length nothing can be read. */
export function readApduFields(data: Uint8Array): ApduField[] | string {
  const fields: ApduField[] = [];
  for (let at = 0; at < data.length; ) {
    const tag = data[at] ?? 0;
    const head = headOf(tag, data, at + 1);
    if (typeof head === 'string') return head;
    const [from, length] = head;
    if (from + length > data.length) return `field ${hexByte(tag)} is cut off`;
    fields.push({ tag, value: data.subarray(from, from + length) });
    at = from + length;
  }
  return fields;
}

export function valueAt(fields: readonly ApduField[], tag: number): Uint8Array | undefined {
  return fields.find((field) => field.tag === tag)?.value;
}

/** Where the value begins, and how long it is. */
function headOf(tag: number, data: Uint8Array, at: number): readonly [number, number] | string {
  const fixed = FIXED.get(tag);
  if (fixed !== undefined) return [at, fixed];
  if (tag === FIELD.tlv) return berLength(data, at) ?? 'the TLV container has no length';
  const digits = COUNTED.get(tag);
  if (digits === undefined) return `unknown field ${hexByte(tag)}`;
  let length = 0;
  for (const byte of data.subarray(at, at + digits)) length = 10 * length + (byte & 0x0f);
  return [at + digits, length];
}

export function field(tag: number, value: Iterable<number>): number[] {
  const bytes = [...value];
  const digits = COUNTED.get(tag);
  if (digits === undefined) {
    assert(FIXED.get(tag) === bytes.length, `field ${hexByte(tag)} of ${bytes.length} bytes`);
    return [tag, ...bytes];
  }
  return [tag, ...countOf(bytes.length, digits), ...bytes];
}

/** A length in `digits` bytes of F0 to F9. */
export function countOf(length: number, digits: number): number[] {
  const text = String(length).padStart(digits, '0');
  assert(text.length === digits, `a length of ${length} in ${digits} digits`);
  return [...text].map((digit) => 0xf0 | Number(digit));
}

/** A number in `bytes` bytes of packed decimals; one that has outgrown them keeps its last digits. */
export function bcd(value: number | string, bytes: number): number[] {
  const text = String(value)
    .padStart(2 * bytes, '0')
    .slice(-2 * bytes);
  return Array.from({ length: bytes }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** The digits, leading zeros too; undefined when a half byte is none. */
export function digitsOf(value: Uint8Array): string | undefined {
  const text = hex(value);
  return /^\d*$/.test(text) ? text : undefined;
}

export function printableText(value: Uint8Array): string {
  return printable(latin1(value));
}

/** ASCII for the register, whose code page is not known. */
export function ascii(text: string): number[] {
  return [...text].map((character) => (/[\x20-\x7e]/.test(character) ? character.charCodeAt(0) : 0x3f));
}

/** Nested data: a tag of one or two bytes, a BER length, and a value. Undefined when it does not come out even. */
export function readTlv(bytes: Uint8Array): ApduField[] | undefined {
  const found: ApduField[] = [];
  for (let at = 0; at < bytes.length; ) {
    let tag = bytes[at] ?? 0;
    at += 1;
    if ((tag & 0x1f) === 0x1f) {
      const second = bytes[at];
      if (second === undefined || second >= 0x80) return undefined;
      tag = (tag << 8) | second;
      at += 1;
    }
    const length = berLength(bytes, at);
    if (length === undefined || length[0] + length[1] > bytes.length) return undefined;
    found.push({ tag, value: bytes.subarray(length[0], length[0] + length[1]) });
    at = length[0] + length[1];
  }
  return found;
}

export function tlv(tag: number, ...parts: readonly Iterable<number>[]): number[] {
  const value = parts.flatMap((part) => [...part]);
  const name = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  return [...name, ...lengthBytes(value.length), ...value];
}
