import { isRupiah, type Rupiah } from './rupiah.js';

/** What a customer touches on a face to choose from. Names say what was seen: what has changed meanwhile is not taken. */
export type Wish =
  /** One of it; at the price that stood there. */
  | { readonly wish: 'product'; readonly id: string; readonly price: Rupiah }
  /** One of it less. */
  | { readonly wish: 'less'; readonly id: string }
  | { readonly wish: 'empty' }
  | { readonly wish: 'pay' }
  /** All of them where it is absent. */
  | { readonly wish: 'group'; readonly id?: string }
  /** From 1. */
  | { readonly wish: 'page'; readonly page: number };

/** @returns undefined for what is none */
export function parseWish(fields: Readonly<Record<string, unknown>>): Wish | undefined {
  const { wish, id, price, page } = fields;
  switch (wish) {
    case 'product':
      return isName(id) && isRupiah(price) ? { wish, id, price } : undefined;
    case 'less':
      return isName(id) ? { wish, id } : undefined;
    case 'empty':
    case 'pay':
      return { wish };
    case 'group':
      if (id === undefined) return { wish };
      return isName(id) ? { wish, id } : undefined;
    case 'page':
      return typeof page === 'number' && Number.isSafeInteger(page) && page > 0 ? { wish, page } : undefined;
    default:
      return undefined;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}
