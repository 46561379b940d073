import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('charges once however often Enter is pressed, before, during and after the sale', () =>
  story({}, async (shop) => {
    shop.press('1', '5', '0', '0', '0', 'enter', 'enter', 'enter');
    const scan = await shop.shows('scan');
    shop.press('enter', 'enter');
    expect(scan.amount).toBe(15_000);
    shop.sandbox.payScanned(scan.payload);
    await shop.clock.advance(0);
    await shop.reaches(scan.orderId, 'delivered');
    await shop.shows('paid');
    shop.press('enter', 'enter');
    await shop.clock.advance(20_000);
    await shop.shows('idle');
    shop.press('enter');
    expect(shop.program.terminal.state().open).toBeUndefined();
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 1, pending: 0 },
      paid: 15_000,
    });
    expectOneCharge(shop);
  }));

it('does not charge again when Enter follows a cancelled sale', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.press('cancel', 'enter');
    await shop.reaches(order, 'closed');
    await shop.shows('closed');
    shop.press('enter', 'enter');
    expect(await shop.shows('entering')).toMatchObject({ amount: 0, hint: { en: 'Type the amount first' } });
    await shop.clock.advance(5_000);
    await shop.shows('idle');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1, pending: 0 }, paid: 0 });
    expectOneCharge(shop);
  }));
