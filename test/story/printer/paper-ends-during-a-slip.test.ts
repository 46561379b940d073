import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

/**
 * Dot rows into a slip: within the QR, or within the text of a receipt. A printer whose buffer is full of what it cannot
 * print does not answer any more (E408); one that still has room says that it has no paper (E401).
 */
const MIDDLE = 120;

async function pay(shop: Shop, order: string): Promise<void> {
  expect(shop.sandbox.transactions.pay(order).ok).toBe(true);
  await shop.clock.advance(0);
  await shop.reaches(order, 'delivered');
}

/** A new roll, and a sale whose slips must be whole: nothing of the interrupted one swallows them. */
async function sellsWithNewPaper(shop: Shop): Promise<void> {
  shop.paper.set('paperOut', false);
  await shop.clock.advance(20_000);
  await shop.shows('idle');
  const order = await shop.ring(7_000);
  await shop.shows('scan');
  await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
  await pay(shop, order);
  await shop.until('the receipt', () => said(shop, `${order} receipt slip printed`) === 1);
  expect(shop.slipsWith(order, 'Bayar dengan GoPay', 'Rp7.000', 'Berlaku sampai')).toBe(1);
  expect(shop.slipsWith(order, 'LUNAS', 'Rp7.000', 'Terima kasih')).toBe(1);
  expect(shop.paper.problems).toEqual([]);
}

it('sells on the screen when the paper ends in the QR slip, and prints whole slips with a new roll', () =>
  story({}, async (shop) => {
    shop.paper.endPaperAfter(MIDDLE);
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    await shop.until('the failure', () => said(shop, `${order} qr slip not printed: E40`) === 1);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    await shop.shows('scan');
    await pay(shop, order);
    await shop.shows('paid');
    await shop.until('the receipt', () => said(shop, `${order} receipt slip not printed: E40`) === 1);
    await shop.until(
      'the note',
      () => shop.screen.now?.show === 'paid' && shop.screen.now.notes.length === 1,
    );
    expectOneCharge(shop);
    await sellsWithNewPaper(shop);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 22_000 });
    expectMoneyAdded(shop);
  }));

it('has delivered by the screen when the paper ends in the receipt, and says that there is none', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.paper.endPaperAfter(MIDDLE);
    await pay(shop, order);
    await shop.until('the failure', () => said(shop, `${order} receipt slip not printed: E40`) === 1);
    await shop.until(
      'the note',
      () => shop.screen.now?.show === 'paid' && shop.screen.now.notes.length === 1,
    );
    expect(shop.sale(order).state.at).toBe('delivered');
    expectOneCharge(shop);
    await sellsWithNewPaper(shop);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 22_000 });
    expectMoneyAdded(shop);
  }));
