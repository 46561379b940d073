import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';

it('settles by polling when there is no broker at all', () =>
  story({ mqtt: false }, async (shop) => {
    const order = await shop.ring(20_000);
    const scan = await shop.shows('scan');
    shop.sandbox.payScanned(scan.payload);
    await shop.clock.advance(9_000);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    await shop.clock.advance(1_500);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
  }));
