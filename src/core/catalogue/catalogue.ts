import type { Words } from '../../base/screen.js';
import type { Product } from './product.js';

/** What customers choose from, in the order in which they see it. The first has the number 1. */
export interface Catalogue {
  readonly products: readonly Product[];
  /** Where there are two or more; by the name in Indonesian. */
  readonly groups: readonly Words[];
  /** Several products, and several of each, in one sale; otherwise one choice is one sale. */
  readonly cart: boolean;
  /** Whether an amount may be typed as well. */
  readonly freeAmount: boolean;
  /** Products on one page. */
  readonly perPage: number;
  /** What is sold are amounts to give, in thanks for nothing but thanks. */
  readonly donation?: { readonly purpose?: Words };
}

/** @param products in their order */
export function catalogueOf(
  products: readonly Product[],
  how: Pick<Catalogue, 'cart' | 'freeAmount' | 'perPage' | 'donation'>,
): Catalogue {
  const groups = new Map(products.flatMap(({ group }) => (group === undefined ? [] : [[group.id, group]])));
  return { ...how, products, groups: groups.size > 1 ? [...groups.values()] : [] };
}

/** Whose slot it is. */
export function productOfSlot({ products }: Catalogue, slot: string): Product | undefined {
  return products.find((product) => product.slot === slot);
}
