import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedAt, expectOneCharge, gaps } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';

const SICK = [
  { fault: 'serverError', status: 503 },
  { fault: 'htmlError', status: 502 },
  { fault: 'rateLimit' },
  { fault: 'lostRequest' },
] as const;

for (const sickness of SICK)
  it(`sells when the gateway is back that answered with ${sickness.fault}, and asked it no faster than every 10 s`, () =>
    story({ mqtt: false, printer: false }, (shop) => tell(shop, sickness)));

async function tell(shop: Shop, sickness: (typeof SICK)[number]): Promise<void> {
  const order = await shop.ring(15_000);
  const { payload } = await shop.shows('scan');
  const shownMs = shop.clock.wallMs();
  const fault = shop.sandbox.faults.add({ ...sickness, endpoint: 'status' });
  expect(shop.sandbox.payScanned(payload).ok).toBe(true);
  await shop.clock.advance(70_000);
  // No answer is no news: neither sold nor given up, and the customer reads why it takes so long.
  expect(shop.sale(order)).toMatchObject({
    state: { at: 'awaitingPayment', misses: 3 },
    evidence: { status: 'pending' },
  });
  expect(shop.screen.now).toMatchObject({ show: 'scan', notes: [PHRASES.gatewaySilent] });
  shop.sandbox.faults.remove(fault);
  await shop.clock.advance(10_000);
  await shop.reaches(order, 'delivered');
  await shop.shows('paid');
  expect(gaps([shownMs, ...askedAt(shop, 'status', order)])).toEqual([10_000, 10_000, 20_000, 40_000]);
  expectOneCharge(shop);
}
