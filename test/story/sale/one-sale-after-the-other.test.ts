import { expect, it } from 'vitest';
import { expectMoneyAdded, journalSum } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('sells again at once while LUNAS is still on the screen, and every rupiah of the day adds up', () =>
  story({}, async (shop) => {
    const first = await shop.ring(15_000);
    shop.sandbox.payScanned((await shop.shows('scan')).payload);
    await shop.clock.advance(0);
    await shop.reaches(first, 'delivered');
    await shop.shows('paid');
    const second = await shop.ring(20_000);
    await shop.shows('scan');
    expect(shop.screen.now).toMatchObject({ orderId: second, amount: 20_000 });
    shop.press('cancel');
    await shop.reaches(second, 'closed');
    await shop.shows('closed');
    const third = await shop.ring(7_500);
    await shop.until('the third QR', () => shop.screen.now?.show === 'scan');
    shop.sandbox.transactions.pay(third);
    await shop.clock.advance(0);
    await shop.reaches(third, 'delivered');
    await shop.until('both receipts', () => shop.slipsWith('LUNAS') === 2);
    expect(shop.slipsWith('LUNAS', first, 'Rp15.000')).toBe(1);
    expect(shop.slipsWith('LUNAS', third, 'Rp7.500')).toBe(1);
    expect([first, second, third].map((order) => shop.sale(order).invoice)).toEqual([1, 2, 3]);
    expect(shop.program.journal.totals()).toEqual([
      { state: 'closed', count: 1, sum: 20_000 },
      { state: 'delivered', count: 2, sum: 22_500 },
    ]);
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 2, cancel: 1, pending: 0 },
      sum: { settlement: 22_500, cancel: 20_000 },
    });
    expect(journalSum(shop, 'delivered')).toBe(shop.sandbox.transactions.summary().paid);
    expect(shop.sandbox.requestLog.counts().processed).toMatchObject({ charge: 3 });
    expectMoneyAdded(shop);
  }));
