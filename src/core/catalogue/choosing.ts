import type { Key } from '../../base/key.js';
import { type Rupiah, rupiah } from '../../base/rupiah.js';
import { MOST_LINES, MOST_OF_ONE, type SoldItem, sumOf } from '../../base/sold-item.js';
import type { Wish } from '../../base/wish.js';
import type { EntryLimits } from '../source/entry.js';
import type { Catalogue } from './catalogue.js';
import { type Product, soldItem, whyNot } from './product.js';

/** What a customer has chosen so far, at one pad or page. Kept in memory only: half a choice is none (law 13). */
export interface Choosing {
  /** Who chooses; another pad waits until this ends. */
  readonly pad: string;
  /** Digits of a product's number, or of an amount. */
  readonly typed: string;
  /** In the order in which they were chosen, each as the catalogue had it then. */
  readonly cart: readonly { readonly product: Product; readonly quantity: number }[];
  /** Of the products that are shown, from 0. */
  readonly page: number;
  /** The one that is shown; all of them where it is absent. */
  readonly group?: string;
}

/** Why a key or a touch did nothing. */
export type ChooseHint =
  | 'noSuchProduct'
  | 'soldOut'
  | 'notNow'
  | 'noMore'
  | 'cartFull'
  | 'tooMuch'
  | 'tooLarge'
  | 'tooSmall'
  | 'nothingChosen'
  | 'goneInCart'
  | 'priceChanged'
  | 'cartChanged'
  | 'notGiven'
  | 'payFirst';

export type ChooseOutcome =
  | { readonly kind: 'choosing'; readonly choosing: Choosing; readonly hint?: ChooseHint }
  /** Nothing is chosen any more, and the first page stands there again. */
  | { readonly kind: 'none'; readonly hint?: ChooseHint }
  | { readonly kind: 'chosen'; readonly amount: Rupiah; readonly items?: readonly SoldItem[] };

export interface ChooseView {
  readonly catalogue: Catalogue;
  readonly limits: EntryLimits;
  /** Of the day. */
  readonly minute: number;
  /** Why the machine would not give these, in words for the log; absent where there is none to ask. */
  readonly refuses?: (items: readonly SoldItem[]) => string | undefined;
  /** Revision of the cart that a screen has shown; absent where there is no screen. A key says nothing of what was seen. */
  readonly seen?: string;
}

/** A number of a product has three digits at most; what is longer is an amount, where one may be typed. */
const NUMBER_DIGITS = 3;
/** Twelve, as an amount has at most. */
const MOST_DIGITS = 12;

export function isEmpty({ typed, cart }: Choosing): boolean {
  return typed === '' && cart.length === 0;
}

/** What the digits so far mean. */
export function typedAs(
  typed: string,
  { products, freeAmount }: Catalogue,
): { readonly product?: Product; readonly amount?: Rupiah } {
  if (freeAmount && typed.length > NUMBER_DIGITS) return { amount: rupiah(Number(typed)) };
  const product = products[Number(typed) - 1];
  return product === undefined || typed.length > NUMBER_DIGITS ? {} : { product };
}

/** Products of the group that is shown. */
export function shownOf(choosing: Choosing | undefined, { products }: Catalogue): readonly Product[] {
  const group = choosing?.group;
  return group === undefined ? products : products.filter((product) => product.group?.id === group);
}

export function pageCount(count: number, { perPage }: Catalogue): number {
  return Math.max(1, Math.ceil(count / perPage));
}

/**
 * The keys of a pad: a number and OK choose a product (or, longer, an amount), 0 turns the page, OK alone pays the cart, a
 * number and Cancel take one away, Cancel alone empties it, Back takes back the last digit, or one of what was chosen last.
 */
export function pressToChoose(
  before: Choosing | undefined,
  pad: string,
  key: Key,
  view: ChooseView,
): ChooseOutcome {
  const choosing = before ?? { pad, typed: '', cart: [], page: 0 };
  const { typed, cart, page } = choosing;
  switch (key) {
    case 'enter':
      return typed === '' ? pay(choosing, view, view.seen) : enter(choosing, view);
    case 'back': {
      if (typed !== '') return goesOn({ ...choosing, typed: typed.slice(0, -1) });
      const last = cart.at(-1);
      return last === undefined ? turnTo(choosing, page - 1, view) : less(choosing, last.product.id);
    }
    case 'clear':
      return typed === '' ? { kind: 'none' } : goesOn({ ...choosing, typed: '' });
    case 'cancel': {
      if (typed === '') return { kind: 'none' };
      const { product } = typedAs(typed, view.catalogue);
      return less({ ...choosing, typed: '' }, product?.id);
    }
    default:
      // No number begins with it.
      if (typed === '' && key.startsWith('0')) return turnTo(choosing, page + 1, view);
      if (typed.length + key.length > MOST_DIGITS) return goesOn({ ...choosing, typed: '' }, 'tooLarge');
      return goesOn({ ...choosing, typed: typed + key });
  }
}

/** What was touched. Digits that were typed before are gone: who touches has looked up from the keys. */
export function wishToChoose(
  before: Choosing | undefined,
  pad: string,
  wish: Wish,
  view: ChooseView,
): ChooseOutcome {
  if (wish.wish === 'ok' && before !== undefined && before.typed !== '') return enter(before, view);
  const choosing = { pad, cart: [], page: 0, ...before, typed: '' };
  switch (wish.wish) {
    case 'product': {
      const product = view.catalogue.products.find(({ id }) => id === wish.id);
      if (product === undefined) return goesOn(choosing, 'noSuchProduct');
      return product.price === wish.price ? more(choosing, product, view) : goesOn(choosing, 'priceChanged');
    }
    case 'less':
      return less(choosing, wish.id);
    case 'empty':
      return { kind: 'none' };
    case 'pay':
    case 'ok':
      return pay(choosing, view, wish.revision, wish.sum);
    case 'group': {
      const { group: _, ...rest } = choosing;
      return goesOn({ ...rest, page: 0, ...(wish.id === undefined ? {} : { group: wish.id }) });
    }
    case 'page':
      return turnTo(choosing, wish.page - 1, view);
  }
}

/** Nothing of it is kept where only the first page stands there, as before. */
function goesOn(choosing: Choosing, hint?: ChooseHint): ChooseOutcome {
  const told = hint === undefined ? {} : { hint };
  if (isEmpty(choosing) && choosing.page === 0 && choosing.group === undefined)
    return { kind: 'none', ...told };
  return { kind: 'choosing', choosing, ...told };
}

/** Past the last page comes the first. */
function turnTo(choosing: Choosing, page: number, { catalogue }: ChooseView): ChooseOutcome {
  const pages = pageCount(shownOf(choosing, catalogue).length, catalogue);
  return goesOn({ ...choosing, page: (page + pages) % pages });
}

function enter(choosing: Choosing, view: ChooseView): ChooseOutcome {
  const { product, amount } = typedAs(choosing.typed, view.catalogue);
  if (amount !== undefined) return typedAmount(choosing, amount, view);
  const cleared = { ...choosing, typed: '' };
  return product === undefined ? goesOn(cleared, 'noSuchProduct') : more(cleared, product, view);
}

/** An amount is a sale of its own: nobody pays it and forgets the cart. */
function typedAmount(choosing: Choosing, amount: Rupiah, { catalogue, limits }: ChooseView): ChooseOutcome {
  if (choosing.cart.length > 0) return goesOn({ ...choosing, typed: '' }, 'payFirst');
  if (amount > limits.max) return goesOn(choosing, 'tooLarge');
  if (amount < limits.min) return goesOn(choosing, 'tooSmall');
  if (catalogue.donation === undefined) return { kind: 'chosen', amount };
  return { kind: 'chosen', amount, items: [soldItem({ id: 'donation', name: DONATION, price: amount }, 1)] };
}

export const DONATION = { id: 'Donasi', en: 'Donation' };

function more(choosing: Choosing, product: Product, view: ChooseView): ChooseOutcome {
  const { catalogue, limits, minute } = view;
  const why = whyNot(product, minute);
  if (why !== undefined) return goesOn(choosing, why);
  const refused = (lines: Choosing['cart']) => view.refuses?.(itemsOf(lines)) !== undefined;
  const alone = [{ product, quantity: 1 }];
  if (!catalogue.cart) return refused(alone) ? goesOn(choosing, 'notGiven') : chosen(alone);
  const { cart } = choosing;
  const at = cart.findIndex((line) => line.product.id === product.id);
  const quantity = (cart[at]?.quantity ?? 0) + 1;
  if (quantity > (product.most ?? MOST_OF_ONE)) return goesOn(choosing, 'noMore');
  if (at < 0 && cart.length >= MOST_LINES) return goesOn(choosing, 'cartFull');
  // Name and price stay those of the first.
  const line = { product: cart[at]?.product ?? product, quantity };
  const longer = at < 0 ? [...cart, line] : cart.with(at, line);
  if (sumOf(itemsOf(longer)) > limits.max) return goesOn(choosing, 'tooMuch');
  if (refused(longer)) return goesOn(choosing, 'notGiven');
  return goesOn({ ...choosing, cart: longer });
}

function less(choosing: Choosing, id: string | undefined): ChooseOutcome {
  const cart = choosing.cart.flatMap((line) => {
    if (line.product.id !== id) return [line];
    return line.quantity > 1 ? [{ ...line, quantity: line.quantity - 1 }] : [];
  });
  return goesOn({ ...choosing, cart });
}

/** What is in the cart and cannot be had any more: the customer takes it out, or pays nothing. */
export function goneOf(
  cart: Choosing['cart'],
  view: Pick<ChooseView, 'catalogue' | 'minute'>,
): Choosing['cart'] {
  return cart.filter(({ product }) => whyGone(product, view) !== undefined);
}

/**
 * Pays what the customer has seen, or nothing: somebody at another screen may have changed it since.
 * @param seen revision of the cart on the face, and its sum where that is known; undefined where there is no face
 */
function pay(
  choosing: Choosing,
  view: ChooseView,
  seen: string | undefined,
  seenSum?: Rupiah,
): ChooseOutcome {
  const { cart } = choosing;
  if (cart.length === 0) return goesOn(choosing, 'nothingChosen');
  const sum = sumOf(itemsOf(cart));
  if ((seen ?? revisionOf(cart)) !== revisionOf(cart) || (seenSum ?? sum) !== sum)
    return goesOn(choosing, 'cartChanged');
  if (sum < view.limits.min) return goesOn(choosing, 'tooSmall');
  if (goneOf(cart, view).length > 0) return goesOn(choosing, 'goneInCart');
  return view.refuses?.(itemsOf(cart)) === undefined ? chosen(cart) : goesOn(choosing, 'notGiven');
}

function chosen(cart: Choosing['cart']): ChooseOutcome {
  const items = itemsOf(cart);
  return { kind: 'chosen', amount: rupiah(sumOf(items)), items };
}

export function itemsOf(cart: Choosing['cart']): SoldItem[] {
  return cart.map(({ product, quantity }) => soldItem(product, quantity));
}

/** Why what was chosen cannot be had any more: its hour is over, or it was sold out meanwhile. */
export function whyGone(
  { id, hours }: Product,
  { catalogue, minute }: Pick<ChooseView, 'catalogue' | 'minute'>,
): ReturnType<typeof whyNot> {
  const soldOut = catalogue.products.find((product) => product.id === id)?.soldOut;
  return whyNot(
    { ...(soldOut === undefined ? {} : { soldOut }), ...(hours === undefined ? {} : { hours }) },
    minute,
  );
}

/** The same for the same lines, whenever and however they came together. */
export function revisionOf(cart: Choosing['cart']): string {
  return fingerprint(
    JSON.stringify(cart.map(({ product: { id, price }, quantity }) => [id, price, quantity])),
  );
}

/** FNV-1a of 32 bits. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
