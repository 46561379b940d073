import { describe, expect, it } from 'vitest';
import type { RegisterQuestion, WantedItem } from '../../src/base/register-messages.js';
import { rupiah } from '../../src/base/rupiah.js';
import { catalogueOf } from '../../src/core/catalogue/catalogue.js';
import type { Product } from '../../src/core/catalogue/product.js';
import { isSameItems, soldItemsOf } from '../../src/core/catalogue/wanted.js';
import { FAULT } from '../../src/core/fault/table.js';
import { decideRegister, type RegisterView } from '../../src/core/source/register-session.js';
import { awaiting, NOTHING_SOLD } from './world.js';

function product(id: string, price: number, more: Partial<Product> = {}): Product {
  return { id, name: { id, en: id }, price: rupiah(price), ...more };
}

const PRODUCTS = [
  product('kopi', 5_000),
  product('teh', 3_000, { most: 2 }),
  product('habis', 1_000, { soldOut: true }),
  product('pagi', 1_000, { hours: { from: 360, until: 600 } }),
  product('cuci', 10_000, { gives: { pulses: 3 } }),
  product('coklat', 10_000, { slot: 'A1' }),
];
const SHELF = {
  catalogue: catalogueOf(PRODUCTS, { cart: true, freeAmount: true, perPage: 6 }),
  minute: 720,
};
const VIEW: RegisterView = {
  ...NOTHING_SOLD,
  limits: { min: rupiah(100), max: rupiah(10_000_000) },
  shelf: SHELF,
};

const kopi = (quantity: number): WantedItem => ({ product: 'kopi', quantity });
const own = (price: number, quantity = 1): WantedItem => ({ name: 'Es teh', price: rupiah(price), quantity });

function asks(items: readonly WantedItem[], amount?: number): Extract<RegisterQuestion, { ask: 'sale' }> {
  return {
    ask: 'sale',
    reference: 'A',
    items,
    ...(amount === undefined ? {} : { amount: rupiah(amount) }),
  };
}

describe('what a program sells by its lines', () => {
  it('is what they come to, with names and prices of now, whether or not it says the amount', () => {
    const items = [kopi(2), own(7_000, 3)];
    for (const amount of [undefined, 31_000])
      expect(decideRegister(asks(items, amount), 'aa', VIEW)).toEqual({
        do: 'open',
        amount: 31_000,
        items: [
          { id: 'kopi', name: { id: 'kopi', en: 'kopi' }, price: 5_000, quantity: 2 },
          { id: 'line-2', name: { id: 'Es teh', en: 'Es teh' }, price: 7_000, quantity: 3 },
        ],
      });
  });

  it.each<[string, readonly WantedItem[], number | undefined, string, number | undefined]>([
    ['another amount', [kopi(2)], 9_000, 'amount', undefined],
    ['less than is sold here', [own(50)], undefined, 'amount', undefined],
    ['more than can be said', [own(999_999_999_999, 999)], undefined, 'amount', undefined],
    [
      'an unknown product',
      [kopi(1), { product: 'kopl', quantity: 1 }],
      undefined,
      'items[1].product',
      FAULT.itemNotSold,
    ],
    ['a sold-out one', [{ product: 'habis', quantity: 1 }], 1_000, 'items[0].product', FAULT.itemNotSold],
    ['one of the morning', [{ product: 'pagi', quantity: 1 }], 1_000, 'items[0].product', FAULT.itemNotSold],
    [
      'more than one sale may have',
      [{ product: 'teh', quantity: 3 }],
      undefined,
      'items[0].quantity',
      FAULT.itemNotSold,
    ],
    [
      'the same over two lines',
      [
        { product: 'teh', quantity: 1 },
        { product: 'teh', quantity: 2 },
      ],
      undefined,
      'items[1].quantity',
      FAULT.itemNotSold,
    ],
    [
      'what the terminal gives by pulses',
      [{ product: 'cuci', quantity: 1 }],
      undefined,
      'items[0].product',
      FAULT.itemNotSold,
    ],
    [
      'what falls out of the machine',
      [{ product: 'coklat', quantity: 1 }],
      undefined,
      'items[0].product',
      FAULT.itemNotSold,
    ],
  ])('is refused, with its field: %s', (_, items, amount, field, code) => {
    const made = decideRegister(asks(items, amount), 'aa', VIEW);
    expect(made).toMatchObject({ do: 'answer', result: { result: 'invalid', field } });
    const { result } = made as Extract<typeof made, { do: 'answer' }>;
    expect([result.result === 'invalid' && result.code, result.result === 'invalid' && result.found]).toEqual(
      [code, expect.any(String)],
    );
  });

  it('knows no product where there is no catalogue, and sells lines of its own', () => {
    expect(decideRegister(asks([kopi(1)]), 'aa', NOTHING_SOLD)).toMatchObject({
      result: { field: 'items[0].product' },
    });
    expect(decideRegister(asks([own(5_000)]), 'aa', NOTHING_SOLD)).toMatchObject({
      do: 'open',
      amount: 5_000,
    });
  });
});

describe('the same ref again', () => {
  const sold = soldItemsOf([kopi(2), own(5_000)], SHELF);
  if (!sold.ok) throw new Error('not sold');
  const sale = { ...awaiting('api', { own: true, reference: 'A' }), items: sold.value };
  // Prices of before the sale, of now, and none at all.
  const dearer = catalogueOf([product('kopi', 9_000)], { cart: true, freeAmount: true, perPage: 6 });

  it('with the same lines is the same sale, whatever the catalogue says by now', () => {
    for (const shelf of [SHELF, { catalogue: dearer, minute: 0 }, { catalogue: undefined, minute: 0 }])
      for (const amount of [undefined, 15_000])
        expect(
          decideRegister(asks([kopi(2), own(5_000)], amount), 'bb', { ...VIEW, shelf, named: sale }),
        ).toMatchObject({ do: 'wait', orderId: sale.orderId });
  });

  it('with other lines, in another order, or with none is a conflict, as with another amount', () => {
    const none = { ask: 'sale', reference: 'A', amount: rupiah(15_000) } as const;
    for (const ask of [
      asks([kopi(3)], 15_000),
      asks([kopi(2)], 15_000),
      asks([own(5_000), kopi(2)]),
      asks([kopi(2), own(5_001)]),
      asks([kopi(2), own(5_000)], 16_000),
      none,
    ])
      expect(decideRegister(ask, 'bb', { ...VIEW, named: sale })).toMatchObject({
        do: 'answer',
        result: { result: 'conflict' },
      });
    const { items: _, ...plain } = sale;
    expect(decideRegister(none, 'bb', { ...VIEW, named: plain })).toMatchObject({ do: 'wait' });
    expect(decideRegister(asks([own(15_000)]), 'bb', { ...VIEW, named: plain })).toMatchObject({
      result: { result: 'conflict' },
    });
  });

  it('tells lines apart by what the request itself says of them', () => {
    const line = { id: 'line-1', name: { id: 'Es teh', en: 'Es teh' }, price: rupiah(5_000), quantity: 1 };
    expect(isSameItems([line], [own(5_000)])).toBe(true);
    expect(isSameItems([line], [{ ...own(5_000), id: 'T-7' }])).toBe(false);
    expect(isSameItems([line], [{ ...own(5_000), name: 'Es jeruk' }])).toBe(false);
    expect(isSameItems(undefined, undefined)).toBe(true);
  });
});
