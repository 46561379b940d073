import dns from 'node:dns';
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeNetwork, proxyPlace } from '../../src/host/network.js';
import { namedIn } from '../../src/host/no-proxy.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import { CoreApiClient } from '../../src/midtrans/client.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { networkIn } from '../../src/programs/network.js';
import { Authority } from '../kit/authority.js';
import { ConnectProxy } from '../kit/connect-proxy.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';
import { ORDER, SERVER_KEY, sample } from './client-kit.js';

const PASSWORD = 'of-the-proxy-0123';
const created = sample('charge-gopay-201.sandbox-2024.json');
const PICTURE = Buffer.from('\x89PNG\r\n\x1a\nand more', 'latin1');

let authority: Authority;
let pair: ReturnType<Authority['sign']>;
let server: TlsServer;
let port = 0;
let requests: string[];
let answer: RequestListener;
let proxy: ConnectProxy;
let proxyUrl: string;
let time: FakeTime;
let log: KeptLog;

beforeAll(() => {
  authority = new Authority();
  pair = authority.sign('DNS:gateway.test,IP:127.0.0.1,IP:::1');
});
afterAll(() => authority.dispose());

beforeEach(async () => {
  requests = [];
  time = new FakeTime();
  log = new KeptLog();
  answer = (request, response) => {
    if (request.url?.endsWith('qr-code'))
      response.writeHead(200, { 'Content-Type': 'image/png' }).end(PICTURE);
    else response.writeHead(201, { 'Content-Type': 'application/json' }).end(created);
  };
  server = createServer(pair, (request, response) => {
    requests.push(`${request.method} ${request.headers.authorization ?? 'nobody'}`);
    answer(request, response);
  });
  port = await listening(server as unknown as Server);
  proxy = new ConnectProxy(() => port);
  proxyUrl = `http://kasir:${PASSWORD}@127.0.0.1:${await proxy.start()}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

async function listening(made: Server, host = '127.0.0.1'): Promise<number> {
  made.listen(0, host);
  await once(made, 'listening');
  return (made.address() as AddressInfo).port;
}

function client(baseUrl: string, { through = true, caFile = authority.file } = {}): CoreApiClient {
  const place = through ? proxyPlace(proxyUrl) : undefined;
  return new CoreApiClient({
    baseUrl,
    authorization: () => basicAuthorization(SERVER_KEY, ''),
    ...{ terminalId: 'T01', paymentType: 'gopay', clock: time, timers: time, log },
    network: makeNetwork({ proxy: place, noProxy: [], caFile: caFile === '' ? undefined : caFile }),
  });
}

describe('a proxy', () => {
  it('lets charges, status and pictures through one line, sees no credential, and knows who comes', async () => {
    proxy.wants = `Basic ${Buffer.from(`kasir:${PASSWORD}`).toString('base64')}`;
    const gateway = client('https://gateway.test');
    expect((await gateway.charge(ORDER)).kind).toBe('created');
    await gateway.status(ORDER.orderId);
    expect(await gateway.picture('https://gateway.test/v2/gopay/a/qr-code')).toMatchObject({
      kind: 'picture',
    });
    expect(proxy.asked).toEqual(['gateway.test:443']);
    expect(requests).toHaveLength(3);
    expect(JSON.stringify(proxy.seen)).not.toContain(basicAuthorization(SERVER_KEY, '').slice(6));
  });

  it.each([403, 407, 502])('that answers CONNECT with %i: the charge did not happen', async (status) => {
    proxy.answers = status;
    const outcome = await client('https://gateway.test').charge(ORDER);
    expect(outcome).toMatchObject({ kind: 'unknown', fault: { kind: 'temporary', code: 842 } });
    expect(requests).toEqual([]);
    const told = JSON.stringify([outcome, log]);
    expect(told).toContain(String(status));
    for (const secret of [PASSWORD, proxyPlace(proxyUrl)?.authorization?.slice(6)])
      expect(told).not.toContain(secret);
  });

  it('that takes the call and says nothing: nothing was sent when the time is up', async () => {
    proxy.answers = 'nothing';
    const called = proxy.nextCall();
    const charging = client('https://gateway.test').charge(ORDER);
    await called;
    time.ringAll();
    expect(await charging).toMatchObject({ fault: { kind: 'temporary', code: 560 } });
  });

  it('that is not there', async () => {
    await proxy.stop();
    expect(await client('https://gateway.test').charge(ORDER)).toMatchObject({
      fault: {
        kind: 'temporary',
        code: 842,
        detail: expect.stringMatching(/^the proxy 127\.0\.0\.1:\d+ is not reached/),
      },
    });
    await proxy.start();
  });

  it('that cuts the line once the charge has gone through it: nobody knows', async () => {
    answer = () => proxy.cut();
    const outcome = await client('https://gateway.test').charge(ORDER);
    expect(outcome).toMatchObject({ kind: 'unknown', fault: { kind: 'unanswered', code: 563 } });
    expect(requests).toHaveLength(1);
  });

  it('whose answer is late after the charge has gone through it: nobody knows', async () => {
    const arrived = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    const charging = client('https://gateway.test').charge(ORDER);
    await arrived;
    time.ringAll();
    expect(await charging).toMatchObject({ fault: { kind: 'unanswered', code: 562 } });
  });

  it('is not for this machine itself', async () => {
    const outcome = await client(`https://127.0.0.1:${port}`).charge(ORDER);
    expect([outcome.kind, proxy.asked]).toEqual(['created', []]);
  });

  it('is that of the environment where the file says nothing, with its exceptions; the file comes first', async () => {
    const tools = { secret: () => 'of-the-file-987', secrets: new SecretRegistry(), log };
    const env = { HTTPS_PROXY: proxyUrl, NO_PROXY: 'toko.example, .bank.example' };
    const byEnv = await networkIn({ noProxy: [] }, tools, env);
    const told = (url: string) => byEnv?.proxyFor(url)?.replace(/:\d+$/, '');
    expect([told('https://gateway.test'), told('wss://broker.test'), told('mqtts://broker.test')]).toEqual([
      ...['127.0.0.1', '127.0.0.1', undefined],
    ]);
    expect([told('https://toko.example'), told('https://a.bank.example')]).toEqual([undefined, undefined]);
    expect(tools.secrets.mask(proxyPlace(proxyUrl)?.authorization ?? '')).toBe('Basic [secret:proxy]');
    const byFile = await networkIn(
      {
        proxy: 'http://proxy.example:3128',
        proxyUser: 'a',
        proxySecret: { credential: 'proxy' },
        noProxy: [],
      },
      ...[tools, env],
    );
    expect(byFile?.proxyFor('https://toko.example')).toBe('proxy.example:3128');
    expect(await networkIn({ noProxy: [] }, tools, {})).toBeUndefined();
  });
});

it.each([
  ['*', 'a.example', true],
  ['example.com', 'example.com', true],
  ['example.com', 'relay.example.com', true],
  ['.example.com', 'relay.example.com', true],
  ['*.example.com', 'relay.example.com', true],
  ['example.com', 'notexample.com', false],
  ['EXAMPLE.com', 'example.COM.', true],
  ['example.com:8443', 'example.com', false],
  ['example.com:443', 'example.com', true],
  ['10.0.0.0/8', '10.200.3.4', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['192.168.1.5', '192.168.1.5', true],
  ['fd00::/8', '[fd00::12]', true],
  ['[2001:db8::1]', '[2001:db8::1]', true],
  ['', 'example.com', false],
  ['', 'localhost', true],
  ['', '127.8.9.1', true],
  ['', '[::1]', true],
])('NO_PROXY %j and the host %s', (entry, host, straight) => {
  expect(namedIn([entry])(host, 443)).toBe(straight);
});

it("a certificate of an authority of one's own is trusted with ca_file, and refused without", async () => {
  expect(await client(`https://127.0.0.1:${port}`, { caFile: '' }).charge(ORDER)).toMatchObject({
    fault: { kind: 'temporary', code: 561 },
  });
  expect((await client(`https://127.0.0.1:${port}`).charge(ORDER)).kind).toBe('created');
  // The system's authorities stay: what none of both has signed is refused.
  const other = new Authority();
  expect(await client(`https://127.0.0.1:${port}`, { caFile: other.file }).charge(ORDER)).toMatchObject({
    fault: { code: 561 },
  });
  other.dispose();
  for (const file of ['/nowhere/ca.pem', pair.keyFile])
    expect(() => makeNetwork({ proxy: undefined, noProxy: [], caFile: file })).toThrow(/E841/);
});

it('a clock of 1970 is told as such, and the gateway answers as soon as it is set', async () => {
  const gateway = client(`https://127.0.0.1:${port}`, { through: false });
  // To a clock that is behind, each certificate is one of the future.
  server.setSecureContext(authority.sign('IP:127.0.0.1', '20480101000000Z'));
  expect(await gateway.health()).toMatchObject({ fault: { kind: 'temporary', code: 551 } });
  expect(await gateway.charge(ORDER)).toMatchObject({ fault: { kind: 'temporary', code: 551 } });
  server.setSecureContext(pair);
  expect((await gateway.charge(ORDER)).kind).toBe('created');
});

it('a name that is not known yet is temporary, and asked for again at the next request', async () => {
  const real = dns.lookup;
  let asked = 0;
  vi.spyOn(dns, 'lookup').mockImplementation(((
    host: string,
    options: object,
    done: (...all: unknown[]) => void,
  ) => {
    asked += 1;
    const late = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${host}`), {
      code: 'EAI_AGAIN',
      syscall: 'getaddrinfo',
    });
    if (asked <= 2) process.nextTick(() => done(late));
    else real('127.0.0.1', options, done as never);
  }) as never);
  const gateway = client(`https://gateway.test:${port}`, { through: false });
  for (const _ of [1, 2])
    expect(await gateway.charge(ORDER)).toMatchObject({ fault: { kind: 'temporary', code: 560 } });
  expect((await gateway.charge(ORDER)).kind).toBe('created');
});

it('a gateway that has an IPv6 address alone, straight and through a proxy', async () => {
  const six = createServer(pair, (request, response) => answer(request, response));
  port = await listening(six as unknown as Server, '::1');
  expect((await client(`https://[::1]:${port}`, { through: false }).charge(ORDER)).kind).toBe('created');
  expect((await client('https://[2001:db8::1]', { caFile: '' }).charge(ORDER)).kind).toBe('unknown');
  expect(proxy.asked).toEqual(['[2001:db8::1]:443']);
  six.closeAllConnections();
  six.close();
});

describe('a login page of the network, in the place of the gateway', () => {
  it.each<[string, RequestListener]>([
    [
      'a page',
      (_, response) =>
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html><html>Login'),
    ],
    ['a redirection', (_, response) => response.writeHead(302, { Location: 'http://login.example/' }).end()],
    ['511', (_, response) => response.writeHead(511).end('<html>')],
  ])('by %s is told as such; of a charge nobody knows', async (_name, page) => {
    const portal = createHttp(page);
    const gateway = client(`http://127.0.0.1:${await listening(portal)}`, { through: false });
    expect(await gateway.health()).toMatchObject({ fault: { code: 853 } });
    expect(await gateway.charge(ORDER)).toMatchObject({
      kind: 'unknown',
      fault: { kind: 'unanswered', code: 853 },
    });
    portal.closeAllConnections();
    portal.close();
  });
});
