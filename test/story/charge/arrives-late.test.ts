import { expect, it } from 'vitest';
import { askedFor, booksSay, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('cancels a charge that reaches Midtrans after it was given up for lost', () =>
  story({ printer: false }, async (shop) => {
    // Held up on the way for 50 s: relay and terminal give up waiting after 15 s.
    shop.sandbox.faults.add({ fault: 'slow', ms: 50_000, commit: 'last', endpoint: 'charge', next: 1 });
    // Its own cancelling is no news to the terminal; without that notice the order of the questions is one only.
    shop.sandbox.faults.add({ fault: 'notificationDrop', about: 'cancel' });
    const order = await shop.ring(15_000);
    await shop.until('the charge to leave', () => askedFor(shop, order).length === 1);
    await shop.clock.advance(15_000, true);
    await shop.reaches(order, 'chargeUnknown');
    await shop.clock.advance(31_000);
    await shop.reaches(order, 'closed');
    expect(shop.sale(order).state).toMatchObject({ how: 'neverCharged' });
    expect(booksSay(shop, order)).toBeUndefined();
    // Now it arrives, and Midtrans says so: somebody could pay it, though no screen ever showed it.
    await shop.clock.advance(30_000);
    await shop.until('it to be cancelled', () => booksSay(shop, order) === 'cancel');
    await shop.reaches(order, 'closed');
    expect(shop.sale(order)).toMatchObject({ state: { how: 'cancelled' }, evidence: { status: 'cancel' } });
    expect(askedFor(shop, order).slice(-2)).toEqual(['status', 'cancel']);
    expect(shop.screen.shown.some(({ show }) => show === 'scan')).toBe(false);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1 }, paid: 0 });
    expectOneCharge(shop);
  }));
