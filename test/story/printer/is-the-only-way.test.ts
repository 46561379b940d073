import { expect, it } from 'vitest';
import { expectOneCharge, journalSum } from '../kit/account.js';
import { registerStory, said } from '../kit/register-peer.js';

/** No screen anywhere: what the printer does not say, nobody says. */
const PAPER_ONLY = { page: false, screen: false };
const MIDDLE = 120;

it('closes a sale at Midtrans when the only way to show its QR runs out of paper in the middle of it', () =>
  registerStory(PAPER_ONLY, async (shop, register) => {
    shop.paper.endPaperAfter(MIDDLE);
    await register.ask('31', { amount: 15_000 });
    expect(await register.takes()).toMatchObject({ code: 'S2', amount: '000001500000' });
    expect(shop.program.journal.lastSaleOf('register', 'register')?.state).toMatchObject({
      at: 'closed',
      how: 'cancelled',
      code: 460,
    });
    expect(said(shop, 'qr slip not printed: E40')).toBe(1);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1, pending: 0 }, paid: 0 });
    expectOneCharge(shop);
  }));

it('closes a sale of the keypad at Midtrans as well, and sells it again with a new roll', () =>
  registerStory(PAPER_ONLY, async (shop) => {
    shop.paper.endPaperAfter(MIDDLE);
    const order = await shop.ring(15_000);
    const { state } = await shop.reaches(order, 'closed');
    expect(state).toMatchObject({ how: 'cancelled', code: 460 });
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1, pending: 0 }, paid: 0 });
    shop.paper.set('paperOut', false);
    expect(await shop.nextPaperCheck()).toBe(0);
    const again = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${again} qr slip printed`) === 1);
    shop.sandbox.transactions.pay(again);
    await shop.clock.advance(0);
    await shop.reaches(again, 'delivered');
    expect(shop.slipsWith('LUNAS', again, 'Terima kasih')).toBe(1);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 15_000 });
    expect(journalSum(shop, 'delivered')).toBe(15_000);
  }));

it('owes what was paid when the receipt is the only way to tell the customer and does not come out', () =>
  registerStory(PAPER_ONLY, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.paper.endPaperAfter(MIDDLE);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    const { state } = await shop.reaches(order, 'owed');
    expect(state).toMatchObject({ why: 'deliveryFailed' });
    await shop.until('the owed slip', () => said(shop, `${order} owed slip not printed: E40`) === 1);
    expect(said(shop, `${order} E540`)).toBe(1);
    expect(journalSum(shop, 'owed')).toBe(15_000);
    expectOneCharge(shop);
  }));

it('delivers to a register although its receipt does not come out: the register was told', () =>
  registerStory(PAPER_ONLY, async (shop, register) => {
    await register.ask('31', { amount: 15_000 });
    const { orderId } = await shop.found('the sale', () => shop.program.terminal.state().open);
    await shop.until('the QR slip', () => said(shop, `${orderId} qr slip printed`) === 1);
    shop.paper.endPaperAfter(MIDDLE);
    shop.sandbox.transactions.pay(orderId);
    await shop.clock.advance(0);
    expect(await register.takes()).toMatchObject({ code: '00' });
    await shop.until('the failure', () => said(shop, `${orderId} receipt slip not printed: E401`) === 1);
    expect(shop.sale(orderId).state.at).toBe('delivered');
    expectOneCharge(shop);
  }));

it('counts a receipt that came out late, while a screen was waited for: what it says is not given back', () =>
  registerStory({ page: false, screen: true }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    // The printer is looked at every 20 s, a screen is waited for 10 s.
    await shop.nextPaperCheck();
    await shop.clock.advance(15_000);
    shop.screen.plug(false);
    shop.paper.endPaperAfter(MIDDLE);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await shop.until('the failure', () => said(shop, `${order} receipt slip not printed: E401`) === 1);
    shop.paper.set('paperOut', false);
    await shop.clock.advance(6_000);
    await shop.until('the receipt', () => said(shop, `${order} receipt slip printed, marked COPY`) === 1);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    expect(journalSum(shop, 'owed')).toBe(0);
    expectOneCharge(shop);
  }));
