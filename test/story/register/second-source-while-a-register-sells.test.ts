import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { payScanned, registerStory } from '../kit/register-peer.js';

it("takes no key but cancel while a register's sale is open", () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', { amount: 15_000 });
    const { orderId } = await shop.shows('scan');
    shop.press('9', '9', 'enter', '7', 'enter');
    const order = await payScanned(shop);
    expect(order).toBe(orderId);
    expect(shop.screen.shown.some(({ show }) => show === 'entering')).toBe(false);
    expect(await register.takes()).toMatchObject({ code: '00', amount: '000001500000' });
    await shop.reaches(order, 'delivered');
    // The keys of before begin nothing now either.
    await shop.clock.advance(20_000);
    await shop.shows('idle');
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 1, pending: 0 },
      paid: 15_000,
    });
    expectOneCharge(shop);
  }));

it('gives up a half-typed amount when a register begins a sale', () =>
  registerStory({}, async (shop, register) => {
    shop.press('9', '9');
    expect(await shop.shows('entering')).toMatchObject({ amount: 99 });
    await register.ask('31', { amount: 15_000 });
    await shop.shows('scan');
    shop.press('cancel');
    expect(await register.takes()).toMatchObject({ code: 'P3' });
    await shop.shows('closed');
    await shop.clock.advance(20_000);
    await shop.shows('idle');
    shop.press('enter');
    const order = await shop.ring(7_000);
    expect(shop.sale(order).amount).toBe(7_000);
    await shop.shows('scan');
    shop.press('cancel');
    await shop.reaches(order, 'closed');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 2 }, paid: 0 });
  }));
