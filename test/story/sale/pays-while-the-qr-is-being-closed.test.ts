import { expect, it } from 'vitest';
import { askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('delivers a payment that overtakes the expire: Midtrans says 412, and the terminal asks again', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.sandbox.faults.add({ fault: 'paymentRacesClose', endpoint: 'expire' });
    await shop.clock.advance(60_000);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    expect(askedFor(shop, order).slice(-3)).toEqual(['status', 'expire', 'status']);
    expect(booksSay(shop, order)).toBe('settlement');
    expect(shop.screen.shown.some(({ show }) => show === 'closed')).toBe(false);
    expectOneCharge(shop);
  }));
