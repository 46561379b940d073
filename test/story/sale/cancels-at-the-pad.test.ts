import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('cancels at the pad: the QR is cancelled at Midtrans before the customer hears that no money was taken', () =>
  story({ printer: false }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    shop.press('cancel');
    // Until Midtrans has said it, it may just have been paid.
    expect(shop.screen.now).toEqual({ show: 'wait', amount: 15_000, words: PHRASES.closing });
    await shop.reaches(order, 'closed');
    expect(await shop.shows('closed')).toEqual({
      show: 'closed',
      orderId: order,
      number: expect.stringMatching(/^\d{6}$/),
      amount: 15_000,
      words: PHRASES.cancelled,
      notes: [PHRASES.deducted, PHRASES.notReturned],
    });
    expect(shop.sale(order).state).toMatchObject({ how: 'cancelled' });
    expect(askedFor(shop, order)).toEqual(['charge', 'picture', 'cancel']);
    expect(booksSay(shop, order)).toBe('cancel');
    expect(shop.sandbox.payScanned(payload)).toEqual({ ok: false, error: 'notPending' });
    await shop.clock.advance(16_000);
    await shop.shows('idle');
    expectOneCharge(shop);
  }));
