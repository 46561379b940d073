import { expect, it } from 'vitest';
import { askedFor, expectOneCharge, noticesOf } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('only asks when a genuine signature comes with a changed status, which the signature does not cover', () =>
  story({}, async (shop) => {
    shop.sandbox.faults.add({
      fault: 'notificationTamper',
      about: 'pending',
      set: { transaction_status: 'settlement' },
    });
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    await shop.clock.advance(0);
    await shop.until('the tampered notice', () => noticesOf(shop, order).includes('settlement'));
    await shop.until('the question', () => askedFor(shop, order).includes('status'));
    await shop.clock.advance(10_000);
    expect(shop.sale(order)).toMatchObject({
      state: { at: 'awaitingPayment' },
      evidence: { status: 'pending' },
    });
    expect(shop.screen.now).toMatchObject({ show: 'scan' });
    expect(shop.slipsWith('LUNAS')).toBe(0);
    // The doorbell still works: the true settlement, and the sale, come after it.
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    expectOneCharge(shop);
  }));
