import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { registerStory, said } from '../kit/register-peer.js';
import { story } from '../kit/shop.js';

it('sells on the screen while the printer has no paper, and says so', () =>
  story({}, async (shop) => {
    shop.paper.set('paperOut', true);
    expect(await shop.nextPaperCheck()).toBe(401);
    expect(shop.program.terminal.state().readiness).toEqual({ ready: true, notes: [401] });
    await shop.shows('idle');
    const order = await shop.ring(15_000);
    const scan = await shop.shows('scan');
    shop.sandbox.payScanned(scan.payload);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    await shop.until(
      'the note',
      () => shop.screen.now?.show === 'paid' && shop.screen.now.notes.length === 1,
    );
    expect(said(shop, `${order} qr slip not printed: E401`)).toBe(1);
    expect(said(shop, `${order} receipt slip not printed: E401`)).toBe(1);
    expect(shop.slipsWith()).toBe(0);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 15_000 });
    expectOneCharge(shop);
    shop.paper.set('paperOut', false);
    expect(await shop.nextPaperCheck()).toBe(0);
    expect(shop.program.terminal.state().readiness).toEqual({ ready: true, notes: [] });
  }));

it('is out of service with 401 when the printer without paper is the only way to show a QR', () =>
  registerStory({ page: false, screen: false }, async (shop, register) => {
    shop.paper.set('paperOut', true);
    expect(await shop.nextPaperCheck()).toBe(401);
    expect(shop.program.terminal.state().readiness).toMatchObject({ ready: false, code: 401 });
    shop.press('5', '0', '0', 'enter');
    await shop.until('the refusal', () => said(shop, 'pad asks 500: refused, E401') === 1);
    expect(await register.askAndHear('31', { amount: 15_000 })).toMatchObject({ code: 'PT' });
    register.acknowledge();
    expect(shop.sandbox.requestLog.counts().received['charge']).toBeUndefined();
    // With a new roll it sells again, and the slips say it all.
    shop.paper.set('paperOut', false);
    expect(await shop.nextPaperCheck()).toBe(0);
    const order = await shop.ring(7_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    expect(shop.sandbox.transactions.pay(order).ok).toBe(true);
    await shop.clock.advance(0);
    await shop.reaches(order, 'delivered');
    expect(shop.slipsWith('LUNAS', 'Rp7.000', order)).toBe(1);
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 7_000 });
    expectOneCharge(shop);
  }));
