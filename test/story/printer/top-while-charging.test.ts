import { expect, it } from 'vitest';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { type Shop, type ShopOptions, story } from '../kit/shop.js';

/** No screen: the slip is all that the customer has. */
const PAPER_ONLY: ShopOptions = { screen: false };
const NO_QR = ['TANPA QR', 'NO QR CODE', 'Bukan bukti bayar'];

/**
 * The gateway takes three seconds, by the story's clock, to answer the next charge. They begin when it is in the books: see
 * {@link atMidtrans}.
 */
function slowCharge(shop: Shop): void {
  shop.sandbox.faults.add({ fault: 'slow', ms: 3_000, commit: 'first', endpoint: 'charge', next: 1 });
}

async function hangs(shop: Shop, words: string): Promise<void> {
  await shop.until(`"${words}" on paper`, () => shop.paper.hanging?.text.includes(words) === true);
}

async function printed(shop: Shop, what: string, how = 'printed'): Promise<void> {
  await shop.until(`${what} ${how}`, () => said(shop, `${what} ${how}`) === 1);
}

async function atMidtrans(shop: Shop, order: string): Promise<void> {
  await shop.until('the charge at Midtrans', () => booksSay(shop, order) === 'pending');
}

async function sells(shop: Shop, order: string): Promise<void> {
  expect(shop.sandbox.transactions.pay(order).ok).toBe(true);
  await shop.clock.advance(0);
  await shop.reaches(order, 'delivered');
  await printed(shop, `${order} receipt slip`);
  expect(shop.paper.problems).toEqual([]);
  expectMoneyAdded(shop);
}

it('has shop and amount on paper while the gateway still thinks, and ends the same slip with the QR', () =>
  story(PAPER_ONLY, async (shop) => {
    slowCharge(shop);
    const order = await shop.ring(15_000);
    await hangs(shop, 'Rp15.000');
    expect(shop.sale(order).state.at).toBe('charging');
    expect(shop.paper.hanging?.text).not.toContain('raster');
    await atMidtrans(shop, order);
    await shop.clock.advance(3_000, true);
    await printed(shop, `${order} qr slip`);
    await sells(shop, order);
    expect(shop.slipsWith('Rp15.000')).toBe(2);
    expect(shop.slipsWith('Warung Bu Sri', 'Rp15.000', 'raster', 'Berlaku sampai', order)).toBe(1);
    expect(shop.slipsWith('COPY')).toBe(0);
    expectOneCharge(shop);
  }));

it('says on the slip that there is no QR when the gateway refuses the charge, and prints the next one clean', () =>
  story({ ...PAPER_ONLY, sandbox: { activated: ['qris'] } }, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.reaches(order, 'refused');
    await printed(shop, `${order} no-qr slip`);
    expect(shop.slipsWith('Rp15.000', ...NO_QR)).toBe(1);
    expect(shop.slipsWith('Rp15.000')).toBe(1);
    expect(shop.slipsWith('raster')).toBe(0);
    expectMoneyAdded(shop);
  }));

it('says so as well when the customer cancels before there is a QR', () =>
  story({}, async (shop) => {
    slowCharge(shop);
    const order = await shop.ring(15_000);
    await hangs(shop, 'Rp15.000');
    await atMidtrans(shop, order);
    shop.press('cancel');
    await printed(shop, `${order} no-qr slip`);
    await shop.clock.advance(3_000, true);
    await shop.reaches(order, 'closed');
    await shop.clock.advance(20_000);
    const next = await shop.ring(7_000);
    await printed(shop, `${next} qr slip`);
    await sells(shop, next);
    expect(shop.slipsWith('Rp15.000', ...NO_QR)).toBe(1);
    expect(shop.slipsWith(...NO_QR)).toBe(1);
    expect(shop.slipsWith('Rp7.000', 'raster')).toBe(1);
  }));

it('begins the QR anew on a slip marked COPY when the power was cut before its answer', () =>
  story(PAPER_ONLY, async (shop) => {
    slowCharge(shop);
    const order = await shop.ring(15_000);
    await hangs(shop, 'Rp15.000');
    await atMidtrans(shop, order);
    await shop.powerCutAtOnce();
    await shop.startTerminal();
    await shop.clock.advance(3_000, true);
    await printed(shop, `${order} qr slip`, 'printed, marked COPY');
    expect(said(shop, `${order} qr slip may be partly on paper: it is dropped`)).toBe(1);
    await sells(shop, order);
    expect(shop.slipsWith('raster')).toBe(1);
    expect(shop.slipsWith('COPY', 'raster', 'Berlaku sampai')).toBe(1);
    expectOneCharge(shop);
  }));

it('prints the whole slip with new paper, marked COPY, when the roll ended while the gateway was thinking', () =>
  story({}, async (shop) => {
    slowCharge(shop);
    shop.paper.endPaperAfter(60);
    const order = await shop.ring(15_000);
    await shop.until('the end of the roll', () => shop.paper.halted);
    await atMidtrans(shop, order);
    await shop.clock.advance(3_000, true);
    await shop.shows('scan');
    await shop.until('the failure', () => said(shop, `${order} qr slip not printed: E40`) > 0);
    shop.paper.set('paperOut', false);
    await shop.clock.advance(20_000);
    await printed(shop, `${order} qr slip`, 'printed, marked COPY');
    await sells(shop, order);
    expect(shop.slipsWith('COPY', 'Rp15.000', 'raster')).toBe(1);
  }));

it('prints nothing before the QR is known where print_early is off', () =>
  story({ ...PAPER_ONLY, printerToml: 'print_early = false' }, async (shop) => {
    slowCharge(shop);
    const order = await shop.ring(15_000);
    await atMidtrans(shop, order);
    await shop.clock.advance(2_000, true);
    expect(shop.paper.hanging).toBeUndefined();
    await shop.clock.advance(1_000, true);
    await printed(shop, `${order} qr slip`);
    await sells(shop, order);
    expect(shop.slipsWith('COPY')).toBe(0);
  }));
