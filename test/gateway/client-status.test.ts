import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { type Bench, makeBench, reply, sample, sampleObject } from './client-kit.js';

let bench: Bench;
beforeEach(async () => {
  bench = await makeBench();
});
afterEach(() => bench.server.stop());

async function statusWith(http: number, body: string) {
  bench.server.script(reply(http, body));
  return bench.client().status('T01-A');
}

describe('the status of a transaction', () => {
  it.each([
    ['derived/status-gopay-pending-201.json', 'pending', '201'],
    ['derived/status-qris-settlement-200.json', 'settlement', '200'],
    ['derived/status-gopay-cancel-200.json', 'cancel', '200'],
    ['derived/status-gopay-expire-407.json', 'expire', '407'],
    ['status-qris-expire-407.sandbox-2023.json', 'expire', '407'],
    ['status-pending-201.recorded-2019.json', 'pending', '201'],
  ])('is evidence in %s', async (name, status, statusCode) => {
    const body = sampleObject(name);
    expect(await statusWith(200, sample(name))).toMatchObject({
      kind: 'evidence',
      evidence: {
        status,
        statusCode,
        orderId: body['order_id'],
        wireAmount: body['gross_amount'],
        fraud: 'accept',
      },
    });
  });

  it('of a gopay charge that was paid by scanning comes back as qris, whole', async () => {
    const outcome = await statusWith(200, sample('derived/status-qris-settlement-200.json'));
    expect(outcome).toEqual({
      kind: 'evidence',
      evidence: {
        orderId: 'c3a7298e-6dfa-4c8e-8578-de1a403591ab',
        transactionId: '98cca833-5d68-4bcb-b6c2-eb65dd2ee892',
        status: 'settlement',
        wireStatus: 'settlement',
        statusCode: '200',
        statusMessage: 'Success, transaction is found',
        amount: 7_000,
        wireAmount: '7000.00',
        currency: 'IDR',
        fraud: 'accept',
        paymentType: 'qris',
        merchantId: 'G175426742',
        transactionTime: '2024-06-22 15:45:39',
        settlementTime: '2024-06-22 15:46:10',
        expiryTime: '2024-06-22 16:00:39',
        issuer: 'gopay',
        acquirer: 'gopay',
      },
    });
  });

  it.each([
    [{ refund_amount: '12000.00' }, 12_000],
    [{ refund_amount: '12000' }, 12_000],
    [{ refund_amount: 12_000 }, 12_000],
    [{ refunds: [{ refund_amount: '5000.00' }, { refund_amount: '7000.00' }] }, 12_000],
    [{ refunds: [{ refund_amount: 5_000 }, { refund_amount: '7000' }] }, 12_000],
    [{ refund_amount: '0.00', refunds: [{ refund_amount: '12000.00' }] }, 12_000],
    [
      { refund_amount: '5000.00', refunds: [{ refund_amount: '5000.00' }, { refund_amount: '7000.00' }] },
      12_000,
    ],
    [{ refund_amount: '12000.00', refunds: [{ refund_amount: '7000.00' }, null, 'x'] }, 12_000],
    [{ refund_amount: '12,000', refunds: 'none' }, undefined],
    [{}, undefined],
  ])('tells what went back of it from %j', async (refund, refundAmount) => {
    const whole = sampleObject('derived/status-qris-settlement-200.json');
    const body = { ...whole, gross_amount: '30000.00', transaction_status: 'partial_refund', ...refund };
    const outcome = await statusWith(200, JSON.stringify(body));
    expect(outcome).toMatchObject({ kind: 'evidence', evidence: { status: 'partial_refund' } });
    expect('evidence' in outcome ? outcome.evidence.refundAmount : null).toBe(refundAmount);
  });

  it('is read without regard to case, and with its currency as told', async () => {
    const body = {
      ...sampleObject('derived/status-gopay-pending-201.json'),
      transaction_status: 'PENDING',
      fraud_status: 'ACCEPT',
      currency: 'usd',
    };
    expect(await statusWith(200, JSON.stringify(body))).toMatchObject({
      evidence: { status: 'pending', wireStatus: 'PENDING', fraud: 'accept', currency: 'USD' },
    });
  });

  it('has the refunds in it', async () => {
    const body = {
      ...sampleObject('derived/status-qris-settlement-200.json'),
      transaction_status: 'partial_refund',
      gross_amount: '30000.00',
      ...sampleObject('status-refund-fragment.docs.json'),
    };
    expect(await statusWith(200, JSON.stringify(body))).toMatchObject({
      evidence: { status: 'partial_refund', refundAmount: 25_000 },
    });
  });

  it('that nobody has invented yet is shown and called other', async () => {
    const body = { ...sampleObject('derived/status-gopay-pending-201.json'), transaction_status: 'Frozen' };
    expect(await statusWith(200, JSON.stringify(body))).toMatchObject({
      evidence: { status: 'other', wireStatus: 'Frozen' },
    });
  });

  it('counts whatever status_code comes with it', async () => {
    const body = {
      ...sampleObject('derived/status-qris-settlement-200.json'),
      status_code: '299',
      extra: [1],
    };
    expect(await statusWith(200, JSON.stringify(body))).toMatchObject({
      kind: 'evidence',
      evidence: { status: 'settlement', statusCode: '299' },
    });
  });

  it('is notFound only on the word of the body', async () => {
    const notFound = sample('error-404.recorded-2019.json');
    expect(await statusWith(200, notFound)).toEqual({ kind: 'notFound' });
    expect(await statusWith(404, notFound)).toEqual({ kind: 'notFound' });
    for (const body of ['{"message":"no Route matched with those values"}', '<html>404</html>', '']) {
      expect(await statusWith(404, body)).toMatchObject({ kind: 'unknown', fault: { kind: 'unanswered' } });
    }
    expect(await statusWith(502, notFound)).toMatchObject({ kind: 'unknown' });
  });

  it.each<[string, number, string, string, number]>([
    ['the rate limiter', 429, sample('error-429.json'), 'temporary', 565],
    ['a wrong key', 401, sample('error-401.docs-2023.json'), 'refused', 501],
    ['a wrong key under HTTP 200', 200, sample('error-401.docs-2023.json'), 'refused', 501],
    ['trouble', 503, sample('derived/error-503-charge.json'), 'unanswered', 566],
    ['an empty answer', 200, '', 'unanswered', 564],
    ['an answer without its fields', 200, '{"status_code":"200"}', 'unanswered', 564],
    ['a settlement inside a 502', 502, sample('derived/status-qris-settlement-200.json'), 'unanswered', 566],
  ])('is unknown after %s', async (_title, http, body, kind, code) => {
    expect(await statusWith(http, body)).toMatchObject({ kind: 'unknown', fault: { kind, code } });
  });

  it('is asked under the escaped order id, without a body', async () => {
    bench.server.script(reply(200, sample('error-404.recorded-2019.json')));
    await bench.client().status('a b/../c?d#e');
    expect(bench.server.last()).toMatchObject({
      method: 'GET',
      url: '/v2/a%20b%2F..%2Fc%3Fd%23e/status',
      body: '',
    });
    await expect(bench.client().status('..')).rejects.toThrow(/order id/);
  });
});

describe('closing', () => {
  const kinds = ['cancel', 'expire'] as const;

  it('is evidence when Midtrans did it', async () => {
    bench.server.script(reply(200, sample('cancel-200.recorded-2019.json')));
    expect(await bench.client().cancel('1554317097')).toMatchObject({ evidence: { status: 'cancel' } });
    bench.server.script(reply(200, sample('expire-407.docs.json')));
    expect(await bench.client().expire('vtmbill05')).toMatchObject({
      evidence: { status: 'expire', currency: 'IDR' },
    });
    bench.server.script(reply(200, sample('expire-407.sandbox-2021.json')));
    expect(await bench.client().expire('x')).toMatchObject({ evidence: { status: 'expire' } });
  });

  it.each(kinds)('by %s may find that the status cannot be modified, or no transaction', async (kind) => {
    for (const name of ['error-412.json', 'error-412.newer-text.json']) {
      bench.server.script(reply(200, sample(name)));
      expect(await bench.client()[kind]('T01-A')).toEqual({ kind: 'cannotModify' });
    }
    bench.server.script(reply(200, sample('error-404.recorded-2019.json')));
    expect(await bench.client()[kind]('T01-A')).toEqual({ kind: 'notFound' });
    bench.server.script(reply(502, sample('error-412.json')));
    expect(await bench.client()[kind]('T01-A')).toMatchObject({ kind: 'unknown' });
  });

  it('uses one idempotency key an order and operation', async () => {
    const orderId = 'ABCDEFGHIJKLMNOP-01JDA3Z1000000000000000000';
    bench.server.script(reply(200, sample('error-412.json')));
    const client = bench.client();
    await client.cancel(orderId);
    await client.cancel(orderId);
    await client.expire(orderId);
    await client.refund(orderId, 'r1', rupiah(1), '');
    await client.refund(orderId, 'r2', rupiah(1), '');
    const keys = bench.server.seen.map((request) => String(request.headers['idempotency-key']));
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{1,46}$/);
    expect(bench.server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /v2/${orderId}/cancel`,
      `POST /v2/${orderId}/cancel`,
      `POST /v2/${orderId}/expire`,
      `POST /v2/${orderId}/refund`,
      `POST /v2/${orderId}/refund`,
    ]);
  });
});

describe('a refund', () => {
  async function refundWith(http: number, body: string) {
    bench.server.script(reply(http, body));
    return bench.client().refund('vtcc05', 'reference1', rupiah(5_000), 'for some reason');
  }

  it('is sent as documented', async () => {
    await refundWith(200, sample('refund-200-partial.json'));
    expect(bench.server.last()).toMatchObject({ method: 'POST', url: '/v2/vtcc05/refund' });
    expect(JSON.parse(bench.server.last().body)).toEqual(sampleObject('request-refund.json'));
  });

  it.each([
    ['refund-200-full.json', 'refund', 10_000],
    ['refund-200-partial.json', 'partial_refund', 5_000],
    ['refund-direct-200.json', 'refund', 10_000],
  ])('was made in %s', async (name, status, refundAmount) => {
    expect(await refundWith(200, sample(name))).toMatchObject({
      kind: 'refunded',
      evidence: { status, refundAmount },
    });
  });

  it.each([
    ['error-412.json', '412'],
    ['error-414-refund-amount.json', '414'],
    ['error-406-duplicate-refund.json', '406'],
    ['refund-direct-202-rejected.json', '202'],
    ['error-400-validation.json', '400'],
  ])('was rejected in %s', async (name, code) => {
    expect(await refundWith(200, sample(name))).toMatchObject({ kind: 'rejected', code });
  });

  it('is unknown when the answer is, and when only our credential was refused', async () => {
    expect(await refundWith(202, '')).toMatchObject({ kind: 'unknown' });
    expect(await refundWith(202, '{"status_code":"202"}')).toMatchObject({ kind: 'unknown' });
    expect(await refundWith(503, sample('derived/error-503-charge.json'))).toMatchObject({ kind: 'unknown' });
    expect(await refundWith(502, sample('error-412.json'))).toMatchObject({ kind: 'unknown' });
    expect(await refundWith(401, sample('error-401.docs-2023.json'))).toMatchObject({
      kind: 'unknown',
      fault: { code: 501 },
    });
    expect(await refundWith(200, sample('derived/status-qris-settlement-200.json'))).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('the amount of a status', () => {
  const base = sampleObject('derived/status-qris-settlement-200.json');
  const amounts = async (over: Record<string, unknown>) => {
    const outcome = await statusWith(200, JSON.stringify({ ...base, ...over }));
    return outcome.kind === 'evidence' ? outcome.evidence : outcome.kind;
  };
  const info = (over: Record<string, unknown> = {}) => ({
    original_amount: '10000',
    gross_amount: '10071',
    customer_imposed_payment_fee: '71',
    ...over,
  });

  it.each(['10000', 10_000, '10000.0', '10000.00'])('is read by its value: %j', async (gross_amount) => {
    expect(await amounts({ gross_amount })).toMatchObject({
      amount: 10_000,
      wireAmount: String(gross_amount),
    });
  });

  it.each(['10000.50', 10_000.5, '10.000', null])(
    'is none where it is no whole rupiah: %j',
    async (gross_amount) => {
      expect(await amounts({ gross_amount })).toBe('unknown');
    },
  );

  it('names the fee that a switch of the dashboard puts on the customer', async () => {
    const fee = async (over: Record<string, unknown>) => {
      const metadata = { extra_info: { gross_amount_info: info(over) } };
      return (await amounts({ gross_amount: '10071.00', metadata })) as { customerFee?: number };
    };
    expect(await fee({})).toMatchObject({ amount: 10_071, customerFee: 71 });
    expect(await fee({ original_amount: 10_000, customer_imposed_payment_fee: 71.0 })).toMatchObject({
      customerFee: 71,
    });
    // What does not add up explains nothing.
    for (const over of [
      { customer_imposed_payment_fee: '70' },
      { original_amount: '9000' },
      { gross_amount: '10072' },
      { customer_imposed_payment_fee: undefined },
      { original_amount: 'x' },
    ])
      expect((await fee(over)).customerFee).toBeUndefined();
    expect(await amounts({ gross_amount: '10071.00', metadata: 'text' })).toMatchObject({ amount: 10_071 });
  });
});
