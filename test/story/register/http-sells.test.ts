import { expect, it } from 'vitest';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { httpStory } from '../kit/http-program.js';
import { payScanned } from '../kit/register-peer.js';

const SALE = { ref: 'INV-1', amount: 15_000 };
const END = '/v1/sales/INV-1?wait=300';

it('a program sells over HTTP: the QR at once, the end when it asks, delivered by its ack', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const begun = await till.post('/v1/sales', SALE);
    expect(begun).toMatchObject({ status: 201, body: { ref: 'INV-1', state: 'scan', amount: 15_000 } });
    expect(begun.headers.get('location')).toBe('/v1/sales/INV-1');
    expect(begun.body['qr']).toBe((await shop.shows('scan')).payload);
    const waits = till.get(END);
    const order = await payScanned(shop);
    expect((await waits).body).toMatchObject({ state: 'approved', order_id: order, ack: true });
    expect(shop.sale(order).state.at).toBe('delivering');
    expect(await till.post('/v1/sales/INV-1/ack')).toMatchObject({
      status: 200,
      body: { ref: 'INV-1', taken: true },
    });
    await shop.reaches(order, 'delivered');
    // An ack whose answer was lost is sent again, and changes nothing.
    expect(await till.post('/v1/sales/INV-1/ack')).toMatchObject({ status: 200 });
    expect(await till.get('/v1/sales/INV-1')).toMatchObject({ status: 200, body: { state: 'approved' } });
    expectOneCharge(shop);
  }));

it('the same sale again is the same sale, also after a power cut; with another amount it is a conflict', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const first = await till.post('/v1/sales', SALE);
    expect(await till.post('/v1/sales', SALE)).toMatchObject({ status: 201, body: first.body });
    expect(await till.post('/v1/sales', { ...SALE, amount: 16_000 })).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      // Nothing of addresses: by HTTP they say nothing.
      body: {
        ...{ fault: 'E237', field: 'ref', found: '"INV-1"' },
        detail: 'this ref was used for another amount or other items',
      },
    });
    await shop.powerCut();
    await shop.startTerminal();
    const again = await program();
    expect(await again.get('/v1/sales/INV-1')).toMatchObject({ body: { order_id: first.body['order_id'] } });
    const repeated = again.post('/v1/sales?wait=300', SALE);
    const order = await payScanned(shop);
    expect(first.body['order_id']).toBe(order);
    expect((await repeated).body).toMatchObject({ state: 'approved', order_id: order });
    await again.post('/v1/sales/INV-1/ack');
    await shop.reaches(order, 'delivered');
    expect(await again.post('/v1/sales', SALE)).toMatchObject({
      status: 200,
      body: { state: 'approved', order_id: order },
    });
    expectOneCharge(shop);
  }));

it('a paid sale that nobody asks about is owed after its time, and an ack still delivers it', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    await till.post('/v1/sales', SALE);
    const order = await payScanned(shop);
    await shop.until('its answer to have met nobody', () => {
      const { state } = shop.sale(order);
      return state.at === 'delivering' && state.step === 'claim';
    });
    await shop.clock.advance(120_000);
    await shop.reaches(order, 'owed');
    expect(await till.post('/v1/sales/INV-1/ack')).toMatchObject({ status: 200 });
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('an answer that was read and never acknowledged delivers nothing: the sale is owed', () =>
  httpStory({}, async ({ shop, program, waits }) => {
    const till = await program();
    const paid = till.post('/v1/sales?wait=300', SALE);
    const order = await payScanned(shop);
    expect((await paid).body).toMatchObject({ state: 'approved', ack: true });
    await waits.end();
    await shop.until('its silence to be known', () => {
      const { state } = shop.sale(order);
      return state.at === 'delivering' && state.step === 'claim';
    });
    await shop.clock.advance(120_000);
    await shop.reaches(order, 'owed');
    expectOneCharge(shop);
  }));

it('where the ack is assumed, the answer that left delivers; a picture of the QR and an answer to nobody do not', () =>
  httpStory({ apiToml: 'acknowledge = "assumed"' }, async ({ shop, program, waits }) => {
    const till = await program();
    await till.post('/v1/sales', SALE);
    const order = await payScanned(shop);
    await shop.until('its answer to have met nobody', () => {
      const { state } = shop.sale(order);
      return state.at === 'delivering' && state.step === 'claim';
    });
    expect((await till.fetch('/v1/sales/INV-1/qr.png')).status).toBe(409);
    await shop.until('it to wait again', () => {
      const { state } = shop.sale(order);
      return state.at === 'delivering' && state.step === 'claim';
    });
    expect(await till.get('/v1/sales/INV-1')).toMatchObject({ body: { state: 'approved' } });
    await waits.end();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('a program gives its sale up, and hears its end; what it cannot hand over is owed', () =>
  httpStory({}, async ({ shop, program }) => {
    const till = await program();
    const { body } = await till.post('/v1/sales', SALE);
    expect(await till.post('/v1/sales/INV-1/cancel?wait=300')).toMatchObject({
      status: 200,
      body: { state: 'cancelled' },
    });
    expect(booksSay(shop, String(body['order_id']))).toBe('cancel');
    const next = { ref: 'INV-2', amount: 5_000 };
    const paid = till.post('/v1/sales?wait=300', next);
    const order = await payScanned(shop);
    expect((await paid).body).toMatchObject({ state: 'approved' });
    expect(await till.post('/v1/sales/INV-2/ack', { taken: false })).toMatchObject({
      body: { taken: false },
    });
    await shop.reaches(order, 'owed');
    expectMoneyAdded(shop);
  }));

it('money goes back where refunds are on, once; elsewhere the problem says why', async () => {
  const sold = async ({ shop, program }: Parameters<Parameters<typeof httpStory>[1]>[0]) => {
    const till = await program();
    const paid = till.post('/v1/sales?wait=300', SALE);
    const order = await payScanned(shop);
    await paid;
    await till.post('/v1/sales/INV-1/ack');
    await shop.reaches(order, 'delivered');
    return till;
  };
  await httpStory({ toml: '[refund]', sandbox: { posRefund: true } }, async (http) => {
    const till = await sold(http);
    expect(await till.post('/v1/sales/INV-1/refunds', { amount: 5_000 })).toMatchObject({
      status: 409,
      body: { fault: 'E543', sale: { ref: 'INV-1' } },
    });
    const back = { status: 200, body: { state: 'refunded', amount: 15_000 } };
    expect(await till.post('/v1/sales/INV-1/refunds')).toMatchObject(back);
    expect(await till.post('/v1/sales/INV-1/refunds', {})).toMatchObject(back);
    expect(http.shop.sandbox.requestLog.counts()).toMatchObject({ processed: { refund: 1 } });
  });
  await httpStory({ toml: '[refund]' }, async (http) => {
    const till = await sold(http);
    expect(await till.post('/v1/sales/INV-1/refunds')).toMatchObject({
      status: 409,
      body: { fault: 'E541', detail: 'the gateway refused the refund; gopay-pos why has its words' },
    });
  });
  await httpStory({}, async (http) => {
    const till = await sold(http);
    expect(await till.post('/v1/sales/INV-1/refunds')).toMatchObject({
      status: 409,
      body: { fault: 'E542' },
    });
  });
});
