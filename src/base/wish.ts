import { isRupiah, type Rupiah } from './rupiah.js';

/** What a customer touches on a face to choose from. Names say what was seen: what has changed meanwhile is not taken. */
export type Wish =
  /** One of it; at the price that stood there. */
  | { readonly wish: 'product'; readonly id: string; readonly price: Rupiah }
  /** One of it less. */
  | { readonly wish: 'less'; readonly id: string }
  | { readonly wish: 'empty' }
  /** What is in the cart, as it stood there. */
  | ({ readonly wish: 'pay' } & SeenCart)
  /** The key OK, where a cart stood: pays it as it was seen, or chooses what was typed. */
  | ({ readonly wish: 'ok' } & SeenCart)
  /** All of them where it is absent. */
  | { readonly wish: 'group'; readonly id?: string }
  /** From 1. */
  | { readonly wish: 'page'; readonly page: number };

/** A cart as it stands on a face. */
export interface SeenCart {
  readonly sum: Rupiah;
  /** Of its lines: another one where they differ in anything that is paid. */
  readonly revision: string;
}

/** @returns undefined for what is none */
export function parseWish(fields: Readonly<Record<string, unknown>>): Wish | undefined {
  const { wish, id, price, page, sum, revision } = fields;
  switch (wish) {
    case 'product':
      return isName(id) && isRupiah(price) ? { wish, id, price } : undefined;
    case 'less':
      return isName(id) ? { wish, id } : undefined;
    case 'empty':
      return { wish };
    case 'pay':
    case 'ok':
      return isRupiah(sum) && isName(revision) ? { wish, sum, revision } : undefined;
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
