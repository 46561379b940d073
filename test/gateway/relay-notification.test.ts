import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNotice } from '../../src/mqtt/envelope.js';
import { sample } from './client-kit.js';
import { makeRelay, notification, ORDER_ID, type RelayBench } from './relay-kit.js';

let bench: RelayBench;
beforeEach(async () => {
  bench = await makeRelay();
});
afterEach(() => bench.stop());

const counted = (outcome: string) =>
  bench.metric(`gopay_pos_relay_notifications_total{outcome="${outcome}"}`);

describe('a notification of one of our orders', () => {
  it('rings its terminal and is answered 200 after the broker has the notice', async () => {
    let acknowledge: () => void = () => undefined;
    bench.publisher.answer = () =>
      new Promise((resolve) => {
        acknowledge = () => resolve({ kind: 'acknowledged', reached: true });
      });
    const heard = bench.publisher.nextPublish();
    let answered = false;
    const posting = bench.post('/notify', notification(ORDER_ID)).then((response) => {
      answered = true;
      return response;
    });
    await heard;
    await bench.get('/healthz');
    expect(answered).toBe(false);
    acknowledge();
    expect((await posting).status).toBe(200);

    const [message] = bench.publisher.published;
    expect(message?.topic).toBe('gopay-pos/v1/G141532850/T01/notice');
    expect(parseNotice(message?.payload ?? '')).toEqual({
      ok: true,
      value: {
        id: expect.stringMatching(/^[0-9a-f]{22}settlement$/),
        at: '2026-11-22T05:00:00.000Z',
        expiresAt: '2026-11-22T05:20:00.000Z',
        orderId: ORDER_ID,
        says: 'settlement',
        said: expect.stringMatching(/^[0-9a-f]{22}settlement$/),
      },
    });
    expect(await counted('published')).toBe(1);
  });

  it('makes a new notice when it says something new', async () => {
    await bench.post('/notify', notification(ORDER_ID, { transaction_status: 'pending' }));
    await bench.post('/notify', notification(ORDER_ID));
    const ids = bench.publisher.published.map(({ payload }) => JSON.parse(payload).id);
    expect(new Set(ids).size).toBe(2);
  });

  it('makes a new notice when a settlement that was doubted is accepted', async () => {
    await bench.post('/notify', notification(ORDER_ID, { fraud_status: 'challenge' }));
    await bench.post('/notify', notification(ORDER_ID));
    const said = bench.publisher.published.map(({ payload }) => JSON.parse(payload).said);
    expect(new Set(said).size).toBe(2);
  });

  it.each([
    ['refused', { kind: 'refused', reason: 135 } as const],
    ['unacknowledged', { kind: 'unanswered', why: 'no connection' } as const],
  ])(
    'is answered 502 when the publish was %s, so that Midtrans tries five times',
    async (outcome, answer) => {
      bench.publisher.answer = () => Promise.resolve(answer);
      expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(502);
      expect(await counted(outcome)).toBe(1);
      expect(await counted('published')).toBe(0);
    },
  );

  it('is answered 502 even when the publisher breaks its promise and throws', async () => {
    bench.publisher.answer = () => Promise.reject(new Error('socket gone'));
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(502);
    expect(await counted('unacknowledged')).toBe(1);
  });

  it('is taken the next time where the publisher threw at once', async () => {
    bench.publisher.answer = () => {
      throw new Error('a bug');
    };
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(502);
    expect(bench.log.lines.join()).toContain('error a request failed by our own fault: a bug');
    bench.publisher.answer = () => Promise.resolve({ kind: 'acknowledged' });
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(200);
  });

  it('is answered 200 and counted when no session holds the notice: the terminal polls', async () => {
    bench.publisher.answer = () => Promise.resolve({ kind: 'acknowledged', reached: false });
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(200);
    expect(await counted('unreached')).toBe(1);
  });

  it('is published once, however often it comes and also while the broker thinks; again where it was not taken', async () => {
    bench.publisher.answer = () => Promise.resolve({ kind: 'unanswered', why: 'no connection' });
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(502);
    let acknowledge: () => void = () => undefined;
    bench.publisher.answer = () =>
      new Promise((resolve) => {
        acknowledge = () => resolve({ kind: 'acknowledged' });
      });
    const heard = bench.publisher.nextPublish();
    const first = bench.post('/notify', notification(ORDER_ID));
    await heard;
    const second = bench.post('/notify', notification(ORDER_ID));
    await bench.get('/healthz');
    acknowledge();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(2);
    expect(await counted('known')).toBeGreaterThanOrEqual(1);
    // Ten minutes later its terminal may have been restored from an old card: it rings again.
    bench.publisher.answer = () => Promise.resolve({ kind: 'acknowledged' });
    bench.clock.advance(600_000);
    expect((await bench.post('/notify', notification(ORDER_ID))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(3);
  });

  it('is answered 502 beyond ten different ones a minute about one order', async () => {
    const refund = (amount: number) => notification(ORDER_ID, { refund_amount: `${amount}.00` });
    for (let amount = 1; amount <= 10; amount += 1)
      expect((await bench.post('/notify', refund(amount))).status).toBe(200);
    expect((await bench.post('/notify', refund(11))).status).toBe(502);
    expect((await bench.post('/notify', refund(10))).status).toBe(200);
    expect(await counted('crowded')).toBe(1);
    bench.clock.advance(60_000);
    expect((await bench.post('/notify', refund(11))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(11);
  });

  it('rings terminals that this relay has not enrolled: another relay may have', async () => {
    const orderId = 'ELSEWHERE-01JDA3Z1000000000000000000';
    expect((await bench.post('/notify', notification(orderId))).status).toBe(200);
    expect(bench.publisher.published[0]?.topic).toBe('gopay-pos/v1/G141532850/ELSEWHERE/notice');
  });

  it('passes on no more of the unsigned status than a plain word', async () => {
    for (const says of ['SETTLEMENT', 'PENDING', '"}\n#/+', 'x'.repeat(50_000), 7, null, undefined])
      expect((await bench.post('/notify', notification(ORDER_ID, { transaction_status: says }))).status).toBe(
        200,
      );
    const said = bench.publisher.published.map(({ payload }) => JSON.parse(payload).says);
    expect(said).toEqual(['settlement', 'pending', 'other']);
  });

  it('is taken at its path with a slash behind it, too', async () => {
    expect((await bench.post('/notify/', notification(ORDER_ID))).status).toBe(200);
    expect(bench.publisher.published).toHaveLength(1);
  });

  it.each(['text/plain', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', ''])(
    'is read by its bytes, whatever its label (%s)',
    async (type) => {
      const response = await bench.post('/notify', notification(ORDER_ID), { 'Content-Type': type });
      expect(response.status).toBe(200);
      expect(bench.publisher.published).toHaveLength(1);
    },
  );
});

describe('a notification that changes nothing', () => {
  afterEach(() => expect(bench.publisher.published).toEqual([]));

  it.each([
    'notif-settlement.agent-skills-signed.json',
    'notif-pending.agent-skills-signed.json',
    'notif-expire.agent-skills-signed.json',
    'notif-partial-refund.agent-skills-signed.json',
  ])(
    'is one of an order that is none of ours: 502, so that Midtrans keeps it, and a word for the operator (%s)',
    async (name) => {
      expect((await bench.post('/notify', sample(name))).status).toBe(502);
      expect(await counted('foreign')).toBe(1);
      expect(bench.log.lines.join()).toMatch(/warn E684 .*relay\.forward_url is not set/);
      expect(bench.relay.status()).toMatch(/E684 1 notifications of other sales not taken/);
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ['another signature', { signature_key: 'a'.repeat(128) }],
    ['a signature of another length', { signature_key: 'abc' }],
    ['another amount', { gross_amount: '1.00' }],
    ['the amount in another form', { gross_amount: '15000' }],
    ['another code', { status_code: '202' }],
    ['the signature of another order', { order_id: 'T01-01JDA3Z1000000000000000001' }],
  ])('has %s: 403', async (_title, overrides) => {
    expect((await bench.post('/notify', notification(ORDER_ID, overrides))).status).toBe(403);
    expect(await counted('bad_signature')).toBe(1);
  });

  it('is signed wrongly and none of ours: 403 all the same', async () => {
    const body = notification('ORDER-1', { signature_key: 'a'.repeat(128) });
    expect((await bench.post('/notify', body)).status).toBe(403);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['half a JSON', notification(ORDER_ID).slice(0, 80)],
    ['an array', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['no signature', notification(ORDER_ID, { signature_key: undefined })],
    ['an amount that is a number', notification(ORDER_ID, { gross_amount: 15000 })],
    ['an order id that is none', notification(ORDER_ID, { order_id: ['x'] })],
  ])('is %s: 400', async (_title, body) => {
    expect((await bench.post('/notify', body)).status).toBe(400);
    expect(await counted('malformed')).toBe(1);
  });

  it('is larger than 64 KiB: 413, read no further', async () => {
    const body = notification(ORDER_ID, { padding: 'x'.repeat(64 * 1024) });
    expect((await bench.post('/notify', body)).status).toBe(413);
    expect(await counted('too_large')).toBe(1);
  });

  it('comes by GET: no such path', async () => {
    expect((await bench.get('/notify')).status).toBe(404);
  });
});

describe('the door', () => {
  it('stands at a path of one’s choice', async () => {
    const other = await makeRelay({ notifyPath: '/midtrans/in' });
    expect((await other.post('/midtrans/in', notification(ORDER_ID))).status).toBe(200);
    expect((await other.post('/notify', notification(ORDER_ID))).status).toBe(404);
    await other.stop();
  });
});
