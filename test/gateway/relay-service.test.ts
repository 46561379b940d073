import { Server } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reply, SERVER_KEY, sample, silence } from './client-kit.js';
import {
  AUTHORIZATION,
  chargeBody,
  FakePublisher,
  makeRelay,
  notification,
  ORDER_ID,
  type RelayBench,
  TOKEN,
} from './relay-kit.js';

let bench: RelayBench;
beforeEach(async () => {
  bench = await makeRelay();
});
afterEach(() => bench.stop());

describe('healthz', () => {
  it('is good while the broker is, and tells when Midtrans was last heard of', async () => {
    const before = await bench.get('/healthz');
    expect([before.status, await before.json()]).toEqual([
      200,
      { publisher: 'ok', upstreamLastSeen: null, upstreamLastStatus: null },
    ]);
    bench.upstream.script(reply(200, sample('error-404.recorded-2019.json')));
    await bench.get('/v2/T01-HEALTH/status', { Authorization: AUTHORIZATION });
    expect(await (await bench.get('/healthz')).json()).toEqual({
      publisher: 'ok',
      upstreamLastSeen: '2026-11-22T05:00:00.000Z',
      upstreamLastStatus: 200,
    });
  });

  it('is 503 with the reason while the path to the broker is not proved', async () => {
    bench.publisher.why = 'E602 no connection';
    const response = await bench.get('/healthz');
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { publisher: 'E602 no connection' },
    ]);
    expect(await bench.metric('gopay_pos_relay_publisher_up')).toBe(0);
  });
});

it('goes on listening when a caller cannot be taken', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  const other = await makeRelay();
  const server = listen.mock.contexts.at(-1) as Server | undefined;
  listen.mockRestore();
  for (const code of ['EMFILE', 'ENFILE'])
    server?.emit('error', Object.assign(new Error(`accept ${code}`), { code }));
  expect((await other.get('/healthz')).status).toBe(200);
  expect(other.log.lines.join('\n')).toMatch(/warn a caller could not be taken: accept EMFILE/);
  await other.stop();
});

it('lets a path be asked by HEAD, and takes an address that cannot be decoded for malformed', async () => {
  const head = await fetch(`${bench.url}/healthz`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await bench.get('/v2/%ff/status', { Authorization: AUTHORIZATION })).status).toBe(400);
});

describe('metrics', () => {
  it('tell of the embedded broker how many are there and how many were refused', async () => {
    expect(await (await bench.get('/metrics')).text(), 'none').not.toContain('relay_broker_');
    const other = await makeRelay({ brokerLoad: () => ({ connections: 12, turnedAway: 3 }) });
    expect(await other.metric('gopay_pos_relay_broker_connections')).toBe(12);
    expect(await other.metric('gopay_pos_relay_broker_refused_connections_total')).toBe(3);
    await other.stop();
  });

  it('are Prometheus text with every outcome of a notification from the start', async () => {
    const response = await bench.get('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[a-zA-Z0-9_.+]+"(,[a-z]+="[a-z0-9_]+")*\})? \d+(\.\d+)?|)$/,
      );
    for (const outcome of ['published', 'unreached', 'foreign', 'bad_signature', 'malformed', 'too_large'])
      expect(text).toContain(`gopay_pos_relay_notifications_total{outcome="${outcome}"} 0`);
    expect(text).toContain('gopay_pos_relay_publisher_up 1');
    expect(text).toContain('gopay_pos_relay_upstream_last_seen_seconds 0');
  });

  it('count Midtrans’ answers by their status', async () => {
    bench.upstream.script(reply(503, sample('derived/error-503-charge.json')));
    await bench.post('/v2/charge', chargeBody(), { Authorization: AUTHORIZATION });
    expect(await bench.metric('gopay_pos_relay_upstream_total{status="503"}')).toBe(1);
    expect(await bench.metric('gopay_pos_relay_upstream_last_seen_seconds')).toBe(1_795_323_600);
  });
});

describe('the access log', () => {
  it('has one line a request with what became of it, and the order', async () => {
    await bench.post('/notify', notification(ORDER_ID));
    bench.upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    await bench.post('/v2/charge', chargeBody(), { Authorization: AUTHORIZATION });
    await bench.get('/nowhere?key=value');
    await bench.get('/healthz');
    const lines = bench.log.lines.filter((line) => line.startsWith('info <-'));
    expect(lines.map((line) => line.replace(/notice=\S+/, 'notice=ID'))).toEqual([
      `info <- POST /notify from 127.0.0.1 -> 200 0 ms published order=${ORDER_ID} notice=ID says=settlement`,
      `info <- POST /v2/charge from 127.0.0.1 -> 200 0 ms passed order=${ORDER_ID}`,
      'info <- GET /nowhere from 127.0.0.1 -> 404 0 ms no such path',
    ]);
  });

  it('holds no credential and no signature, and neither does the relay itself', async () => {
    const body = notification(ORDER_ID);
    const { signature_key: signature } = JSON.parse(body) as { signature_key: string };
    await bench.post('/notify', body);
    await bench.post('/notify', body.replace('15000.00', '16000.00'));
    await bench.post(`/notify?token=${TOKEN}`, body);
    bench.upstream.script((response, request) =>
      reply(401, `{"status_message":"${request.headers.authorization}"}`)(response, request),
    );
    await bench.post('/v2/charge', chargeBody(), { Authorization: AUTHORIZATION });
    await bench.get('/v2/T01-HEALTH/status', { Authorization: `${AUTHORIZATION}x` });
    const text = bench.log.lines.join('\n') + inspect(bench.relay, { depth: 9, showHidden: true });
    for (const secret of [SERVER_KEY, btoa(`${SERVER_KEY}:`), TOKEN, AUTHORIZATION.slice(6), signature])
      expect(text).not.toContain(secret);
  });

  it('cannot be forged by an order id with a line break', async () => {
    await bench.post('/notify', notification(ORDER_ID, { order_id: 'x\nerror forged' }));
    expect(bench.log.lines.some((line) => line.includes('\n'))).toBe(false);
  });
});

describe('closing', () => {
  it('lets a charge under way end, and takes no new one', async () => {
    const other = await makeRelay();
    other.upstream.script(silence);
    let finish: () => void = () => undefined;
    other.upstream.script((response, request) => {
      finish = () => reply(200, sample('charge-gopay-201.sandbox-2024.json'))(response, request);
    });
    const arrived = other.upstream.nextRequest();
    const charging = other.post('/v2/charge', chargeBody(), { Authorization: AUTHORIZATION });
    await arrived;
    const closing = other.relay.close();
    finish();
    expect((await charging).status).toBe(200);
    await closing;
    await expect(other.get('/healthz')).rejects.toThrow();
    await other.upstream.stop();
  });
});

describe('two relays side by side', () => {
  it('need nothing of each other: each serves any order of any of the terminals', async () => {
    const publisher = new FakePublisher();
    const other = await makeRelay({ publisher });
    bench.upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    await bench.post('/v2/charge', chargeBody(), { Authorization: AUTHORIZATION });
    expect((await other.post('/notify', notification(ORDER_ID))).status).toBe(200);
    expect(publisher.published).toHaveLength(1);
    other.upstream.script(reply(200, sample('derived/status-gopay-pending-201.json')));
    const response = await other.get(`/v2/${ORDER_ID}/status`, { Authorization: AUTHORIZATION });
    expect(response.status).toBe(200);
    await other.stop();
  });
});
