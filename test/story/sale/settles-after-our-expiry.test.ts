import { expect, it } from 'vitest';
import { askTerminal } from '../../../src/control/client.js';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedFor, expectOneCharge, journalSum } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';

it('owes a settlement that comes after the QR was closed: alert, slip, screen, and the status command lists it', () =>
  story({ saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await expired(shop);
    await shop.clock.advance(20_000);
    await shop.reaches(order, 'owed');
    expect(shop.log.join('\n')).toContain(`${order} <- notice: settlement`);
    await owedEverywhere(shop, order);
  }));

it('finds such a settlement by watching, when no notice rings', () =>
  story({ mqtt: false, saleToml: 'qr_life_seconds = 60' }, async (shop) => {
    const order = await expired(shop);
    const asked = askedFor(shop, order).length;
    await shop.clock.advance(29_999);
    expect(askedFor(shop, order)).toHaveLength(asked);
    await shop.clock.advance(1);
    await shop.reaches(order, 'owed');
    await owedEverywhere(shop, order);
  }));

/** @returns an order whose QR was closed at Midtrans, and that settles 20 s later after all */
async function expired(shop: Shop): Promise<string> {
  shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
  // The notice of our own closing would only add a look.
  shop.sandbox.faults.add({ fault: 'notificationDrop', about: 'expire' });
  const order = await shop.ring(15_000);
  await shop.shows('scan');
  await shop.clock.advance(60_000);
  await shop.reaches(order, 'closed');
  expect(await shop.shows('closed')).toMatchObject({ words: PHRASES.expired });
  return order;
}

async function owedEverywhere(shop: Shop, order: string): Promise<void> {
  expect(shop.sale(order).state).toMatchObject({ why: 'lateSettlement' });
  expect(await shop.shows('owed')).toEqual({
    show: 'owed',
    orderId: order,
    number: '000001',
    amount: 15_000,
    words: PHRASES.owed,
  });
  await shop.until('the slip', () => shop.slipsWith('BELUM DISERAHKAN', 'Rp15.000', order) === 1);
  expect(shop.log.join('\n')).toContain(`ERROR ${order} E540 settled after it was closed`);
  const status = await askTerminal(`${shop.directory}/control.sock`, 'status', []);
  expect(status.text).toContain(`owed: ${order} Rp15.000`);
  expect(shop.slipsWith('LUNAS')).toBe(0);
  expect(journalSum(shop, 'owed')).toBe(15_000);
  expectOneCharge(shop);
}
