import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { idempotencyKey } from '../../src/midtrans/request.js';
import { PictureAddresses } from '../../src/relay/picture-url.js';
import { fileLines } from '../../src/relay/refund-book.js';
import { reply, SERVER_KEY, sample } from './client-kit.js';
import { AUTHORIZATION, chargeBody, makeRelay, ORDER_ID, REFUND, type RelayBench } from './relay-kit.js';

let bench: RelayBench;
beforeEach(async () => {
  bench = await makeRelay({ refund: REFUND });
});
afterEach(() => bench.stop());

const asT01 = { Authorization: AUTHORIZATION };
const asT02 = { Authorization: basicAuthorization('T02', 'other-token') };
const T02_ORDER = 'T02-01JDA3Z1000000000000000000';
/** Holds characters that JSON, URLs and HTML escape. */
const KEY = 'SB-Mid-server-a+b/c_d=?>e';

describe('an upstream that echoes the request', () => {
  const full = basicAuthorization(KEY, '');
  const token = full.slice('Basic '.length);
  const escaped = (text: string) =>
    [...text].map((char) => `\\u00${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

  it.each([
    ['the header', full],
    ['its token', token],
    ['its token without padding', token.replace(/=+$/, '')],
    ['the key', KEY],
    ['the token as JSON of PHP', token.replaceAll('/', '\\/')],
    ['the key as JSON of PHP', KEY.replaceAll('/', '\\/')],
    ['the key with escaped signs', KEY.replace(/[^A-Za-z0-9]/g, escaped)],
    ['the key in an address', encodeURIComponent(KEY)],
    ['the token in an address', encodeURIComponent(token)],
    [
      'the key in a page',
      KEY.replace(/[^A-Za-z0-9]/g, (char) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`),
    ],
    [
      'every sign of the key in an address',
      [...KEY].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(''),
    ],
    ['every sign of the token as JSON', escaped(token)],
    ['the key in a page, in tens', KEY.replace(/[^A-Za-z0-9]/g, (char) => `&#${char.charCodeAt(0)};`)],
  ])('shows no terminal %s, in body or header', async (_title, echo) => {
    const other = await makeRelay({ serverKey: KEY });
    const before = Buffer.from([0x7b, 0xff, 0x22]);
    const body = Buffer.concat([before, Buffer.from(`"headers":"${echo}","more":"ä"`)]);
    other.upstream.script(reply(400, body, { 'Content-Type': `text/html; x="${KEY}"`, 'X-Echo': KEY }));
    const response = await other.post('/v2/charge', chargeBody(), asT01);
    const got = Buffer.from(await response.arrayBuffer());
    const seen = got.toString('latin1') + JSON.stringify([...response.headers]);
    expect(seen).not.toContain(echo);
    expect(seen).not.toContain(KEY);
    expect(got).toEqual(Buffer.concat([before, Buffer.from(`"headers":"(secret)","more":"ä"`).subarray(0)]));
    await other.stop();
  });
});

describe('an Idempotency-Key', () => {
  it('of another terminal, or of another order, is refused and reaches nobody', async () => {
    for (const key of [
      `${ORDER_ID}-ch`,
      `${ORDER_ID}-c`,
      'T02',
      'x',
      `${T02_ORDER}`,
      `${T02_ORDER.slice(0, -1)}1-c`,
    ]) {
      const cancel = await bench.post(`/v2/${T02_ORDER}/cancel`, '{}', { ...asT02, 'Idempotency-Key': key });
      const charge = await bench.post('/v2/charge', chargeBody(T02_ORDER), {
        ...asT02,
        'Idempotency-Key': key,
      });
      const refund = JSON.stringify({ refund_key: 'R1', amount: 1 });
      const back = await bench.post(`/v2/${T02_ORDER}/refund`, refund, { ...asT02, 'Idempotency-Key': key });
      expect([cancel.status, charge.status, back.status]).toEqual([400, 400, 400]);
    }
    expect(bench.upstream.seen).toEqual([]);
  });

  it('of a refund may be the digest that stands for order and refund key, and no other digest', async () => {
    bench.upstream.script(
      reply(200, sample('refund-200-full.json')),
      reply(200, sample('refund-200-full.json')),
    );
    const refund = JSON.stringify({ refund_key: 'a-long-refund-key-1', amount: 1_000 });
    const right = idempotencyKey('refund', ORDER_ID, 'a-long-refund-key-1');
    expect(right).not.toContain('T01');
    for (const [key, status] of [
      [right, 200],
      [idempotencyKey('refund', ORDER_ID, 'a-long-refund-key-2'), 400],
      [idempotencyKey('refund', T02_ORDER, 'a-long-refund-key-1'), 400],
    ] as const)
      expect(
        (await bench.post(`/v2/${ORDER_ID}/refund`, refund, { ...asT01, 'Idempotency-Key': key })).status,
      ).toBe(status);
    expect(bench.upstream.seen).toHaveLength(1);
  });
});

describe('the picture route', () => {
  const name = { paymentType: 'qris', transactionId: 'abc' };
  const mark = new PictureAddresses(SERVER_KEY).markOf('T01', name);

  it('needs the address that the charge’s answer told, or the terminal’s credential', async () => {
    bench.upstream.script(reply(200, 'png'), reply(200, 'png'));
    expect((await bench.get(`/v2/qris/abc/qr-code?terminal=T01&mark=${mark}`)).status).toBe(200);
    expect((await bench.get('/v2/qris/abc/qr-code', asT01)).status).toBe(200);
    for (const path of [
      'abc/qr-code',
      `abd/qr-code?terminal=T01&mark=${mark}`,
      `abc/qr-code?terminal=T02&mark=${mark}`,
      `abc/qr-code?terminal=T99&mark=${new PictureAddresses(SERVER_KEY).markOf('T99', name)}`,
      `abc/qr-code?terminal=T01&mark=${mark}&mark=${mark}`,
      `abc/qr-code?mark=${mark}`,
      'abc/qr-code?terminal=T01&mark=',
    ])
      expect((await bench.get(`/v2/qris/${path}`)).status).toBe(401);
    expect(
      (await bench.get('/v2/qris/abc/qr-code', { Authorization: basicAuthorization('T01', 'no') })).status,
    ).toBe(401);
    expect(bench.upstream.seen).toHaveLength(2);
  });

  it('counts among the requests of its terminal', async () => {
    const other = await makeRelay({
      limits: { maxAmount: rupiah(1_000), chargesPerMinute: 3, requestsPerMinute: 2 },
    });
    other.upstream.script(reply(200, 'png'), reply(200, 'png'));
    const path = `/v2/qris/abc/qr-code?terminal=T01&mark=${mark}`;
    const statuses = [await other.get(path), await other.get(path), await other.get(path)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([200, 200, 429]);
    await other.stop();
  });
});

describe('the requests of one minute', () => {
  it('are limited, whatever they ask, a terminal', async () => {
    const other = await makeRelay({
      limits: { maxAmount: rupiah(20_000), chargesPerMinute: 3, requestsPerMinute: 4 },
    });
    other.upstream.script(...Array.from({ length: 8 }, () => reply(200, sample('error-412.json'))));
    const status = (order: string, as: object) =>
      other.get(`/v2/${order}/status`, as as Record<string, string>);
    expect((await status(ORDER_ID, asT01)).status).toBe(200);
    // A charge that is said again is free among charges, and not among requests.
    for (let i = 0; i < 3; i += 1)
      expect((await other.post('/v2/charge', chargeBody(), asT01)).status).toBe(200);
    const refused = await status(ORDER_ID, asT01);
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { status_code: '429', status_message: expect.stringMatching(/^E683 /) },
    ]);
    expect((await other.post(`/v2/${ORDER_ID}/cancel`, '{}', asT01)).status).toBe(429);
    expect((await status(T02_ORDER, asT02)).status).toBe(200);
    other.clock.advance(60_000);
    expect((await status(ORDER_ID, asT01)).status).toBe(200);
    await other.stop();
  });
});

describe('a refund', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gopay-pos-refunds-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const give = (at: RelayBench, as: Record<string, string>, order: string, key: string, amount: number) =>
    at.post(`/v2/${order}/refund`, JSON.stringify({ refund_key: key, amount, reason: 'x' }), as);
  const good = () => reply(200, sample('refund-200-full.json'));

  it('is off where the relay has no [refund], whatever the terminal’s token', async () => {
    const other = await makeRelay();
    const response = await give(other, asT01, ORDER_ID, 'R1', 1_000);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { status_code: '400', status_message: expect.stringMatching(/^E680 /) },
    ]);
    expect(other.upstream.seen).toEqual([]);
    expect(other.log.lines.join('\n')).toMatch(/warn E680 refund of 1000 by terminal T01 order=T01-/);
    await other.stop();
  });

  it('is capped a day, of one terminal and of all, also over a restart, with a line for each', async () => {
    const file = join(directory, 'refunds.log');
    const first = await makeRelay({ refund: { ...REFUND, lines: fileLines(file) } });
    first.upstream.script(good(), good(), good(), good());
    expect((await give(first, asT01, ORDER_ID, 'R1', 60_000)).status).toBe(200);
    // The same again is one refund at Midtrans, and one here.
    expect((await give(first, asT01, ORDER_ID, 'R1', 60_000)).status).toBe(200);
    expect(await (await give(first, asT01, ORDER_ID, 'R2', 40_001)).json()).toMatchObject({
      status_message: 'E681 Above the limit of Rp100.000 a day of terminal T01',
    });
    expect((await give(first, asT02, T02_ORDER, 'R1', 50_000)).status).toBe(200);
    expect(first.log.lines.join('\n')).toContain(
      `refund of 60000 rupiah by terminal T01 order=${ORDER_ID} key=R1`,
    );
    await first.stop();
    expect(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { terminal: 'T01', order: ORDER_ID, key: 'R1', amount: 60_000 },
      { terminal: 'T02', order: T02_ORDER, key: 'R1', amount: 50_000 },
    ]);

    writeFileSync(file, `${readFileSync(file, 'utf8')}{"at":"2026-1`);
    const second = await makeRelay({ refund: { ...REFUND, lines: fileLines(file) } });
    second.upstream.script(good(), good());
    expect(await (await give(second, asT01, ORDER_ID, 'R2', 40_001)).json()).toMatchObject({
      status_message: expect.stringMatching(/^E681 .*terminal T01/),
    });
    expect(await (await give(second, asT02, T02_ORDER, 'R2', 40_001)).json()).toMatchObject({
      status_message: 'E681 Above the limit of Rp150.000 a day of all terminals',
    });
    expect((await give(second, asT01, ORDER_ID, 'R2', 40_000)).status).toBe(200);
    second.clock.advance(86_400_000);
    expect((await give(second, asT02, T02_ORDER, 'R9', 100_000)).status).toBe(200);
    await second.stop();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(5);
  });

  it('is not sent where its line cannot be written', async () => {
    const lines = {
      past: [],
      append: () => {
        throw new Error('ENOSPC');
      },
    };
    const other = await makeRelay({ refund: { ...REFUND, lines } });
    expect((await give(other, asT01, ORDER_ID, 'R1', 1_000)).status).toBe(502);
    expect(other.upstream.seen).toEqual([]);
    expect(other.log.lines.join('\n')).toMatch(/error E682 /);
    await other.stop();
  });
});
