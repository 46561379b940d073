import { expect, it } from 'vitest';
import { webhookBody } from '../../../src/core/text/webhook-body.js';
import { expectOneCharge } from '../kit/account.js';
import { againstOpenApi, type HttpProgram, httpStory } from '../kit/http-program.js';
import { payScanned } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';

const SALE = { ref: 'INV-1', amount: 15_000 };
const PATH = '/v1/sales/INV-1';

/** Paid, never asked for, and owed since. */
async function owed(shop: Shop, till: HttpProgram): Promise<string> {
  await till.post('/v1/sales', SALE);
  const order = await payScanned(shop);
  await shop.until('its answer to have met nobody', () => {
    const { state } = shop.sale(order);
    return state.at === 'delivering' && state.step === 'claim';
  });
  await shop.clock.advance(120_000);
  await shop.reaches(order, 'owed');
  return order;
}

it.each([
  ['GET', 'GET'],
  ['GET', 'POST'],
  ['POST', 'POST'],
])('a program that asks twice (%s, %s) before its ack of what is owed has it delivered', (...asks) =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const order = await owed(shop, till);
    for (const method of asks) {
      const said = await (method === 'GET' ? till.get(PATH) : till.post('/v1/sales', SALE));
      expect(said).toMatchObject({ status: 200, body: { state: 'approved', ack: true } });
    }
    expect(await till.post(`${PATH}/ack`)).toMatchObject({ status: 200, body: { taken: true } });
    expect(shop.sale(order).state.at).toBe('delivered');
    expectOneCharge(shop);
  }),
);

it('an ack says what is on disk: taken and not taken are not both true', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const order = await owed(shop, till);
    await till.get(PATH);
    expect(await till.post(`${PATH}/ack`, { taken: false })).toMatchObject({ status: 200 });
    expect(shop.sale(order).state).toMatchObject({ at: 'owed', why: 'deliveryFailed' });
    expect(await till.post(`${PATH}/ack`, { taken: true })).toMatchObject({ status: 200 });
    expect(shop.sale(order).state.at).toBe('delivered');
    expect(await till.post(`${PATH}/ack`, { taken: false })).toMatchObject({
      status: 409,
      body: { fault: 'E240' },
    });
    expect(shop.sale(order).state.at).toBe('delivered');
    expect(await till.post(`${PATH}/ack`)).toMatchObject({ status: 200 });
  }));

it('an ack of what is being given back is refused, by whichever question its answer came', () =>
  httpStory({ toml: '[refund]\n', sandbox: { posRefund: true } }, async ({ shop, program }) => {
    const till = await program();
    const order = await owed(shop, till);
    await till.get(PATH);
    await till.get(PATH);
    await till.post(`${PATH}/refunds`);
    const { state } = shop.sale(order);
    expect(['refunding', 'resolved']).toContain(state.at);
    expect(await till.post(`${PATH}/ack`)).toMatchObject({ status: 409, body: { fault: 'E240' } });
    expect(shop.sale(order).state.at).not.toBe('delivered');
  }));

it('nothing that is not given back is answered as a refund', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    await till.post('/v1/sales', SALE);
    const open = await till.post(`${PATH}/refunds`);
    expect(open).toMatchObject({ status: 409, body: { fault: 'E544' } });
    const order = await payScanned(shop);
    await shop.until('it to be paid', () => shop.sale(order).state.at === 'delivering');
    const unheard = await till.post(`${PATH}/refunds`);
    expect(unheard).toMatchObject({ status: 409, body: { fault: 'E542' } });
  }));

it('a request that is refused ends no sale for those who read the events', () =>
  httpStory({}, async ({ program }) => {
    const till = await program();
    const events = await till.events();
    await till.post('/v1/sales', SALE);
    expect(await till.post('/v1/sales', { ...SALE, amount: 16_000 })).toMatchObject({ status: 409 });
    await till.post(`${PATH}/cancel`);
    expect((await events.event('ended')).data).toMatchObject({ ref: 'INV-1', code: 'cancelled' });
    expect(await till.post('/v1/sales', { ...SALE, amount: 16_000 })).toMatchObject({ status: 409 });
    await till.post('/v1/sales', { ...SALE, ref: 'INV-2' });
    await till.post('/v1/sales/INV-2/cancel');
    expect((await events.event('ended')).data).toMatchObject({ ref: 'INV-2', code: 'cancelled' });
    events.hangUp();
  }));

it('another amount that was paid is named beside the one that was asked, with its fault, for ever', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    shop.sandbox.faults.add({ fault: 'otherAmount', amount: 500 });
    await till.post('/v1/sales', SALE);
    const order = await payScanned(shop);
    await shop.reaches(order, 'owed');
    const told = { amount: 15_000, paid: 500 };
    expect((await till.get(PATH)).body).toMatchObject({ state: 'unknown', fault: 'E545', ...told });
    const body = webhookBody(shop.sale(order), { id: '1', kind: 'paid', atMs: 0, terminal: 'T1' });
    expect(JSON.parse(body)).toMatchObject({ sale: { ...told, fault: 'E545' } });
    const flags = { how: 'delivered', note: 'he paid the rest in cash' };
    expect(await ask(shop, 'owed', ['resolve', order], { flags })).toMatchObject({ good: true });
    expect((await till.get(PATH)).body).toMatchObject({ state: 'handed_over', ...told });
    // The same bytes for each try, whatever became of it since.
    expect(webhookBody(shop.sale(order), { id: '1', kind: 'paid', atMs: 0, terminal: 'T1' })).toBe(body);
    expect(againstOpenApi(till.exchanges)).toEqual([]);
  }));
