import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Json } from '../../src/base/json.js';
import type { BrokerIdentity } from '../../src/mqtt/permissions.js';
import { NatsCallout } from '../../src/relay/nats-callout.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog, Inbox } from './kit/collect.js';

/** Of NATS 2.10.27, with its keys shortened: `PUB`, `MSG` and the claims of its question. */
const SERVER = 'NDAVMRHZN2DNFVAQ4OJKSJQOD5YDAM7DOTVMP4MFKH7VKU55FMU43UEL';
const USER = 'UB7VNYOKMUSSGP4X5LQNNUFUKCHCKVH4YC3C7SM5JTONOALLH3LWAGY6';
const REPLY = '$SYS._INBOX.ze3d2a3p.oJRJjOfB';

let server: Server;
let socket: Socket;
/** Lines that came, and the bodies of what was published. */
let lines: Inbox<string>;
let reviews: number;
let log: AwaitedLog;
let time: FakeTime;
let callout: NatsCallout;

beforeEach(async () => {
  [lines, log, time, reviews] = [new Inbox(), new AwaitedLog(), new FakeTime(), 0];
  server = createServer((client) => {
    socket = client;
    let rest = '';
    client.on('error', () => {});
    client.on('data', (data) => {
      const whole = (rest + data.toString()).split('\r\n');
      rest = whole.pop() ?? '';
      for (const line of whole) lines.push(line);
    });
    client.write('INFO {"server_id":"x","version":"2.10.27"}\r\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  callout = new NatsCallout({
    ...{ port: (server.address() as AddressInfo).port, user: 'tokens', password: 'pw' },
    ...{ seed: Buffer.alloc(32), clock: time, timers: time, log },
    door: {
      enter: (name, password) => Promise.resolve(people[`${name} ${password}`]),
      review: () => (reviews += 1),
    },
  });
  callout.start();
  expect(await lines.next()).toMatch(/^CONNECT \{"user":"tokens","pass":"pw",.*\}$/);
  expect([await lines.next(), await lines.next()]).toEqual(['SUB $SYS.REQ.USER.AUTH 1', 'PING']);
});
afterEach(() => {
  callout.stop();
  socket.destroy();
  server.close();
});

const people: Readonly<Record<string, BrokerIdentity | 'thrower'>> = {
  'KASIR1 token': { role: 'terminal', merchant: 'shop', life: { issuedAtS: 1, endsAtS: 1_900_000_000 } },
  'KASIR2 typed': { role: 'terminal', merchant: 'shop' },
  'KASIR1 once-ours': 'thrower',
  'boss password': { role: 'operator', commands: true },
};

function ask(user: string, pass: string, clientId = user): void {
  const nats = {
    ...{ server_id: { name: 'gopay-pos', id: SERVER, version: '2.10.27' }, user_nkey: USER },
    client_info: { host: '127.0.0.1', id: 26, user, kind: 'Client', type: 'mqtt', mqtt_id: clientId },
    connect_opts: { jwt: pass, auth_token: pass, user, pass, protocol: 0 },
    ...{ type: 'authorization_request', version: 2 },
  };
  const claims = { aud: 'nats-authorization-request', iss: SERVER, nats };
  const body = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const message = `MSG $SYS.REQ.USER.AUTH 1 ${REPLY} ${body.length}\r\n${body}\r\n`;
  // As a network may cut it.
  socket.write(message.slice(0, 70));
  socket.write(message.slice(70));
}

/** The claims of a JWT that our key has signed. */
function claimsOf(jwt: string): Json {
  const [header = '', body = '', signature = ''] = jwt.split('.');
  // Of the seed of 32 zeros (RFC 8032 gives it no name; `openssl pkey -pubout` says it).
  const x = 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${body}`);
  expect(verify(null, signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    typ: 'JWT',
    alg: 'ed25519-nkey',
  });
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Json;
}

async function answer(): Promise<Json> {
  expect(await lines.next()).toMatch(/^PUB \$SYS\._INBOX\.ze3d2a3p\.oJRJjOfB \d+$/);
  const claims = claimsOf(await lines.next());
  expect(claims).toMatchObject({ sub: USER, aud: SERVER });
  return claims['nats'] as Json;
}

it('answers for a terminal what it may do, until its token ends, and of others that they may not come in', async () => {
  ask('KASIR1', 'token');
  const { jwt } = await answer();
  expect(claimsOf(String(jwt))).toMatchObject({
    ...{ sub: USER, name: 'KASIR1', aud: '$G', exp: 1_900_000_000 },
    nats: {
      pub: {
        allow: [
          ...['state', 'presence', 'reply', 'event'].map((leaf) => `gopay-pos.v1.shop.KASIR1.${leaf}`),
          'homeassistant.device.gopay-pos-shop.KASIR1.config',
        ],
      },
      sub: {
        allow: [
          ...['notice', 'command', 'config'].map((leaf) => `gopay-pos.v1.shop.KASIR1.${leaf}`),
          '$MQTT.sub.>',
        ],
      },
      ...{ type: 'user', version: 2 },
    },
  });
  ask('KASIR2', 'typed');
  expect(claimsOf(String((await answer())['jwt']))).not.toHaveProperty('exp');
  for (const [user, password, clientId] of [
    ['KASIR1', 'wrong'],
    ['KASIR1', 'token', 'KASIR2'],
    ['boss', 'password'],
  ] as const) {
    ask(user, password, clientId);
    expect(await answer()).toEqual({
      ...{ error: 'no token of a terminal', type: 'authorization_response', version: 2 },
    });
  }
});

it('lets who comes to throw somebody out do nothing else, and says nothing of one who comes from another relay', async () => {
  ask('KASIR1', 'once-another');
  ask('KASIR1', 'once-ours');
  const { jwt } = await answer();
  expect(claimsOf(String(jwt))['nats']).toMatchObject({ pub: { deny: ['>'] }, sub: { deny: ['>'] } });
});

it('says E651 while nobody asks it, dials again, and looks then who has to go', async () => {
  socket.write('PONG\r\n');
  await log.said.nextWhere((line) => line.includes('NATS asks here'));
  expect([callout.trouble, reviews]).toEqual([undefined, 1]);
  socket.write('PING\r\n');
  expect(await lines.next()).toBe('PONG');
  socket.end("-ERR 'Authorization Violation'\r\n");
  await log.said.nextWhere((line) => /^warn E651 .*'Authorization Violation'$/.test(line));
  expect(callout.trouble).toMatch(/^E651 NATS at 127\.0\.0\.1:\d+ as tokens: /);
  time.advance(1_000);
  expect(await lines.next()).toMatch(/^CONNECT /);
  socket.write('PONG\r\n');
  await log.said.nextWhere((line) => line.includes('NATS asks here'));
  expect([callout.trouble, reviews]).toEqual([undefined, 2]);
});

it('names the issuer for nats.conf as NATS writes it', () => {
  expect(log.matching(/auth_callout\.issuer for nats\.conf: A[A-Z2-7]{55}$/)).toHaveLength(1);
});
