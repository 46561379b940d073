import { expect, it } from 'vitest';
import { askedFor, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('sells by QRIS from the qr_string of the charge, without any download of a picture', () =>
  story({ gatewayToml: 'payment_type = "qris"' }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    expect(shop.sandbox.payScanned(payload, { issuer: 'dana' }).ok).toBe(true);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.until(
      'the receipt',
      () => shop.slipsWith('LUNAS', 'Rp15.000', 'Penerbit/Issuer             dana') === 1,
    );
    expect(shop.sale(order).evidence).toMatchObject({ paymentType: 'qris', issuer: 'dana' });
    expect(askedFor(shop, order)).toEqual(['charge', 'status']);
    expect(shop.sandbox.requestLog.counts().received).not.toHaveProperty('picture');
    expectOneCharge(shop);
  }));
