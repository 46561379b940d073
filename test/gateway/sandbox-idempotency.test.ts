import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from './sandbox-kit.js';

let at: Bench;

afterEach(() => at.sandbox.close());

const KEY = { 'Idempotency-Key': 'd63ae3e0-a7c5-4733-8d81-b451168d8a2c-charge' };
const FIVE_MINUTES = 5 * 60_000;

describe('the Idempotency-Key of the sandbox', () => {
  it('gives the same answer again whatever the body, and charges once', async () => {
    at = await bench();
    const first = await at.charge('Q1', 1000, {}, KEY);
    const again = await at.charge('Q1', 1000, {}, KEY);
    const other = await at.charge('Q2', 9999, {}, KEY);
    expect(again.text).toBe(first.text);
    expect(other.text).toBe(first.text);
    expect(at.sandbox.transactions.list()).toHaveLength(1);
    expect(at.sandbox.requestLog.counts()).toMatchObject({
      received: { charge: 3 },
      processed: { charge: 1 },
    });
  });

  it('is one store for all endpoints: the key of a charge on a cancel gives the charge', async () => {
    at = await bench();
    const charged = await at.charge('Q1', 1000, {}, KEY);
    const cancelled = await at.call('POST', '/v2/Q1/cancel', '{}', KEY);
    expect(cancelled.text).toBe(charged.text);
    expect(at.sandbox.transactions.summary().count.pending).toBe(1);
  });

  it('lasts five minutes; then the request is processed again and meets its own order id', async () => {
    at = await bench();
    await at.charge('Q1', 1000, {}, KEY);
    at.time.advance(FIVE_MINUTES - 1);
    expect((await at.charge('Q1', 1000, {}, KEY)).json['status_code']).toBe('201');
    at.time.advance(1);
    expect((await at.charge('Q1', 1000, {}, KEY)).json['status_code']).toBe('406');
  });

  it('remembers successes only, deny among them unless told otherwise', async () => {
    at = await bench({ rememberDeny: false });
    const bad = await at.charge('Q1', 0, {}, KEY);
    expect(bad.http).toBe(400);
    expect((await at.charge('Q1', 1000, {}, KEY)).json['status_code']).toBe('201');
    const denied = { 'Idempotency-Key': 'deny' };
    at.sandbox.faults.add({ fault: 'deny', next: 1 });
    expect((await at.charge('Q2', 1000, {}, denied)).json['transaction_status']).toBe('deny');
    expect((await at.charge('Q2', 1000, {}, denied)).json['transaction_status']).toBe('pending');
    await at.sandbox.close();
    at = await bench();
    at.sandbox.faults.add({ fault: 'deny', next: 1 });
    await at.charge('Q2', 1000, {}, denied);
    expect((await at.charge('Q2', 1000, {}, denied)).json['transaction_status']).toBe('deny');
  });

  it('is ignored above 46 characters, and on GET', async () => {
    at = await bench();
    await at.charge('Q1', 1000, {}, { 'Idempotency-Key': 'x'.repeat(47) });
    expect((await at.charge('Q1', 1000, {}, { 'Idempotency-Key': 'x'.repeat(47) })).json['status_code']).toBe(
      '406',
    );
    await at.charge('Q2', 1000, {}, { 'Idempotency-Key': 'x'.repeat(46) });
    expect((await at.charge('Q2', 1000, {}, { 'Idempotency-Key': 'x'.repeat(46) })).json['status_code']).toBe(
      '201',
    );
    const status = await at.call('GET', '/v2/Q2/status', undefined, { 'Idempotency-Key': 'x'.repeat(46) });
    expect(status.json['status_message']).toBe('Success, transaction is found');
  });

  it.each(['first', 'last'] as const)(
    'answers HTTP 202 while the first is in flight, commit %s',
    async (commit) => {
      at = await bench();
      at.sandbox.faults.add({ fault: 'slow', ms: 30_000, commit, next: 1 });
      const slow = at.charge('Q1', 1000, {}, KEY);
      await arrived(1);
      const during = await at.charge('Q1', 1000, {}, KEY);
      expect([during.http, during.text]).toEqual([202, '']);
      expect(at.sandbox.transactions.list()).toHaveLength(commit === 'first' ? 1 : 0);
      at.time.advance(30_000);
      const first = await slow;
      expect(first.json['status_code']).toBe('201');
      expect((await at.charge('Q1', 1000, {}, KEY)).text).toBe(first.text);
    },
  );
});

/** Resolves when the sandbox has received this many requests: it does so before anything slow. */
async function arrived(count: number): Promise<void> {
  while (at.sandbox.requestLog.list().length < count) await new Promise((resolve) => setImmediate(resolve));
}
