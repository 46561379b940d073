import { afterEach, describe, expect, it } from 'vitest';
import { readPayload } from '../../src/sandbox/midtrans/emv.js';
import { sandboxSignature } from '../../src/sandbox/midtrans/signature.js';
import type { PostNotification } from '../../src/sandbox/notification/notification-sender.js';
import { type Bench, bench, type Json, SERVER_KEY, sample } from './sandbox-kit.js';
import { differences } from './sandbox-shape.js';

let at: Bench;

afterEach(() => at.sandbox.close());

const KEY = { 'Idempotency-Key': 'one-key' };

/** A network that takes everything, in the order of arrival. */
function taking(said: Json[] = []): PostNotification & { readonly said: Json[] } {
  const post: PostNotification = async ({ body }) => {
    said.push(JSON.parse(body) as Json);
    return { kind: 'status', httpStatus: 200 };
  };
  return Object.assign(post, { said });
}

async function statusOf(id: string): Promise<unknown> {
  return (await at.call('GET', `/v2/${id}/status`)).json['transaction_status'];
}

async function arrived(count: number): Promise<void> {
  while (at.sandbox.requestLog.list().length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('a fault of the sandbox', () => {
  it('befalls an order, a prefix, an endpoint, or the next n, and then no more', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'rateLimit', orderId: 'Q1' });
    at.sandbox.faults.add({ fault: 'rateLimit', orderIdPrefix: 'T1-', endpoint: 'status' });
    expect((await at.charge('Q1')).http).toBe(429);
    expect((await at.charge('T1-1')).http).toBe(200);
    expect((await at.call('GET', '/v2/T1-1/status')).http).toBe(429);
    at.sandbox.faults.clear();
    const id = at.sandbox.faults.add({ fault: 'rateLimit', next: 2 });
    expect(
      [await at.charge('A'), await at.charge('B'), await at.charge('C')].map(({ http }) => http),
    ).toEqual([429, 429, 200]);
    expect(at.sandbox.faults.remove(id)).toBe(true);
    expect(at.sandbox.faults.remove(id)).toBe(false);
  });

  it('found by order id befalls a request by transaction id, too', async () => {
    at = await bench();
    const { json } = await at.charge('Q1');
    at.sandbox.faults.add({ fault: 'rateLimit', orderId: 'Q1' });
    expect((await at.call('GET', `/v2/${String(json['transaction_id'])}/status`)).http).toBe(429);
  });

  it('by rate befalls about that part, and the same ones under the same seed', async () => {
    const run = async (): Promise<string> => {
      at = await bench();
      at.sandbox.faults.add({ fault: 'rateLimit', rate: 0.3 });
      let hit = '';
      for (let i = 0; i < 100; i += 1) hit += (await at.call('GET', '/v2/X/status')).http === 429 ? '1' : '0';
      await at.sandbox.close();
      return hit;
    };
    const first = await run();
    expect(await run()).toBe(first);
    const hits = first.split('1').length - 1;
    expect(hits).toBeGreaterThan(15);
    expect(hits).toBeLessThan(45);
  });

  it('lostRequest cuts the connection, and nothing was charged', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'lostRequest', next: 1 });
    await expect(at.charge('Q1')).rejects.toThrow();
    expect(at.sandbox.transactions.list()).toEqual([]);
    expect(at.sandbox.requestLog.list()[0]?.outcome).toEqual({ kind: 'lostRequest' });
  });

  it('lostAnswer cuts the connection, and the charge stands; the same key gives it', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'lostAnswer', next: 1 });
    await expect(at.charge('Q1', 1000, {}, KEY)).rejects.toThrow();
    expect(await statusOf('Q1')).toBe('pending');
    expect((await at.charge('Q1', 1000, {}, KEY)).json['status_code']).toBe('201');
    expect(at.sandbox.requestLog.counts().processed).toMatchObject({ charge: 1 });
    expect(at.sandbox.requestLog.list()[0]?.outcome).toEqual({ kind: 'lostAnswer' });
  });

  it('serverError answers JSON 5xx, with or without having processed', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'serverError', orderId: 'Q1' });
    at.sandbox.faults.add({
      fault: 'serverError',
      orderId: 'Q2',
      status: 500,
      commit: true,
      endpoint: 'charge',
    });
    const down = await at.charge('Q1');
    expect(down.http).toBe(503);
    expect(differences(sample('derived/error-503-charge'), down.json)).toEqual([]);
    const broken = await at.charge('Q2');
    expect(broken.http).toBe(500);
    expect(differences(sample('derived/error-500'), broken.json)).toEqual([]);
    expect(at.sandbox.transactions.list().map(({ orderId }) => orderId)).toEqual(['Q2']);
  });

  it('htmlError answers the page of a proxy, with or without having processed', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'htmlError', next: 1 });
    at.sandbox.faults.add({ fault: 'htmlError', next: 1, status: 504, commit: true });
    const without = await at.charge('Q1');
    expect([without.http, without.type]).toEqual([502, 'text/html; charset=UTF-8']);
    expect(without.text).toContain('<html>');
    expect(at.sandbox.transactions.list()).toEqual([]);
    expect((await at.charge('Q1')).http).toBe(504);
    expect(at.sandbox.transactions.list()).toHaveLength(1);
  });

  it('rateLimit answers like Kong, without status_code', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'rateLimit' });
    const { http, json } = await at.charge('Q1');
    expect(http).toBe(429);
    expect(json).toEqual(sample('error-429'));
  });

  it('deny answers 202 under HTTP 200 for the next charges, notifies, and frees the order id', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'deny', next: 1 });
    const { http, json } = await at.charge('G1', 1000, { payment_type: 'gopay' });
    expect(http).toBe(200);
    expect(differences(sample('derived/charge-gopay-deny'), json)).toEqual([]);
    expect(json['channel_response_code']).toBe('900');
    const status = await at.call('GET', '/v2/G1/status');
    expect(status.json).toMatchObject({ status_code: '202', transaction_status: 'deny' });
    expect(at.sandbox.transactions.pay('G1').ok).toBe(false);
    await at.sandbox.advance(0);
    const channel = { mayAdd: ['channel_response_code', 'channel_response_message'] };
    expect(differences(sample('derived/notif-gopay-deny'), post.said[0] ?? {}, channel)).toEqual([]);
    at.sandbox.faults.add({ fault: 'deny', next: 1, code: '112', message: 'WALLET_BLOCKED' });
    expect((await at.charge('G1')).json).toMatchObject({
      channel_response_code: '112',
      transaction_status: 'deny',
    });
    expect((await at.charge('G1')).json['status_code']).toBe('201');
  });

  it('refuse answers any code without processing', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'refuse', code: '410', next: 1 });
    at.sandbox.faults.add({ fault: 'refuse', code: '402', httpStatus: 402, message: 'no', next: 1 });
    const blocked = await at.charge('Q1');
    expect(blocked.http).toBe(200);
    expect(differences(sample('derived/error-410'), blocked.json)).toEqual([]);
    const other = await at.charge('Q1');
    expect([other.http, other.json['status_message']]).toEqual([402, 'no']);
    expect(at.sandbox.transactions.list()).toEqual([]);
  });

  it('slow holds the answer back, before or after it commits', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'slow', ms: 9000, next: 1 });
    at.sandbox.faults.add({ fault: 'slow', ms: 9000, next: 1, commit: 'last' });
    const first = at.charge('Q1');
    await arrived(1);
    const last = at.charge('Q2');
    await arrived(2);
    expect(await statusOf('Q1')).toBe('pending');
    expect(await statusOf('Q2')).toBeUndefined();
    await at.sandbox.advance(9000);
    expect([(await first).json['status_code'], (await last).json['status_code']]).toEqual(['201', '201']);
    expect(await statusOf('Q2')).toBe('pending');
  });

  it('slow is cut, not left hanging, when the sandbox is reset', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'slow', ms: 9000, commit: 'last' });
    const slow = at.charge('Q1').catch((error: unknown) => error);
    await arrived(1);
    at.sandbox.reset();
    expect(await slow).toBeInstanceOf(TypeError);
    expect(at.sandbox.transactions.list()).toEqual([]);
  });

  it('of the picture: JSON 503, no picture at all, or another amount', async () => {
    at = await bench();
    const { json } = await at.charge('Q1', 5000);
    const path = `/v2/qris/${String(json['transaction_id'])}/qr-code`;
    at.sandbox.faults.add({ fault: 'pictureUnavailable', next: 1 });
    const down = await at.call('GET', path);
    expect(down.http).toBe(503);
    expect(down.json).toEqual({ ...sample('error-503-qr-endpoint'), id: json['transaction_id'] });
    at.sandbox.faults.add({ fault: 'pictureBroken', next: 1 });
    expect(await at.call('GET', path)).toMatchObject({
      http: 200,
      type: 'image/png',
      text: 'this is not a picture',
    });
    at.sandbox.faults.add({ fault: 'pictureWrongAmount', next: 1, amount: 50 });
    const wrong = await fetch(at.url + path);
    const scanned = await fetch(`${at.url}/sandbox/api/scan`, {
      method: 'POST',
      headers: { 'Content-Type': 'image/png' },
      body: await wrong.arrayBuffer(),
    });
    expect([scanned.status, await scanned.json()]).toEqual([422, { error: 'wrongAmount' }]);
  });

  it('payloadWrongAmount puts another amount into a sound qr_string', async () => {
    at = await bench();
    at.sandbox.faults.add({ fault: 'payloadWrongAmount', next: 1 });
    const { json } = await at.charge('Q1', 5000);
    expect(readPayload(String(json['qr_string']))?.amount).toBe('5001.00');
    expect(json['gross_amount']).toBe('5000.00');
    expect(at.sandbox.payScanned(String(json['qr_string']))).toEqual({ ok: false, error: 'wrongAmount' });
  });

  it.each(['cancel', 'expire'])(
    'paymentRacesClose lets the payment commit just before the %s',
    async (close) => {
      at = await bench();
      await at.charge('Q1');
      at.sandbox.faults.add({ fault: 'paymentRacesClose', orderId: 'Q1' });
      expect((await at.call('POST', `/v2/Q1/${close}`)).json['status_code']).toBe('412');
      expect(await statusOf('Q1')).toBe('settlement');
    },
  );

  it('settlesAfterClose settles a closed charge later after all', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 60_000 });
    await at.charge('Q1');
    await at.call('POST', '/v2/Q1/expire');
    expect(await statusOf('Q1')).toBe('expire');
    await at.sandbox.advance(60_000);
    expect(await statusOf('Q1')).toBe('settlement');
    expect(post.said.map((body) => body['transaction_status'])).toEqual(['pending', 'expire', 'settlement']);
    expect(at.sandbox.transactions.summary()).toMatchObject({
      paid: 15_000,
      count: { settlement: 1, expire: 0 },
    });
  });

  it('statusLag shows pending for a while although the notification says settlement', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'statusLag', ms: 5000 });
    await at.charge('Q1');
    at.sandbox.transactions.pay('Q1');
    await at.sandbox.advance(4999);
    expect(post.said.at(-1)?.['transaction_status']).toBe('settlement');
    expect(await statusOf('Q1')).toBe('pending');
    expect((await at.call('POST', '/v2/Q1/cancel')).json['status_code']).toBe('412');
    await at.sandbox.advance(1);
    expect(await statusOf('Q1')).toBe('settlement');
  });
});

describe('a fault of the notifications', () => {
  const settled = async (orderId: string): Promise<void> => {
    await at.charge(orderId);
    at.sandbox.transactions.pay(orderId);
    await at.sandbox.advance(0);
  };
  const said = (post: { said: Json[] }): unknown[] => post.said.map((body) => body['transaction_status']);

  it('drop sends nothing, and the list shows it', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'notificationDrop', about: 'settlement' });
    await settled('Q1');
    await at.sandbox.advance(600_000);
    expect(said(post)).toEqual(['pending']);
    expect(at.sandbox.notifications.list().map(({ state }) => state)).toEqual(['accepted', 'dropped']);
  });

  it('delay sends later', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'notificationDelay', about: 'settlement', ms: 90_000 });
    await settled('Q1');
    await at.sandbox.advance(89_999);
    expect(said(post)).toEqual(['pending']);
    await at.sandbox.advance(1);
    expect(said(post)).toEqual(['pending', 'settlement']);
  });

  it('duplicate sends the same body several times', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'notificationDuplicate', about: 'settlement', times: 3 });
    await settled('Q1');
    expect(said(post)).toEqual(['pending', 'settlement', 'settlement', 'settlement']);
    expect(new Set(post.said.slice(1).map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('reorder lets the next one overtake, or sends it after a while when there is none', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({ fault: 'notificationReorder', about: 'pending' });
    await at.charge('Q1');
    await at.sandbox.advance(59_999);
    expect(said(post)).toEqual([]);
    at.sandbox.transactions.pay('Q1');
    await at.sandbox.advance(0);
    expect(said(post)).toEqual(['settlement', 'pending']);
    await at.charge('Q2');
    await at.sandbox.advance(60_000);
    expect(said(post)).toEqual(['settlement', 'pending', 'pending']);
  });

  it('tamper changes fields and leaves the signature, unless it is to sign anew', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post, notifyPending: false });
    const set = { gross_amount: '1.00' };
    at.sandbox.faults.add({ fault: 'notificationTamper', set, next: 1 });
    at.sandbox.faults.add({ fault: 'notificationTamper', set, resign: true, next: 1 });
    await settled('Q1');
    await settled('Q2');
    const [forged, signed] = post.said;
    expect([forged?.['gross_amount'], signed?.['gross_amount']]).toEqual(['1.00', '1.00']);
    expect(forged?.['signature_key']).toBe(sandboxSignature('Q1', '200', '15000.00', SERVER_KEY));
    expect(signed?.['signature_key']).toBe(sandboxSignature('Q2', '200', '1.00', SERVER_KEY));
  });

  it('tamper can lie about the status under a true signature, for the signature does not cover it', async () => {
    const post = taking();
    at = await bench({ notificationUrl: 'http://m.test/', post });
    at.sandbox.faults.add({
      fault: 'notificationTamper',
      set: { transaction_status: 'settlement' },
      about: 'expire',
    });
    await at.charge('Q1');
    await at.call('POST', '/v2/Q1/expire');
    await at.sandbox.advance(0);
    expect(post.said.at(-1)).toMatchObject({ transaction_status: 'settlement', status_code: '202' });
    expect(post.said.at(-1)?.['signature_key']).toBe(sandboxSignature('Q1', '202', '15000.00', SERVER_KEY));
    expect(await statusOf('Q1')).toBe('expire');
  });
});
