import { hex } from '../base/bytes.js';
import type { Random } from '../port/clock.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** UUID version 4 (RFC 9562 5.4). */
export function uuid(random: Random): string {
  const bytes = Uint8Array.from(random.bytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = hex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** `count` letters and digits. */
export function letters(random: Random, count: number): string {
  let text = '';
  for (const byte of random.bytes(count)) text += ALPHABET.charAt(byte % ALPHABET.length);
  return text;
}
