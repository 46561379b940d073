import { expect, it } from 'vitest';
import { isOpen } from '../../../src/core/sale/sale.js';
import { askedAt, askedFor, expectOneCharge, gaps } from '../kit/account.js';
import { story } from '../kit/shop.js';

it('looks at a QR that it closed three times more within 18 minutes, and then leaves it', () =>
  story({ mqtt: false, printer: false }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    shop.press('cancel');
    await shop.reaches(order, 'closed');
    const closedMs = shop.clock.wallMs();
    await shop.clock.advance(30_000 + 120_000 + 900_000);
    const looks = askedAt(shop, 'status', order);
    expect(gaps([closedMs, ...looks])).toEqual([30_000, 120_000, 900_000]);
    expect(isOpen(shop.sale(order))).toBe(false);
    expect(shop.sale(order).state).toMatchObject({ at: 'closed', how: 'cancelled', late: { looks: 0 } });
    const asked = askedFor(shop, order).length;
    await shop.clock.advance(60_000);
    expect(askedFor(shop, order)).toHaveLength(asked);
    expectOneCharge(shop);
  }));
