import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key } from '../../src/base/key.js';
import { KEYS } from '../../src/base/key.js';
import { rupiah } from '../../src/base/rupiah.js';
import { itemsTrouble, type SoldItem, sumOf } from '../../src/base/sold-item.js';
import { parseWish, type Wish } from '../../src/base/wish.js';
import { type Catalogue, catalogueOf, productOfSlot } from '../../src/core/catalogue/catalogue.js';
import {
  type ChooseOutcome,
  type ChooseView,
  type Choosing,
  itemsOf,
  pressToChoose,
  revisionOf,
  wishToChoose,
} from '../../src/core/catalogue/choosing.js';
import { isWithin, type Product } from '../../src/core/catalogue/product.js';
import { chooseFace } from '../../src/core/text/choose-face.js';

const LIMITS = { min: rupiah(100), max: rupiah(10_000_000) };

function product(id: string, price: number, more: Partial<Product> = {}): Product {
  return { id, name: { id, en: id }, price: rupiah(price), ...more };
}

const DRINKS = { id: 'Minuman', en: 'Drinks' };
const PRODUCTS = [
  product('kopi', 5_000, { group: DRINKS }),
  product('teh', 3_000, { group: DRINKS, most: 2 }),
  product('nasi', 20_000, { group: { id: 'Makanan', en: 'Food' } }),
  product('habis', 1_000, { soldOut: true }),
  product('pagi', 1_000, { hours: { from: 360, until: 600 } }),
];

function shop(how: Partial<Catalogue> = {}, products: readonly Product[] = PRODUCTS): Catalogue {
  return catalogueOf(products, { cart: true, freeAmount: false, perPage: 2, ...how });
}

/** Presses one after the other; a touch is a wish. What is chosen ends it. */
function choose(catalogue: Catalogue, presses: readonly (Key | Wish)[], minute = 720): ChooseOutcome {
  let choosing: Choosing | undefined;
  let outcome: ChooseOutcome = { kind: 'none' };
  for (const press of presses) {
    const view = { catalogue, limits: LIMITS, minute };
    outcome =
      typeof press === 'string'
        ? pressToChoose(choosing, 'pad', press, view)
        : wishToChoose(choosing, 'pad', press, view);
    if (outcome.kind === 'chosen') return outcome;
    choosing = outcome.kind === 'choosing' ? outcome.choosing : undefined;
  }
  return outcome;
}

function cartOf(outcome: ChooseOutcome): string {
  if (outcome.kind !== 'choosing') return outcome.kind;
  return outcome.choosing.cart.map(({ product: { id }, quantity }) => `${quantity} ${id}`).join(', ');
}

function hintOf(outcome: ChooseOutcome): string | undefined {
  return outcome.kind === 'chosen' ? undefined : outcome.hint;
}

/** What stands in the place of what was seen. */
const pay = (cart: Choosing['cart']) =>
  ({ wish: 'pay', sum: rupiah(sumOf(itemsOf(cart))), revision: revisionOf(cart) }) as const;
const touch = (id: string, price: number): Wish => ({ wish: 'product', id, price: rupiah(price) });

describe('twelve keys', () => {
  it('choose by number and OK, take away by number and Cancel, and pay by OK alone', () => {
    const keys: Key[] = ['1', 'enter', '1', 'enter', '3', 'enter', '2', 'enter'];
    expect(cartOf(choose(shop(), keys))).toBe('2 kopi, 1 nasi, 1 teh');
    expect(cartOf(choose(shop(), [...keys, '1', 'cancel']))).toBe('1 kopi, 1 nasi, 1 teh');
    expect(cartOf(choose(shop(), [...keys, 'back']))).toBe('2 kopi, 1 nasi');
    expect(choose(shop(), [...keys, 'cancel'])).toEqual({ kind: 'none' });
    expect(choose(shop(), [...keys, 'enter'])).toMatchObject({
      kind: 'chosen',
      amount: 33_000,
      items: [
        { id: 'kopi', price: 5_000, quantity: 2, group: 'Minuman' },
        { id: 'nasi', price: 20_000, quantity: 1 },
        { id: 'teh', price: 3_000, quantity: 1 },
      ],
    });
  });

  it('sell with one number and OK where there is no cart', () => {
    expect(choose(shop({ cart: false }), ['3', 'enter'])).toMatchObject({ kind: 'chosen', amount: 20_000 });
  });

  it('turn the page with 0, round and round', () => {
    const pageAfter = (...keys: Key[]) => {
      const outcome = choose(shop(), keys);
      return outcome.kind === 'choosing' ? outcome.choosing.page : 0;
    };
    expect([pageAfter('0'), pageAfter('0', '0'), pageAfter('0', '00', '000')]).toEqual([1, 2, 0]);
    expect([pageAfter('back'), pageAfter('0', 'back')]).toEqual([2, 0]);
  });

  it.each<[string, readonly (Key | Wish)[]]>([
    ['noSuchProduct', ['9', 'enter']],
    ['noSuchProduct', ['1', '0', '0', '1', 'enter']],
    ['soldOut', ['4', 'enter']],
    ['notNow', ['5', 'enter']],
    ['noMore', ['2', 'enter', '2', 'enter', '2', 'enter']],
    ['nothingChosen', ['enter']],
    ['tooLarge', [...'1234567890123'] as Key[]],
    ['priceChanged', [touch('kopi', 4_000)]],
    ['noSuchProduct', [touch('air', 4_000)]],
    ['soldOut', [touch('habis', 1_000)]],
    ['nothingChosen', [pay([])]],
  ])('say %s', (hint, presses) => {
    expect(hintOf(choose(shop(), presses))).toBe(hint);
    expect(hintOf(choose(shop({ cart: false }), presses))).toBe(hint === 'noMore' ? undefined : hint);
  });

  it('take an amount of four digits or more where one may be typed, and never beside a cart', () => {
    const free = shop({ freeAmount: true });
    expect(choose(free, ['1', '5', '000', 'enter'])).toEqual({ kind: 'chosen', amount: 15_000 });
    expect(hintOf(choose(free, ['1', 'enter', '1', '5', '000', 'enter']))).toBe('payFirst');
    expect(hintOf(choose(free, ['9', '9', '000', '000', 'enter']))).toBe('tooLarge');
    expect(cartOf(choose(free, ['1', '5', '000', 'back', 'back', 'back', 'back', 'enter']))).toBe('1 kopi');
    const donation = shop({ freeAmount: true, cart: false, donation: {} }, [product('donation-5000', 5_000)]);
    expect(choose(donation, ['2', '5', '000', 'enter'])).toMatchObject({
      amount: 25_000,
      items: [{ id: 'donation', price: 25_000, quantity: 1 }],
    });
  });
});

describe('a cart', () => {
  it('has at most twenty lines, and no more than one payment may be', () => {
    const many = shop(
      {},
      Array.from({ length: 21 }, (_, i) => product(`p${i}`, 400_000)),
    );
    const twenty = Array.from({ length: 20 }, (_, i) => touch(`p${i}`, 400_000));
    expect(hintOf(choose(many, [...twenty, touch('p20', 400_000)]))).toBe('cartFull');
    expect(hintOf(choose(many, [...twenty, ...twenty.slice(0, 5)]))).toBeUndefined();
    expect(hintOf(choose(many, [...twenty, ...twenty.slice(0, 6)]))).toBe('tooMuch');
    expect(hintOf(choose(shop({}, [product('permen', 50)]), ['1', 'enter', 'enter']))).toBe('tooSmall');
  });

  it('keeps the price of the first of a line, whatever the catalogue has become', () => {
    const view = (price: number) => ({
      catalogue: shop({}, [product('kopi', price)]),
      limits: LIMITS,
      minute: 0,
    });
    const first = pressToChoose(undefined, 'pad', '1', view(5_000));
    let choosing = first.kind === 'choosing' ? first.choosing : undefined;
    for (const price of [5_000, 8_000, 8_000]) {
      const next = pressToChoose(choosing, 'pad', price === 5_000 ? 'enter' : '1', view(price));
      choosing = next.kind === 'choosing' ? next.choosing : undefined;
    }
    const paid = wishToChoose(choosing, 'pad', pay(choosing?.cart ?? []), view(8_000));
    expect(paid).toMatchObject({ kind: 'chosen', amount: 5_000, items: [{ price: 5_000, quantity: 1 }] });
  });

  it('is what it says, whatever is pressed and touched: the lines of a sale come to its amount', () => {
    const wishes: fc.Arbitrary<Wish> = fc.oneof(
      fc.constantFrom(...PRODUCTS).map(({ id, price }): Wish => ({ wish: 'product', id, price })),
      fc.constantFrom(...PRODUCTS).map(({ id }): Wish => ({ wish: 'less', id })),
      fc.constantFrom<Wish>(
        pay([]),
        { ...pay([]), wish: 'ok' },
        { wish: 'group', id: 'Minuman' },
        { wish: 'group' },
        { wish: 'page', page: 99 },
      ),
    );
    const presses = fc.array(fc.oneof(wishes, fc.constantFrom(...KEYS)), { maxLength: 60 });
    fc.assert(
      fc.property(presses, fc.boolean(), fc.boolean(), (pressed, cart, freeAmount) => {
        const outcome = choose(shop({ cart, freeAmount }), pressed);
        if (outcome.kind !== 'chosen') return;
        expect(outcome.amount).toBeGreaterThanOrEqual(LIMITS.min);
        expect(outcome.amount).toBeLessThanOrEqual(LIMITS.max);
        if (outcome.items !== undefined) expect(itemsTrouble(outcome.items, outcome.amount)).toBeUndefined();
        for (const { id, price } of outcome.items ?? [])
          expect(PRODUCTS.find((each) => each.id === id)?.price).toBe(price);
      }),
    );
  });
});

describe('a cart that somebody changed since it was seen', () => {
  const VIEW: ChooseView = { catalogue: shop(), limits: LIMITS, minute: 720 };
  const cart = (...keys: Key[]): Choosing => {
    const outcome = choose(shop(), keys);
    if (outcome.kind !== 'choosing') throw new Error('nothing is chosen');
    return outcome.choosing;
  };
  const seen = cart('1', 'enter');

  it('is not paid by who saw another sum, or the same sum of other things', () => {
    const dearer = cart('1', 'enter', '3', 'enter');
    const sameSum = { ...seen, cart: [{ product: product('roti', 5_000), quantity: 1 }] };
    for (const now of [dearer, sameSum])
      for (const wish of ['pay', 'ok'] as const) {
        const outcome = wishToChoose(now, 'pad', { ...pay(seen.cart), wish }, VIEW);
        expect([hintOf(outcome), cartOf(outcome)]).toEqual([
          'cartChanged',
          cartOf({ kind: 'choosing', choosing: now }),
        ]);
        expect(wishToChoose(now, 'pad', { ...pay(now.cart), wish }, VIEW)).toMatchObject({ kind: 'chosen' });
      }
    // A sum that is not that of the lines is nobody's.
    const wrong = { ...pay(seen.cart), sum: rupiah(1) };
    expect(hintOf(wishToChoose(seen, 'pad', wrong, VIEW))).toBe('cartChanged');
  });

  it('is paid by the key OK of a pad only when a screen has shown it; where there is no screen, nothing can be seen', () => {
    const press = (seen?: string) =>
      pressToChoose(cart('1', 'enter'), 'pad', 'enter', {
        ...VIEW,
        ...(seen === undefined ? {} : { seen }),
      });
    expect(hintOf(press(''))).toBe('cartChanged');
    expect(hintOf(press(revisionOf(cart('3', 'enter').cart)))).toBe('cartChanged');
    expect(press(revisionOf(seen.cart))).toMatchObject({ kind: 'chosen', amount: 5_000 });
    expect(press()).toMatchObject({ kind: 'chosen', amount: 5_000 });
  });

  it('is the same one when it came together another way, and OK after digits chooses what they say', () => {
    const roundabout = cart('1', 'enter', '1', 'enter', '1', 'cancel');
    expect(revisionOf(roundabout.cart)).toBe(revisionOf(seen.cart));
    const typed = { ...seen, typed: '3' };
    const outcome = wishToChoose(typed, 'pad', { ...pay(seen.cart), wish: 'ok' }, VIEW);
    expect(cartOf(outcome)).toBe('1 kopi, 1 nasi');
    expect(wishToChoose(undefined, 'pad', { ...pay(seen.cart), wish: 'ok' }, VIEW)).toMatchObject({
      hint: 'nothingChosen',
    });
  });
});

describe('what cannot be given', () => {
  const washes = [product('cuci', 1_000, { gives: { pulses: 4 } }), product('air', 500)];
  const catalogue = shop({}, washes);
  const refuses = (items: readonly SoldItem[]) =>
    items.reduce((all, { id, quantity }) => all + (id === 'cuci' ? 4 * quantity : 0), 0) > 8
      ? 'more than 8 pulses'
      : undefined;
  const view: ChooseView = { catalogue, limits: LIMITS, minute: 720, refuses };

  it('does not come into the cart, by key or by touch, and what was there stays', () => {
    const two = choose(catalogue, ['1', 'enter', '1', 'enter']);
    if (two.kind !== 'choosing') throw new Error('nothing is chosen');
    const roads = [
      pressToChoose({ ...two.choosing, typed: '1' }, 'pad', 'enter', view),
      wishToChoose(two.choosing, 'pad', touch('cuci', 1_000), view),
    ];
    for (const outcome of roads) expect([hintOf(outcome), cartOf(outcome)]).toEqual(['notGiven', '2 cuci']);
    expect(cartOf(wishToChoose(two.choosing, 'pad', touch('air', 500), view))).toBe('2 cuci, 1 air');
    expect(wishToChoose(two.choosing, 'pad', pay(two.choosing.cart), view)).toMatchObject({ kind: 'chosen' });
  });

  it('is not sold alone either, and is refused at paying when the machine has changed its mind', () => {
    const alone = { ...view, catalogue: shop({ cart: false }, washes), refuses: () => 'the line is taken' };
    expect(hintOf(wishToChoose(undefined, 'pad', touch('cuci', 1_000), alone))).toBe('notGiven');
    const one = choose(catalogue, ['1', 'enter']);
    if (one.kind !== 'choosing') throw new Error('nothing is chosen');
    const never = { ...view, refuses: () => 'the line is taken' };
    expect(hintOf(wishToChoose(one.choosing, 'pad', pay(one.choosing.cart), never))).toBe('notGiven');
    expect(hintOf(pressToChoose(one.choosing, 'pad', 'enter', never))).toBe('notGiven');
  });

  it('is what was sold out, or whose hour has ended, since it was chosen: it is named, and taken out first', () => {
    const one = choose(shop(), ['1', 'enter', '5', 'enter'], 599);
    if (one.kind !== 'choosing') throw new Error('nothing is chosen');
    const { cart } = one.choosing;
    expect(cartOf(one)).toBe('1 kopi, 1 pagi');
    const late: ChooseView = { catalogue: shop(), limits: LIMITS, minute: 600 };
    expect(hintOf(wishToChoose(one.choosing, 'pad', pay(cart), late))).toBe('goneInCart');
    const [kopi, ...others] = PRODUCTS;
    const gone = shop({}, [{ ...(kopi as Product), soldOut: true }, ...others]);
    const now: ChooseView = { catalogue: gone, limits: LIMITS, minute: 599 };
    expect(hintOf(pressToChoose(one.choosing, 'pad', 'enter', now))).toBe('goneInCart');
    const lines = chooseFace({
      ...{
        shop: 'W',
        terminal: 'T1',
        catalogue: gone,
        choosing: one.choosing,
        hint: 'goneInCart',
        minute: 599,
      },
      ...{ pictureOf: () => undefined, note: undefined },
    }).cart?.lines;
    expect(lines?.map(({ id, unavailable }) => [id, unavailable?.id])).toEqual([
      ['kopi', 'Habis'],
      ['pagi', undefined],
    ]);
    const rest = wishToChoose(one.choosing, 'pad', { wish: 'less', id: 'kopi' }, now);
    if (rest.kind !== 'choosing') throw new Error('all is gone');
    expect(wishToChoose(rest.choosing, 'pad', pay(rest.choosing.cart), now)).toMatchObject({ amount: 1_000 });
  });
});

describe('the face to choose from', () => {
  const face = (choosing?: Choosing, catalogue = shop()) =>
    chooseFace({
      shop: 'W',
      terminal: 'T1',
      catalogue,
      choosing,
      hint: undefined,
      minute: 720,
      pictureOf: () => undefined,
      note: undefined,
    });

  it('has one page, with the numbers of the whole, whatever group is shown', () => {
    expect(face().products.map(({ number, id }) => [number, id])).toEqual([
      [1, 'kopi'],
      [2, 'teh'],
    ]);
    const food = { pad: 'p', typed: '', cart: [], page: 0, group: 'Makanan' };
    expect(face(food)).toMatchObject({
      groups: [{ id: 'Minuman' }, { id: 'Makanan', chosen: true }],
      products: [{ number: 3, id: 'nasi' }],
      pages: 1,
    });
    expect(face({ ...food, page: 7 }).page).toBe(1);
  });

  it('costs the same with 500 products as with a few', () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      product(`p${i}`, 1_000, { group: { id: `${i % 9}`, en: '' } }),
    );
    const bytes = JSON.stringify(face(undefined, shop({ perPage: 12 }, many))).length;
    expect(bytes).toBeLessThan(2_500);
  });

  it('says what the digits mean, and why a product cannot be had', () => {
    const typing = (typed: string) => face({ pad: 'p', typed, cart: [], page: 0 }).typed;
    expect(typing('3')).toMatchObject({ digits: '3', product: { id: 'nasi', price: 20_000 } });
    expect(typing('4')?.product?.unavailable?.en).toBe('Sold out');
    expect(typing('77')).toEqual({ digits: '77' });
    const third = face({ pad: 'p', typed: '', cart: [], page: 2 });
    expect(third.products[0]?.unavailable?.en).toBe('Not sold at this hour');
  });
});

it('knows a time of day over midnight', () => {
  const night = { from: 22 * 60, until: 4 * 60 };
  expect([21 * 60 + 59, 22 * 60, 0, 4 * 60 - 1, 4 * 60].map((minute) => isWithin(night, minute))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  expect(isWithin({ from: 60, until: 60 }, 0)).toBe(true);
});

it('finds the product of a slot', () => {
  const catalogue = shop({}, [product('a', 1, { slot: '12' })]);
  expect([productOfSlot(catalogue, '12')?.id, productOfSlot(catalogue, '13')]).toEqual(['a', undefined]);
});

it.each([
  [{ wish: 'product', id: 'a', price: 1 }, true],
  [{ wish: 'product', id: 'a', price: 1.5 }, false],
  [{ wish: 'product', id: 'a' }, false],
  [{ wish: 'product', id: '', price: 1 }, false],
  [{ wish: 'less', id: 'x'.repeat(101) }, false],
  [{ wish: 'group' }, true],
  [{ wish: 'group', id: 7 }, false],
  [{ wish: 'page', page: 0 }, false],
  [{ wish: 'page', page: 2 }, true],
  [{ wish: 'empty' }, true],
  [{ wish: 'refund' }, false],
  [{}, false],
])('takes a touch of a page for what it is, or for nothing: %j', (fields, good) => {
  expect(parseWish(fields) !== undefined).toBe(good);
});
