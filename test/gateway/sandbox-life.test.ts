import { afterEach, describe, expect, it } from 'vitest';
import { sandboxSignature } from '../../src/sandbox/midtrans/signature.js';
import { type Bench, bench, SERVER_KEY, sample } from './sandbox-kit.js';
import { differences } from './sandbox-shape.js';

let at: Bench;

afterEach(() => at.sandbox.close());

describe('a transaction of the sandbox', () => {
  it('is found pending with 201, by order id and by transaction id, and a GET may carry a body', async () => {
    at = await bench();
    const charged = await at.charge('G1', 7000, { payment_type: 'gopay' });
    const byOrder = await at.call('GET', '/v2/G1/status');
    const byId = await at.call('GET', `/v2/${String(charged.json['transaction_id'])}/status`);
    expect(differences(sample('derived/status-gopay-pending-201'), byOrder.json)).toEqual([]);
    expect(byId.json).toEqual(byOrder.json);
    expect(byOrder.json['signature_key']).toBe(sandboxSignature('G1', '201', '7000.00', SERVER_KEY));
    // fetch refuses a body on GET, so this request goes in by the door without a socket.
    const withBody = await at.sandbox.answer({
      method: 'GET',
      path: '/v2/G1/status',
      headers: { authorization: `Basic ${Buffer.from(`${SERVER_KEY}:`).toString('base64')}` },
      body: '{}',
    });
    expect(withBody).toMatchObject({ kind: 'reply', httpStatus: 200, body: byOrder.text });
  });

  it('finds an order id that must be encoded', async () => {
    at = await bench({ strictOrderId: false });
    const odd = '2016/10 20:39#?%';
    await at.charge(odd);
    const { json } = await at.call('GET', `/v2/${encodeURIComponent(odd)}/status`);
    expect(json['order_id']).toBe(odd);
  });

  it('is answered with 404 under HTTP 200 when nobody knows it, on every endpoint', async () => {
    at = await bench();
    const all = [
      await at.call('GET', '/v2/NONE/status'),
      await at.call('POST', '/v2/NONE/cancel', '{}'),
      await at.call('POST', '/v2/NONE/expire', '{}'),
      await at.call('POST', '/v2/NONE/refund', '{}'),
    ];
    for (const { http, json } of all) {
      expect(http).toBe(200);
      expect(differences(sample('error-404.recorded-2019'), json)).toEqual([]);
    }
  });

  it('turns from gopay to qris when the customer pays by scanning, and stays gopay by deep link', async () => {
    at = await bench();
    await at.charge('G1', 7000, { payment_type: 'gopay' });
    at.time.advance(31_000);
    expect(at.sandbox.transactions.pay('G1').ok).toBe(true);
    const scanned = await at.call('GET', '/v2/G1/status');
    const newer = { mayAdd: ['merchant_cross_reference_id'] };
    expect(differences(sample('derived/status-qris-settlement-200'), scanned.json, newer)).toEqual([]);
    expect(scanned.json).toMatchObject({ payment_type: 'qris', settlement_time: '2026-11-22 12:00:31' });
    await at.charge('G2', 7000, { payment_type: 'gopay' });
    at.sandbox.transactions.pay('G2', { by: 'deeplink' });
    const linked = await at.call('GET', '/v2/G2/status');
    expect(linked.json).toMatchObject({ payment_type: 'gopay', payment_option_type: 'GOPAY_WALLET' });
    expect(linked.json).not.toHaveProperty('acquirer');
  });

  it('is off-us when another wallet pays', async () => {
    at = await bench();
    await at.charge('Q1');
    at.sandbox.transactions.pay('Q1', { issuer: 'dana' });
    const { json } = await at.call('GET', '/v2/Q1/status');
    expect(json).toMatchObject({ issuer: 'dana', transaction_type: 'off-us', acquirer: 'gopay' });
  });

  it.each([['{}'], ['null'], [''], ['"x"']])('is cancelled with the body %s', async (body) => {
    at = await bench();
    await at.charge('Q1');
    const { http, json } = await at.call('POST', '/v2/Q1/cancel', body);
    expect(http).toBe(200);
    expect(differences(sample('cancel-200.sandbox-2021'), json)).toEqual([]);
    const status = await at.call('GET', '/v2/Q1/status');
    expect(
      differences(sample('derived/status-gopay-cancel-200'), status.json, { mayAdd: ['acquirer'] }),
    ).toEqual([]);
  });

  it('expires by request with 407, which is the success', async () => {
    at = await bench();
    await at.charge('Q1');
    const { http, json } = await at.call('POST', '/v2/Q1/expire');
    expect(http).toBe(200);
    expect(differences(sample('expire-407.sandbox-2021'), json)).toEqual([]);
    const status = await at.call('GET', '/v2/Q1/status');
    expect(differences(sample('status-qris-expire-407.sandbox-2023'), status.json)).toEqual([]);
  });

  it('cannot be closed once it is paid or closed: 412', async () => {
    at = await bench();
    await at.charge('Q1');
    await at.charge('Q2');
    at.sandbox.transactions.pay('Q1');
    await at.call('POST', '/v2/Q2/cancel');
    for (const id of ['Q1', 'Q2'])
      for (const close of ['cancel', 'expire']) {
        const { http, json } = await at.call('POST', `/v2/${id}/${close}`);
        expect(http).toBe(200);
        expect(differences(sample('error-412'), json)).toEqual([]);
      }
    expect(at.sandbox.transactions.summary().sum).toMatchObject({ settlement: 15_000, cancel: 15_000 });
  });

  it('cannot be paid once it is closed', async () => {
    at = await bench();
    await at.charge('Q1');
    await at.call('POST', '/v2/Q1/cancel');
    expect(at.sandbox.transactions.pay('Q1')).toEqual({ ok: false, error: 'notPending' });
    expect(at.sandbox.transactions.pay('NONE')).toEqual({ ok: false, error: 'notFound' });
  });

  it('expires by the batch: never before its time, within the jitter and one batch after it', async () => {
    at = await bench();
    for (let i = 0; i < 20; i += 1) await at.charge(`Q${i}`);
    at.time.advance(15 * 60_000 - 1);
    expect(at.sandbox.transactions.summary().count.pending).toBe(20);
    at.time.advance(1 + 60_000 + 15_000);
    expect(at.sandbox.transactions.summary().count).toMatchObject({ pending: 0, expire: 20 });
    const delays = at.sandbox.transactions
      .list()
      .map(({ expiresWallMs, history }) => (history[1]?.atWallMs ?? 0) - expiresWallMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(new Set(delays).size).toBeGreaterThan(1);
    expect(delays.every((ms) => ms % 15_000 === 0)).toBe(true);
  });

  it('can still be paid between its time and the batch that expires it', async () => {
    at = await bench({ expiryJitterMs: 0, expiryBatchMs: 60_000 });
    await at.charge('Q1', 1000, { custom_expiry: { expiry_duration: 30, unit: 'second' } });
    at.time.advance(45_000);
    expect(at.sandbox.transactions.pay('Q1').ok).toBe(true);
    at.time.advance(60_000);
    expect(at.sandbox.transactions.summary().count.settlement).toBe(1);
  });

  it('takes wrong PINs without telling anybody', async () => {
    at = await bench({ notificationUrl: 'http://merchant.test/', post: async () => ({ kind: 'timeout' }) });
    await at.charge('Q1');
    const before = (await at.call('GET', '/v2/Q1/status')).text;
    at.sandbox.transactions.failAttempt('Q1');
    at.sandbox.transactions.failAttempt('Q1');
    expect((await at.call('GET', '/v2/Q1/status')).text).toBe(before);
    expect(at.sandbox.notifications.list().map(({ status }) => status)).toEqual(['pending']);
    expect(at.sandbox.transactions.summary().failedAttempts).toBe(2);
    expect(at.sandbox.transactions.pay('Q1').ok).toBe(true);
  });

  it('carries custom fields and metadata into status, and ShopeePay its own references', async () => {
    at = await bench();
    const more = { custom_field1: 'T1', metadata: { shift: 3 }, qris: { acquirer: 'airpay shopee' } };
    const charged = await at.charge('Q1', 1000, more);
    expect(charged.json['acquirer']).toBe('airpay shopee');
    at.sandbox.transactions.pay('Q1');
    const { json } = await at.call('GET', '/v2/Q1/status');
    expect(json).toMatchObject({ custom_field1: 'T1', metadata: { shift: 3 }, issuer: 'airpay shopee' });
    expect(json['shopeepay_reference_number']).toMatch(/^\d{18}$/);
    expect(json).not.toHaveProperty('merchant_cross_reference_id');
  });

  it('answers for the newest transaction of a reused order id, and for each by its own id', async () => {
    at = await bench();
    const first = await at.charge('Q1', 1000);
    await at.call('POST', '/v2/Q1/cancel');
    const second = await at.charge('Q1', 2000);
    const of = async (id: unknown) => (await at.call('GET', `/v2/${String(id)}/status`)).json['gross_amount'];
    expect(await of('Q1')).toBe('2000.00');
    expect(await of(first.json['transaction_id'])).toBe('1000.00');
    expect(await of(second.json['transaction_id'])).toBe('2000.00');
  });

  it('is forgotten, oldest closed one first, when the books are full', async () => {
    at = await bench({ keepTransactions: 2 });
    await at.charge('Q1');
    await at.charge('Q2');
    await at.call('POST', '/v2/Q2/cancel');
    await at.charge('Q3');
    expect(at.sandbox.transactions.list().map(({ orderId }) => orderId)).toEqual(['Q1', 'Q3']);
    expect(at.sandbox.transactions.summary().forgotten).toBe(1);
  });
});
