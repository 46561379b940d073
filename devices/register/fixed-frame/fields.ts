import { assert } from '../../../src/base/assert.js';
import { printable } from '../../../src/base/bytes.js';

/** Fields of payloads: text in, bytes out, and back. */

/** 936009 is GoPay's number as a QRIS issuer. */
const GOPAY_PAN = '936009*************';

/** One field: its length, and text that is cut or filled to it. */
export type Placed = readonly [length: number, text: string];

/** All fields one after the other, each printable, cut to its length and filled with `filler`. */
export function placeAll(fields: readonly Placed[], length: number, filler: ' ' | '\0'): Uint8Array {
  const text = fields
    .map(([size, value]) => printable(value).slice(0, size).padEnd(size, filler))
    .join('')
    .padEnd(length, filler);
  assert(text.length === length, `a payload of ${text.length} characters, not ${length}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Right-justified with zeros; a number that outgrew its field keeps its last digits (invoice 1,000,000 is 000000). */
export function digits(value: number, length: number): string {
  return String(value).padStart(length, '0').slice(-length);
}

/** An amount that must not lose digits. */
export function scaled(rupiah: number, scale: 1 | 100): string {
  assert(rupiah * scale < 1e12, `an amount beyond its field: ${rupiah}`);
  return digits(rupiah * scale, 12);
}

/** `YYYYMMDDhhmmss` on the shop's clock. */
export function shopTime(wallMs: number, zoneMinutes = 420): string {
  return new Date(wallMs + zoneMinutes * 60_000).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** Payers of other wallets have other numbers, which we are not told. */
export function panOf(issuer: string, masked: string | undefined): string {
  return /gopay/i.test(issuer) ? (masked ?? GOPAY_PAN) : '';
}
