import type { Rupiah } from '../../base/rupiah.js';
import type { Words } from '../../base/screen.js';
import type { Given, SoldItem } from '../../base/sold-item.js';

export const MOST_PRODUCTS = 500;

/** Minutes of the day by the shop's clocks; over midnight where `until` is not after `from`. */
export interface Hours {
  readonly from: number;
  readonly until: number;
}

/** What the terminal sells. */
export interface Product {
  /** 1 to 50 of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** 1 to 50 characters each. */
  readonly name: Words;
  /** Of one; from 1. */
  readonly price: Rupiah;
  readonly group?: Words;
  /** Where its picture lies. */
  readonly picture?: string;
  /** The vending machine's column. */
  readonly slot?: string;
  readonly gives?: Given;
  /** When it can be had; always where absent. */
  readonly hours?: Hours;
  /** How many one sale may have. */
  readonly most?: number;
  readonly soldOut?: true;
}

/** Why a product cannot be had at this minute of the day. */
export function whyNot(
  { soldOut, hours }: Pick<Product, 'soldOut' | 'hours'>,
  minute: number,
): 'soldOut' | 'notNow' | undefined {
  if (soldOut) return 'soldOut';
  return hours === undefined || isWithin(hours, minute) ? undefined : 'notNow';
}

/** The same beginning and end is a whole day. */
export function isWithin({ from, until }: Hours, minute: number): boolean {
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** As it is sold now; `price` where a machine says another one. */
export function soldItem(
  { id, name, price, group, slot, gives }: Product,
  quantity: number,
  asked: Rupiah = price,
): SoldItem {
  return {
    ...{ id, name, price: asked, quantity },
    ...(group === undefined ? {} : { group: group.id }),
    ...(slot === undefined ? {} : { slot }),
    ...(gives === undefined ? {} : { gives }),
  };
}
