import { expect, it } from 'vitest';
import { askedAt, expectMoneyAdded, gaps, noticesOf } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('settles by polling when the broker goes down with the QR on the screen, and links again when it is back', () =>
  story({ printer: false }, async (shop) => {
    const { terminal } = shop.program;
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    const shownMs = shop.clock.wallMs();
    shop.brokerWire.cut();
    await shop.until('the link to be down', () => !terminal.state().link.up);
    // Not needed to sell, and no reason to turn customers away.
    expect(terminal.state().readiness).toEqual({ ready: true, notes: [650] });
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(9_999);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    await shop.clock.advance(1);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expect(gaps([shownMs, ...askedAt(shop, 'status', order)])).toEqual([10_000]);
    expect(noticesOf(shop, order)).toEqual([]);
    shop.brokerWire.join();
    await shop.until('the link', () => terminal.state().link.up);
    expect(terminal.state().readiness).toEqual({ ready: true, notes: [] });
    // The link is up again: the next sale needs no polling.
    await shop.clock.advance(8_000);
    const next = await shop.ring(7_000);
    shop.sandbox.payScanned((await shop.shows('scan')).payload);
    await shop.clock.advance(0);
    await shop.reaches(next, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 22_000 });
    expectMoneyAdded(shop);
  }));
