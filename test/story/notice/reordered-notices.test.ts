import { expect, it } from 'vitest';
import { askedFor, expectOneCharge, happened, noticesOf } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('stays sold when the notice of the creation comes after that of the settlement', () =>
  story({}, async (shop) => {
    shop.sandbox.faults.add({ fault: 'notificationReorder', about: 'pending' });
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    // The courier sends the older one when the newer has been answered.
    await shop.sandbox.notifications.settled();
    await shop.clock.advance(0);
    await shop.until('both notices', () => noticesOf(shop, order).length === 2);
    expect(noticesOf(shop, order)).toEqual(['settlement', 'pending']);
    expect(shop.sale(order)).toMatchObject({
      state: { at: 'delivered' },
      evidence: { status: 'settlement' },
    });
    // A sold sale has nothing to ask because of it.
    await shop.clock.advance(15_000);
    expect(askedFor(shop, order)).toEqual(['charge', 'picture', 'status']);
    expect(happened(shop, order, 'deliveryEnded')).toHaveLength(1);
    expect(shop.slipsWith('LUNAS')).toBe(1);
    expectOneCharge(shop);
  }));
