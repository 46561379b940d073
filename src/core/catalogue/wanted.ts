import type { WantedItem, WrongField } from '../../base/register-messages.js';
import { err, ok, type Result } from '../../base/result.js';
import { MOST_OF_ONE, numberedId, type SoldItem } from '../../base/sold-item.js';
import type { Catalogue } from './catalogue.js';
import { type Product, soldItem, whyNot } from './product.js';

/** What a program's request for a sale depends on, where it names what is sold. */
export interface Shelf {
  readonly catalogue: Catalogue | undefined;
  /** Of the day. */
  readonly minute: number;
}

/**
 * What is sold, with names and prices as they are now: products of the catalogue, and lines of the program's own. The program
 * hands everything over itself, and so cannot sell what the terminal gives: nobody would give it.
 */
export function soldItemsOf(
  wanted: readonly WantedItem[],
  shelf: Shelf,
): Result<readonly SoldItem[], WrongField> {
  const items: SoldItem[] = [];
  for (const [at, item] of wanted.entries()) {
    if ('name' in item) {
      items.push(ownLine(item, at));
      continue;
    }
    const { product: id, quantity } = item;
    const product = shelf.catalogue?.products.find((one) => one.id === id);
    const wrong = (part: string, found: string | number, allowed: string): Result<never, WrongField> =>
      err({ field: `items[${at}].${part}`, found: JSON.stringify(found), allowed });
    if (product === undefined) return wrong('product', id, 'a product of the catalogue: gopay-pos products');
    const no = cannotBeHad(product, shelf);
    if (no !== undefined) return wrong('product', id, no);
    const before = items.filter((line) => line.id === id).reduce((sum, line) => sum + line.quantity, 0);
    const most = product.most ?? MOST_OF_ONE;
    if (before + quantity > most)
      return wrong('quantity', before + quantity, `at most ${most} of ${id} in one sale`);
    items.push(soldItem(product, quantity));
  }
  return ok(items);
}

function cannotBeHad(product: Product, { minute }: Shelf): string | undefined {
  const why = whyNot(product, minute);
  if (why !== undefined)
    return why === 'soldOut' ? 'what is not sold out' : 'what can be had at this time of the day';
  return product.gives === undefined && product.slot === undefined
    ? undefined
    : 'what the program hands over itself: this one comes out of the terminal or its machine';
}

/**
 * Law 7: whether these lines are those of a sale, in what the request itself says of them. Prices of the catalogue may be others by
 * now, and the sale is the same.
 */
export function isSameItems(
  sold: readonly SoldItem[] | undefined,
  wanted: readonly WantedItem[] | undefined,
): boolean {
  if (sold === undefined || wanted === undefined) return sold === wanted;
  return (
    sold.length === wanted.length &&
    wanted.every((item, at) => {
      const line = sold[at];
      if (line?.quantity !== item.quantity) return false;
      if ('product' in item) return line.id === item.product;
      const own = ownLine(item, at);
      return line.id === own.id && line.name.id === own.name.id && line.price === own.price;
    })
  );
}

function ownLine({ name, price, quantity, id }: Extract<WantedItem, { name: string }>, at: number): SoldItem {
  return { id: id ?? numberedId(at), name: { id: name, en: name }, price, quantity };
}
