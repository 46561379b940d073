import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('waits while the customer mistypes the PIN, and sells when the right one comes', () =>
  story({ printer: false }, async (shop) => {
    const order = await shop.ring(15_000);
    const scan = await shop.shows('scan');
    expect(shop.sandbox.transactions.failAttempt(order).ok).toBe(true);
    expect(shop.sandbox.transactions.failAttempt(order).ok).toBe(true);
    await shop.clock.advance(12_000);
    // A wrong PIN stays inside the wallet: nothing changes, and the QR is still good.
    expect(shop.sale(order)).toMatchObject({
      state: { at: 'awaitingPayment' },
      evidence: { status: 'pending' },
    });
    expect(shop.screen.now).toMatchObject({ show: 'scan', payload: scan.payload, notes: [] });
    expect(shop.sandbox.payScanned(scan.payload).ok).toBe(true);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ failedAttempts: 2, paid: 15_000 });
    expectOneCharge(shop);
  }));
