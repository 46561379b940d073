import { expect, it } from 'vitest';
import { askedAt, askedFor, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('finds a charge whose answer was lost, fetches its QR by transaction id, and sells', () =>
  story({}, async (shop) => {
    shop.sandbox.faults.add({ fault: 'lostAnswer', endpoint: 'charge', next: 1 });
    shop.sandbox.faults.add({ fault: 'notificationDrop', about: 'pending' });
    const sentMs = shop.clock.wallMs();
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'chargeUnknown');
    await shop.clock.advance(1_000);
    const scan = await shop.shows('scan');
    expect(askedAt(shop, 'status', order)).toEqual([sentMs + 1_000]);
    expect(askedFor(shop, order)).toEqual(['charge', 'status', 'picture']);
    expect(shop.sandbox.payScanned(scan.payload)).toMatchObject({ ok: true, value: { orderId: order } });
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 1, pending: 0 },
      paid: 15_000,
    });
    expectOneCharge(shop);
  }));
