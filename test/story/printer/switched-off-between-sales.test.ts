import { expect, it } from 'vitest';
import { expectMoneyAdded } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

async function sell(shop: Shop, amount: number): Promise<string> {
  const order = await shop.ring(amount);
  const scan = await shop.shows('scan');
  shop.sandbox.payScanned(scan.payload);
  await shop.clock.advance(0);
  await shop.reaches(order, 'delivered');
  await shop.until('the end of its slips', () => said(shop, `${order} receipt slip`) > 0);
  await shop.clock.advance(20_000);
  await shop.shows('idle');
  return order;
}

it('prints the receipt of a sale when its printer is plugged in again, and not the QR, whose sale is over', () =>
  story({}, async (shop) => {
    const first = await sell(shop, 10_000);
    expect(shop.slipsWith(first, 'LUNAS')).toBe(1);
    await shop.printer.stop();
    shop.paper.powerCycle();
    const second = await sell(shop, 20_000);
    expect(said(shop, `${second} receipt slip not printed: E407`)).toBe(1);
    await shop.until('the note', () => shop.program.terminal.state().readings.paper?.code === 407);
    expect(shop.program.terminal.state().readiness).toEqual({ ready: true, notes: [407] });
    await shop.printer.listen(shop.printerPort);
    expect(await shop.nextPaperCheck()).toBe(0);
    await shop.until('the late receipt', () => said(shop, `${second} receipt slip printed`) === 1);
    const third = await sell(shop, 40_000);
    // Its QR is not to be paid any more; its receipt is owed to whoever comes back for it.
    expect(said(shop, `${second} qr slip dropped`)).toBe(1);
    expect(shop.slipsWith(second)).toBe(1);
    expect(shop.slipsWith(second, 'LUNAS', 'Rp20.000')).toBe(1);
    expect(shop.slipsWith('COPY')).toBe(0);
    expect(shop.slipsWith(third, 'Bayar dengan GoPay', 'Rp40.000')).toBe(1);
    expect(shop.slipsWith(third, 'LUNAS', 'Terima kasih', 'Rp40.000')).toBe(1);
    expect(shop.paper.problems).toEqual([]);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 3 }, paid: 70_000 });
    expectMoneyAdded(shop);
  }));
