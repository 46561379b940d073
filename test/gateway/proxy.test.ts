import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderId } from '../../src/base/ids.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import type { BrokerProcess } from '../broker/kit/broker-process.js';
import { linkUp } from '../broker/kit/links.js';
import { TERMINALS } from '../broker/kit/people.js';
import { boxState } from '../kit/fleet/boxes.js';
import { enterOwnNetwork } from '../kit/net/own-network.js';
import { until } from '../kit/pty/until.js';
import { FACTS, linkOf } from '../kit/receipts/receipts.js';
import { reply, ScriptedServer, sample } from './client-kit.js';
import { type Answer, FAR, NAME, PASSWORD, ProxyBench } from './proxy-kit.js';
import { chargeBody, notification } from './relay-kit.js';

const AUTHORIZATION = basicAuthorization('T1', TERMINALS.T1);
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** Headers that some proxy somewhere names a person by. */
const NAMED = ['Remote-User', 'X-Forwarded-User', 'X-Auth-Request-User'];
const LOGIN = `Basic ${Buffer.from(`owner:${PASSWORD}`).toString('base64')}`;
const BODY_MOST = 65_536;

const upstream = new ScriptedServer();
let bench: ProxyBench;
beforeAll(async () => {
  enterOwnNetwork([`${FAR}/32`]);
  bench = new ProxyBench(await upstream.start());
  await bench.startRelay();
});
afterAll(async () => {
  await bench.relay.end('SIGKILL');
  await upstream.stop();
  bench.dispose();
});

const RECEIPT = { ...FACTS, orderId: 'T1-01JDA3Z1000000000000000000' as OrderId, paidAtMs: Date.now() };

let orders = 0;
function nextOrder(): string {
  orders += 1;
  return `T1-01JD${String(orders).padStart(22, '0')}`;
}

const notify = (orderId: string): Promise<Answer> =>
  bench.ask('/notify', { method: 'POST', headers: JSON_TYPE, body: notification(orderId) });

/** Every address that could end at `/metrics`, however it is written. */
const METRICS = ['', '/', '/fleet', '/fleet/', '?a=b'].map((end) => `/metrics${end}`);
METRICS.push('//metrics', '/%6detrics', '/v2/../metrics', '/./metrics', '/metrics/fleet?token=x', '/METRICS');

describe.each([
  ['nginx', () => bench.nginx(), /^HTTP\/1\.1 408 |^$/],
  // Two minutes until it hangs up: too long to wait for here.
  ['Caddy', () => bench.caddy(), undefined],
])('the relay behind %s as it is shipped', (_name, make, cutShort) => {
  let proxy: BrokerProcess;
  /** What callers are told at last who never send the rest; nothing where the proxy just hangs up. */
  let slow: Promise<string>[];
  beforeAll(async () => {
    proxy = make();
    await proxy.run(443);
    slow = ['POST /notify HTTP/1.1\r\nHost: relay', notificationCut()].map(async (sent) => {
      const socket = await bench.connect('TLSv1.2');
      socket.write(sent);
      let said = '';
      return new Promise<string>((resolve) => {
        socket.on('data', (data: Buffer) => {
          said += data.toString();
          resolve(said);
        });
        // A reset is an end as well.
        socket.on('error', () => undefined).once('close', () => resolve(said));
      }).finally(() => socket.destroy());
    });
  });
  afterAll(() => proxy.end('SIGKILL'));

  it('charges, and gives Midtrans and the terminal addresses of the proxy', async () => {
    const orderId = nextOrder();
    upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    const { status, body } = await bench.ask('/v2/charge', {
      ...{ method: 'POST', body: chargeBody(orderId) },
      headers: { ...JSON_TYPE, Authorization: AUTHORIZATION, 'Idempotency-Key': `${orderId}-c` },
    });
    expect(status).toBe(200);
    const { headers } = upstream.last();
    expect(headers['idempotency-key']).toBe(`${orderId}-c`);
    expect(headers['x-override-notification']).toBe(`https://${NAME}/notify`);
    const [, picture = ''] = new RegExp(`"https://${NAME}(/v2/[^"]*/qr-code[^"]*)"`).exec(body) ?? [];
    upstream.script(reply(200, 'a picture', { 'Content-Type': 'image/png' }));
    expect(await bench.ask(picture)).toMatchObject({ status: 200, body: 'a picture' });
  });

  it('takes a notification, and shows a receipt to a phone', async () => {
    expect((await notify(nextOrder())).status).toBe(200);
    upstream.script(reply(404, sample('error-404.recorded-2019.json')));
    const { status, body } = await bench.ask(receiptPath());
    expect([status, body.includes(RECEIPT.shop)]).toEqual([200, true]);
  });

  it('sends whoever comes by HTTP to HTTPS, with the body that he has', async () => {
    const { status, headers } = await bench.askClear('/notify?a=b', { method: 'POST', body: '{}' });
    expect([status, headers.location]).toEqual([308, `https://${NAME}/notify?a=b`]);
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await bench.connect(version);
      expect([socket.authorized, socket.getProtocol()]).toEqual([true, version]);
      socket.destroy();
    }
    await expect(bench.connect('TLSv1.1')).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  it('takes a body that the relay takes, and no larger one, whether it says its length or not', async () => {
    const post = (bytes: number, headers: Readonly<Record<string, string>> = {}) =>
      bench.ask('/notify', { method: 'POST', headers, body: 'x'.repeat(bytes) });
    expect((await post(BODY_MOST)).status).toBe(400);
    // After either Midtrans sends five times more. Caddy may not have got rid of the body when the relay closes.
    expect([413, 502]).toContain((await post(BODY_MOST + 1)).status);
    expect([413, 502]).toContain((await post(BODY_MOST + 1, { 'Transfer-Encoding': 'chunked' })).status);
  });

  it('says who called, whatever he says himself', async () => {
    const before = bench.relay.output.length;
    const headers = { 'X-Forwarded-For': '198.51.100.9, 127.0.0.1' };
    await bench.ask('/notify', { method: 'POST', headers, body: 'x' });
    const said = (): string => bench.relay.output.slice(before);
    await until('a line about it', () => said().includes('POST /notify'));
    expect(said()).toContain(`POST /notify from ${FAR} -> 400`);
  });

  it('shows nobody outside what the relay counts', async () => {
    for (const path of METRICS) {
      const { status, body } = await bench.ask(path);
      expect([path, status, body.includes('gopay_pos')]).toEqual([path, 404, false]);
    }
    expect(await (await fetch('http://127.0.0.1:8430/metrics')).text()).toContain('gopay_pos_relay');
  });

  it('lets nobody in to the page of the fleet by his own word', async () => {
    const said = Object.fromEntries(NAMED.map((name) => [name, 'owner']));
    for (const headers of [
      said,
      { remote_user: 'owner' },
      { Authorization: LOGIN },
      { ...said, Authorization: LOGIN },
    ])
      expect((await bench.ask('/fleet', { headers })).status).toBe(403);
  });

  it('has no patience with whoever does not come to an end, and never says 200 to him', async () => {
    const [head, body] = slow;
    expect(await head).toMatch(/^$|^HTTP\/1\.1 408 /);
    if (cutShort !== undefined) expect(await body).toMatch(cutShort);
  });

  it('answers 502 while the relay is away; what was answered 200 before reaches the terminal', async () => {
    const first = await linkUp('mqtt://127.0.0.1:1883');
    await first.link.stop();
    let backAgain = (): void => undefined;
    const back = new Promise<void>((resolve) => {
      backAgain = resolve;
    });
    const taken: string[] = [];
    const answers = new Set<number>();
    let dead: Promise<void> | undefined;
    const deliver = async (orderId: string): Promise<void> => {
      for (;;) {
        const { status } = await notify(orderId);
        answers.add(status);
        if (status === 200) taken.push(orderId);
        if (taken.length >= 8) dead ??= bench.relay.end('SIGKILL');
        if (status === 200) return;
        // As Midtrans would, which waits longer.
        await back;
      }
    };
    const sent = Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 8; count += 1) await deliver(nextOrder());
    });
    await until('the end of the relay', () => dead !== undefined);
    await dead;
    expect((await notify(nextOrder())).status).toBe(502);
    // For the proxy's own log of errors.
    expect((await bench.ask(receiptPath(), { headers: { Authorization: AUTHORIZATION } })).status).toBe(502);
    expect((await bench.ask('/v2/qris/a/qr-code?terminal=T1&mark=a-secret-mark')).status).toBe(502);
    await bench.startRelay();
    backAgain();
    await Promise.all(sent);
    expect(answers).toEqual(new Set([200, 502]));
    const terminal = await linkUp('mqtt://127.0.0.1:1883');
    await until('every notice', () => {
      const heard = new Set<string>(terminal.recorder.notices.all.map(({ orderId }) => orderId));
      return taken.every((orderId) => heard.has(orderId));
    });
    await terminal.link.stop();
  });

  it('keeps no address of a receipt or picture, and no credential, in any log', () => {
    const logs = readdirSync(bench.directory)
      .map((name) => bench.file(name))
      .filter((file) => file.endsWith('.log') && statSync(file).isFile())
      .map((file) => readFileSync(file, 'utf8'));
    const all = [proxy.output, ...logs].join('\n');
    expect(all).toContain('502');
    for (const secret of [receiptPath().slice(3), 'mark', TERMINALS.T1, AUTHORIZATION.slice(6)])
      expect(all).not.toContain(secret);
  });
});

describe.each([
  ['nginx', () => bench.nginx(true)],
  ['Caddy', () => bench.caddy(true)],
])('with the lines of %s for a login', (_name, make) => {
  let proxy: BrokerProcess;
  beforeAll(async () => {
    proxy = make();
    await proxy.run(443);
  });
  afterAll(() => proxy.end('SIGKILL'));

  it('the page of the fleet shows to who has name and password what a terminal has said at the broker, and to nobody else', async () => {
    const { link } = await linkUp('mqtt://127.0.0.1:1883');
    link.publishState({ ...boxState('T1', { version: '9.8.7', at: new Date().toISOString() }) });
    for (;;) {
      const { status, body } = await bench.ask('/fleet', { headers: { Authorization: LOGIN } });
      expect(status).toBe(200);
      if (body.includes('9.8.7')) break;
    }
    await link.stop();
    const said = Object.fromEntries(NAMED.map((name) => [name, 'owner']));
    const wrong = `Basic ${Buffer.from('owner:guess').toString('base64')}`;
    for (const path of [
      '/fleet',
      '/fleet/',
      '/fleet?q=T1',
      '//fleet',
      '/%66leet',
      '/./fleet',
      '/v2/../fleet',
      '/FLEET',
      '/fleet/login',
    ])
      for (const headers of [said, { ...said, Authorization: wrong }]) {
        const { status, body } = await bench.ask(path, { headers });
        expect([path, status >= 400, body.includes('9.8.7')]).toEqual([path, true, false]);
      }
  });
});

it('Caddy gives up writing before it gives up reading, and neither before the relay has answered', () => {
  const text = readFileSync(new URL('../../systemd/proxy/Caddyfile', import.meta.url), 'utf8');
  const [answerS, writeS, readS] = ['response_header_timeout', 'write', 'read_body'].map((name) =>
    Number(new RegExp(`^\\s*${name} (\\d+)s$`, 'm').exec(text)?.[1]),
  );
  expect(answerS).toBeGreaterThan(1.5 * 60);
  expect(writeS).toBeGreaterThan(answerS ?? Number.NaN);
  expect(readS).toBeGreaterThan(writeS ?? Number.NaN);
});

function receiptPath(): string {
  return linkOf(RECEIPT, '', TERMINALS.T1, 'T1');
}

/** The head of a request and a half of its body. */
function notificationCut(): string {
  const body = notification(nextOrder());
  return `POST /notify HTTP/1.1\r\nHost: ${NAME}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 40)}`;
}
