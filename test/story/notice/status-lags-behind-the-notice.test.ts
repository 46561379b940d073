import { expect, it } from 'vitest';
import { askedAt, expectOneCharge, gaps } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('looks again after 10 s when the status lags behind the notice', () =>
  story({ printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'statusLag', ms: 8_000 });
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    const paidMs = shop.clock.wallMs();
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(0);
    await shop.until('the first answer', () => answers() === 1);
    await shop.clock.advance(9_999);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    await shop.clock.advance(1);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expect(gaps([paidMs, ...askedAt(shop, 'status', order)])).toEqual([0, 10_000]);
    expectOneCharge(shop);

    function answers(): number {
      return shop.program.journal.eventsOf(order).filter(({ kind }) => kind === 'statusAnswered').length;
    }
  }));
