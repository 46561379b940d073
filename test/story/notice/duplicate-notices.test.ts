import { expect, it } from 'vitest';
import { askedFor, expectOneCharge, happened, noticesOf } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('delivers once, with one receipt, however often Midtrans notifies it', () =>
  story({}, async (shop) => {
    shop.sandbox.faults.add({ fault: 'notificationDuplicate', times: 4, about: 'settlement' });
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    const taken = () =>
      shop.log.filter((line) => /<- POST \/notify .* -> 200 .* says=settlement/.test(line)).length;
    await shop.until('all four notifications', () => taken() === 4);
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    // And once more after the sale, as when Midtrans tries again because it did not hear the relay's 200.
    const last = shop.sandbox.notifications.list().at(-1);
    const again = await fetch(last?.url ?? '', { method: 'POST', body: last?.body ?? '' });
    expect(await again.json()).toEqual({ message: 'ok' });
    await shop.until('the fifth', () => taken() === 5);
    await shop.clock.advance(30_000);
    expect(happened(shop, order, 'deliveryEnded')).toHaveLength(1);
    expect(shop.screen.shown.filter(({ show }) => show === 'paid')).toHaveLength(1);
    expect(shop.slipsWith('LUNAS')).toBe(1);
    // The first made it ask; the relay knows the others by what they say, and the journal has one row.
    expect(noticesOf(shop, order).filter((says) => says === 'settlement')).toHaveLength(1);
    expect(askedFor(shop, order)).toEqual(['charge', 'picture', 'status']);
    expectOneCharge(shop);
  }));
