import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench, type Json } from './sandbox-kit.js';

let at: Bench;

afterEach(() => at.sandbox.close());

async function post(what: string, body: Uint8Array, type: string): Promise<{ http: number; json: Json }> {
  const answer = await fetch(`${at.url}/sandbox/api/${what}`, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body: Buffer.from(body),
  });
  return { http: answer.status, json: (await answer.json()) as Json };
}

async function get(what: string): Promise<Json> {
  return (await at.control(what)).json;
}

describe('the control API of the sandbox', () => {
  it('lists transactions, finds one, and sums them up', async () => {
    at = await bench();
    await at.charge('Q1', 1000);
    await at.charge('Q2', 2000);
    at.sandbox.transactions.pay('Q2');
    const open = (await get('transactions?status=pending'))['transactions'] as Json[];
    expect(open.map((one) => [one['orderId'], one['amount']])).toEqual([['Q1', 1000]]);
    expect((await get('transactions?orderId=Q2'))['transactions']).toHaveLength(1);
    expect((await get('transactions?orderIdPrefix=Q'))['transactions']).toHaveLength(2);
    expect((await get('transactions?orderIdPrefix=Q2'))['transactions']).toHaveLength(1);
    const one = (await get('transactions/Q2'))['transaction'] as Json;
    expect(one['history']).toEqual([
      { status: 'pending', at: '2026-11-22 12:00:00', atWallMs: expect.any(Number) },
      { status: 'settlement', at: '2026-11-22 12:00:00', atWallMs: expect.any(Number) },
    ]);
    expect(await get('summary')).toMatchObject({
      count: { pending: 1, settlement: 1 },
      sum: { pending: 1000, settlement: 2000 },
      paid: 2000,
      refunded: 0,
    });
    expect((await at.control('transactions/NONE')).http).toBe(404);
  });

  it('pays by order id, by transaction id, by scanned payload and by a photo of the QR', async () => {
    at = await bench();
    const [a, b, c, d] = [
      await at.charge('A'),
      await at.charge('B'),
      await at.charge('C'),
      await at.charge('D'),
    ];
    expect((await at.control('pay', { id: 'A' })).json['transaction']).toMatchObject({
      status: 'settlement',
    });
    expect((await at.control('pay', { id: b.json['transaction_id'] })).http).toBe(200);
    expect((await at.control('pay', { payload: ` ${String(c.json['qr_string'])}\n` })).http).toBe(200);
    const picture = await fetch(String((d.json['actions'] as Json[])[0]?.['url']));
    const photo = await post('pay?issuer=ovo', new Uint8Array(await picture.arrayBuffer()), 'image/png');
    expect(photo.json['transaction']).toMatchObject({ orderId: 'D', status: 'settlement', issuer: 'ovo' });
    expect((await at.control('pay', { id: 'A' })).http).toBe(409);
    expect(a.json['status_code']).toBe('201');
  });

  it('pays and settles late by the ref of the program that sold, and the last one', async () => {
    at = await bench();
    for (const ref of ['E5', 'E6', 'E7']) await at.charge(`T1-${ref}`, 1000, { custom_field3: ref });
    for (const [what, id, order] of [
      ['pay', 'E5', 'T1-E5'],
      ['settle-late', 'E6', 'T1-E6'],
      ['pay', 'last', 'T1-E7'],
    ] as const)
      expect((await at.control(what, { id })).json['transaction']).toMatchObject({
        orderId: order,
        status: 'settlement',
      });
    for (const id of ['E8', 'last', '']) expect((await at.control('pay', { id })).http, id).toBe(404);
  });

  it('pays a deep link as gopay', async () => {
    at = await bench();
    const { json } = await at.charge('G1', 1000, { payment_type: 'gopay' });
    const link = (json['actions'] as Json[]).find(({ name }) => name === 'deeplink-redirect');
    const deeplinkId = new URL(String(link?.['url'])).searchParams.get('id');
    const paid = await at.control('pay', { deeplinkId, by: 'deeplink' });
    expect(paid.json['transaction']).toMatchObject({
      orderId: 'G1',
      paymentType: 'gopay',
      status: 'settlement',
    });
  });

  it('says what is wrong with a scan: no QR, a broken payload, none of ours', async () => {
    at = await bench();
    expect(await post('scan', Buffer.from('no picture'), 'image/jpeg')).toMatchObject({
      http: 422,
      json: { error: 'unreadable' },
    });
    const blank = await (await fetch(`${at.url}/phone.svg`)).arrayBuffer();
    expect((await post('scan', new Uint8Array(blank), 'image/svg+xml')).http).toBe(422);
    expect((await at.control('scan', { payload: 'hello' })).json['error']).toBe('unreadable');
    const { json } = await at.charge('Q1');
    at.sandbox.reset();
    expect((await at.control('scan', { payload: json['qr_string'] })).json['error']).toBe('notFound');
  });

  it('counts wrong PINs and declines, and a customer who walks away does nothing', async () => {
    at = await bench();
    await at.charge('Q1');
    await at.control('wrong-pin', { id: 'Q1' });
    await at.control('decline', { id: 'Q1' });
    const left = await at.control('walk-away', { id: 'Q1' });
    expect(left.json['transaction']).toMatchObject({ status: 'pending', failedAttempts: 2 });
    expect(await get('summary')).toMatchObject({ failedAttempts: 2, count: { pending: 1 } });
  });

  it('settles a closed charge late', async () => {
    at = await bench();
    await at.charge('Q1');
    await at.call('POST', '/v2/Q1/cancel');
    const late = await at.control('settle-late', { id: 'Q1' });
    expect(late.json['transaction']).toMatchObject({ status: 'settlement' });
    expect((await at.control('settle-late', { id: 'Q1' })).http).toBe(409);
  });

  it('sets, shows and removes faults, and names each field that is wrong', async () => {
    at = await bench();
    const set = await at.control('faults', { fault: 'slow', ms: 10, endpoint: 'picture', next: 1 });
    expect(set.json).toEqual({ id: 1 });
    expect((await get('faults'))['faults']).toMatchObject([
      { id: 1, rule: { fault: 'slow', ms: 10 }, hits: 0 },
    ]);
    const wrong = await at.control('faults', { fault: 'slow', rate: 2, next: 0, speed: 1 });
    expect(wrong.http).toBe(400);
    for (const word of ['rate: must be', 'next: must be', 'speed: unknown', 'ms: is needed'])
      expect(wrong.json['error']).toContain(word);
    expect((await at.control('faults', { fault: 'toString' })).json['error']).toContain(
      'one of slow, lostRequest',
    );
    const gone = await fetch(`${at.url}/sandbox/api/faults/1`, { method: 'DELETE' });
    expect(await gone.json()).toEqual({ faults: [] });
    expect((await fetch(`${at.url}/sandbox/api/faults/1`, { method: 'DELETE' })).status).toBe(404);
  });

  it('turns the clock forward, and what is due on the way happens', async () => {
    at = await bench();
    await at.charge('Q1');
    const { json } = await at.control('clock', { advanceMs: 20 * 60_000 });
    expect(json['wib']).toBe('2026-11-22 12:20:00');
    expect((await at.call('GET', '/v2/Q1/status')).json['transaction_status']).toBe('expire');
    expect((await at.control('clock', { advanceMs: -1 })).http).toBe(400);
  });

  it('shows requests with counts by endpoint, and notifications with the answers they got', async () => {
    at = await bench({
      notificationUrl: 'http://m.test/',
      post: async () => ({ kind: 'status', httpStatus: 500 }),
    });
    await at.charge('Q1', 1000, {}, { 'Idempotency-Key': 'k' });
    await at.charge('Q1', 1000, {}, { 'Idempotency-Key': 'k' });
    await at.call('GET', '/v2/Q1/status');
    await at.sandbox.advance(0);
    const requests = await get('requests?orderId=Q1');
    expect(requests['counts']).toEqual({
      received: { charge: 2, status: 1 },
      processed: { charge: 1, status: 1 },
    });
    expect((requests['requests'] as Json[])[0]).toMatchObject({
      endpoint: 'charge',
      orderId: 'Q1',
      idempotencyKey: 'k',
      outcome: { kind: 'answered', httpStatus: 200, statusCode: '201' },
    });
    const notifications = (await get('notifications'))['notifications'] as Json[];
    expect(notifications[0]).toMatchObject({
      status: 'pending',
      attempts: [{ answer: { httpStatus: 500 } }],
    });
  });

  it('keeps only so many requests, and counts them all', async () => {
    at = await bench({ keep: 2 });
    for (const id of ['A', 'B', 'C']) await at.call('GET', `/v2/${id}/status`);
    expect(at.sandbox.requestLog.list().map(({ path }) => path)).toEqual(['/v2/B/status', '/v2/C/status']);
    expect(at.sandbox.requestLog.counts().received).toEqual({ status: 3 });
  });

  it('resets to empty books, no faults and the true time', async () => {
    at = await bench({ notificationUrl: 'http://m.test/', post: async () => ({ kind: 'timeout' }) });
    await at.charge('Q1', 1000, {}, { 'Idempotency-Key': 'k' });
    at.sandbox.faults.add({ fault: 'rateLimit' });
    await at.sandbox.advance(60_000);
    expect((await at.control('reset', {})).http).toBe(200);
    expect(await get('clock')).toMatchObject({ wib: '2026-11-22 12:00:00' });
    expect(at.sandbox.transactions.list()).toEqual([]);
    expect(at.sandbox.notifications.list()).toEqual([]);
    expect((await at.charge('Q1', 2000, {}, { 'Idempotency-Key': 'k' })).json['gross_amount']).toBe(
      '2000.00',
    );
  });

  it('answers nonsense with a plain error and goes on', async () => {
    at = await bench();
    expect((await at.control('nothing')).http).toBe(404);
    expect((await at.control('%E0%A4%A')).http).toBe(404);
    expect((await post('pay', Buffer.from('{'), 'application/json')).http).toBe(400);
    expect((await at.control('pay', { id: 'Q1', by: 'cash' })).http).toBe(400);
    expect((await fetch(`${at.url}/sandbox/api/pay`, { method: 'PUT' })).status).toBe(405);
    expect((await at.charge('Q1')).http).toBe(200);
  });

  it('refuses a body beyond its bounds with 413', async () => {
    at = await bench();
    expect((await at.charge('Q1', 1000, { custom_field1: 'x'.repeat(300_000) })).http).toBe(413);
    expect(at.sandbox.transactions.list()).toEqual([]);
  });
});

describe('the server of the sandbox', () => {
  it.each(['/', '/phone', '/gopay/partner/app/payment-pin?id=1'])(
    'serves the phone page at %s',
    async (path) => {
      at = await bench();
      const page = await fetch(at.url + path);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toBe("default-src 'self'");
      const html = await page.text();
      expect(html).toContain("The customer's phone");
      expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
      for (const [, asset] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g))
        expect((await fetch(at.url + asset)).status).toBe(200);
    },
  );

  it('tells open phone pages at once when a charge comes', async () => {
    at = await bench();
    const events = await fetch(`${at.url}/sandbox/api/events`);
    const reader = events.body?.getReader();
    const heard: string[] = [];
    await at.charge('Q1');
    while (!heard.join('').includes('data: changed')) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) break;
      heard.push(Buffer.from(value ?? []).toString('utf8'));
    }
    expect(heard.join('')).toContain('data: changed\n\n');
    await reader?.cancel();
  });

  it('closes at once in spite of idle, half-sent and listening connections', async () => {
    at = await bench();
    const events = await fetch(`${at.url}/sandbox/api/events`);
    const { hostname, port } = new URL(at.url);
    const half = connect(Number(port), hostname);
    const cut = new Promise<void>((resolve) => {
      half.on('error', () => resolve());
      half.on('close', () => resolve());
    });
    await new Promise<void>((resolve) => {
      half.write('POST /v2/charge HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{', () => resolve());
    });
    await at.sandbox.close();
    await cut;
    await expect(events.text()).rejects.toThrow();
    await expect(fetch(at.url)).rejects.toThrow();
  });

  it('says plainly when its port is taken', async () => {
    at = await bench();
    const taken = Number(new URL(at.url).port);
    const other = await bench();
    await other.sandbox.close();
    await expect(other.sandbox.listen(taken)).rejects.toThrow(
      /^E590 the sandbox cannot listen on 127\.0\.0\.1/,
    );
  });
});
