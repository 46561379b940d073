import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/fault.js';
import type { TerminalId } from '../../src/base/ids.js';
import { readSecret } from '../../src/host/credentials.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import { enrolAt, renewAt } from '../../src/identity/enrolment-client.js';
import { GuestBook } from '../../src/identity/guest-book.js';
import { keyPairOf, makeKeyPem, signingKeys } from '../../src/identity/keys.js';
import { signProof } from '../../src/identity/proof.js';
import { Revocations } from '../../src/identity/revocations.js';
import { Tokens } from '../../src/identity/token.js';
import { basicAuthorization, readBasic } from '../../src/midtrans/credential.js';
import { signatureOf } from '../../src/midtrans/signature.js';
import type { Environment } from '../../src/programs/environment.js';
import { relayTroubles } from '../../src/programs/preflight.js';
import { makeDoor } from '../../src/programs/relay-door.js';
import { enrolTerminal, revokeTerminal } from '../../src/programs/relay-enrol.js';
import { RelayPeople } from '../../src/programs/relay-people.js';
import { type RelayProgram, startRelay } from '../../src/programs/relay-program.js';
import { relayAsker } from '../../src/programs/token-keeper.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { BROKERS } from '../broker/kit/brokers.js';
import { AwaitedLog, Inbox } from '../broker/kit/collect.js';
import { RELAYS } from '../broker/kit/people.js';
import { fixedRandom, realTime } from '../broker/kit/time.js';
import { checkRelay, sound } from '../config/files.js';
import { boxState } from '../kit/fleet/boxes.js';
import { FACTS, linkOf } from '../kit/receipts/receipts.js';
import { FakeTime } from '../kit/time.js';
import { reply, ScriptedServer, sample } from './client-kit.js';
import { chargeBody, notification } from './relay-kit.js';

/** Each has a KASIR1, and a key of its own. */
const [SHOP_KEY, KOPI_KEY] = ['SB-Mid-server-of-the-shop', 'SB-Mid-server-of-the-coffee'];
const [SHOP, KOPI] = ['a-token-of-the-shops-kasir1', 'a-token-of-the-coffees-kasir1'];
const TX = '513f1f01-c9da-474c-9fc9-d5c64364b709';
const orderOf = (terminal: string, n = 0): string => `${terminal}-01JDA3Z100000000000000000${n}`;
const ORDER = orderOf('KASIR1');

let directory: string;
let log: AwaitedLog;
let time: FakeTime;
let shop: ScriptedServer;
let kopi: ScriptedServer;
let urls: readonly [string, string];
let relay: RelayProgram;
let environment: Environment;
let drawn: number;
let clients: MqttClient[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-merchants-'));
  [log, time, clients, drawn] = [new AwaitedLog(), new FakeTime(), [], 0];
  [shop, kopi] = [new ScriptedServer(), new ScriptedServer()];
  urls = [await shop.start(), await kopi.start()];
  for (const one of [shop, kopi]) one.script(reply(200, sample('error-404.recorded-2019.json')));
  writeKey('shop', SHOP_KEY);
  writeKey('kopi', KOPI_KEY);
  write();
  const secrets = new SecretRegistry();
  environment = {
    ...{ clock: time, timers: time, log, secrets },
    random: { ...fixedRandom(), bytes: (count) => Uint8Array.from({ length: count }, () => (drawn += 7)) },
    secret: (name, source) => {
      const read = readSecret(name, source, { env: {}, secrets, prefix: 'x', uid: process.geteuid?.() ?? 0 });
      if (!read.ok) throw new Failure(read.error);
      return read.value;
    },
  };
  relay = await start();
});
afterEach(async () => {
  for (const client of clients) client.end(true);
  await relay.stop();
  await Promise.all([shop.stop(), kopi.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

const file = (): string => join(directory, 'relay.toml');
const writeKey = (name: string, key: string): void =>
  writeFileSync(join(directory, `${name}.key`), key, { mode: 0o600 });

interface Lines {
  readonly merchants?: readonly string[];
  readonly broker?: readonly string[];
  readonly limits?: readonly string[];
  readonly rows?: readonly string[];
}

const row = (id: string, token: string, merchant?: string): string[] => [
  ...['[[terminal]]', `id = "${id}"`, `token_sha256 = "${tokenSha256(token)}"`],
  ...(merchant === undefined ? [] : [`merchant = "${merchant}"`]),
];
const merchantRow = (name: string, url: string, ...more: string[]): string[] => [
  ...['[[merchant]]', `name = "${name}"`, `secret = "file:${directory}/${name}.key"`, `url = "${url}"`],
  ...more,
];
const bothRows = (): string[] => [...row('KASIR1', SHOP), ...row('KASIR1', KOPI, 'kopi')];

function write({ merchants, broker, limits, rows }: Lines = {}): void {
  const lines = [
    ...['[relay]', 'port = 0', 'public_url = "https://relay.example.com"'],
    ...['[midtrans]', `secret = "file:${directory}/shop.key"`, `url = "${urls[0]}"`],
    ...(broker ?? ['[broker]', 'port = 0', 'directory = ""']),
    ...(limits ?? []),
    ...['[refund]', 'max_a_day = 20_000', 'max_a_day_of_terminal = 20_000'],
    ...[`audit_file = "${directory}/refunds.log"`, '[receipt]', '[enrol]', `directory = "${directory}"`],
    ...(merchants ?? merchantRow('kopi', urls[1])),
    ...(rows ?? bothRows()),
  ];
  writeFileSync(file(), lines.join('\n'));
}

const start = (): Promise<RelayProgram> =>
  startRelay({ config: sound(checkRelay(readFileSync(file(), 'utf8'))), file: file(), environment });

async function startAgain(lines: Lines): Promise<void> {
  write(lines);
  await relay.stop();
  relay = await start();
}

/** A POST with a body, a GET without. */
async function ask(path: string, token: string, body?: string, terminal = 'KASIR1'): Promise<number> {
  const Authorization = basicAuthorization(terminal, token);
  const headers = { Authorization, 'Content-Type': 'application/json' };
  const answer = await fetch(
    relay.url + path,
    body === undefined ? { headers } : { method: 'POST', headers, body },
  );
  await answer.arrayBuffer();
  return answer.status;
}

const charge = (token: string, order = ORDER, amount = 15_000): Promise<number> =>
  ask('/v2/charge', token, chargeBody(order, amount));
const statusOf = (token: string, order = ORDER, terminal?: string): Promise<number> =>
  ask(`/v2/${order}/status`, token, undefined, terminal);

async function notify(path: string, key: string, order = ORDER): Promise<number> {
  const signed = signatureOf({ orderId: order, statusCode: '200', grossAmount: '15000.00' }, key);
  const body = notification(order, { signature_key: signed });
  return (await fetch(relay.url + path, { method: 'POST', body })).status;
}

/** With which server keys a Midtrans was asked. */
const keysAt = (midtrans: ScriptedServer): (string | undefined)[] =>
  midtrans.seen.map(({ headers }) => readBasic(headers.authorization)?.username);

function issuer(): { tokens: Tokens; list: Revocations } {
  const list = new Revocations(join(directory, 'revoked'), time, log);
  const keys = signingKeys(readFileSync(join(directory, 'tokens.pem'), 'utf8'));
  return { tokens: new Tokens({ keys, revocations: list, clock: time, home: 'shop' }), list };
}

async function tokenOf(merchant: string, terminal = 'KASIR1'): Promise<string> {
  const claims = { terminal: terminal as TerminalId, merchant, boxKey: 'k', caps: {} };
  return (await issuer().tokens.issue(claims, 3_600)).token;
}

const codeFor = (terminal: string, merchant?: string): string =>
  enrolTerminal(terminal, file(), merchant === undefined ? {} : { merchant }, environment).split('\n')[0] ??
  '';

interface Ear {
  readonly client: MqttClient;
  readonly heard: Inbox<string>;
  readonly gone: Promise<void>;
}

/** @returns undefined where it is not let in */
async function ear(password: string, name = 'KASIR1'): Promise<Ear | undefined> {
  const who = { protocolVersion: 4, clientId: name, username: name, password } as const;
  const client = connect(relay.brokerUrl ?? '', { ...who, clean: false, reconnectPeriod: 0 });
  clients.push(client);
  const heard = new Inbox<string>();
  client.on('message', (_, payload) =>
    heard.push((JSON.parse(String(payload)) as { orderId: string }).orderId),
  );
  const gone = new Promise<void>((resolve) => client.once('close', () => resolve()));
  const isIn = await new Promise<boolean>((resolve) => {
    client.once('connect', () => resolve(true));
    client.once('error', () => resolve(false));
  });
  return isIn ? { client, heard, gone } : undefined;
}

/** Whether the broker lets it. */
function maySubscribe(one: Ear | undefined, topic: string): Promise<boolean> {
  return new Promise((resolve) => {
    one?.client.subscribe(topic, { qos: 1 }, (_, __, answer) => resolve(answer?.granted[0] === 1));
  });
}

const noticesOf = (merchant: string, terminal = 'KASIR1'): string =>
  `gopay-pos/v1/${merchant}/${terminal}/notice`;

async function listening(password: string, merchant: string): Promise<Ear> {
  const one = await ear(password);
  if (one === undefined || !(await maySubscribe(one, noticesOf(merchant)))) throw new Error('not let in');
  return one;
}

describe('two merchants with a terminal of one id', () => {
  it('sell at the same time, each with his key and at his path, and each hears only his own', async () => {
    const [one, two] = [await listening(SHOP, 'shop'), await listening(KOPI, 'kopi')];
    for (const midtrans of [shop, kopi])
      midtrans.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    expect(await Promise.all([charge(SHOP), charge(KOPI, orderOf('KASIR1', 1))])).toEqual([200, 200]);
    expect([keysAt(shop), keysAt(kopi)]).toEqual([[SHOP_KEY], [KOPI_KEY]]);
    const told = [shop, kopi].map((midtrans) => midtrans.last().headers['x-override-notification']);
    expect(told).toEqual(['https://relay.example.com/notify', 'https://relay.example.com/notify/kopi']);
    for (const n of [0, 2]) {
      expect(await notify('/notify', SHOP_KEY, orderOf('KASIR1', n))).toBe(200);
      expect(await notify('/notify/kopi', KOPI_KEY, orderOf('KASIR1', n + 1))).toBe(200);
      await Promise.all([one.heard.next(), two.heard.next()]);
    }
    expect(one.heard.all).toEqual([orderOf('KASIR1', 0), orderOf('KASIR1', 2)]);
    expect(two.heard.all).toEqual([orderOf('KASIR1', 1), orderOf('KASIR1', 3)]);
    expect([await statusOf(SHOP), await statusOf(KOPI)]).toEqual([200, 200]);
    expect([keysAt(shop), keysAt(kopi)]).toEqual([
      [SHOP_KEY, SHOP_KEY],
      [KOPI_KEY, KOPI_KEY],
    ]);
  });

  it('keep what waits for one that is away for that one', async () => {
    const [one, two] = [await listening(SHOP, 'shop'), await listening(KOPI, 'kopi')];
    two.client.end(true);
    await two.gone;
    expect(await notify('/notify/kopi', KOPI_KEY, orderOf('KASIR1', 1))).toBe(200);
    expect(await notify('/notify', SHOP_KEY)).toBe(200);
    expect(await one.heard.next()).toBe(ORDER);
    const back = await ear(KOPI);
    expect(await back?.heard.next()).toBe(orderOf('KASIR1', 1));
    expect(one.heard.all).toEqual([ORDER]);
  });

  it('have their own caps: what one has used up the other has still', async () => {
    const rich = merchantRow(
      'kopi',
      urls[1],
      'charges_per_minute = 2',
      'max_amount = 20_000',
      'refund_a_day = 9_000',
      `refund_file = "${directory}/kopi.log"`,
    );
    await startAgain({ merchants: rich, limits: ['[limits]', 'charges_per_minute = 2'] });
    const refund = (token: string, amount: number): Promise<number> =>
      ask(`/v2/${ORDER}/refund`, token, JSON.stringify({ refund_key: `r${amount}`, amount }));
    for (const n of [0, 1]) expect(await charge(KOPI, orderOf('KASIR1', n))).toBe(200);
    expect(await charge(KOPI, orderOf('KASIR1', 2))).toBe(429);
    expect([await charge(SHOP, orderOf('KASIR1', 3)), await charge(SHOP, orderOf('KASIR1', 4))]).toEqual([
      200, 200,
    ]);
    expect(await charge(SHOP, orderOf('KASIR1', 5)), 'its own').toBe(429);
    time.advance(61_000);
    expect([await charge(KOPI, ORDER, 20_001), await charge(SHOP, ORDER, 20_001)]).toEqual([400, 200]);
    expect([await refund(KOPI, 9_000), await refund(KOPI, 1), await refund(SHOP, 20_000)]).toEqual([
      200, 400, 200,
    ]);
    expect(readFileSync(join(directory, 'kopi.log'), 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('are told apart in the metrics and in the log; where there is one merchant nothing is', async () => {
    await notify('/notify/kopi', KOPI_KEY);
    await statusOf(KOPI);
    const text = await (await fetch(`${relay.url}/metrics`)).text();
    expect(text).toContain('gopay_pos_relay_notifications_total{outcome="unreached",merchant="kopi"} 0');
    expect(text).toContain('gopay_pos_relay_notifications_total{outcome="published",merchant="kopi"} 1');
    expect(text).toContain('gopay_pos_relay_notifications_total{outcome="published",merchant="shop"} 0');
    expect(text).toMatch(/gopay_pos_relay_upstream_last_seen_seconds\{merchant="kopi"\} [1-9]/);
    expect(log.matching(/passed order=.* merchant=kopi$/)).toHaveLength(1);
    expect(relay.status?.()).toMatch(/^1 terminals listed, others enrolled, kopi: 1 terminals/);
    await startAgain({ merchants: [], rows: row('KASIR1', SHOP) });
    expect(await (await fetch(`${relay.url}/metrics`)).text()).not.toContain('merchant=');
  });

  it('are asked about once each for their idle boxes', async () => {
    for (const token of [SHOP, KOPI, SHOP, KOPI]) await ask('/v2/KASIR1-HEALTH/status', token);
    expect([keysAt(shop), keysAt(kopi)]).toEqual([[SHOP_KEY], [KOPI_KEY]]);
  });
});

describe('forged and crossed', () => {
  it('a notification counts at the path of him alone whose key has signed it', async () => {
    const [one, two] = [await listening(SHOP, 'shop'), await listening(KOPI, 'kopi')];
    expect(await notify('/notify/kopi', SHOP_KEY)).toBe(403);
    expect(await notify('/notify', KOPI_KEY)).toBe(403);
    expect(await notify('/notify/teh', KOPI_KEY)).toBe(404);
    await notify('/notify', SHOP_KEY, orderOf('KASIR1', 8));
    await notify('/notify/kopi', KOPI_KEY, orderOf('KASIR1', 9));
    expect([await one.heard.next(), await two.heard.next()]).toEqual([
      orderOf('KASIR1', 8),
      orderOf('KASIR1', 9),
    ]);
  });

  it('a token opens for its own terminal and merchant, whatever else is said', async () => {
    await startAgain({ rows: [...bothRows(), ...row('KASIR2', 'a-token-of-kasir2', 'kopi')] });
    expect(await statusOf(SHOP, orderOf('KASIR2'), 'KASIR2')).toBe(401);
    for (const operation of ['cancel', 'expire', 'refund'])
      expect(await ask(`/v2/${orderOf('KASIR2')}/${operation}`, SHOP, '{"refund_key":"a","amount":1}')).toBe(
        400,
      );
    expect(await statusOf(SHOP, orderOf('KASIR2'))).toBe(400);
    expect(await charge(SHOP, orderOf('KASIR2'))).toBe(400);
    expect([shop.seen, kopi.seen]).toEqual([[], []]);
    // An order that the other's KASIR1 has made: his account is never asked.
    await statusOf(SHOP, orderOf('KASIR1', 7));
    await ask(`/v2/${orderOf('KASIR1', 7)}/cancel`, SHOP, '{}');
    expect([keysAt(shop), keysAt(kopi)]).toEqual([[SHOP_KEY, SHOP_KEY], []]);
  });

  it('a token that names a merchant who is gone, or never was, opens nothing', async () => {
    const [gone, never] = [await tokenOf('kopi'), await tokenOf('teh')];
    expect([await statusOf(gone), await statusOf(never)]).toEqual([200, 401]);
    expect([(await ear(gone)) !== undefined, (await ear(never)) !== undefined]).toEqual([true, false]);
    await startAgain({ merchants: [], rows: [] });
    expect(await statusOf(gone)).toBe(401);
    expect(await ear(gone)).toBeUndefined();
    expect(kopi.seen).toHaveLength(1);
  });

  it('a picture comes from the account of him whose key has marked its address', async () => {
    kopi.script(
      reply(200, sample('charge-gopay-201.sandbox-2024.json')),
      reply(200, 'PNG', { 'Content-Type': 'image/png' }),
    );
    const Authorization = basicAuthorization('KASIR1', KOPI);
    const answer = await fetch(`${relay.url}/v2/charge`, {
      ...{ method: 'POST', headers: { Authorization }, body: chargeBody(ORDER) },
    });
    const { actions } = (await answer.json()) as { actions: { name: string; url: string }[] };
    const address = actions.find(({ name }) => name === 'generate-qr-code')?.url ?? '';
    const path = address.replace('https://relay.example.com', '');
    expect((await fetch(relay.url + path)).status).toBe(200);
    expect(kopi.last().url).toMatch(/\/qr-code$/);
    expect((await fetch(`${relay.url}${path.replace(/mark=./, 'mark=~')}`)).status).toBe(401);
    expect((await fetch(`${relay.url}/v2/gopay/${TX}/qr-code?terminal=KASIR1&mark=x`)).status).toBe(401);
    expect(shop.seen).toEqual([]);
  });

  it('a receipt is asked about at the account of him whose terminal has signed it', async () => {
    const orderId = ORDER as typeof FACTS.orderId;
    const facts = { ...FACTS, orderId };
    const page = (token: string): Promise<Response> => fetch(relay.url + linkOf(facts, '', token, 'KASIR1'));
    expect((await page(KOPI)).status).toBe(200);
    expect([keysAt(shop), keysAt(kopi)]).toEqual([[], [KOPI_KEY]]);
    expect((await page(SHOP)).status).toBe(200);
    expect([keysAt(shop), keysAt(kopi)]).toEqual([[SHOP_KEY], [KOPI_KEY]]);
    expect((await page('a-token-of-nobody')).status).toBe(404);
  });

  it('the broker lets each at his own topics, under one name', async () => {
    const [one, two] = [await listening(SHOP, 'shop'), await listening(KOPI, 'kopi')];
    const own = await Promise.all([
      maySubscribe(one, noticesOf('kopi')),
      maySubscribe(two, noticesOf('shop')),
      maySubscribe(two, 'gopay-pos/v1/shop/KASIR1/command'),
      maySubscribe(two, 'gopay-pos/v1/+/KASIR1/notice'),
      maySubscribe(two, 'gopay-pos/v1/kopi/KASIR1/command'),
    ]);
    expect(own).toEqual([false, false, false, false, true]);
    two.client.publish('gopay-pos/v1/shop/KASIR1/state', '{}', { qos: 1 });
    await two.gone;
    expect(
      log.matching(/^warn kopi\/KASIR1 may not publish "gopay-pos\/v1\/shop\/KASIR1\/state"$/),
    ).toHaveLength(1);
    expect(one.client.connected).toBe(true);
  });

  it('an operator of one merchant sees that one alone', async () => {
    const operator = ['[[operator]]', 'name = "ani"', `token_sha256 = "${tokenSha256('anis-password')}"`];
    await startAgain({ rows: [...bothRows(), ...operator, 'merchant = "kopi"'] });
    const ani = await ear('anis-password', 'ani');
    const seen = await Promise.all(
      ['kopi/+/state', '+/+/state', 'shop/+/state', 'shop/KASIR1/presence'].map((below) =>
        maySubscribe(ani, `gopay-pos/v1/${below}`),
      ),
    );
    expect(seen).toEqual([true, false, false, false]);
  });
});

describe('enrolled boxes', () => {
  it('a code makes a box of the merchant for whom it was made, whatever the box claims', async () => {
    const key = makeKeyPem();
    const got = await enrolAt(relay.url, codeFor('KASIR5', 'kopi'), key, relayAsker(time));
    if (!got.ok) throw new Failure(got.error);
    const { token, told } = got.value;
    expect([told['merchant'], told['terminal']]).toEqual(['kopi', 'KASIR5']);
    const proof = await signProof(keyPairOf(makeKeyPem()), { code: codeFor('KASIR6'), merchant: 'kopi' });
    const answer = await fetch(`${relay.url}/enrol`, { method: 'POST', body: JSON.stringify({ proof }) });
    expect(await answer.json()).toMatchObject({ merchant: 'shop', terminal: 'KASIR6' });
    expect(await statusOf(token, orderOf('KASIR5'), 'KASIR5')).toBe(200);
    expect([keysAt(shop), keysAt(kopi)]).toEqual([[], [KOPI_KEY]]);
    const renewed = await renewAt(relay.url, token, key, relayAsker(time));
    expect(renewed.ok).toBe(true);
  });

  it('are revoked, and enrolled anew, without a word to the box of the same id of another merchant', async () => {
    const [one, two] = [await tokenOf('shop'), await tokenOf('kopi')];
    revokeTerminal('KASIR1', file(), { merchant: 'kopi' }, environment);
    expect([await statusOf(one), await statusOf(two)]).toEqual([200, 401]);
    expect(await statusOf(KOPI), 'a typed token too').toBe(401);
    await enrolAt(relay.url, codeFor('KASIR1'), makeKeyPem(), relayAsker(time));
    expect([await statusOf(one), await statusOf(SHOP)]).toEqual([401, 401]);
    time.setWall(time.wallMs() + 60_000);
    expect(await statusOf(await tokenOf('kopi'))).toBe(200);
    expect(() => codeFor('KASIR1', 'teh')).toThrow(/no merchant is called "teh": shop, kopi/);
  });

  it('are made and revoked by a program for the merchant that it names, and for none that is not there', async () => {
    const token = 'a-token-of-the-back-office';
    const enroller = ['[[enroller]]', 'name = "office"', `token_sha256 = "${tokenSha256(token)}"`];
    await startAgain({ rows: [...bothRows(), ...enroller] });
    const call = (path: string, fields: object): Promise<Response> =>
      fetch(`${relay.url}/enrol/${path}`, {
        ...{ method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(fields) },
      });
    const made = await call('codes', { terminal: 'KASIR5', merchant: 'kopi' });
    const { code } = (await made.json()) as { code: string };
    const got = await enrolAt(relay.url, code, makeKeyPem(), relayAsker(time));
    expect(got.ok && got.value.told['merchant']).toBe('kopi');
    expect((await call('codes', { terminal: 'KASIR5', merchant: 'teh' })).status).toBe(400);
    expect((await call('revocations', { terminal: 'KASIR1', merchant: 'kopi' })).status).toBe(200);
    expect([await statusOf(SHOP), await statusOf(KOPI)]).toEqual([200, 401]);
    const none = await call('revocations', { terminal: 'KASIR5' });
    expect([none.status, await none.json()]).toMatchObject([400, { code: 787 }]);
    expect((await call('codes', { terminal: 'KASIR5' })).status, 'each may have that id here').toBe(200);
  });

  it('of a merchant who is gone meanwhile get nothing, and do not use up their code', async () => {
    const code = codeFor('KASIR5', 'kopi');
    write({ merchants: [], rows: [] });
    relay.reload?.();
    const key = makeKeyPem();
    const enrol = () => enrolAt(relay.url, code, key, relayAsker(time));
    expect(await enrol()).toMatchObject({ ok: false, error: { code: 786 } });
    write();
    relay.reload?.();
    expect(await enrol()).toMatchObject({ ok: true });
  });

  it('have a name of their own at a broker that knows them by it alone', async () => {
    const broker = ['[broker]', 'kind = "external"', 'url = "mqtt://127.0.0.1:1"', 'auth_port = 0'];
    write({ broker, rows: row('KASIR1', SHOP) });
    expect(() => codeFor('KASIR1', 'kopi')).toThrow(/^E787 KASIR1 is a terminal of shop/);
    issuer().list.revoke('kopi/KASIR7', 'enrolled anew');
    expect(() => codeFor('KASIR7')).toThrow(/^E787 KASIR7 is a terminal of kopi/);
    expect(codeFor('KASIR7', 'kopi')).toMatch(/^[0-9A-Z-]{11}$/);
  });

  it('are out of reach for a program of another merchant, which means its own without naming it', async () => {
    const token = 'a-token-of-the-coffee-brand';
    const enroller = [
      ...['[[enroller]]', 'name = "coffee"', `token_sha256 = "${tokenSha256(token)}"`, 'merchant = "kopi"'],
    ];
    await startAgain({ rows: enroller });
    const call = async (fields: object): Promise<unknown> => {
      const headers = { Authorization: `Bearer ${token}` };
      const body = JSON.stringify({ terminal: 'KASIR9', ...fields });
      const answer = await fetch(`${relay.url}/enrol/revocations`, { method: 'POST', headers, body });
      return answer.json();
    };
    expect(await call({ merchant: 'shop' })).toMatchObject({ code: 916 });
    expect(await call({})).toEqual({ terminal: 'KASIR9', merchant: 'kopi', revoked: true });
    expect(readFileSync(join(directory, 'revoked'), 'utf8')).toMatch(/^kopi\/KASIR9 /m);
    const useless = { merchant: 'kopi', 'max-amount': '0' };
    expect(() => enrolTerminal('KASIR9', file(), useless, environment)).toThrow(/max_amount: 1 or more/);
  });

  it('are revoked by nobody who names another merchant, or none, and stay who they are at that broker', async () => {
    const token = 'a-token-of-the-back-office';
    const enroller = ['[[enroller]]', 'name = "office"', `token_sha256 = "${tokenSha256(token)}"`];
    const broker = ['[broker]', 'kind = "external"', 'url = "mqtt://127.0.0.1:1"', 'auth_port = 0'];
    await startAgain({ broker, rows: [...row('KASIR1', KOPI, 'kopi'), ...enroller] });
    issuer().list.revoke('kopi/KASIR7', 'enrolled anew');
    time.setWall(time.wallMs() + 60_000);
    const stolen = await tokenOf('kopi', 'KASIR7');
    const call = async (path: string, fields: object): Promise<unknown> => {
      const headers = { Authorization: `Bearer ${token}` };
      const body = JSON.stringify(fields);
      const answer = await fetch(`${relay.url}/enrol/${path}`, { method: 'POST', headers, body });
      return [answer.status, ((await answer.json()) as { code?: unknown }).code];
    };
    const list = readFileSync(join(directory, 'revoked'), 'utf8');
    for (const terminal of ['KASIR1', 'KASIR7']) {
      const revoke = (): string => revokeTerminal(terminal, file(), {}, environment);
      expect(revoke).toThrow(/^E787 KASIR\d is a terminal of kopi, and none of shop: nobody was revoked/);
      expect(await call('revocations', { terminal })).toEqual([400, 787]);
      expect(await call('codes', { terminal })).toEqual([400, 787]);
    }
    expect(readFileSync(join(directory, 'revoked'), 'utf8')).toBe(list);
    const people = new RelayPeople(sound(checkRelay(readFileSync(file(), 'utf8'))), environment);
    expect(await people.identify('KASIR7', stolen)).toMatchObject({ merchant: 'kopi' });
    expect(await call('revocations', { terminal: 'KASIR7', merchant: 'kopi' })).toEqual([200, undefined]);
    revokeTerminal('KASIR1', file(), { merchant: 'kopi' }, environment);
    expect(await people.identify('KASIR7', stolen)).toBeUndefined();
    expect(await people.identify('KASIR1', KOPI)).toBeUndefined();
    // A line of another merchant that is there already, whoever wrote it, keeps nobody from being revoked.
    issuer().list.revoke('KASIR7', 'by hand');
    expect(revokeTerminal('KASIR7', file(), { merchant: 'kopi' }, environment)).toMatch(/^kopi\/KASIR7 is/);
    // Neither does one that nobody knows.
    expect(revokeTerminal('KASIR8', file(), {}, environment)).toMatch(/^KASIR8 is revoked/);
  });
});

it('who is of a merchant that is gone has to go from a broker that knows ids alone, over a restart of the relay too', async () => {
  const broker = ['[broker]', 'kind = "external"', 'url = "mqtt://127.0.0.1:1"', 'auth_port = 0'];
  const rows = row('KASIR2', KOPI, 'kopi');
  write({ broker, rows });
  const config = () => sound(checkRelay(readFileSync(file(), 'utf8')));
  const people = new RelayPeople(config(), environment);
  const one = await people.identify('KASIR7', await tokenOf('kopi', 'KASIR7'));
  const two = await people.identify('KASIR2', KOPI);
  if (one?.role !== 'terminal' || two?.role !== 'terminal' || one.life === undefined)
    throw new Error('not let in');
  const { issuedAtS, endsAtS } = one.life;
  const kept = { terminal: 'KASIR7' as TerminalId, merchant: 'kopi', issuedAtS, endsAtS };
  const { merchant: _, ...keptBefore } = kept;
  const [written, writtenBefore] = [kept, keptBefore].map(({ terminal: _, ...life }) => life);
  const listed = { issuedAtS: 0, endsAtS: 0, merchant: 'kopi', credential: two.credential ?? '' };
  issuer().list.revoke('kopi/KASIR8', 'enrolled anew');
  time.setWall(time.wallMs() + 60_000);
  const judged = (now: RelayPeople) => [
    ...[now.holds(kept), now.known('KASIR7', written).holds?.(), now.known('KASIR2', listed).holds?.()],
    ...[now.known('KASIR8').holds?.(), now.known('KASIR8').merchant],
  ];
  expect(judged(people)).toEqual([true, true, true, true, 'kopi']);
  expect([one.holds?.(), two.holds?.(), one.mayReturn?.()]).toEqual([true, true, true]);
  write({ broker, merchants: [], rows: [] });
  people.reload(
    file(),
    () => undefined,
    () => () => undefined,
  );
  expect(judged(people)).toEqual([false, false, false, false, 'kopi']);
  expect([one.holds?.(), two.holds?.(), one.mayReturn?.()]).toEqual([false, false, false]);
  expect(judged(new RelayPeople(config(), environment)), 'after a restart').toEqual([
    ...[false, false, false, false, 'kopi'],
  ]);
  expect(people.known('KASIR7', written).mayReturn?.()).toBe(false);
  // What a version before wrote says of no merchant: the one who enrolled it counts.
  issuer().list.revoke('kopi/KASIR7', 'enrolled anew', 1);
  expect([people.holds(keptBefore), people.known('KASIR7', writtenBefore).holds?.()]).toEqual([false, false]);
  // Listed for another later.
  write({ broker, rows: [...rows, ...row('KASIR7', SHOP)] });
  people.reload(
    file(),
    () => undefined,
    () => () => undefined,
  );
  expect(judged(people)).toEqual([false, false, true, true, 'kopi']);
});

it('what comes at the word of a merchant who does not have that terminal is no row of the fleet', async () => {
  const mosquitto = await BROKERS.find(({ name }) => name === 'Mosquitto')?.start();
  if (mosquitto === undefined) throw new Error('no Mosquitto among the brokers');
  const { url } = mosquitto;
  writeKey('mqtt', RELAYS.relay1);
  const broker = [
    ...['[broker]', 'kind = "external"', `url = "${url}"`, 'username = "relay1"'],
    `secret = "file:${directory}/mqtt.key"`,
  ];
  const token = 'a-token-of-prometheus';
  const metrics = ['[metrics]', `token_sha256 = "${tokenSha256(token)}"`];
  await relay.stop();
  write({ broker, limits: metrics, rows: [...row('KASIR1', SHOP), ...row('KASIR2', KOPI, 'kopi')] });
  environment = { ...environment, ...realTime() };
  relay = await start();
  const who = { clientId: 'pen', username: 'pen', password: RELAYS.pen };
  const writer = connect(url, { ...who, reconnectPeriod: 0 });
  clients.push(writer);
  // As Mosquitto's patterns let each do, in this order.
  for (const box of ['kopi/KASIR1', 'shop/KASIR2', 'shop/KASIR1', 'kopi/KASIR2', 'shop/KASIR3']) {
    const state = JSON.stringify(boxState(box.split('/')[1] ?? ''));
    await writer.publishAsync(`gopay-pos/v1/${box}/state`, state, { qos: 1, retain: true });
  }
  const headers = { Authorization: `Bearer ${token}` };
  const text = async () => (await fetch(`${relay.url}/metrics/fleet`, { headers })).text();
  await expect.poll(text, { timeout: 30_000 }).toContain('merchant="shop",terminal="KASIR3"');
  const rows = (await text())
    .match(/terminal_up\{merchant="\w+",terminal="\w+"/g)
    ?.map((one) => one.slice(12));
  expect(rows?.sort()).toEqual([
    'merchant="kopi",terminal="KASIR2"',
    'merchant="shop",terminal="KASIR1"',
    'merchant="shop",terminal="KASIR3"',
  ]);
  writer.end(true);
  await relay.stop();
  await mosquitto.dispose();
  write();
  relay = await start();
});

it('a listed terminal whose line is gone, or has another token, has to go after a restart as after a reload', async () => {
  const broker = ['[broker]', 'kind = "external"', 'url = "mqtt://127.0.0.1:1"', 'auth_port = 0'];
  const people = (rows: readonly string[]): RelayPeople => {
    write({ broker, rows });
    return new RelayPeople(sound(checkRelay(readFileSync(file(), 'utf8'))), environment);
  };
  const book = join(directory, 'at-broker');
  const opened = (rows: readonly string[]) => {
    const { door, strangers } = makeDoor(people(rows), { urls: ['mqtt://127.0.0.1:1'] }, environment, book);
    strangers.stop();
    return door;
  };
  await opened(row('KASIR1', SHOP)).enter('KASIR1', SHOP, 'KASIR1');
  expect(readFileSync(book, 'utf8')).toMatch(/^KASIR1 0 0 shop [\w-]{22}\n$/);
  const holds = (rows: readonly string[]): unknown[] =>
    [...new GuestBook(book).guests].map(([name, life]) => people(rows).known(name, life).holds?.());
  expect(holds(row('KASIR1', SHOP))).toEqual([true]);
  expect(holds(row('KASIR1', 'another-token')), 'another token').toEqual([false]);
  expect(holds([]), 'no line').toEqual([false]);
  expect(holds(row('KASIR1', SHOP, 'kopi')), 'of another merchant').toEqual([false]);
  // Of a version before, which wrote no token.
  writeFileSync(book, 'KASIR1 0 0\n');
  expect([holds(row('KASIR1', SHOP)), holds([])]).toEqual([[true], [false]]);
});

it('a broker that asks is told of each terminal what its own merchant’s may do', async () => {
  const broker = ['[broker]', 'kind = "external"', 'url = "mqtt://127.0.0.1:1"', 'auth_port = 0'];
  write({ broker, rows: [...row('KASIR1', SHOP), ...row('KASIR2', KOPI, 'kopi')] });
  const people = new RelayPeople(sound(checkRelay(readFileSync(file(), 'utf8'))), environment);
  const { door, strangers } = makeDoor(people, { urls: ['mqtt://127.0.0.1:1'] }, environment, undefined);
  const port = await door.listen(0);
  const said = async (path: string, fields: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ vhost: '/', ...fields });
    return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })).text();
  };
  const topic = (username: string, key: string) =>
    said('/topic', { username, permission: 'read', resource: 'topic', name: 'amq.topic', routing_key: key });
  expect(await topic('KASIR2', 'gopay-pos.v1.kopi.KASIR2.notice'), 'let in before').toBe('allow');
  expect(await topic('KASIR2', 'gopay-pos.v1.shop.KASIR2.notice'), 'let in before').toBe('deny');
  expect(await said('/user', { username: 'KASIR2', password: SHOP, client_id: 'KASIR2' })).toBe('deny');
  expect(await said('/user', { username: 'KASIR2', password: KOPI, client_id: 'KASIR2' })).toBe('allow');
  expect(await topic('KASIR2', 'gopay-pos.v1.kopi.KASIR2.notice')).toBe('allow');
  for (const whose of ['shop.KASIR2', 'shop.KASIR1', 'kopi.KASIR1'])
    expect(await topic('KASIR2', `gopay-pos.v1.${whose}.notice`), whose).toBe('deny');
  await door.close();
  strangers.stop();
});

describe('SIGHUP', () => {
  it('adds a merchant, and takes another key while a charge is open', async () => {
    await startAgain({ merchants: [], rows: row('KASIR1', SHOP) });
    expect(await notify('/notify/kopi', KOPI_KEY)).toBe(404);
    const asked = shop.nextRequest();
    let answer = (): void => {};
    shop.script((response, request) => {
      answer = () => reply(200, sample('charge-gopay-201.sandbox-2024.json'))(response, request);
    });
    const open = charge(SHOP);
    await asked;
    write();
    writeKey('shop', 'SB-Mid-server-of-the-shop-anew');
    relay.reload?.();
    answer();
    expect(await open, 'what was under way').toBe(200);
    expect(await notify('/notify', SHOP_KEY), 'signed with the former key').toBe(403);
    expect(await notify('/notify', 'SB-Mid-server-of-the-shop-anew')).toBe(200);
    shop.script(reply(200, sample('error-404.recorded-2019.json')));
    expect([await statusOf(SHOP), await statusOf(KOPI), await notify('/notify/kopi', KOPI_KEY)]).toEqual([
      200, 200, 200,
    ]);
    expect(keysAt(shop)).toEqual([SHOP_KEY, 'SB-Mid-server-of-the-shop-anew']);
    expect(log.matching(/relay.toml read again: 2 merchants, 2 terminals/)).toHaveLength(1);
  });

  it('keeps what has been counted, and the address of a picture that is on its way', async () => {
    await startAgain({ limits: ['[limits]', 'charges_per_minute = 1'] });
    kopi.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    const headers = { Authorization: basicAuthorization('KASIR1', KOPI) };
    const charged = await fetch(`${relay.url}/v2/charge`, {
      method: 'POST',
      headers,
      body: chargeBody(ORDER),
    });
    const path = /relay\.example\.com([^"]+qr-code[^"]+)"/.exec(await charged.text())?.[1] ?? '';
    writeKey('kopi', 'SB-Mid-server-of-the-coffee-anew');
    relay.reload?.();
    expect(await charge(KOPI, orderOf('KASIR1', 1))).toBe(429);
    expect((await fetch(relay.url + path)).status).toBe(200);
    expect(await notify('/notify/kopi', 'SB-Mid-server-of-the-coffee-anew')).toBe(200);
  });

  it('throws out who is of a merchant that is gone, and closes its path', async () => {
    const two = await listening(KOPI, 'kopi');
    const token = await tokenOf('kopi', 'KASIR4');
    const four = await ear(token, 'KASIR4');
    const one = await listening(SHOP, 'shop');
    write({ merchants: [], rows: row('KASIR1', SHOP) });
    relay.reload?.();
    await Promise.all([two.gone, four?.gone]);
    expect([await statusOf(KOPI), await statusOf(token, orderOf('KASIR4'), 'KASIR4')]).toEqual([401, 401]);
    expect([await notify('/notify/kopi', KOPI_KEY), await notify('/notify', SHOP_KEY)]).toEqual([404, 200]);
    expect(await one.heard.next()).toBe(ORDER);
  });

  it('refuses a file in which two have one key, or the path that another still has, and all stays as it was', async () => {
    writeKey('teh', KOPI_KEY);
    write({ merchants: [...merchantRow('kopi', urls[1]), ...merchantRow('teh', urls[1])] });
    relay.reload?.();
    expect(log.matching(/^error E785 teh has the server key of kopi$/)).toHaveLength(1);
    writeKey('teh', 'SB-Mid-server-of-the-tea');
    const moved = merchantRow('kopi', urls[1], 'notify_path = "/notify/moved"');
    write({ merchants: [...moved, ...merchantRow('teh', urls[1], 'notify_path = "/notify/kopi"')] });
    relay.reload?.();
    expect(log.matching(/^error E907 two merchants have one name or one notification path$/)).toHaveLength(1);
    expect(log.matching(/was not taken: what was read before holds/)).toHaveLength(2);
    expect(await statusOf(await tokenOf('teh'))).toBe(401);
    expect([await statusOf(KOPI), await notify('/notify/kopi', KOPI_KEY)]).toEqual([200, 200]);
  });
});

it('config check looks at the key of each: of the other environment, one that another has, one that is not there', () => {
  const url = 'https://api.midtrans.com';
  writeKey('teh', SHOP_KEY);
  write({ merchants: ['kopi', 'teh', 'susu'].flatMap((name) => merchantRow(name, url)), rows: [] });
  const config = sound(checkRelay(readFileSync(file(), 'utf8')));
  const looker = { prefix: 'x', env: {}, uid: process.geteuid?.() ?? 0, starting: true };
  expect(relayTroubles(config, looker).map(({ code, key }) => `E${code} ${key}`)).toEqual([
    'E910 merchant[1].secret',
    'E910 merchant[2].secret',
    'E785 merchant[2].secret',
    'E811 merchant[3].secret',
  ]);
});

it('two merchants with one key are refused at the start', async () => {
  writeKey('kopi', SHOP_KEY);
  await relay.stop();
  await expect(start()).rejects.toThrow(/^E785 kopi has the server key of shop$/);
  writeKey('kopi', KOPI_KEY);
  relay = await start();
});
