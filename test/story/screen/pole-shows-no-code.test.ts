import { expect, it } from 'vitest';
import { expectOneCharge, journalSum } from '../kit/account.js';
import { said } from '../kit/register-peer.js';
import { story } from '../kit/shop.js';

/** Paper for the code, a pole for the words, and no screen. */
const POLE_AND_PAPER = {
  mqtt: false,
  page: false,
  screen: false,
  pole: true,
  // Where amounts come from is not what these are about; a file without any source is refused.
  toml: '[register]\ntransport = "tcp"\nhost = "127.0.0.1"\nport = 0',
};

it('closes a sale whose QR did not get onto paper, although a pole took the screen of it', () =>
  story(POLE_AND_PAPER, async (shop) => {
    shop.paper.endPaperAfter(120);
    const order = await shop.ring(15_000);
    const { state } = await shop.reaches(order, 'closed');
    expect(state).toMatchObject({ how: 'cancelled', code: 460 });
    expect(shop.pole.shown.map(({ show }) => show)).toContain('scan');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1, pending: 0 }, paid: 0 });
    expectOneCharge(shop);
  }));

it('does not sell with a pole alone: without paper there is no way to show a QR', () =>
  story(POLE_AND_PAPER, async (shop) => {
    shop.paper.set('paperOut', true);
    expect(await shop.nextPaperCheck()).not.toBe(0);
    expect(shop.program.terminal.state().readiness).toMatchObject({ ready: false });
    shop.press('1', '5', '0', '0', '0', 'enter');
    expect(shop.program.terminal.state().open).toBeUndefined();
    expect(shop.sandbox.requestLog.counts().received).not.toHaveProperty('charge');
    expect(shop.pole.now).toMatchObject({ show: 'closed', code: expect.any(Number) });
  }));

it('is not kept from selling by a pole that is unplugged, nor helped by one while the screen is gone', () =>
  story({ mqtt: false, pole: true, printer: false }, async (shop) => {
    const { terminal } = shop.program;
    expect(terminal.state().readiness).toMatchObject({ ready: true });
    shop.pole.plug(false);
    expect(terminal.state().readiness).toMatchObject({ ready: true });
    shop.pole.plug(true);
    shop.screen.plug(false);
    expect(terminal.state().readiness).toMatchObject({ ready: false, code: 461 });
  }));

it('tells the customer LUNAS by the pole: the sale is handed over, although the receipt did not come out', () =>
  story(POLE_AND_PAPER, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.until('the QR slip', () => said(shop, `${order} qr slip printed`) === 1);
    shop.paper.endPaperAfter(120);
    shop.sandbox.transactions.pay(order);
    await shop.clock.advance(10_000);
    await shop.reaches(order, 'delivered');
    expect(shop.pole.shown.map(({ show }) => show)).toContain('paid');
    expect(journalSum(shop, 'delivered')).toBe(15_000);
  }));
