import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedAt, askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('closes the QR of a customer who walked away: looks first, then expires it at Midtrans, and says so', () =>
  story({ mqtt: false, printer: false, saleToml: 'qr_life_seconds = 65' }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    const shownMs = shop.clock.wallMs();
    await shop.clock.advance(64_999);
    expect(shop.screen.now).toMatchObject({ show: 'scan' });
    await shop.clock.advance(1);
    await shop.reaches(order, 'closed');
    expect(shop.sale(order).state).toMatchObject({ how: 'expired', watch: { looks: 0 } });
    expect(shop.screen.now).toEqual({
      show: 'closed',
      orderId: order,
      number: expect.stringMatching(/^\d{6}$/),
      amount: 15_000,
      words: PHRASES.expired,
      notes: [PHRASES.deducted, PHRASES.notReturned],
    });
    // Looked at in that moment, and then closed where the money is, not only on the screen.
    expect(askedFor(shop, order).slice(-2)).toEqual(['status', 'expire']);
    expect(askedAt(shop, 'status', order).slice(-2)).toEqual([shownMs + 60_000, shownMs + 65_000]);
    expect(askedAt(shop, 'expire', order)).toEqual([shownMs + 65_000]);
    expect(booksSay(shop, order)).toBe('expire');
    expect(shop.sandbox.payScanned(payload)).toEqual({ ok: false, error: 'notPending' });
    await shop.clock.advance(15_999);
    expect(shop.screen.now).toMatchObject({ show: 'closed' });
    await shop.clock.advance(1);
    await shop.shows('idle');
    expectOneCharge(shop);
  }));
