import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { API, type Api } from '../../../devices/register/api/device.js';
import type { RegisterQuestion, RegisterResult } from '../../../src/base/register-messages.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';

/** What is asked wrongly, and the field that the problem names. */
const WRONG: readonly (readonly [
  method: string,
  path: string,
  body: string | undefined,
  status: number,
  field?: string,
])[] = [
  ['POST', '/v1/sales', undefined, 400, 'ref'],
  ['POST', '/v1/sales', '', 400, 'ref'],
  ['POST', '/v1/sales', '[]', 400, 'line'],
  ['POST', '/v1/sales', '{"ref":"INV-1"', 400, 'line'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":1}, {"ref":"INV-2"}', 400, 'line'],
  ['POST', '/v1/sales', '{"ref":"INV-1"}', 400, 'amount'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":"15000"}', 400, 'amount'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":0.5}', 400, 'amount'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":-1}', 400, 'amount'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":1,"amount":2}', 400, 'amount'],
  ['POST', '/v1/sales', '{"ref":"INV 1","amount":1}', 400, 'ref'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":1,"op":"refund"}', 400, 'op'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":1,"price":2}', 400, 'price'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":1,"till":"@10.0.0.7"}', 400, 'till'],
  ['POST', '/v1/sales?till=K1', '{"ref":"INV-1","amount":1,"till":"K2"}', 400, 'till'],
  ['POST', '/v1/sales', '{"ref":"INV-1","items":[]}', 400, 'items'],
  ['POST', '/v1/sales', '{"ref":"INV-1","items":{"product":"kopi"}}', 400, 'items'],
  ['POST', '/v1/sales', '{"ref":"INV-1","items":["kopi"]}', 400, 'items[0]'],
  [
    'POST',
    '/v1/sales',
    '{"ref":"INV-1","items":[{"product":"kopi"},{"product":7}]}',
    400,
    'items[1].product',
  ],
  [
    'POST',
    '/v1/sales',
    '{"ref":"INV-1","items":[{"product":"kopi","quantity":0}]}',
    400,
    'items[0].quantity',
  ],
  ['POST', '/v1/sales', '{"ref":"INV-1","items":[{"name":"Es teh"}]}', 400, 'items[0].price'],
  ['POST', '/v1/sales', '{"ref":"INV-1","items":[{"product":"kopi","price":1}]}', 400, 'items[0].price'],
  ['POST', '/v1/sales', '{"ref":"INV-1","items":[{"product":"a","product":"b"}]}', 400, 'product'],
  ['POST', '/v1/sales', '{"ref":"INV-1","amount":99999999}', 422, 'amount'],
  ['POST', '/v1/sales', `{"ref":"INV-1","amount":1,"x":"${'x'.repeat(17_000)}"}`, 413],
  ['POST', '/v1/sales?wait=1000', '{"ref":"INV-1","amount":1}', 400, 'wait'],
  ['POST', '/v1/sales?wait=1&wait=2', '{"ref":"INV-1","amount":1}', 400, 'wait'],
  ['GET', '/v1/sales/INV-1?wiat=1', undefined, 400, 'wiat'],
  ['GET', '/v1/sales/INV%201', undefined, 400, 'ref'],
  ['GET', '/v1/sales/%E0%A4%A', undefined, 400, 'ref'],
  ['GET', '/v1/sales/INV-1', undefined, 404],
  ['POST', '/v1/sales/INV-1/ack', undefined, 404],
  ['POST', '/v1/sales/INV-1/cancel', '{}', 404],
  ['POST', '/v1/sales/INV-1/refunds', '{}', 404],
  ['POST', '/v1/sales/INV-1/refunds', '{"rrn":"123456789012"}', 400, 'rrn'],
  ['POST', '/v1/sales/INV-1/ack', '{"taken":"no"}', 400, 'taken'],
  ['DELETE', '/v1/sales/INV-1', undefined, 405],
  ['GET', '/v1/sales', undefined, 405],
  ['GET', '/v1/sale', undefined, 404],
  ['GET', '/v1/', undefined, 404],
];

/** A terminal that sells nothing: its limits are 1 to 10, and it knows no sale. */
function refuses(question: RegisterQuestion): RegisterResult | undefined {
  if (question.ask === 'echo') return { result: 'echo', ready: true, busy: false };
  if (question.ask !== 'sale') return { result: 'noSuchSale' };
  const { amount: found = 0 } = question;
  return found > 10
    ? { result: 'invalid', field: 'amount', found: String(found), allowed: '1 to 10' }
    : undefined;
}

describe('the API over HTTP', () => {
  let api: Api;
  let time: FakeTime;
  let asked: RegisterQuestion[];
  const url = (path: string): string => `http://127.0.0.1:${api.port()}${path}`;
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url(path), { headers });

  beforeEach(async () => {
    time = new FakeTime();
    asked = [];
    const settings = {
      ...({ enabled: true, host: '127.0.0.1', port: 0, acknowledge: 'required', showsQr: false } as const),
      ...{ ackWaitSeconds: 3, resends: 2 },
    };
    const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
    api = await API.open(settings, { clock: time, timers: time, random, log: new KeptLog(), programs: [] });
    api.start((event) => {
      if (event.kind !== 'asked') return;
      asked.push(event.question);
      const result = refuses(event.question);
      if (result !== undefined) void api.send(api.encode(event.frame, result), event.frame);
    });
    await until('the port', () => api.port() !== undefined);
  });

  afterEach(() => api.stop());

  it.each(WRONG.map(([method, path, body, status, field]) => [method, path, body, status, field] as const))(
    '%s %s %s is no request: %d, %s',
    async (method, path, body, status, field) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url(path), { method, headers, ...(body === undefined ? {} : { body }) });
      const said = (await answer.json()) as Record<string, unknown>;
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json',
      ]);
      expect([said['status'], said['field']]).toEqual([status, field]);
      expect(said['fault']).toMatch(/^E\d{3}$/);
      expect(said['type']).toBe(`urn:gopay-pos:fault:${said['fault']}`);
      if (field !== undefined)
        expect([typeof said['found'], typeof said['allowed']]).toEqual(['string', 'string']);
      expect(asked.filter(({ ask }) => ask === 'sale').length).toBe(status === 422 ? 1 : 0);
    },
  );

  it('takes no form of another site, no picture of its page, and no other name of this machine', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(url('/v1/sales'), { method: 'POST', headers, body: '{"ref":"INV-1","amount":1}' });
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/v1/sales/INV-1/qr.png', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('lets a page of this machine at another port in, which asks first', async () => {
    const origin = 'http://localhost:3000';
    const before = await fetch(url('/v1/sales'), { method: 'OPTIONS', headers: { origin } });
    expect([before.status, before.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    const answer = await get('/v1/status', { origin });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const other = await get('/v1/status', { origin: 'https://evil.example' });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('answers a HEAD as a GET without its content, and says what a path takes', async () => {
    const [head, whole] = [await fetch(url('/v1/status'), { method: 'HEAD' }), await get('/v1/status')];
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      whole.headers.get('content-length'),
      '',
    ]);
    expect((await fetch(url('/v1/sales/INV-1'), { method: 'HEAD' })).status).toBe(404);
    expect((await fetch(url('/v1/events'), { method: 'HEAD' })).status).toBe(405);
    const options = await fetch(url('/v1/sales/INV-1'), { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD']);
    expect((await fetch(url('/v1/sales/INV-1'), { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD');
  });

  it('takes twenty requests at once and ten a second', async () => {
    const all = await Promise.all(Array.from({ length: 25 }, () => get('/v1/sales/INV-1')));
    expect(all.filter(({ status }) => status === 404)).toHaveLength(20);
    const over = all.find(({ status }) => status === 429);
    expect(over?.headers.get('retry-after')).toBe('1');
    // Who asks faster gets ten a second all the same: what is refused costs nothing.
    for (let second = 0; second < 3; second += 1) {
      time.advance(1_000);
      const more = await Promise.all(Array.from({ length: 21 }, () => get('/v1/sales/INV-1')));
      expect(more.filter(({ status }) => status === 404)).toHaveLength(10);
    }
    time.advance(1_000);
    expect((await get('/v1/sales/INV-1')).status).toBe(404);
  });

  it('keeps sixteen waiting, and answers them when the terminal is silent for long', async () => {
    const bodies = Array.from({ length: 17 }, (_, at) => `{"ref":"INV-${at}","amount":1}`);
    const answers = bodies.map(async (body) => {
      const answer = await fetch(url('/v1/sales?wait=300'), {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
      });
      return answer.status;
    });
    await until('sixteen', () => asked.length === 16);
    // One was too many, whichever it was; then a sale that nobody knows.
    expect(await Promise.race(answers)).toBe(429);
    await time.pass(5_000);
    expect((await Promise.all(answers)).filter((status) => status === 404)).toHaveLength(16);
  });

  it('reads the events to eight, and hangs up on none of them when the next one comes', async () => {
    const stop = new AbortController();
    const read = () => fetch(url('/v1/events'), { signal: stop.signal });
    const readers = await Promise.all(Array.from({ length: 8 }, read));
    expect(readers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect((await read()).status).toBe(429);
    stop.abort();
  });
});
