import { expect, it } from 'vitest';
import { faultText } from '../../../src/core/fault/table.js';
import { askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('shows nobody a QR picture that asks for another amount: it is closed at Midtrans, with E455', () =>
  story({}, async (shop) => {
    shop.sandbox.faults.add({ fault: 'pictureWrongAmount' });
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'closed');
    expect(await shop.shows('closed')).toEqual({
      show: 'closed',
      orderId: order,
      number: expect.stringMatching(/^\d{6}$/),
      amount: 15_000,
      words: faultText(455),
      code: 455,
    });
    expect(shop.sale(order).state).toMatchObject({ how: 'cancelled', code: 455 });
    expect(askedFor(shop, order)).toEqual(['charge', 'picture', 'cancel']);
    expect(booksSay(shop, order)).toBe('cancel');
    expect(shop.log.join('\n')).toMatch(
      new RegExp(`ERROR ${order} E455 the QR asks 15001.00, the sale is 15000`),
    );
    await shop.clock.advance(20_000);
    await shop.shows('idle');
    expect(shop.screen.shown.some(({ show }) => show === 'scan')).toBe(false);
    await shop.until('the end of the slip', () => shop.slipsWith('NO QR CODE') === 1);
    expect(shop.slipsWith('Rp15.000')).toBe(1);
    expect(shop.slipsWith('raster')).toBe(0);
    expectOneCharge(shop);
  }));
