import { assert } from './assert.js';

/** 1 to 16 of `A-Z 0-9`: also MQTT client id, user name and certificate CN, so nothing that a broker dislikes. */
export type TerminalId = string & { readonly brand: 'TerminalId' };

/** `<terminalId>-<ulid>`: Midtrans' `order_id` and the id of a sale. At most 43 characters. */
export type OrderId = string & { readonly brand: 'OrderId' };

const TERMINAL_ID = /^[A-Z0-9]{1,16}$/;
const ORDER_ID = /^([A-Z0-9]{1,16})-([0-7][0-9A-HJKMNP-TV-Z]{25})$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function parseTerminalId(text: string): TerminalId | undefined {
  return TERMINAL_ID.test(text) ? (text as TerminalId) : undefined;
}

export function parseOrderId(text: string): OrderId | undefined {
  return ORDER_ID.test(text) ? (text as OrderId) : undefined;
}

/** The terminal that an order id names, or undefined when the id is none of ours. */
export function terminalOf(orderId: string): TerminalId | undefined {
  return ORDER_ID.exec(orderId)?.[1] as TerminalId | undefined;
}

export function orderId(terminal: TerminalId, ulidText: string): OrderId {
  const id = parseOrderId(`${terminal}-${ulidText}`);
  assert(id !== undefined, `not an order id: ${terminal}-${ulidText}`);
  return id;
}

/**
 * ULID (Crockford base 32): 48 bits of wall time in ms, then 80 random bits.
 * @param random ten bytes; uniqueness rests on these, not on the clock, which on a Pi may be years off at boot.
 */
export function ulid(wallMs: number, random: Uint8Array): string {
  assert(random.length === 10, 'a ULID takes ten random bytes');
  let time = Math.max(0, Math.floor(wallMs));
  let head = '';
  for (let i = 0; i < 10; i += 1) {
    head = CROCKFORD.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  let tail = '';
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += CROCKFORD.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return head + tail;
}

/** The 16 bytes of an order id's ULID: its 26 characters hold 130 bits, of which the first two are zero. */
export function ulidBytes(orderId: OrderId): Uint8Array {
  let value = 0n;
  for (const character of orderId.slice(-26)) value = value * 32n + BigInt(CROCKFORD.indexOf(character));
  return Uint8Array.from({ length: 16 }, (_, at) => Number((value >> BigInt(8 * (15 - at))) & 255n));
}

/** The reverse, of 16 bytes. */
export function ulidOf(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = '';
  for (let at = 0; at < 26; at += 1) {
    text = CROCKFORD.charAt(Number(value % 32n)) + text;
    value /= 32n;
  }
  return text;
}
