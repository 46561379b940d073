import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedAt, expectOneCharge, gaps } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('asks for the picture again when Midtrans cannot give it yet, and sells', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'pictureUnavailable', next: 2 });
    const order = await shop.ring(15_000);
    const downloads = (count: number) => () => {
      const { state } = shop.sale(order);
      return state.at === 'awaitingPayment' && state.downloads === count;
    };
    await shop.until('the first no', downloads(1));
    expect(shop.screen.now).toEqual({ show: 'wait', amount: 15_000, words: PHRASES.preparing });
    await shop.clock.advance(1_000);
    await shop.until('the second no', downloads(2));
    await shop.clock.advance(2_000);
    const { payload } = await shop.shows('scan');
    expect(gaps(askedAt(shop, 'picture', order))).toEqual([1_000, 2_000]);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));
