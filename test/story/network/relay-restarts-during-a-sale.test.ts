import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('sells across a restart of the relay: link and gateway come back by themselves', () =>
  story({ printer: false }, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    await shop.stopRelay();
    await shop.until('the link to be down', () => !shop.program.terminal.state().link.up);
    expect(shop.sandbox.payScanned(payload).ok).toBe(true);
    await shop.clock.advance(10_000);
    expect(shop.sale(order).state).toMatchObject({ at: 'awaitingPayment', misses: 1 });
    await shop.startRelay();
    // No notice survived the restart, and none is needed: the terminal asks as soon as it is linked again.
    await shop.until('the link', () => shop.program.terminal.state().link.up);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expectOneCharge(shop);
  }));
