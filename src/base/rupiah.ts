import { assert } from './assert.js';

/** Whole rupiah, 0 to 999,999,999,999 (twelve digits, as the register frames have room for). Never a fraction. */
export type Rupiah = number & { readonly brand: 'Rupiah' };

export const RUPIAH_MAX = 999_999_999_999;

export function isRupiah(value: unknown): value is Rupiah {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= RUPIAH_MAX;
}

/** @throws Misuse when `value` is no whole number of rupiah; use {@link parseRupiah} for text from outside. */
export function rupiah(value: number): Rupiah {
  assert(isRupiah(value), `not an amount in whole rupiah: ${value}`);
  return value;
}

/** Digits only (`15000`); undefined for anything else. */
export function parseRupiah(text: string): Rupiah | undefined {
  if (!/^\d{1,12}$/.test(text)) return undefined;
  return rupiah(Number(text));
}

/**
 * An amount of Midtrans, by its value: `"15000.00"` as nearly always, and `"15000.0"`, `"15000"` or the number 15000 just
 * as well. Cents other than zero are refused: rupiah have none, and an amount that we cannot hold exactly is one that we
 * must not compare.
 */
export function parseWireAmount(value: unknown): Rupiah | undefined {
  if (typeof value === 'number') return isRupiah(value) ? value : undefined;
  const match = typeof value === 'string' ? /^(\d{1,12})(?:\.0{1,2})?$/.exec(value) : null;
  return match?.[1] === undefined ? undefined : rupiah(Number(match[1]));
}

/** `Rp15.000`, as Indonesian shops write it. */
export function formatRupiah(amount: Rupiah): string {
  return `Rp${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}`;
}
