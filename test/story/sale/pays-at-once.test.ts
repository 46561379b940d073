import { expect, it } from 'vitest';
import { story } from '../kit/shop.js';

it('sells: the customer scans and pays at once, the notice rings, and the receipt comes out', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    const scan = await shop.shows('scan');
    expect(scan).toMatchObject({ orderId: order, amount: 15_000 });
    expect(shop.sandbox.payScanned(scan.payload).ok).toBe(true);
    await shop.clock.advance(0);
    const sale = await shop.reaches(order, 'delivered');
    expect(sale.evidence).toMatchObject({ status: 'settlement', amount: 15_000, paymentType: 'qris' });
    await shop.shows('paid');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS', 'Rp15.000') === 1);
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 1, pending: 0 },
      sum: { settlement: 15_000 },
    });
    // One charge, and one look because of the notice: no polling was needed.
    expect(shop.sandbox.requestLog.counts().processed).toMatchObject({ charge: 1 });
    await shop.clock.advance(20_000);
    await shop.shows('idle');
  }));
