import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signatureOf } from '../../src/midtrans/signature.js';
import { reply, reset, ScriptedServer, SERVER_KEY, sample, silence } from './client-kit.js';
import { makeRelay, notification, ORDER_ID, type RelayBench } from './relay-kit.js';

let shop: ScriptedServer;
let bench: RelayBench;
beforeEach(async () => {
  shop = new ScriptedServer();
  bench = await makeRelay({ forwardUrl: `${await shop.start()}/midtrans/n` });
});
afterEach(async () => {
  await bench.stop();
  await shop.stop();
});

const counted = (outcome: string) =>
  bench.metric(`gopay_pos_relay_notifications_total{outcome="${outcome}"}`);
const SHOPS = notification('INV/2026-11/4711');

describe('a notification that is not of our terminals', () => {
  it('goes on to relay.forward_url byte for byte, and its answer comes back', async () => {
    const odd = SHOPS.replace('{', '{ "note" : "ä€",\n');
    shop.script(reply(201, 'thanks', { 'Content-Type': 'text/x-thanks' }));
    const response = await bench.post('/notify', odd);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      201,
      'text/x-thanks',
      'thanks',
    ]);
    const { method, url, body, headers } = shop.last();
    expect([method, url, body]).toEqual(['POST', '/midtrans/n', odd]);
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(headers.authorization).toBeUndefined();
    expect(bench.publisher.published).toEqual([]);
    expect(await counted('forwarded')).toBe(1);
  });

  it('goes on again when Midtrans sends it again: only its receiver knows whether it has it', async () => {
    shop.script(reply(500, 'no'), reply(200, 'ok'));
    expect((await bench.post('/notify', SHOPS)).status).toBe(500);
    expect((await bench.post('/notify', SHOPS)).status).toBe(200);
  });

  it('may have no order at all: accounts and subscriptions', async () => {
    shop.script(reply(200, 'ok'));
    const subscription = '{"id":"d98a63b8","name":"MONTHLY_2026","status":"active"}';
    expect((await bench.post('/notify', subscription)).status).toBe(200);
    expect(shop.last().body).toBe(subscription);
  });

  it('without an order, and without an address to go to, is kept by Midtrans, and is no sale in the status', async () => {
    const alone = await makeRelay();
    expect((await alone.post('/notify', '{}')).status).toBe(502);
    expect(await alone.metric('gopay_pos_relay_notifications_total{outcome="malformed"}')).toBe(1);
    expect(alone.relay.status()).toBe('2 terminals, broker good');
    await alone.stop();
  });

  it.each([
    ['is away', reset, undefined],
    ['redirects', reply(308, '', { Location: 'https://shop.example/' }), undefined],
    ['answers without end', reply(200, 'x'.repeat(70_000)), undefined],
  ])('is kept by Midtrans when its receiver %s', async (_title, behaviour) => {
    shop.script(behaviour);
    expect((await bench.post('/notify', SHOPS)).status).toBe(502);
    expect(await counted('foreign')).toBe(1);
    expect(bench.log.lines.join('\n')).toMatch(/warn E684 .*relay\.forward_url: /);
  });

  it('is kept by Midtrans when its receiver says nothing for 4 s', async () => {
    shop.script(silence);
    const arrived = shop.nextRequest();
    const posting = bench.post('/notify', SHOPS);
    await arrived;
    expect(bench.timers.waiting()).toContain(4_000);
    bench.timers.ringAll();
    expect((await posting).status).toBe(502);
  });

  it('does not go round: what was forwarded once is not forwarded again', async () => {
    expect((await bench.post('/notify', SHOPS, { 'X-Gopay-Pos-Forwarded': '1' })).status).toBe(502);
    expect(shop.seen).toEqual([]);
    shop.script(reply(200, ''));
    await bench.post('/notify', SHOPS);
    expect(shop.last().headers['x-gopay-pos-forwarded']).toBe('1');
  });

  it('is forwarded sixteen at a time; Midtrans keeps the rest', async () => {
    let came = 0;
    const full = new Promise<void>((resolve) => {
      const hold: typeof silence = () => {
        came += 1;
        if (came === 16) resolve();
      };
      shop.script(...Array.from({ length: 16 }, () => hold));
    });
    const posting = Array.from({ length: 16 }, () => bench.post('/notify', SHOPS));
    await full;
    expect((await bench.post('/notify', SHOPS)).status).toBe(502);
    bench.timers.ringAll();
    await Promise.all(posting);
    shop.script(reply(200, ''));
    expect((await bench.post('/notify', SHOPS)).status).toBe(200);
  });

  it('with a wrong signature goes nowhere', async () => {
    expect(
      (await bench.post('/notify', notification('INV-1', { signature_key: 'a'.repeat(128) }))).status,
    ).toBe(403);
    expect(shop.seen).toEqual([]);
  });
});

describe('the same notification again', () => {
  it('is published once, also where all come at once, and answered 200 each time', async () => {
    const all = await Promise.all(
      Array.from({ length: 200 }, () => bench.post('/notify', notification(ORDER_ID))),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    for (let i = 0; i < 20; i += 1)
      expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(1);
    bench.clock.advance(600_000);
    await bench.post('/notify', notification(ORDER_ID));
    expect(bench.publisher.published).toHaveLength(2);
  });

  it('that claims another status hides no true one: what is signed is part of what it says', async () => {
    const signed = { orderId: ORDER_ID, statusCode: '201', grossAmount: '15000.00' };
    const pending = { status_code: '201', signature_key: signatureOf(signed, SERVER_KEY) };
    await bench.post('/notify', notification(ORDER_ID, pending));
    await bench.post('/notify', notification(ORDER_ID));
    await bench.post('/notify', notification(ORDER_ID));
    const told = bench.publisher.published.map(
      ({ payload }) => JSON.parse(payload) as Record<string, string>,
    );
    expect(told.map(({ says }) => says)).toEqual(['settlement', 'settlement']);
    expect(new Set(told.map(({ said }) => said)).size).toBe(2);
  });

  it('is published again where the broker had not taken it', async () => {
    bench.publisher.answer = () => Promise.resolve({ kind: 'unanswered', why: 'away' });
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(502);
    bench.publisher.answer = () => Promise.resolve({ kind: 'acknowledged' });
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(2);
  });

  it('is another one where another refund stands in it, and ten a minute are enough of one order', async () => {
    const refunded = (amount: number) =>
      notification(ORDER_ID, {
        transaction_status: 'partial_refund',
        refund_amount: `${amount}.00`,
        refunds: [{ refund_key: `r${amount}`, refund_amount: `${amount}.00` }],
      });
    const statuses: number[] = [];
    for (let i = 1; i <= 12; i += 1) {
      statuses.push((await bench.post('/notify', refunded(i))).status);
      statuses.push((await bench.post('/notify', refunded(i))).status);
    }
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(statuses.slice(20)).toEqual([502, 502, 502, 502]);
    const said = bench.publisher.published.map(({ payload }) => JSON.parse(payload).said);
    expect(new Set(said).size).toBe(10);
    expect((await bench.post('/notify', notification('T01-01JDA3Z1000000000000000009'))).status).toBe(200);
    bench.clock.advance(60_000);
    expect((await bench.post('/notify', refunded(12))).status).toBe(200);
  });
});

describe('the address of the door', () => {
  it('is the same with a slash at its end', async () => {
    expect((await bench.post('/notify/', notification(ORDER_ID))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(1);
    expect(
      (await bench.post('/notify/more', sample('notif-settlement.agent-skills-signed.json'))).status,
    ).toBe(404);
  });
});
