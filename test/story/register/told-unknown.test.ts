import { expect, it } from 'vitest';
import { expectOneCharge, journalSum } from '../kit/account.js';
import { registerStory, said } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';

const SALE = { amount: 15_000 };
const TIMES = 'qr_life_seconds = 30\nunknown_after_seconds = 30';

function silence(shop: Shop): void {
  for (const endpoint of ['status', 'cancel', 'expire'] as const)
    shop.sandbox.faults.add({ fault: 'lostRequest', endpoint });
}

it('tells TO when the gateway gives no last word, and 00 when the same is asked after it was settled', () =>
  registerStory({ saleToml: TIMES }, async (shop, register) => {
    await register.ask('31', SALE);
    const { orderId, payload } = await shop.shows('scan');
    silence(shop);
    shop.sandbox.faults.add({ fault: 'notificationDrop', about: 'settlement' });
    await shop.clock.advance(29_000);
    shop.sandbox.payScanned(payload);
    await shop.clock.advance(31_000);
    const unknown = await register.answer();
    expect(unknown).toMatchObject({ type: '31', code: 'TO', amount: '000001500000' });
    register.acknowledge();
    expect(shop.sale(orderId).state).toMatchObject({ at: 'closing', source: 'released' });
    // Still not known: the same word again, and no second charge.
    expect((await register.askAndHear('31', SALE)).hex).toBe(unknown.hex);
    register.acknowledge();
    expect(await register.askAndHear('32', { reference: unknown.rrn })).toMatchObject({ code: 'TO' });
    register.acknowledge();
    shop.sandbox.faults.clear();
    await shop.clock.advance(60_000);
    await shop.reaches(orderId, 'owed');
    expect(journalSum(shop, 'owed')).toBe(15_000);
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: '00', rrn: unknown.rrn });
    register.acknowledge();
    await shop.reaches(orderId, 'delivered');
    await register.hearsNothingElse();
    expectOneCharge(shop);
  }));

it('tells S4 when the same is asked after a sale that was unknown turned out unpaid', () =>
  registerStory({ saleToml: TIMES }, async (shop, register) => {
    await register.ask('31', SALE);
    const { orderId } = await shop.shows('scan');
    silence(shop);
    await shop.clock.advance(60_000);
    expect(await register.takes()).toMatchObject({ code: 'TO' });
    shop.sandbox.faults.clear();
    await shop.clock.advance(60_000);
    await shop.reaches(orderId, 'closed');
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: 'S4' });
    register.acknowledge();
    await shop.until('the ACK', () => said(shop, '<- ACK') === 2);
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { expire: 1, settlement: 0 },
      paid: 0,
    });
    expectOneCharge(shop);
  }));
