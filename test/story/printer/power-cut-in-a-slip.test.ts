import { expect, it } from 'vitest';
import { expectMoneyAdded } from '../kit/account.js';
import { registerStory, said } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';

/** Bytes that the printer takes at a time, and for how long it then rests: a slip lasts for seconds. */
const SLOW = { bytes: 8, ms: 40 };

async function begun(shop: Shop, words: string): Promise<void> {
  await shop.until(`"${words}" on paper`, () => shop.paper.hanging?.text.includes(words) === true);
}

/** Of the box, and of the printer as well unless it has a supply of its own: then it stays where it is. */
async function powerCut(shop: Shop, printer: 'as well' | 'stays on'): Promise<void> {
  const cut = shop.powerCutAtOnce();
  if (printer === 'as well') {
    await shop.printer.stop();
    shop.paper.powerCycle();
  }
  await cut;
  shop.printer.slow(Number.POSITIVE_INFINITY, 0);
  if (printer === 'as well') await shop.printer.listen(shop.printerPort);
  await shop.startTerminal();
}

it('prints a receipt anew, whole and marked COPY, when the power was cut in the middle of it', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.printer.slow(SLOW.bytes, SLOW.ms);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await begun(shop, 'LUNAS');
    await powerCut(shop, 'as well');
    await shop.until('the copy', () => said(shop, `${order} receipt slip printed, marked COPY`) === 1);
    expect(said(shop, `${order} receipt slip may be partly on paper`)).toBe(1);
    expect(shop.slipsWith(order, 'LUNAS', 'Terima kasih', 'COPY')).toBe(1);
    expect(shop.slipsWith('Terima kasih')).toBe(1);
    expect(shop.paper.problems).toEqual([]);
    expect(shop.sale(order).state.at).toBe('delivered');
    expectMoneyAdded(shop);
    // Once: when that is on disk, another start finds nothing to print.
    await shop.clock.advance(15_000);
    await shop.powerCut();
    await shop.startTerminal();
    await shop.nextPaperCheck();
    expect(shop.slipsWith('Terima kasih')).toBe(1);
  }));

it('prints a QR anew, marked COPY, when the power was cut within its dots, and the customer pays it', () =>
  registerStory({ page: false, screen: false }, async (shop) => {
    shop.printer.slow(64, 5);
    const order = await shop.ring(15_000);
    await begun(shop, 'Rp15.000');
    const { state } = await shop.reaches(order, 'awaitingPayment');
    expect(state).toBeDefined();
    // The first rows of its raster are on paper, and more on the way.
    await begun(shop, 'raster');
    await powerCut(shop, 'stays on');
    await shop.until('the copy', () => said(shop, `${order} qr slip printed, marked COPY`) === 1);
    expect(shop.slipsWith(order, 'COPY', 'Berlaku sampai')).toBe(1);
    expect(shop.paper.problems).toEqual([]);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    expect(shop.slipsWith(order, 'LUNAS', 'Terima kasih')).toBe(1);
    expectMoneyAdded(shop);
  }));

it('prints a receipt that had not begun as the original, after a restart', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.paper.set('coverOpen', true);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await shop.until('the failure', () => said(shop, `${order} receipt slip not printed: E402`) === 1);
    await shop.powerCutAtOnce();
    shop.paper.set('coverOpen', false);
    await shop.startTerminal();
    await shop.until('the receipt', () => said(shop, `${order} receipt slip printed`) === 1);
    expect(shop.slipsWith(order, 'LUNAS', 'Terima kasih')).toBe(1);
    expect(shop.slipsWith('COPY')).toBe(0);
  }));

it('prints a receipt again, marked COPY, when the power is cut before its end is on disk, and not later', () =>
  story({}, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await shop.until('the receipt', () => said(shop, `${order} receipt slip printed`) === 1);
    await shop.powerCutAtOnce();
    await shop.startTerminal();
    await shop.until('the copy', () => said(shop, `${order} receipt slip printed, marked COPY`) === 1);
    await shop.clock.advance(15_000);
    await shop.powerCutAtOnce();
    await shop.startTerminal();
    await shop.nextPaperCheck();
    expect(shop.slipsWith(order, 'LUNAS', 'Terima kasih')).toBe(2);
    expect(shop.slipsWith(order, 'LUNAS', 'COPY')).toBe(1);
    expectMoneyAdded(shop);
  }));

it('prints a QR again, marked COPY, after a power cut before the sale goes on, and not after that', () =>
  registerStory({ page: false, screen: false }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    await shop.powerCutAtOnce();
    await shop.startTerminal();
    await shop.until('the copy', () => said(shop, `${order} qr slip printed, marked COPY`) === 1);
    expect(shop.sale(order).state.at).toBe('awaitingPayment');
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.powerCutAtOnce();
    await shop.startTerminal();
    await shop.nextPaperCheck();
    expect(shop.slipsWith(order, 'Berlaku sampai')).toBe(2);
    expect(shop.slipsWith(order, 'Berlaku sampai', 'COPY')).toBe(1);
    expectMoneyAdded(shop);
  }));
