import type { Rupiah } from './rupiah.js';
import type { Words } from './screen.js';

/** What the terminal itself gives for one of a product, once it is paid: by the pulse driver, on its own line or another one. */
export type Given =
  /** 1 to 999, as coins are counted. */
  | { readonly pulses: number; readonly line?: number }
  /** 1 to 300: the line is held active so long (a relay). */
  | { readonly seconds: number; readonly line?: number };

/**
 * One line of what a sale is for, with name and price as they were when the sale was opened: what becomes of the catalogue
 * later changes no sale.
 */
export interface SoldItem {
  /** The shop's own, 1 to 50 characters. */
  readonly id: string;
  /** 1 to 50 characters each. */
  readonly name: Words;
  /** Of one. */
  readonly price: Rupiah;
  /** 1 to {@link MOST_OF_ONE}. */
  readonly quantity: number;
  /** At most 50 characters. */
  readonly group?: string;
  /** Of the vending machine: which column it comes out of. */
  readonly slot?: string;
  /** For each; absent where a person, or a machine that asked, hands it over. */
  readonly gives?: Given;
}

export const MOST_LINES = 20;
export const MOST_OF_ONE = 999;

/** The id of a line whose seller gave it none: its place, which says nothing of what it is. */
export function numberedId(at: number): string {
  return `line-${at + 1}`;
}

export function isNumberedId(id: string): boolean {
  return /^line-\d+$/.test(id);
}

/** What the lines come to. */
export function sumOf(items: readonly Pick<SoldItem, 'price' | 'quantity'>[]): number {
  return items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}

/** Why these are no lines of a sale of `amount`; undefined where they are. */
export function itemsTrouble(items: readonly SoldItem[], amount: Rupiah): string | undefined {
  if (items.length === 0 || items.length > MOST_LINES)
    return `${items.length} lines, and 1 to ${MOST_LINES} are allowed`;
  for (const { id, price, quantity } of items) {
    if (!isWhole(price, 0)) return `line ${id} has the price ${price}`;
    if (!isWhole(quantity, 1) || quantity > MOST_OF_ONE) return `line ${id} has the quantity ${quantity}`;
  }
  const sum = sumOf(items);
  return sum === amount ? undefined : `the lines come to ${sum}, and the sale to ${amount}`;
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
