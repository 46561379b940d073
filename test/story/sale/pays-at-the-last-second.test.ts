import { expect, it } from 'vitest';
import { askedFor, expectOneCharge } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('delivers what was paid in the last second of the QR, because it looks before it closes', () =>
  story({ mqtt: false, printer: false, saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await shop.ring(15_000);
    const scan = await shop.shows('scan');
    await shop.clock.advance(59_000);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    expect(shop.sandbox.payScanned(scan.payload).ok).toBe(true);
    await shop.clock.advance(1_000);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expect(shop.screen.shown.some(({ show }) => show === 'closed')).toBe(false);
    // Paid by then: there was nothing left to close.
    expect(askedFor(shop, order)).not.toContain('expire');
    expect(shop.log.join('\n')).toContain('awaitingPayment -> closing(timedOut)');
    expectOneCharge(shop);
  }));
