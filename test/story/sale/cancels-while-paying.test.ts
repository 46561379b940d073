import { expect, it } from 'vitest';
import { askedFor, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('delivers although the cancel key was pressed, when the payment overtakes the cancel', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.sandbox.faults.add({ fault: 'paymentRacesClose', endpoint: 'cancel' });
    shop.press('cancel');
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    // 412 is no answer to "was it paid?", so it asked.
    expect(askedFor(shop, order)).toEqual(['charge', 'picture', 'cancel', 'status']);
    // The notice of that settlement comes after all of it, and changes nothing.
    await shop.clock.advance(0);
    await shop.until('the notice', () => shop.log.some((line) => line.includes('<- notice: settlement')));
    expect(shop.sale(order).state.at).toBe('delivered');
    expect(shop.screen.shown.some(({ show }) => show === 'closed')).toBe(false);
    expect(shop.slipsWith('LUNAS')).toBe(1);
    expectOneCharge(shop);
  }));
