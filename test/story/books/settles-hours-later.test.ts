import { expect, it } from 'vitest';
import { reconcileWithExport } from '../../../src/control/reconcile-export.js';
import { askedAt, expectOneCharge, gaps } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';
import { ask, turning } from '../kit/technician.js';

const HOUR_MS = 3_600_000;
/** Neither notices nor a printer: as in direct mode, where nobody rings. */
const ALONE = { mqtt: false, printer: false, saleToml: 'qr_life_seconds = 60' };

/** Expired, watched to its end, and paid after that: nobody will ever tell. */
async function paidUnseen(shop: Shop): Promise<string> {
  const order = await shop.ring(15_000);
  await shop.shows('scan');
  await shop.clock.advance(60_000);
  await shop.reaches(order, 'closed');
  for (let turn = 0; turn < 12; turn += 1) await shop.clock.advance(100_000);
  expect(shop.sale(order).state).toMatchObject({ at: 'closed', late: { looks: 0 } });
  expect(shop.sandbox.transactions.settleLate(order)).toMatchObject({ ok: true });
  return order;
}

it('finds a settlement that came after the watch and was never told, by a rare look', () =>
  story(ALONE, async (shop) => {
    const order = await paidUnseen(shop);
    shop.clock.wallOffsetMs += HOUR_MS;
    await shop.clock.advance(90_000);
    await shop.reaches(order, 'owed');
    expect(shop.sale(order).state).toMatchObject({ why: 'lateSettlement' });
    for (const gap of gaps(askedAt(shop, 'status', order).slice(-3)))
      expect(gap).toBeGreaterThanOrEqual(10_000);
    expectOneCharge(shop);
  }));

it('finds it when the shift is closed', () =>
  story(ALONE, async (shop) => {
    const order = await paidUnseen(shop);
    await ask(shop, 'shift', ['close']);
    await shop.clock.advance(90_000);
    await shop.reaches(order, 'owed');
    expect((await ask(shop, 'shift')).data).toMatchObject({ number: 2, all: { settled: { count: 1 } } });
  }));

it('finds it after a start', () =>
  story(ALONE, async (shop) => {
    const order = await paidUnseen(shop);
    await shop.powerCut();
    await shop.startTerminal();
    await shop.clock.advance(90_000);
    await shop.reaches(order, 'owed');
  }));

it('asks about it where the export of the dashboard has it as paid, in whatever shift it was closed', () =>
  story(ALONE, async (shop) => {
    const order = await shop.ring(15_000);
    await shop.shows('scan');
    await shop.clock.advance(60_000);
    await shop.reaches(order, 'closed');
    await ask(shop, 'shift', ['close']);
    await ask(shop, 'shift', ['close']);
    expect(shop.sandbox.transactions.settleLate(order)).toMatchObject({ ok: true });
    const input = `Order ID,Amount,Transaction status\n${order},15000,settlement\n`;
    const answer = await turning(
      shop,
      reconcileWithExport(
        (...asked) => ask(shop, ...asked),
        ['2'],
        input,
        () => undefined,
      ),
    );
    expect(answer.text).toContain(
      'PAID in the export, and not paid here, in another shift, "settlement", 15000',
    );
    expect(answer.text).toContain('The terminal has been told to ask');
    await shop.reaches(order, 'owed');
  }));
