import { afterEach, describe, expect, it } from 'vitest';
import { SecretRegistry } from '../../src/host/secrets.js';
import { makeSandbox } from '../../src/programs/sandbox-program.js';
import { type Bench, basic, bench, type Json, SERVER_KEY, sample, seeded } from './sandbox-kit.js';
import { differences } from './sandbox-shape.js';

let at: Bench;

afterEach(() => at.sandbox.close());

const OPEN = { posRefund: true, notificationUrl: 'http://merchant.test/', post: ok };

async function ok(): Promise<{ kind: 'status'; httpStatus: number }> {
  return { kind: 'status', httpStatus: 200 };
}

async function paid(amount = 10_000): Promise<void> {
  await at.charge('Q1', amount);
  at.sandbox.transactions.pay('Q1');
}

function refund(body: unknown, path = 'refund') {
  return at.call('POST', `/v2/Q1/${path}`, body);
}

describe('a refund at the sandbox', () => {
  it('of a POS transaction is refused with 412 unless Midtrans enabled it', async () => {
    at = await bench();
    await paid();
    const { http, json } = await refund({ amount: 5000 });
    expect(http).toBe(200);
    expect(differences(sample('error-412'), json)).toEqual([]);
    expect(at.sandbox.transactions.summary()).toMatchObject({ refunded: 0, sum: { settlement: 10_000 } });
  });

  it('is granted by the program of the sandbox, until a fault refuses it', async () => {
    at = await bench();
    const { time, log } = at;
    const runtime = { clock: time, timers: time, random: seeded(1), log };
    const environment = { ...runtime, secrets: new SecretRegistry(), secret: () => SERVER_KEY };
    const sandbox = makeSandbox(environment, SERVER_KEY, 0);
    const refused = { fault: 'refuse', endpoint: 'refund', code: '412', next: 1 } as const;
    try {
      const { url } = await sandbox.listen(0);
      const post = async (path: string, body: unknown): Promise<Json> => {
        const headers = { Authorization: basic(SERVER_KEY), 'Content-Type': 'application/json' };
        const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return (await answer.json()) as Json;
      };
      for (const [order, payment_type] of [
        ['Q1', 'qris'],
        ['G1', 'gopay'],
      ] as const) {
        const transaction_details = { order_id: order, gross_amount: 10_000 };
        await post('/v2/charge', { payment_type, transaction_details });
        expect(await post(`/v2/${order}/refund`, {})).toMatchObject({ status_code: '412' });
        sandbox.transactions.pay(order);
        sandbox.faults.add(refused);
        const { id: _id, ...said } = await post(`/v2/${order}/refund`, {});
        expect(said).toEqual(sample('error-412'));
        expect(await post(`/v2/${order}/refund`, {})).toMatchObject({
          status_code: '200',
          transaction_status: 'refund',
        });
      }
    } finally {
      await sandbox.close();
    }
  });

  it('gives a part back, then the rest, and adds up in status', async () => {
    at = await bench(OPEN);
    await paid();
    const part = await refund(sample('request-refund'));
    expect(differences(sample('refund-200-partial'), part.json)).toEqual([]);
    expect(part.json).toMatchObject({
      refund_amount: '5000.00',
      refund_key: 'reference1',
      refund_chargeback_id: 1,
    });
    await at.sandbox.advance(10_000);
    const rest = await refund({ refund_key: 'reference2' });
    expect(differences(sample('refund-200-full'), rest.json)).toEqual([]);
    expect(rest.json['refund_amount']).toBe('5000.00');
    const status = await at.call('GET', '/v2/Q1/status');
    await at.sandbox.advance(10_000);
    const confirmed = await at.call('GET', '/v2/Q1/status');
    expect(status.json).toMatchObject({ status_code: '200', transaction_status: 'refund' });
    const { refunds, refund_amount } = confirmed.json;
    expect(differences(sample('status-refund-fragment.docs'), { refunds, refund_amount })).toEqual([]);
    expect(refund_amount).toBe('10000.00');
    expect(at.sandbox.transactions.summary()).toMatchObject({ paid: 10_000, refunded: 10_000 });
    expect((await refund({ refund_key: 'reference3' })).json['status_code']).toBe('412');
  });

  it('takes every body: {}, null and nothing at all mean all that is left', async () => {
    for (const body of ['{}', 'null', '']) {
      at = await bench(OPEN);
      await paid();
      expect((await refund(body)).json).toMatchObject({
        transaction_status: 'refund',
        refund_amount: '10000.00',
      });
      await at.sandbox.close();
    }
  });

  it('under the same key is the same refund for seven days, and a duplicate after that or with another amount', async () => {
    at = await bench(OPEN);
    await paid();
    const first = await refund({ refund_key: 'k1', amount: 2000 });
    const again = await refund({ refund_key: 'k1', amount: 2000 });
    expect(again.json).toEqual(first.json);
    const other = await refund({ refund_key: 'k1', amount: 3000 });
    expect(other.http).toBe(200);
    expect(differences(sample('error-406-duplicate-refund'), other.json)).toEqual([]);
    await at.sandbox.advance(7 * 86_400_000 + 1);
    expect((await refund({ refund_key: 'k1', amount: 2000 })).json['status_code']).toBe('406');
    expect((await refund({ refund_key: 'k2', amount: 2000 })).json['status_code']).toBe('200');
    expect(at.sandbox.transactions.summary().refunded).toBe(4000);
  });

  it('above what is left is refused with 414', async () => {
    at = await bench(OPEN);
    await paid();
    await refund({ refund_key: 'k1', amount: 6000 });
    const { http, json } = await refund({ refund_key: 'k2', amount: 4001 });
    expect(http).toBe(200);
    expect(differences(sample('error-414-refund-amount'), json)).toEqual([]);
  });

  it('of a transaction that nobody paid is refused with 412', async () => {
    at = await bench(OPEN);
    await at.charge('Q1');
    expect((await refund({})).json['status_code']).toBe('412');
  });

  it.each<[Json]>([[{ amount: 10.5 }], [{ refund_key: 'a b' }], [{ reason: 'x'.repeat(256) }]])(
    'with %j is refused with 400',
    async (body) => {
      at = await bench(OPEN);
      await paid();
      const { http, json } = await refund(body);
      expect(http).toBe(400);
      expect(differences(sample('error-400-validation'), json)).toEqual([]);
    },
  );

  it('by the older path takes a text amount, and may be denied by the bank, which leaves it settled', async () => {
    at = await bench(OPEN);
    await paid();
    at.sandbox.faults.add({ fault: 'refundDenied', next: 1 });
    const denied = await refund({ refund_key: 'k1' }, 'refund/online/direct');
    expect(differences(sample('refund-direct-202-rejected'), denied.json)).toEqual([]);
    const done = await refund({ refund_key: 'k1', amount: '10000' }, 'refund/online/direct');
    expect(differences(sample('refund-direct-200'), done.json)).toEqual([]);
  });

  it('stays possible for 45 days, and for 7 days when another wallet paid', async () => {
    at = await bench(OPEN);
    await paid();
    await at.charge('Q2', 1000);
    at.sandbox.transactions.pay('Q2', { issuer: 'ovo' });
    await at.sandbox.advance(7 * 86_400_000 + 1);
    expect((await at.call('POST', '/v2/Q2/refund', {})).json['status_code']).toBe('412');
    expect((await refund({ amount: 1 })).json['status_code']).toBe('200');
    await at.sandbox.advance(38 * 86_400_000);
    expect((await refund({ amount: 1 })).json['status_code']).toBe('412');
  });

  it('is notified twice, the second time with the confirmation of the bank', async () => {
    at = await bench(OPEN);
    await paid();
    await refund({ refund_key: 'k1', amount: 4000, reason: 'salah beli' });
    await at.sandbox.advance(60_000);
    const bodies = at.sandbox.notifications.list().map(({ body }) => JSON.parse(body) as Json);
    expect(bodies.map((body) => body['transaction_status'])).toEqual([
      'pending',
      'settlement',
      'partial_refund',
      'partial_refund',
    ]);
    const [first, second] = bodies.slice(2);
    const [refunded] = (first?.['refunds'] ?? []) as Json[];
    const [confirmed] = (second?.['refunds'] ?? []) as Json[];
    expect(refunded).toMatchObject({
      refund_amount: '4000.00',
      reason: 'salah beli',
      refund_method: 'online',
    });
    expect(refunded).not.toHaveProperty('bank_confirmed_at');
    expect(confirmed?.['bank_confirmed_at']).toBe('2026-11-22 12:00:03');
    const qris = [
      'expiry_time',
      'acquirer',
      'issuer',
      'transaction_type',
      'merchant_cross_reference_id',
      'refunds',
    ];
    const signed = sample('notif-partial-refund.agent-skills-signed');
    expect(differences(signed, first ?? {}, { mayAdd: qris })).toEqual([]);
  });
});
