import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('closes a charge whose answer was still on its way when the cancel key was pressed', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'slow', ms: 3_000, endpoint: 'charge' });
    const order = await shop.ring(15_000);
    await shop.until('the charge to arrive', () => booksSay(shop, order) === 'pending');
    shop.press('cancel');
    expect(shop.sale(order).state).toMatchObject({ at: 'closing', how: 'cancelled', step: 'awaitCharge' });
    expect(shop.screen.now).toMatchObject({ show: 'wait', words: PHRASES.closing });
    await shop.clock.advance(3_000, true);
    await shop.reaches(order, 'closed');
    expect(await shop.shows('closed')).toMatchObject({ words: PHRASES.cancelled });
    expect(askedFor(shop, order)).toEqual(['charge', 'cancel']);
    expect(booksSay(shop, order)).toBe('cancel');
    expect(shop.screen.shown.some(({ show }) => show === 'scan')).toBe(false);
    expectOneCharge(shop);
  }));
