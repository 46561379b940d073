import { expect, it } from 'vitest';
import { againstOpenApi, httpStory } from '../kit/http-program.js';
import { payScanned } from '../kit/register-peer.js';

const CATALOGUE = `
[catalogue]
[[product]]
id = "kopi-susu"
name_id = "Kopi susu"
name_en = "Coffee with milk"
price = 8_000
[[product]]
id = "habis"
name_id = "Habis"
price = 1_000
sold_out = true
`;
const ITEMS = [
  { product: 'kopi-susu', quantity: 2 },
  { name: 'Es teh', price: 5_000 },
];

it('a program names what it sells: on the slip, at Midtrans and in the journal, and the same ref with other items is a conflict', () =>
  httpStory({ toml: CATALOGUE }, async ({ shop, program }) => {
    const till = await program();
    const wrong = await till.post('/v1/sales', { ref: 'INV-1', items: [{ product: 'habis' }] });
    expect(wrong).toMatchObject({
      status: 422,
      body: { fault: 'E467', field: 'items[0].product', found: '"habis"', allowed: 'what is not sold out' },
    });
    const sum = await till.post('/v1/sales', { ref: 'INV-1', amount: 20_000, items: ITEMS });
    expect(sum).toMatchObject({ status: 422, body: { field: 'amount', found: '20000', fault: 'E230' } });
    // Neither was a sale.
    const sale = till.post('/v1/sales?wait=300', { ref: 'INV-1', items: ITEMS });
    const order = await payScanned(shop);
    expect((await sale).body).toMatchObject({ state: 'approved', amount: 21_000, order_id: order });
    await till.post('/v1/sales/INV-1/ack');
    await shop.reaches(order, 'delivered');
    expect(shop.sale(order).items).toMatchObject([
      { id: 'kopi-susu', name: { en: 'Coffee with milk' }, price: 8_000, quantity: 2 },
      { id: 'line-2', name: { id: 'Es teh' }, price: 5_000, quantity: 1 },
    ]);
    expect(await till.post('/v1/sales', { ref: 'INV-1', amount: 21_000, items: ITEMS })).toMatchObject({
      status: 200,
      body: { state: 'approved' },
    });
    for (const other of [{ amount: 21_000 }, { items: ITEMS.slice(0, 1) }, { items: [...ITEMS].reverse() }])
      expect(await till.post('/v1/sales', { ref: 'INV-1', ...other })).toMatchObject({
        status: 409,
        body: { fault: 'E237' },
      });
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 21_000 });
    expect(againstOpenApi(till.exchanges)).toEqual([]);
  }));
