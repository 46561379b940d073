import { expect, it } from 'vitest';
import { soldPage } from '../../../src/control/sales.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { SOLD_BEGIN } from '../../../src/journal/sold.js';
import { expectMoneyAdded } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('tries again under a new order id after a passing deny (900), and sells once', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    shop.sandbox.faults.add({ fault: 'deny', next: 2 });
    const first = await shop.ring(15_000);
    await shop.reaches(first, 'closed');
    expect(shop.screen.now).toEqual({ show: 'wait', amount: 15_000, words: PHRASES.retrying });
    await shop.clock.advance(1_999);
    expect(shop.sandbox.requestLog.counts().received).toMatchObject({ charge: 1 });
    await shop.clock.advance(1);
    await shop.until('the second attempt', () => shop.program.terminal.state().open?.attempt === 3);
    await shop.clock.advance(5_000);
    const scan = await shop.shows('scan');
    const charged = shop.sandbox.transactions.list().map(({ orderId }) => orderId);
    expect(new Set(charged).size).toBe(3);
    expect([charged[0], charged[2]]).toEqual([first, scan.orderId]);
    expect(charged.map((order) => shop.sale(order).attempt)).toEqual([1, 2, 3]);
    shop.sandbox.payScanned(scan.payload);
    await shop.clock.advance(10_000);
    await shop.reaches(scan.orderId, 'delivered');
    await shop.shows('paid');
    expect(charged.map((order) => shop.sale(order).state.at)).toEqual(['closed', 'closed', 'delivered']);
    expect(shop.program.journal.shifts.open().all).toMatchObject({
      settled: { count: 1, sum: 15_000 },
      denied: { count: 0, sum: 0 },
    });
    // One line, as the shift counts one sale: the order that was sold.
    const { sold } = shop.program.journal;
    const { lines } = soldPage(sold, { of: 'all' }, SOLD_BEGIN, 100, { zone: 'WIB' });
    expect(lines.map(({ order_id, state }) => [order_id, state])).toEqual([[scan.orderId, 'delivered']]);
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { deny: 2, settlement: 1 },
      paid: 15_000,
    });
    expect(shop.sandbox.requestLog.counts().processed).toMatchObject({ charge: 3 });
    expectMoneyAdded(shop);
  }));
