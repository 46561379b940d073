import { RUPIAH_MAX, type Rupiah, rupiah } from '../../../src/base/rupiah.js';

/** Digits, and perhaps a point and more digits: `15.19`, `15000`, `15000.00`. */
const PRICE = /^(\d{1,12})(?:\.(\d{1,6}))?$/;

/**
 * A price as the board writes it, in whole rupiah. Exact: no number with a point is ever made of it.
 * @param unit rupiah that a price of 1 stands for: 1, or 1,000 where the machine shows thousands.
 * @returns in words why it is no amount that we could collect.
 */
export function readPrice(text: string, unit: Rupiah): Rupiah | string {
  const match = PRICE.exec(text);
  const [, whole = '', decimals = ''] = match ?? [];
  if (match === null) return `"${text}" is no decimal number`;
  const scale = 10n ** BigInt(decimals.length);
  const scaled = BigInt(whole + decimals) * BigInt(unit);
  if (scaled % scale !== 0n) return `${text} x Rp${unit} is no whole number of rupiah`;
  const amount = scaled / scale;
  if (amount === 0n) return 'the price is zero';
  if (amount > BigInt(RUPIAH_MAX)) return `${text} x Rp${unit} is more than any sale`;
  return rupiah(Number(amount));
}
