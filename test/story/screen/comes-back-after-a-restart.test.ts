import { expect, it } from 'vitest';
import { booksSay, expectOneCharge } from '../kit/account.js';
import { type Shop, type ShopOptions, story } from '../kit/shop.js';

// A browser dials again when it notices that the terminal is back: some seconds after the open sale was taken up.
const NO_PRINTER: ShopOptions = { printer: false, mqtt: false };

async function restartWithoutScreen(shop: Shop): Promise<void> {
  await shop.powerCut();
  shop.screen.plug(false);
  shop.screen.shown.length = 0;
  await shop.startTerminal();
}

it('shows the QR again when the screen is back a little after the terminal, and sells', () =>
  story(NO_PRINTER, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    await restartWithoutScreen(shop);
    await shop.clock.advance(4_000);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    shop.screen.plug(true);
    expect(await shop.shows('scan')).toMatchObject({ payload });
    expect(shop.sandbox.payScanned(payload).ok).toBe(true);
    await shop.clock.advance(12_000);
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('tells the customer who paid during the outage when the screen is back, and owes nothing', () =>
  story(NO_PRINTER, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    await shop.powerCut();
    expect(shop.sandbox.payScanned(payload).ok).toBe(true);
    shop.screen.plug(false);
    await shop.startTerminal();
    await shop.reaches(order, 'delivering');
    await shop.clock.advance(4_000);
    shop.screen.plug(true);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expectOneCharge(shop);
  }));

it('closes the QR at Midtrans when no screen comes back', () =>
  story(NO_PRINTER, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    await restartWithoutScreen(shop);
    await shop.clock.advance(12_000);
    await shop.reaches(order, 'closed');
    expect(booksSay(shop, order)).toBe('cancel');
    expectOneCharge(shop);
  }));

it('owes the money when the customer paid during the outage and no screen comes back', () =>
  story(NO_PRINTER, async (shop) => {
    const order = await shop.ring(15_000);
    const { payload } = await shop.shows('scan');
    await shop.powerCut();
    expect(shop.sandbox.payScanned(payload).ok).toBe(true);
    shop.screen.plug(false);
    await shop.startTerminal();
    await shop.clock.advance(12_000);
    await shop.reaches(order, 'owed');
    expectOneCharge(shop);
  }));
