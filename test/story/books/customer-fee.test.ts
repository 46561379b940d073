import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

it('delivers a sale whose customer paid a fee on top: the books have the sale, the fee stands beside it', () =>
  story({}, async (shop) => {
    shop.sandbox.faults.add({ fault: 'customerFee', amount: 71 });
    const order = await shop.ring(10_000);
    const { payload } = await shop.shows('scan');
    expect(shop.sandbox.payScanned(payload)).toMatchObject({ ok: true });
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp10.000', 'Rp71', order) === 1);
    expect((await ask(shop, 'shift')).data).toMatchObject({
      all: { settled: { count: 1, sum: 10_000 }, delivered: { count: 1, sum: 10_000 } },
    });
    expect((await ask(shop, 'why', [order])).text).toContain(
      `says "settlement", Rp10.071, Rp71 of it the customer's fee`,
    );
    await ask(shop, 'shift', ['close']);
    expect(await turning(shop, ask(shop, 'reconcile'))).toMatchObject({ good: true });
  }));
