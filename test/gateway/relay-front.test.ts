import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { PictureAddresses } from '../../src/relay/picture-url.js';
import { Terminals } from '../../src/relay/terminals.js';
import { reply, reset, SERVER_KEY, sample, sampleObject, silence } from './client-kit.js';
import { AUTHORIZATION, chargeBody, makeRelay, ORDER_ID, REFUND, type RelayBench } from './relay-kit.js';

let bench: RelayBench;
beforeEach(async () => {
  bench = await makeRelay({ refund: REFUND });
});
afterEach(() => bench.stop());

const asT01 = { Authorization: AUTHORIZATION };
const asT02 = { Authorization: basicAuthorization('T02', 'other-token') };
const query = (paymentType: string, transactionId: string) =>
  `terminal=T01&mark=${new PictureAddresses(SERVER_KEY).markOf('T01', { paymentType, transactionId })}`;
const created = sample('charge-gopay-201.sandbox-2024.json');
const counted = (operation: string, outcome: string) =>
  bench.metric(`gopay_pos_relay_requests_total{operation="${operation}",outcome="${outcome}"}`);

describe('a charge through the relay', () => {
  it('goes out with the server key, our notification address and the terminal’s idempotency key', async () => {
    bench.upstream.script(reply(200, created));
    await bench.post('/v2/charge', chargeBody(), {
      ...asT01,
      'Idempotency-Key': `${ORDER_ID}-ch`,
      'X-Override-Notification': 'https://evil.example/',
      'X-Append-Notification': 'https://evil.example/',
      'X-Something': 'else',
      Cookie: 'a=b',
    });
    const { method, url, headers, body } = bench.upstream.last();
    expect(`${method} ${url}`).toBe('POST /v2/charge');
    expect(headers).toMatchObject({
      authorization: basicAuthorization(SERVER_KEY, ''),
      'idempotency-key': `${ORDER_ID}-ch`,
      'x-override-notification': `${bench.url}/notify`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(Object.keys(headers).join()).not.toMatch(/append|something|cookie/);
    expect(JSON.parse(body)).toEqual(JSON.parse(chargeBody()));
  });

  it('comes back byte for byte, but for the address of the picture', async () => {
    bench.upstream.script(reply(200, created));
    const response = await bench.post('/v2/charge', chargeBody(), asT01);
    const picture = '/v2/gopay/98cca833-5d68-4bcb-b6c2-eb65dd2ee892/qr-code';
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      created.replace(
        `https://api.sandbox.midtrans.com${picture}`,
        `${bench.url}${picture}?${query('gopay', '98cca833-5d68-4bcb-b6c2-eb65dd2ee892')}`,
      ),
    );
  });

  it('keeps bytes that are no good UTF-8 and slashes that are escaped', async () => {
    const url = 'https:\\/\\/api.midtrans.com\\/v2\\/qris\\/abc-1\\/qr-code';
    const before = `{"x":"`;
    const after = `","actions":[{"name":"generate-qr-code","url":"${url}"}]}`;
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0xa9]), Buffer.from(after)]);
    bench.upstream.script(reply(200, bytes));
    const response = await bench.post('/v2/charge', chargeBody(), asT01);
    const expected = after.replace(url, `${bench.url}/v2/qris/abc-1/qr-code?${query('qris', 'abc-1')}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(
      Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0xa9]), Buffer.from(expected)]),
    );
  });

  it('leaves an address alone that the relay could not serve', async () => {
    const body = sampleObject('charge-gopay-201.docs-current.json');
    const actions = (body['actions'] as { name: string }[]).filter(({ name }) => name !== 'generate-qr-code');
    const v2Only = JSON.stringify({ ...body, actions });
    const odd = created.replace('/qr-code"', '/qr-code?size=2"');
    for (const text of [v2Only, odd]) {
      bench.upstream.script(reply(200, text));
      expect(await (await bench.post('/v2/charge', chargeBody(), asT01)).text()).toBe(text);
    }
  });

  it('uses the public address where one is set', async () => {
    const other = await makeRelay({ publicUrl: 'https://relay.example/pos/' });
    other.upstream.script(reply(200, created));
    const response = await other.post('/v2/charge', chargeBody(), asT01);
    expect(await response.text()).toContain('"https://relay.example/pos/v2/gopay/98cca833');
    expect(other.upstream.last().headers['x-override-notification']).toBe('https://relay.example/pos/notify');
    await other.stop();
  });

  it('is written anew, so that a key that stands twice has one meaning', async () => {
    bench.upstream.script(reply(200, created));
    const twice = `{"payment_type":"gopay","transaction_details":{"order_id":"T99-X","gross_amount":1},${chargeBody().slice(1)}`;
    await bench.post('/v2/charge', twice, asT01);
    expect(bench.upstream.last().body).not.toContain('T99');
  });

  it.each<[string, number, string]>([
    ['a refusal', 400, sample('error-400-validation.json')],
    ['a used order id', 200, sample('error-406-duplicate-order.json')],
    ['the rate limiter', 429, sample('error-429.json')],
    ['trouble', 503, sample('derived/error-503-charge.json')],
    ['HTML', 502, '<html>bad gateway</html>'],
    ['nothing', 202, ''],
  ])('passes on %s as it came', async (_title, status, body) => {
    bench.upstream.script(reply(status, body, { 'Content-Type': 'text/weird' }));
    const response = await bench.post('/v2/charge', chargeBody(), asT01);
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      status,
      body,
      'text/weird',
    ]);
    expect(await counted('charge', 'passed')).toBe(1);
  });
});

describe('a charge that the relay refuses', () => {
  afterEach(() => expect(bench.upstream.seen).toEqual([]));

  it.each([
    ['no credential', {}],
    ['a wrong token', { Authorization: basicAuthorization('T01', 'wrong') }],
    ['the token of another', { Authorization: basicAuthorization('T02', 'a-token-of-terminal-T01') }],
    ['an unknown name', { Authorization: basicAuthorization('T03', 'x') }],
    ['no name and no token', { Authorization: basicAuthorization('', '') }],
    ['the server key', { Authorization: basicAuthorization(SERVER_KEY, '') }],
    ['another scheme', { Authorization: 'Bearer a-token-of-terminal-T01' }],
  ])('has %s', async (_title, headers) => {
    const response = await bench.post('/v2/charge', chargeBody(), headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      status_code: '401',
      status_message: expect.stringMatching(/^E673 /),
    });
    expect(await counted('charge', 'unauthorized')).toBe(1);
  });

  it.each([
    ['another terminal', 'T02-01JDA3Z1000000000000000000'],
    ['a terminal whose name begins alike', 'T011-01JDA3Z1000000000000000000'],
    ['nobody', 'ORDER-1'],
    ['us, but in a form that no notification would find', 'T01-order7'],
  ])('has the order id of %s', async (_title, orderId) => {
    const response = await bench.post('/v2/charge', chargeBody(orderId), asT01);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      status_code: '400',
      status_message: expect.stringMatching(/^E674 /),
    });
    expect(await counted('charge', 'foreign_order')).toBe(1);
  });

  it('is above the limit of all, or of this terminal', async () => {
    const all = await bench.post('/v2/charge', chargeBody(ORDER_ID, 10_000_001), asT01);
    expect([all.status, await all.json()]).toMatchObject([
      400,
      {
        status_code: '400',
        status_message: 'E675 Amount Rp10.000.001 is above the limit of Rp10.000.000',
      },
    ]);
    const own = await bench.post('/v2/charge', chargeBody(ORDER_ID.replace('T01', 'T02'), 50_001), asT02);
    expect(await own.json()).toMatchObject({ status_message: expect.stringContaining('Rp50.000') });
    expect(await counted('charge', 'above_limit')).toBe(2);
  });

  it.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['another way to pay', chargeBody().replace('gopay', 'credit_card')],
    ['no details', '{"payment_type":"gopay"}'],
    ['details that are a list', '{"payment_type":"gopay","transaction_details":[1]}'],
    ['an amount in text', chargeBody(ORDER_ID, '15000')],
    ['half a rupiah', chargeBody(ORDER_ID, 1.5)],
    ['nothing to pay', chargeBody(ORDER_ID, 0)],
    ['a negative amount', chargeBody(ORDER_ID, -15_000)],
  ])('is %s', async (_title, body) => {
    const response = await bench.post('/v2/charge', body, asT01);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      status_code: '400',
      status_message: expect.stringMatching(/^E679 /),
    });
  });

  it('has an idempotency key that Midtrans would ignore', async () => {
    const response = await bench.post('/v2/charge', chargeBody(), {
      ...asT01,
      'Idempotency-Key': 'k'.repeat(47),
    });
    expect(response.status).toBe(400);
  });
});

describe('the charges of one minute', () => {
  const order = (last: number) => ORDER_ID.slice(0, -1) + String(last);

  it('are bounded for each terminal, the same order again is free, and a minute later there is room', async () => {
    bench.upstream.script(reply(200, created));
    const charge = async (last: number, headers = asT01, name = 'T01') =>
      (await bench.post('/v2/charge', chargeBody(order(last).replace('T01', name)), headers)).status;
    expect([await charge(1), await charge(2), await charge(3), await charge(4)]).toEqual([
      200, 200, 200, 429,
    ]);
    expect([await charge(3), await charge(1), await charge(5)]).toEqual([200, 200, 429]);
    expect(await charge(1, asT02, 'T02')).toBe(200);
    bench.clock.advance(59_999);
    expect(await charge(6)).toBe(429);
    bench.clock.advance(1);
    expect(await charge(6)).toBe(200);
    expect(await counted('charge', 'too_many')).toBe(3);
  });

  it('are refused in words', async () => {
    bench.upstream.script(reply(200, created));
    for (const last of [1, 2, 3]) await bench.post('/v2/charge', chargeBody(order(last)), asT01);
    const response = await bench.post('/v2/charge', chargeBody(order(4)), asT01);
    expect(await response.json()).toMatchObject({
      status_code: '429',
      status_message: expect.stringMatching(/^E676 Too many charges/),
    });
  });
});

describe('the other calls', () => {
  it.each(['cancel', 'expire'])(
    '%s passes with its key and without the terminal’s credential',
    async (name) => {
      bench.upstream.script(reply(200, sample('error-412.json')));
      for (const body of ['{}', 'null', '']) {
        const response = await bench.post(`/v2/${ORDER_ID}/${name}`, body, {
          ...asT01,
          'Idempotency-Key': `${ORDER_ID}-k`,
        });
        expect([response.status, await response.text()]).toEqual([200, sample('error-412.json')]);
      }
      const { method, url, headers, body } = bench.upstream.last();
      expect([method, url, body]).toEqual(['POST', `/v2/${ORDER_ID}/${name}`, '{}']);
      expect(headers).toMatchObject({
        authorization: basicAuthorization(SERVER_KEY, ''),
        'idempotency-key': `${ORDER_ID}-k`,
      });
      expect(headers['x-override-notification']).toBeUndefined();
    },
  );

  it('refund passes with its three fields', async () => {
    bench.upstream.script(reply(200, sample('refund-200-partial.json')));
    const body = { ...sampleObject('request-refund.json'), more: 1 };
    const response = await bench.post(`/v2/${ORDER_ID}/refund`, JSON.stringify(body), asT01);
    expect(await response.text()).toBe(sample('refund-200-partial.json'));
    expect(JSON.parse(bench.upstream.last().body)).toEqual(sampleObject('request-refund.json'));
    expect((await bench.post(`/v2/${ORDER_ID}/refund`, '{}', asT01)).status).toBe(400);
  });

  it('status passes; how Midtrans is the relay asks in its own name, once for all', async () => {
    bench.upstream.script(reply(200, sample('error-404.recorded-2019.json')));
    for (const [asked, sent] of [
      [ORDER_ID, ORDER_ID],
      ['T01-HEALTH', 'RELAY-HEALTH'],
      ['T01-HEALTH', 'RELAY-HEALTH'],
    ]) {
      const response = await bench.get(`/v2/${asked}/status`, asT01);
      expect([response.status, await response.text()]).toEqual([200, sample('error-404.recorded-2019.json')]);
      expect(bench.upstream.last()).toMatchObject({ method: 'GET', url: `/v2/${sent}/status`, body: '' });
    }
    expect(bench.upstream.seen).toHaveLength(2);
  });

  it.each([
    ['another terminal', 'T02-01JDA3Z1000000000000000000'],
    ['a name that begins alike', 'T011-01JDA3Z1000000000000000000'],
    ['a name that runs on without a dash', 'T01X01JDA3Z1000000000000000000'],
    ['a transaction id', '98cca833-5d68-4bcb-b6c2-eb65dd2ee892'],
    ['a transaction id that begins with our name', 'T01-5d68-4bcb-b6c2-eb65dd2ee892'],
    ['a path in disguise', 'T01-%2F..%2FX'],
  ])('refuse the order of %s, and never as "not found"', async (_title, orderId) => {
    const responses = [
      await bench.get(`/v2/${orderId}/status`, asT01),
      await bench.post(`/v2/${orderId}/cancel`, '', asT01),
      await bench.post(`/v2/${orderId}/expire`, '', asT01),
      await bench.post(`/v2/${orderId}/refund`, sample('request-refund.json'), asT01),
    ];
    for (const response of responses) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ status_message: expect.stringMatching(/^E674 /) });
    }
    expect(bench.upstream.seen).toEqual([]);
  });

  it('need a credential', async () => {
    expect((await bench.get(`/v2/${ORDER_ID}/status`)).status).toBe(401);
    expect((await bench.post(`/v2/${ORDER_ID}/cancel`, '')).status).toBe(401);
    expect(bench.upstream.seen).toEqual([]);
  });

  it('that do not exist are no word about a transaction', async () => {
    for (const path of [
      '/v1/charge',
      '/v2/T01-HEALTH/approve',
      `/v2/${'x'.repeat(200)}/status`,
      '/v2/%/status',
    ]) {
      const response = await bench.get(path, asT01);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('status_code');
    }
  });
});

describe('the picture', () => {
  const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');

  it('is fetched without the server key', async () => {
    bench.upstream.script(
      reply(302, '', { Location: '/moved' }),
      reply(200, PNG, { 'Content-Type': 'image/png' }),
    );
    const response = await bench.get('/v2/gopay/98cca833-5d68-4bcb-b6c2-eb65dd2ee892/qr-code', asT01);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG);
    expect(bench.upstream.seen.map(({ url }) => url)).toEqual([
      '/v2/gopay/98cca833-5d68-4bcb-b6c2-eb65dd2ee892/qr-code',
      '/moved',
    ]);
    for (const { headers } of bench.upstream.seen) expect(headers.authorization).toBeUndefined();
  });

  it('passes on the error that came instead', async () => {
    bench.upstream.script(reply(503, sample('error-503-qr-endpoint.json')));
    const response = await bench.get('/v2/qris/abc/qr-code', asT01);
    expect([response.status, await response.text()]).toEqual([503, sample('error-503-qr-endpoint.json')]);
  });

  it('is not fetched from other paths', async () => {
    for (const path of ['/v2/card/abc/qr-code', '/v2/gopay/a%2Fb/qr-code', '/v2/gopay/../qr-code'])
      expect((await bench.get(path)).status).toBeGreaterThanOrEqual(400);
    expect(bench.upstream.seen).toEqual([]);
  });
});

describe('Midtrans out of reach', () => {
  it('is 502 when the connection dies', async () => {
    bench.upstream.script(reset);
    const response = await bench.post('/v2/charge', chargeBody(), asT01);
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { status_code: '502', status_message: expect.stringMatching(/^E677 /) },
    ]);
    expect(bench.upstream.seen).toHaveLength(1);
    expect(await counted('charge', 'unreachable')).toBe(1);
  });

  it('is 504 when the time is up, which differs by call', async () => {
    bench.upstream.script(silence);
    const calls = [
      () => bench.post('/v2/charge', chargeBody(), asT01),
      () => bench.get(`/v2/${ORDER_ID}/status`, asT01),
      () => bench.post(`/v2/${ORDER_ID}/cancel`, '', asT01),
      () => bench.post(`/v2/${ORDER_ID}/refund`, sample('request-refund.json'), asT01),
      () => bench.get('/v2/gopay/abc/qr-code', asT01),
    ];
    const bounds: number[] = [];
    for (const call of calls) {
      const arrived = bench.upstream.nextRequest();
      const calling = call();
      await arrived;
      bounds.push(...bench.timers.waiting());
      bench.timers.ringAll();
      const response = await calling;
      expect([response.status, await response.json()]).toMatchObject([504, { status_code: '504' }]);
    }
    // Where a request may take longer than a connection, that has a bound of its own.
    expect(bounds).toEqual([10_000, 15_000, 8_000, 10_000, 10_000, 15_000, 8_000]);
    expect(await counted('charge', 'timed_out')).toBe(1);
  });

  it('is 502 when it answers without end', async () => {
    bench.upstream.script(reply(200, ' '.repeat(300_000)));
    expect((await bench.post('/v2/charge', chargeBody(), asT01)).status).toBe(502);
  });

  it('is loud when Midtrans refuses the relay’s own key', async () => {
    bench.upstream.script(reply(401, sample('error-401.docs-2023.json')));
    const response = await bench.post('/v2/charge', chargeBody(), asT01);
    expect([response.status, await response.text()]).toEqual([401, sample('error-401.docs-2023.json')]);
    expect(bench.log.lines.join('\n')).toMatch(/error E678 /);
  });
});

describe('a relay', () => {
  it('is not made of names and addresses that are none', async () => {
    const limits = { maxAmount: rupiah(1), chargesPerMinute: 1, requestsPerMinute: 1 };
    for (const [options, message] of [
      [{ merchant: 'a/b' }, /merchant/],
      [{ upstreamUrl: 'nowhere' }, /upstreamUrl/],
      [{ publicUrl: 'https://u:p@relay.example' }, /credential/],
      [{ notifyPath: 'notify' }, /path/],
      [{ serverKey: '' }, /server key/],
    ] as const)
      await expect(makeRelay({ limits, ...options })).rejects.toThrow(message);
    expect(() => new Terminals([{ id: 't-1', tokenSha256: 'a'.repeat(64) }])).toThrow(/terminal id/);
    expect(() => new Terminals([{ id: 'T1', tokenSha256: 'token' }])).toThrow(/SHA-256/);
  });
});
