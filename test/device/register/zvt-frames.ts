import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex, hex } from '../../../src/base/bytes.js';
import type { RegisterSale } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';

const FOLDER = new URL('../fixtures/zvt/', import.meta.url);

/** A frame of fixtures/zvt: hex, after lines with `#` that say where it comes from. */
export function recorded(name: string): Uint8Array {
  const text = readFileSync(fileURLToPath(new URL(`${name}.hex`, FOLDER)), 'utf8');
  return bytes(text.replace(/^#.*$/gm, ''));
}

/** Names of the fixtures that begin with `kind`. */
export function names(kind: 'serial' | 'tcp' | 'paper'): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.startsWith(`${kind}-`))
    .map((file) => file.replace(/\.hex$/, ''));
}

export function bytes(text: string): Uint8Array {
  const found = fromHex(text);
  if (found === undefined) throw new Error(`not hex: ${text}`);
  return found;
}

/** The APDU in a serial frame, taken out by hand: without the marks and the checksum, and each doubled 10 once. */
export function inside(frame: Uint8Array): Uint8Array {
  return bytes(hex(frame.subarray(2, -4)).replace(/../g, '$& ').replaceAll('10 10 ', '10 '));
}

/** What a shop is that has set nothing but its terminal id. */
export const SHOP = {
  currency: '0360',
  minorUnits: 2,
  zoneMinutes: 420,
  merchantId: '',
  terminalId: '12345678',
} as const;

/** Rp15.000, settled at 10:15:30 (WIB) on 15 January. */
export const SALE: RegisterSale = {
  orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV',
  amount: rupiah(15_000),
  rrn: '601510000012',
  approvalCode: '153318',
  invoice: 12,
  atMs: Date.UTC(2026, 0, 15, 3, 15, 30),
};

export const AUTHORIZATION = inside(recorded('serial-authorization-15000'));
export const CONFIRMED = bytes('80 00 00');
