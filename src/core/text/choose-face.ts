import { rupiah } from '../../base/rupiah.js';
import type { ChooseScreen, ShownProduct, Words } from '../../base/screen.js';
import { sumOf } from '../../base/sold-item.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import {
  type ChooseHint,
  type Choosing,
  goneOf,
  itemsOf,
  pageCount,
  revisionOf,
  shownOf,
  typedAs,
  whyGone,
} from '../catalogue/choosing.js';
import { type Product, whyNot } from '../catalogue/product.js';
import { PHRASES } from './phrases.js';

export interface ChooseFaceState {
  readonly shop: string;
  readonly terminal: string;
  readonly catalogue: Catalogue;
  readonly choosing: Choosing | undefined;
  readonly hint: ChooseHint | undefined;
  /** Of the day. */
  readonly minute: number;
  /** What displays call the picture at a path; undefined where there is none to be shown. */
  readonly pictureOf: (path: string) => string | undefined;
  readonly note: Words | undefined;
}

/** One page of the catalogue, and what was chosen of it. */
export function chooseFace(state: ChooseFaceState): ChooseScreen {
  const { shop, terminal, catalogue, choosing, hint, note } = state;
  const { perPage, freeAmount, donation, groups } = catalogue;
  const shown = shownOf(choosing, catalogue);
  const pages = pageCount(shown.length, catalogue);
  // A catalogue that has become shorter.
  const page = Math.min(choosing?.page ?? 0, pages - 1);
  const cart = choosing?.cart ?? [];
  const typed = choosing?.typed ?? '';
  return {
    ...{ show: 'choose', shop, terminal },
    groups: groups.map((name) => ({
      ...{ id: name.id, name },
      ...(choosing?.group === name.id ? { chosen: true } : {}),
    })),
    products: shown
      .slice(page * perPage, (page + 1) * perPage)
      .map((product) => shownProduct(product, state)),
    ...{ page: page + 1, pages },
    ...(catalogue.cart
      ? {
          cart: {
            lines: cart.map(({ product, quantity }) => {
              const { id, name, price } = product;
              return { id, name, price, quantity, ...worded(whyGone(product, state)) };
            }),
            sum: rupiah(sumOf(itemsOf(cart))),
            revision: revisionOf(cart),
          },
        }
      : {}),
    ...(typed === '' ? {} : { typed: { digits: typed, ...typedWords(typed, state) } }),
    ...(freeAmount ? { freeAmount } : {}),
    ...(donation === undefined ? {} : { donation }),
    ...(hint === undefined ? {} : { hint: hintWords(hint, state) }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Of what was sold out, or has its hour behind it, under the customer's hands it is said which it is. */
function hintWords(hint: ChooseHint, { catalogue, choosing, minute }: ChooseFaceState): Words {
  const words = PHRASES[hint];
  if (hint !== 'goneInCart') return words;
  const [first] = goneOf(choosing?.cart ?? [], { catalogue, minute });
  if (first === undefined) return words;
  const { name } = first.product;
  const why = whyGone(first.product, { catalogue, minute }) ?? 'soldOut';
  const said = (language: 'id' | 'en'): string =>
    `${name[language]}: ${PHRASES[why][language]}. ${words[language]}`;
  return { id: said('id'), en: said('en') };
}

function shownProduct(product: Product, state: ChooseFaceState): ShownProduct {
  const { id, name, price } = product;
  const picture = product.picture === undefined ? undefined : state.pictureOf(product.picture);
  const inCart = state.choosing?.cart.find((line) => line.product.id === id)?.quantity;
  return {
    number: state.catalogue.products.indexOf(product) + 1,
    ...{ id, name, price },
    ...unavailable(product, state),
    ...(picture === undefined ? {} : { picture }),
    ...(inCart === undefined ? {} : { inCart }),
  };
}

function typedWords(typed: string, state: ChooseFaceState) {
  const { product, amount } = typedAs(typed, state.catalogue);
  if (amount !== undefined) return { amount };
  if (product === undefined) return {};
  const { id, name, price } = product;
  return { product: { id, name, price, ...unavailable(product, state) } };
}

function unavailable(product: Product, { minute }: ChooseFaceState): Pick<ShownProduct, 'unavailable'> {
  return worded(whyNot(product, minute));
}

function worded(why: ReturnType<typeof whyNot>): Pick<ShownProduct, 'unavailable'> {
  return why === undefined ? {} : { unavailable: PHRASES[why] };
}
