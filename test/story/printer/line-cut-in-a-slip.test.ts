import { expect, it } from 'vitest';
import { expectMoneyAdded } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { story } from '../kit/shop.js';

it('prints a whole receipt although the line was cut in the middle of the QR before it', () =>
  story({}, async (shop) => {
    await shop.until('the printer', () => shop.program.terminal.state().readings.paper !== undefined);
    // In the data of a raster: a printer left there takes what comes next for dots.
    shop.printer.closeAfter(4_000);
    const order = await shop.ring(15_000);
    const scan = await shop.shows('scan');
    await shop.until('the failure', () => said(shop, `${order} qr slip not printed: E406`) === 1);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    shop.sandbox.payScanned(scan.payload);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => said(shop, `${order} receipt slip printed`) === 1);
    expect(shop.slipsWith('LUNAS', order, 'Rp15.000', 'Warung Bu Sri', 'Terima kasih')).toBe(1);
    expect(shop.paper.problems).toEqual([]);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 15_000 });
    expectMoneyAdded(shop);
  }));
