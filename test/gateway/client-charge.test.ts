import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { type Bench, makeBench, ORDER, reply, SERVER_KEY, sample, sampleObject } from './client-kit.js';

let bench: Bench;
beforeEach(async () => {
  bench = await makeBench();
});
afterEach(() => bench.server.stop());

/** What a charge becomes when the gateway answers so. */
async function chargedWith(status: number, body: string, orderId = ORDER.orderId) {
  bench.server.script(reply(status, body));
  return bench.client().charge({ ...ORDER, orderId });
}

describe('a charge that was created', () => {
  it.each([
    ['charge-gopay-201.docs-2017.json', 10_000],
    ['charge-gopay-201.docs-current.json', 10_000],
    ['charge-gopay-201.sandbox-2024.json', 7_000],
    ['charge-qris-201.docs-openapi-2023.json', 100_000],
    ['charge-qris-201.docs-pos-2021.json', 789_000],
    ['charge-qris-201.docs-reference.json', 275_000],
  ])('is read from %s', async (name, amount) => {
    const body = sampleObject(name);
    const outcome = await chargedWith(200, sample(name));
    if (outcome.kind !== 'created') throw new Error(JSON.stringify(outcome));
    expect(outcome.evidence).toMatchObject({
      orderId: body['order_id'],
      transactionId: body['transaction_id'],
      status: 'pending',
      statusCode: '201',
      amount,
      wireAmount: `${amount}.00`,
      currency: 'IDR',
    });
    expect(outcome.qr.pictureUrl).toMatch(/\/v2\/(gopay|qris)\/[0-9a-f-]{36}\/qr-code$/);
    expect(outcome.qr.payload).toBe(body['qr_string']);
  });

  it('has its expiry time under either of its two names', async () => {
    const recorded = await chargedWith(200, sample('charge-gopay-201.sandbox-2024.json'));
    const documented = await chargedWith(200, sample('charge-qris-201.docs-openapi-2023.json'));
    expect(recorded).toMatchObject({ evidence: { expiryTime: '2024-06-22 16:00:39' } });
    expect(documented).toMatchObject({ evidence: { expiryTime: '2023-01-05 11:01:39' } });
  });

  it('takes the picture by its name, wherever it stands and whatever stands before it', async () => {
    const body = sampleObject('charge-gopay-201.docs-current.json');
    const actions = [
      { name: 'generate-qr-code', url: 'gojek://x' },
      null,
      7,
      ...(body['actions'] as object[]),
    ];
    const outcome = await chargedWith(200, JSON.stringify({ ...body, actions: actions.reverse() }));
    expect(outcome).toMatchObject({
      qr: { pictureUrl: 'https://api.midtrans.com/v2/gopay/e48447d1-cfa9-4b02-b163-2e915d4417ac/qr-code' },
    });
  });

  it('falls back to the framed picture, and is still created without any', async () => {
    const body = sampleObject('charge-gopay-201.docs-current.json');
    const framed = (body['actions'] as { name: string }[]).filter((one) => one.name !== 'generate-qr-code');
    expect(await chargedWith(200, JSON.stringify({ ...body, actions: framed }))).toMatchObject({
      qr: { pictureUrl: expect.stringContaining('//v4/qris/gopay/') },
    });
    expect(await chargedWith(200, JSON.stringify({ ...body, actions: undefined }))).toMatchObject({
      kind: 'created',
      qr: {},
    });
  });

  it.each(['35000', '35000.0', 35_000])(
    'is created whatever its amount is written like: %s',
    async (amount) => {
      const body = { ...sampleObject('charge-gopay-201.docs-current.json'), gross_amount: amount };
      expect(await chargedWith(200, JSON.stringify(body))).toMatchObject({
        kind: 'created',
        evidence: { amount: 35_000 },
      });
    },
  );

  it('may be about another order: the core judges that, with the evidence in hand', async () => {
    const outcome = await chargedWith(200, sample('charge-gopay-201.sandbox-2024.json'), 'T01-ANOTHER');
    expect(outcome).toMatchObject({
      kind: 'created',
      evidence: { orderId: 'c3a7298e-6dfa-4c8e-8578-de1a403591ab' },
    });
  });
});

describe('a denial', () => {
  it('carries the channel code and is retriable for 900', async () => {
    const outcome = await chargedWith(200, sample('derived/charge-gopay-deny.json'), 'order102');
    expect(outcome).toEqual({
      kind: 'denied',
      code: '900',
      message: 'GO-PAY transaction is rejected',
      retriable: true,
    });
  });

  it('is not retriable for any other channel code', async () => {
    const body = { ...sampleObject('derived/charge-gopay-deny.json'), channel_response_code: '112' };
    const outcome = await chargedWith(200, JSON.stringify(body), 'order102');
    expect(outcome).toMatchObject({ kind: 'denied', code: '112', retriable: false });
  });

  it('is believed from the documented fragment, which names no order', async () => {
    const fragment = {
      status_code: '202',
      status_message: 'rejected',
      transaction_status: 'DENY',
      channel_response_code: '900',
    };
    expect(await chargedWith(200, JSON.stringify(fragment))).toMatchObject({ kind: 'denied', code: '900' });
  });

  it('of another order is no word about ours', async () => {
    const outcome = await chargedWith(200, sample('derived/charge-gopay-deny.json'));
    expect(outcome).toMatchObject({ kind: 'unknown', fault: { kind: 'unanswered', code: 568 } });
  });
});

describe('a refusal', () => {
  it.each([
    ['error-400-validation.json', 400, 502],
    ['error-401.docs-2023.json', 401, 501],
    ['error-401.thirdparty-2026.json', 401, 501],
    ['derived/error-402.json', 402, 503],
    ['derived/error-410.json', 410, 504],
    ['derived/error-413.json', 413, 502],
  ])('is final for %s, told by HTTP or only in the body', async (name, http, code) => {
    const expected = { kind: 'refused', fault: { kind: 'refused', code } };
    expect(await chargedWith(http, sample(name))).toMatchObject(expected);
    expect(await chargedWith(200, sample(name))).toMatchObject(expected);
  });

  it('says which field was wrong', async () => {
    expect(await chargedWith(400, sample('error-400-validation.json'))).toMatchObject({
      fault: { detail: expect.stringContaining('transaction_details.order_id is required') },
    });
  });

  it('needs no status_code where the HTTP status speaks', async () => {
    expect(await chargedWith(401, '{"message":"Unauthorized"}')).toMatchObject({ kind: 'refused' });
  });

  it('is not what a used order id is, in whatever code it is told: a transaction exists', async () => {
    const body = {
      status_code: '400',
      status_message: 'One or more parameters in the payload is invalid.',
      validation_messages: ['transaction_details.order_id sudah digunakan'],
    };
    expect(await chargedWith(400, JSON.stringify(body))).toMatchObject({
      kind: 'unknown',
      fault: { kind: 'unanswered', code: 567 },
    });
  });
});

describe('everything else about a charge is unknown', () => {
  const html = '<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>';
  const created = () => sample('charge-gopay-201.sandbox-2024.json');
  const without = (field: string) =>
    JSON.stringify({ ...sampleObject('charge-gopay-201.sandbox-2024.json'), [field]: undefined });
  const withAmount = (amount: unknown) =>
    JSON.stringify({ ...sampleObject('charge-gopay-201.sandbox-2024.json'), gross_amount: amount });

  it.each<[string, number, () => string, string, number]>([
    ['a used order id', 200, () => sample('error-406-duplicate-order.json'), 'unanswered', 567],
    ['an empty 202 while an earlier try is in process', 202, () => '', 'unanswered', 564],
    ['a 202 that says nothing', 202, () => '{"status_code":"202"}', 'unanswered', 567],
    ['a pending answer under 202', 202, () => created().replace('"201"', '"202"'), 'unanswered', 567],
    ['the rate limiter', 429, () => sample('error-429.json'), 'temporary', 565],
    [
      'a connection problem of the bank',
      503,
      () => sample('derived/error-503-charge.json'),
      'unanswered',
      566,
    ],
    ['the same under HTTP 200', 200, () => sample('derived/error-503-charge.json'), 'unanswered', 566],
    ['an internal error', 500, () => sample('derived/error-500.json'), 'unanswered', 566],
    ['a refusal inside a 502', 502, () => sample('error-400-validation.json'), 'unanswered', 566],
    ['a created charge inside a 500', 500, created, 'unanswered', 566],
    ['a denial inside a 502', 502, () => sample('derived/charge-gopay-deny.json'), 'unanswered', 566],
    ['a created charge inside a 404', 404, created, 'unanswered', 568],
    ['HTML of a proxy', 502, () => html, 'unanswered', 564],
    ['HTML under 200, as of a login page', 200, () => html, 'unanswered', 853],
    ['HTML under 400', 400, () => html, 'unanswered', 564],
    ['HTML under 401', 401, () => html, 'unanswered', 564],
    ['nothing under 200', 200, () => '', 'unanswered', 564],
    ['half an answer', 200, () => created().slice(0, 300), 'unanswered', 564],
    ['an array', 200, () => '[]', 'unanswered', 564],
    ['a string', 200, () => '"ok"', 'unanswered', 564],
    ['null', 200, () => 'null', 'unanswered', 564],
    ['an unknown code', 200, () => '{"status_code":"299"}', 'unanswered', 568],
    ['404 on a charge', 200, () => sample('error-404.recorded-2019.json'), 'unanswered', 568],
    ['no order id', 200, () => without('order_id'), 'unanswered', 564],
    ['no transaction id', 200, () => without('transaction_id'), 'unanswered', 564],
    ['no amount', 200, () => without('gross_amount'), 'unanswered', 564],
    ['no transaction status', 200, () => without('transaction_status'), 'unanswered', 564],
    ['a fraction of a rupiah', 200, () => withAmount('7000.50'), 'unanswered', 564],
    ['an invented status', 200, () => created().replace('"pending"', '"floating"'), 'unanswered', 564],
  ])('%s', async (_title, http, body, kind, code) => {
    expect(await chargedWith(http, body())).toMatchObject({ kind: 'unknown', fault: { kind, code } });
  });

  it('is asked for once only: whether to send it again is not the client’s to decide', async () => {
    await chargedWith(503, sample('derived/error-503-charge.json'));
    await chargedWith(429, sample('error-429.json'));
    expect(bench.server.seen).toHaveLength(2);
  });

  it('keeps a hostile message on one line and short', async () => {
    const message = `\n\u2028${'x'.repeat(5000)}`;
    const outcome = await chargedWith(200, JSON.stringify({ status_code: '299', status_message: message }));
    if (outcome.kind !== 'unknown') throw new Error(outcome.kind);
    expect(outcome.fault.detail).not.toMatch(/[\n\r\u2028]/);
    expect(outcome.fault.detail.length).toBeLessThan(400);
  });
});

describe('the request of a charge', () => {
  async function sent(options = {}, order = {}) {
    bench.server.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    await bench.client(options).charge({ ...ORDER, ...order });
    const request = bench.server.last();
    return { request, body: JSON.parse(request.body) as Record<string, unknown> };
  }

  it('is the documented minimum and where the sale came from', async () => {
    const { request, body } = await sent();
    expect(request).toMatchObject({ method: 'POST', url: '/v2/charge' });
    expect(request.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`${SERVER_KEY}:`).toString('base64')}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'idempotency-key': ORDER.idempotencyKey,
    });
    expect(request.headers['x-override-notification']).toBeUndefined();
    expect(body).toEqual({
      payment_type: 'gopay',
      transaction_details: { order_id: ORDER.orderId, gross_amount: 15_000 },
      custom_field1: 'T01',
      custom_field2: 'keypad',
    });
    expect(request.body).toContain('"gross_amount":15000}');
  });

  it('carries what the shop asked for, with items that add up to the amount', async () => {
    const { request, body } = await sent(
      {
        paymentType: 'qris',
        customExpirySeconds: 900,
        itemName: 'Kopi susu gula aren, ukuran besar, dengan dua tambahan espresso',
        customer: { firstName: 'Budi', phone: '081223323423' },
        metadata: { shop: 'Kedai' },
        notificationUrls: ['https://a.example/n', 'https://b.example/n'],
      },
      { reference: 'INV-7', source: 'register' },
    );
    expect(request.headers['x-override-notification']).toBe('https://a.example/n,https://b.example/n');
    expect(body).toMatchObject({
      payment_type: 'qris',
      qris: { acquirer: 'gopay' },
      customer_details: { first_name: 'Budi', phone: '081223323423' },
      custom_field1: 'T01',
      custom_field2: 'register',
      custom_field3: 'INV-7',
      metadata: { shop: 'Kedai' },
    });
    expect(body['custom_expiry']).toEqual({ expiry_duration: 900, unit: 'second' });
    const items = body['item_details'] as { price: number; quantity: number; name: string }[];
    expect(items.reduce((sum, item) => sum + item.price * item.quantity, 0)).toBe(15_000);
    expect(items[0]?.name).toHaveLength(50);
  });

  it('names what was chosen, each line at its price, in the place of the one item of the configuration', async () => {
    const name = { id: `${'K'.repeat(49)}☕☕`, en: 'Coffee' };
    const { body } = await sent(
      { itemName: 'Penjualan' },
      {
        items: [
          { id: 'kopi', name, price: rupiah(4_000), quantity: 3, group: 'Minuman' },
          { id: 'air', name: { id: 'Air', en: 'Water' }, price: rupiah(3_000), quantity: 1 },
          { id: 'bonus', name: { id: 'Bonus', en: 'Bonus' }, price: rupiah(0), quantity: 999 },
        ],
      },
    );
    expect(body['item_details']).toEqual([
      { id: 'kopi', price: 4_000, quantity: 3, name: `${'K'.repeat(49)}☕`, category: 'Minuman' },
      { id: 'air', price: 3_000, quantity: 1, name: 'Air' },
      { id: 'bonus', price: 0, quantity: 999, name: 'Bonus' },
    ]);
  });

  it('agrees with Midtrans’ documented example when that is asked for', async () => {
    const { body } = await sent(
      {
        itemName: 'Bluedio H+ Turbine Headphone with Bluetooth 4.1 -',
        customer: {
          firstName: 'Budi',
          lastName: 'Utomo',
          email: 'budi.utomo@midtrans.com',
          phone: '081223323423',
        },
      },
      { orderId: 'order03', amount: rupiah(275_000) },
    );
    const {
      gopay: _deeplinkOnly,
      item_details: items,
      ...documented
    } = sampleObject('request-charge-gopay-full.json') as { gopay: unknown; item_details: object[] };
    expect(body).toMatchObject(documented);
    expect((body['item_details'] as object[])[0]).toMatchObject({ ...items[0], id: 'sale' });
  });

  it.each([19, 604_801, 900.5])('is never made with an expiry of %d seconds', (customExpirySeconds) => {
    expect(() => bench.client({ customExpirySeconds })).toThrow(/customExpirySeconds/);
  });

  it('is never made with a key that Midtrans would ignore', async () => {
    const charge = bench.client().charge({ ...ORDER, idempotencyKey: 'k'.repeat(47) });
    await expect(charge).rejects.toThrow(/Idempotency-Key/);
    expect(bench.server.seen).toHaveLength(0);
  });

  it('is never made to an address with a credential in it, or with more than three notification addresses', () => {
    expect(() => bench.client({ baseUrl: 'https://key:secret@api.example' })).toThrow(
      /must not hold a credential/,
    );
    expect(() => bench.client({ baseUrl: 'ftp://api.example' })).toThrow(/neither https nor http/);
    expect(() => bench.client({ notificationUrls: Array(4).fill('https://a.example') })).toThrow(/three/);
  });
});
