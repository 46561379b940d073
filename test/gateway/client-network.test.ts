import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestFault } from '../../src/midtrans/exchange.js';
import { freePort } from '../kit/net/free-port.js';
import { type Bench, makeBench, ORDER, reply, reset, sample, silence } from './client-kit.js';

let bench: Bench;
beforeEach(async () => {
  bench = await makeBench();
});
afterEach(() => bench.server.stop());

const created = sample('charge-gopay-201.sandbox-2024.json');

describe('an answer that does not come', () => {
  it('is unanswered when the time is up, and the timer of a call is gone with the call', async () => {
    bench.server.script(silence);
    const arrived = bench.server.nextRequest();
    const charging = bench.client({ timeouts: { chargeMs: 1234 } }).charge(ORDER);
    await arrived;
    expect(bench.timers.waiting()).toEqual([1234]);
    bench.timers.ringAll();
    expect(await charging).toMatchObject({ kind: 'unknown', fault: { kind: 'unanswered', code: 562 } });

    bench.server.script(reply(200, created));
    await bench.client().charge(ORDER);
    expect(bench.timers.waiting()).toEqual([]);
  });

  it('is unanswered when the body stops in the middle and the time is up', async () => {
    let begun: () => void = () => undefined;
    const headersSent = new Promise<void>((resolve) => {
      begun = resolve;
    });
    bench.server.script((response) => {
      response.writeHead(200, { 'Content-Length': String(created.length) });
      response.write(created.slice(0, 100), () => begun());
    });
    const asking = bench.client().status('T01-A');
    await headersSent;
    bench.timers.ringAll();
    expect(await asking).toMatchObject({ kind: 'unknown', fault: { kind: 'unanswered', code: 562 } });
  });

  it('is unanswered at the end of its own time also where that is longer than a connection may take', async () => {
    bench.server.script(silence);
    const arrived = bench.server.nextRequest();
    const charging = bench.client({ timeouts: { chargeMs: 20_000 } }).charge(ORDER);
    await arrived;
    expect(bench.timers.waiting()).toEqual([10_000, 20_000]);
    bench.timers.ringAll();
    expect(await charging).toMatchObject({ fault: { code: 562, detail: 'no answer within 20000 ms' } });
    expect(bench.timers.waiting()).toEqual([]);
  });

  it.each(['http', 'https'])(
    'over %s is temporary when there is no line when the time is up',
    async (scheme) => {
      // Takes the connection and does not speak TLS; over plain http the name is not looked up in time.
      const mute = createServer().listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const host = scheme === 'http' ? 'unknown.invalid' : '127.0.0.1';
      const { port } = mute.address() as AddressInfo;
      const charging = bench.client({ baseUrl: `${scheme}://${host}:${port}` }).charge(ORDER);
      if (scheme === 'https') await once(mute, 'connection');
      bench.timers.ringAll();
      expect(await charging).toMatchObject({
        fault: { kind: 'temporary', code: 560, detail: 'no connection within 10000 ms' },
      });
      mute.close();
    },
  );

  it('goes over a line that stands, and over a new one where the server has closed that', async () => {
    const ports: unknown[] = [];
    bench.server.script((response, request) => {
      ports.push(response.socket?.remotePort);
      if (ports.length === 2) response.shouldKeepAlive = false;
      reply(200, created)(response, request);
    });
    const client = bench.client();
    for (let call = 0; call < 3; call += 1) expect((await client.charge(ORDER)).kind).toBe('created');
    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[0]);
  });

  it('is unanswered when the connection dies before a byte of it', async () => {
    bench.server.script(reset);
    expect(await bench.client().charge(ORDER)).toMatchObject({
      kind: 'unknown',
      fault: { kind: 'unanswered', code: 563 },
    });
    expect(bench.server.seen).toHaveLength(1);
  });

  it('is unanswered when the connection dies in the middle of it', async () => {
    bench.server.script((response) => {
      response.writeHead(200, { 'Content-Length': String(created.length) });
      response.write(created.slice(0, 100), () => response.socket?.resetAndDestroy());
    });
    expect(await bench.client().charge(ORDER)).toMatchObject({
      kind: 'unknown',
      fault: { kind: 'unanswered', code: 563 },
    });
  });

  it('is temporary only where no connection was made, so that the request cannot have left', async () => {
    const outcome = await bench.client({ baseUrl: `http://127.0.0.1:${await freePort()}` }).charge(ORDER);
    expect(outcome).toMatchObject({ kind: 'unknown', fault: { kind: 'temporary', code: 560 } });
  });

  it.each<[string, object, string, number]>([
    ['an unknown name', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'temporary', 560],
    ['no route before connecting', { code: 'EHOSTUNREACH', syscall: 'connect' }, 'temporary', 560],
    ['no route after sending', { code: 'EHOSTUNREACH', syscall: 'read' }, 'unanswered', 563],
    ['a connection time-out', { code: 'ETIMEDOUT', syscall: 'connect' }, 'temporary', 560],
    [
      'both address families refused',
      { errors: [{ syscall: 'connect' }, { syscall: 'connect' }] },
      'temporary',
      560,
    ],
    ['a doubtful pair', { errors: [{ syscall: 'connect' }, { syscall: 'write' }] }, 'unanswered', 563],
    ['a certificate of next year', { code: 'CERT_NOT_YET_VALID' }, 'temporary', 551],
    ['a self-made certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'temporary', 561],
    ['a broken TLS record', { code: 'ERR_SSL_DECRYPTION_FAILED' }, 'unanswered', 563],
  ])('after %s', (_title, why, kind, code) => {
    expect(requestFault(Object.assign(new Error('why'), why))).toMatchObject({ kind, code });
  });
});

describe('an answer that is not what it should be', () => {
  it('is read no further than 256 KiB', async () => {
    let sent = 0;
    bench.server.script((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = (): void => {
        sent += 64 * 1024;
        if (sent > 64 * 1024 * 1024) response.end();
        else if (!response.destroyed) response.write(' '.repeat(64 * 1024), () => setImmediate(more));
      };
      more();
    });
    expect(await bench.client().charge(ORDER)).toMatchObject({
      kind: 'unknown',
      fault: { kind: 'unanswered', code: 564, detail: expect.stringContaining('262144') },
    });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('is read where it is packed although nobody asked for that, and no further than 256 KiB unpacked', async () => {
    const packed = { 'Content-Encoding': 'gzip' };
    bench.server.script(
      reply(200, gzipSync(created), packed),
      reply(200, gzipSync(`${created}${' '.repeat(512 * 1024)}`), packed),
      reply(200, created, packed),
    );
    const client = bench.client();
    expect(await client.charge(ORDER)).toMatchObject({ kind: 'created' });
    expect(await client.charge(ORDER)).toMatchObject({ fault: { kind: 'unanswered', code: 564 } });
    expect(await client.charge(ORDER)).toMatchObject({ fault: { kind: 'unanswered', code: 563 } });
    expect(bench.server.last().headers).toMatchObject({
      'accept-encoding': 'identity',
      'user-agent': 'gopay-pos',
    });
  });

  it('is read by what it is, not by its label', async () => {
    bench.server.script(reply(200, created, { 'Content-Type': 'text/html' }));
    expect(await bench.client().charge(ORDER)).toMatchObject({ kind: 'created' });
  });

  it('is unknown when it is a redirection, which is not followed', async () => {
    const target = await makeBench();
    target.server.script(reply(200, created));
    for (const status of [301, 302, 307, 308]) {
      bench.server.script(reply(status, '', { Location: `${target.url}/v2/charge` }));
      expect(await bench.client().charge(ORDER)).toMatchObject({ kind: 'unknown' });
    }
    expect(target.server.seen).toHaveLength(0);
    await target.server.stop();
  });
});

describe('health', () => {
  it('asks for an order that cannot exist, and is good when there is none', async () => {
    bench.server.script(reply(200, sample('error-404.recorded-2019.json')));
    expect((await bench.client().health()).fault).toBeUndefined();
    expect(bench.server.last()).toMatchObject({ method: 'GET', url: '/v2/T01-HEALTH/status' });
    expect(bench.server.last().headers.authorization).toMatch(/^Basic /);
  });

  it('tells how far our clock is off, with half the round trip taken off', async () => {
    bench.server.script((response, request) => {
      bench.clock.advance(400);
      reply(200, sample('error-404.recorded-2019.json'), { Date: 'Sun, 22 Nov 2026 05:00:10 GMT' })(
        response,
        request,
      );
    });
    expect(await bench.client().health()).toEqual({ clockSkewMs: 9_800, ageMs: 0 });
  });

  it('measures the round trip by the monotonic clock, so a jump of the wall clock is a skew and not a delay', async () => {
    bench.server.script((response, request) => {
      bench.clock.advance(400);
      bench.clock.setWall(bench.clock.wallMs() + 3_599_600);
      reply(200, sample('error-404.recorded-2019.json'), { Date: 'Sun, 22 Nov 2026 06:00:00 GMT' })(
        response,
        request,
      );
    });
    expect(await bench.client().health()).toEqual({ clockSkewMs: 200, ageMs: 0 });
  });

  it.each<[string, number, string, string, number]>([
    ['a refused key', 401, sample('error-401.docs-2023.json'), 'refused', 501],
    ['a captive portal', 200, '<html>Welcome to the hotel</html>', 'unanswered', 853],
    ['a wrong path', 404, '{"message":"no Route matched"}', 'unanswered', 568],
    ['trouble', 503, sample('derived/error-503-charge.json'), 'unanswered', 566],
  ])('has a fault at %s', async (_title, http, body, kind, code) => {
    bench.server.script(reply(http, body));
    expect(await bench.client().health()).toMatchObject({
      fault: { kind, code },
      clockSkewMs: expect.any(Number),
    });
  });

  it('has a fault and no skew without an answer', async () => {
    bench.server.script(reset);
    expect(await bench.client().health()).toEqual({
      fault: expect.objectContaining({ code: 563 }),
      ageMs: 0,
    });
  });
});
