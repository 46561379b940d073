import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWK, SignJWT } from 'jose';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Failure } from '../../src/base/fault.js';
import { tokenLines } from '../../src/control/status.js';
import { readSecret } from '../../src/host/credentials.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import { enrolAt, renewAt } from '../../src/identity/enrolment-client.js';
import { enrolmentFile, readEnrolment, writeEnrolment } from '../../src/identity/enrolment-file.js';
import { keyPairOf, makeKeyPem } from '../../src/identity/keys.js';
import { readProof, signProof } from '../../src/identity/proof.js';
import { Tokens } from '../../src/identity/token.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { enrolBox } from '../../src/programs/enrol.js';
import type { Environment } from '../../src/programs/environment.js';
import { enrolTerminal, revokeTerminal } from '../../src/programs/relay-enrol.js';
import { type RelayProgram, startRelay } from '../../src/programs/relay-program.js';
import { loadTerminal } from '../../src/programs/terminal-file.js';
import { relayAsker, TokenKeeper } from '../../src/programs/token-keeper.js';
import { DaySums } from '../../src/relay/day-sums.js';
import { checkRelay, checkTerminal, sound } from '../config/files.js';
import { KeptLog } from '../kit/kept-log.js';
import { until } from '../kit/pty/until.js';
import { FakeTime } from '../kit/time.js';
import { reply, ScriptedServer, sample } from './client-kit.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let directory: string;
let log: KeptLog;
let time: FakeTime;
let upstream: ScriptedServer;
let relay: RelayProgram;
let environment: Environment;
let drawn = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-enrol-'));
  log = new KeptLog();
  time = new FakeTime();
  upstream = new ScriptedServer();
  const midtrans = await upstream.start();
  const secrets = new SecretRegistry();
  environment = {
    ...{ clock: time, timers: time, log, secrets },
    random: { bytes: (count) => Uint8Array.from({ length: count }, () => (drawn += 7)), fraction: () => 0.5 },
    secret: (name, source) => {
      if (name === 'midtrans-server-key') return 'SB-Mid-server-of-a-test';
      const read = readSecret(name, source, { env: {}, secrets, prefix: 'x', uid: process.geteuid?.() ?? 0 });
      if (!read.ok) throw new Failure(read.error);
      return read.value;
    },
  };
  const lines = [
    ...['[relay]', 'port = 0', 'public_url = "https://relay.example.com"'],
    ...['[midtrans]', 'secret = "file:/etc/key"', `url = "${midtrans}"`],
    ...['[broker]', 'port = 0', 'directory = ""'],
    ...['[refund]', `audit_file = "${directory}/refunds.log"`],
    ...['[enrol]', `directory = "${directory}/relay"`, 'broker_url = "mqtts://relay.example.com"'],
  ];
  writeFileSync(file(), lines.join('\n'));
  await start();
});
afterEach(async () => {
  await relay.stop();
  await upstream.stop();
  rmSync(directory, { recursive: true, force: true });
});

const file = (): string => join(directory, 'relay.toml');

async function start(): Promise<void> {
  relay = await startRelay({ config: sound(checkRelay(readFileSync(file(), 'utf8'))), environment });
}

/** The wall clock alone: a watch of seconds would be run for each of a month. */
const later = (ms: number): void => time.setWall(time.wallMs() + ms);
const codeFor = (terminal: string, caps = {}): string =>
  enrolTerminal(terminal, file(), caps, environment).split('\n')[0] ?? '';
const use = (code: string, key = makeKeyPem()) => enrolAt(relay.url, code, key, relayAsker(time));
const renew = (token: string, key: string) => renewAt(relay.url, token, key, relayAsker(time));

/** @returns the token of a box with this key */
async function enrolled(key: string, terminal = 'KASIR1', caps = {}): Promise<string> {
  const got = await use(codeFor(terminal, caps), key);
  if (!got.ok) throw new Failure(got.error);
  return got.value.token;
}

async function statusAs(terminal: string, token: string): Promise<number> {
  upstream.script(reply(200, sample('error-404.recorded-2019.json')));
  const path = `${relay.url}/v2/${terminal}-01JDA3Z1000000000000000000/status`;
  return (await fetch(path, { headers: { Authorization: basicAuthorization(terminal, token) } })).status;
}

/** A box whose files are here. */
function keeperOf(token: string, key: string, endsInMs: number): TokenKeeper {
  const nowS = time.wallMs() / 1000;
  const ends = { issuedAtS: nowS - 1, endsAtS: Math.floor(nowS + endsInMs / 1000) };
  const names = { terminal: 'KASIR1', merchant: 'shop', relay: relay.url, receiptKey: 'ab'.repeat(32) };
  writeEnrolment(enrolmentFile(directory), { ...names, key, token, ...ends });
  return new TokenKeeper(enrolmentFile(directory), environment);
}

it('a code becomes a box that is let in, with its own key in a file that is nobody else’s', async () => {
  const journal = join(directory, 'box');
  const config = join(directory, 'terminal.toml');
  // As it is before: the rest of it is what the enrolment says.
  writeFileSync(config, ['[journal]', `directory = "${journal}"`].join('\n'));
  const code = codeFor('KASIR1');
  expect(code).toMatch(/^[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  const said = await enrolBox(code.toLowerCase(), relay.url, config, environment);
  expect(said).toMatch(/^enrolled as KASIR1, until 2026-12-22; /);
  expect(said).not.toContain('needs these lines');
  expect(sound(loadTerminal(config)).terminal.id).toBe('KASIR1');
  const path = enrolmentFile(journal);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await statusAs('KASIR1', readEnrolment(path).token)).toBe(200);
  expect(log.lines.join('\n')).not.toContain(readEnrolment(path).token);
});

it('a file that has a token of its own is told which lines it needs', async () => {
  const config = join(directory, 'terminal.toml');
  const own = ['[terminal]', 'id = "KASIR1"', 'shop = "Warung"', '[gateway]', 'mode = "relay"'];
  const token = ['url = "https://relay.example.com"', 'secret = "credential:gateway"'];
  writeFileSync(config, [...own, ...token, '[journal]', `directory = "${directory}/box"`].join('\n'));
  const said = await enrolBox(codeFor('KASIR1'), relay.url, config, environment);
  const lines = said.split('\n').filter((line) => line.startsWith('    '));
  const whole = lines.map((line) => line.trim()).join('\n');
  expect(said).toMatch(/has another way to the gateway/);
  expect(checkTerminal(whole.replace('[terminal]', '[terminal]\nshop = "Warung"')).ok, whole).toBe(true);
});

it('a code is for one box: that may ask again for its answer, over a restart of the relay too, and no other one', async () => {
  const code = codeFor('KASIR1');
  await relay.stop();
  await start();
  const key = makeKeyPem();
  expect(await use(code, key)).toMatchObject({ ok: true });
  expect(await use(code), 'another box').toMatchObject({ ok: false, error: { code: 695 } });
  await relay.stop();
  await start();
  const again = await use(code, key);
  expect(again.ok && (await statusAs('KASIR1', again.value.token))).toBe(200);
  expect(await use(code)).toMatchObject({ ok: false, error: { code: 695 } });
});

it('a box whose answer was lost gets it by the same command and code, with the key that it had made', async () => {
  const config = join(directory, 'terminal.toml');
  writeFileSync(config, ['[journal]', `directory = "${directory}/box"`].join('\n'));
  const code = codeFor('KASIR1');
  const deaf = createServer((socket) => {
    const onward = connect(Number(new URL(relay.url).port), '127.0.0.1');
    socket.pipe(onward);
    onward.once('data', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  await once(deaf.listen(0, '127.0.0.1'), 'listening');
  const { port } = deaf.address() as AddressInfo;
  await expect(enrolBox(code, `http://127.0.0.1:${port}`, config, environment)).rejects.toThrow(/^E563 /);
  deaf.close();
  const keyFile = join(directory, 'box', 'enrolment.key');
  const key = readFileSync(keyFile, 'utf8');
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(await enrolBox(code, relay.url, config, environment)).toMatch(/^enrolled as KASIR1/);
  const enrolment = readEnrolment(enrolmentFile(join(directory, 'box')));
  expect([enrolment.key, existsSync(keyFile)]).toEqual([key, false]);
  expect(await statusAs('KASIR1', enrolment.token)).toBe(200);
  await enrolBox(codeFor('KASIR1'), relay.url, config, environment);
  expect(readEnrolment(enrolmentFile(join(directory, 'box'))).key, 'another enrolment').not.toBe(key);
});

it('a box that cannot keep its key asks for nothing', async () => {
  const config = join(directory, 'terminal.toml');
  writeFileSync(config, ['[journal]', `directory = "${directory}/box"`].join('\n'));
  mkdirSync(join(directory, 'box'));
  writeFileSync(join(directory, 'box', 'enrolment.key'), 'no key');
  const code = codeFor('KASIR1');
  await expect(enrolBox(code, relay.url, config, environment)).rejects.toThrow(/^E697 .*was not used\. /);
  expect(await use(code)).toMatchObject({ ok: true });
});

it('a revoked box gets nothing by the code that it used, nor anybody by one that was not used yet', async () => {
  const key = makeKeyPem();
  const [used, open] = [codeFor('KASIR1'), codeFor('KASIR2')];
  await use(used, key);
  for (const terminal of ['KASIR1', 'KASIR2']) revokeTerminal(terminal, file(), {}, environment);
  later(60_000);
  expect(await use(used, key)).toMatchObject({ ok: false, error: { code: 696 } });
  expect(await use(open)).toMatchObject({ ok: false, error: { code: 696 } });
  expect(await statusAs('KASIR2', await enrolled(makeKeyPem(), 'KASIR2')), 'a new code').toBe(200);
});

it('of two boxes with a code each for one name the later one has it, whatever the other says again', async () => {
  const [first, second] = [makeKeyPem(), makeKeyPem()];
  const code = codeFor('KASIR1');
  await use(code, first);
  const token = await enrolled(second);
  expect(await use(code, first)).toMatchObject({ ok: false, error: { code: 696 } });
  expect(await statusAs('KASIR1', token)).toBe(200);
  const [left, right] = [codeFor('KASIR1'), codeFor('KASIR1')];
  await use(left, first);
  expect(await use(right, second), 'made before the other was used').toMatchObject({
    ok: false,
    error: { code: 696 },
  });
});

it('a relay that died between keeping who used a code and ending what was before does that when asked again', async () => {
  const key = makeKeyPem();
  const old = await enrolled(makeKeyPem());
  const code = codeFor('KASIR1');
  const list = join(directory, 'relay', 'revoked');
  const before = readFileSync(list, 'utf8');
  await use(code, key);
  writeFileSync(list, before);
  expect(await statusAs('KASIR1', old), 'as it was then').toBe(200);
  const again = await use(code, key);
  expect(again.ok && (await statusAs('KASIR1', again.value.token))).toBe(200);
  expect(await statusAs('KASIR1', old)).toBe(401);
});

it('who is revoked while his token is signed gets none that counts', async () => {
  const key = makeKeyPem();
  const token = await enrolled(key);
  const revokedMeanwhile = (): void => {
    const issue = vi.spyOn(Tokens.prototype, 'issue').mockImplementationOnce(function (
      this: Tokens,
      ...given
    ) {
      issue.mockRestore();
      revokeTerminal('KASIR1', file(), {}, environment);
      return this.issue(...given);
    });
  };
  revokedMeanwhile();
  expect(await renew(token, key)).toMatchObject({ ok: false, error: { code: 698 } });
  const code = codeFor('KASIR1');
  revokedMeanwhile();
  expect(await use(code)).toMatchObject({ ok: false, error: { code: 696 } });
});

it.runIf(process.geteuid?.() === 0)(
  'what root types at the relay can be read by the user of its service',
  async () => {
    const folder = join(directory, 'relay');
    chownSync(folder, 54_321, 54_322);
    codeFor('KASIR1');
    revokeTerminal('KASIR1', file(), {}, environment);
    const made = [
      'codes',
      ...readdirSync(join(folder, 'codes')).map((name) => join('codes', name)),
      'revoked',
    ];
    expect(made).toHaveLength(3);
    for (const name of made)
      expect(statSync(join(folder, name)), name).toMatchObject({ uid: 54_321, gid: 54_322 });
  },
);

it('of two boxes with one code at the same time one is enrolled', async () => {
  const code = codeFor('KASIR1');
  const got = await Promise.all([use(code), use(code), use(code)]);
  expect(got.map((one) => (one.ok ? 'in' : one.error.code)).sort()).toEqual([695, 695, 'in']);
});

it('a wrong code, an ended one and one of long ago each hear why', async () => {
  const code = codeFor('KASIR1');
  for (const wrong of ['', '000000000', `${code}0`, '../../etc', 'UUUUUUUUU'])
    expect(await use(wrong), wrong).toMatchObject({ ok: false, error: { code: 694 } });
  later(HOUR_MS);
  expect(await use(code)).toMatchObject({ ok: false, error: { code: 696 } });
  later(25 * HOUR_MS);
  codeFor('KASIR2');
  expect(await use(code), 'swept').toMatchObject({ ok: false, error: { code: 694 } });
});

it('guessing is bounded: after ten tries a minute an address hears nothing, even of a right code', async () => {
  const code = codeFor('KASIR1');
  for (let tries = 0; tries < 10; tries += 1) await use('000000000');
  expect(await use(code)).toMatchObject({ ok: false, error: { code: 914 } });
  time.advance(60_000);
  expect(await use(code)).toMatchObject({ ok: true });
});

it('a box that takes the place of another ends what that had', async () => {
  const [before, after] = [makeKeyPem(), makeKeyPem()];
  const old = await enrolled(before);
  const token = await enrolled(after);
  expect([await statusAs('KASIR1', old), await statusAs('KASIR1', token)]).toEqual([401, 200]);
  expect(await renew(old, before)).toMatchObject({ ok: false, error: { code: 698 } });
});

it('a stolen box charges nothing and renews nothing from the command on, until it is enrolled anew', async () => {
  const key = makeKeyPem();
  const token = await enrolled(key);
  const other = await enrolled(makeKeyPem(), 'KASIR2');
  expect(revokeTerminal('KASIR1', file(), { note: 'lost in Bandung' }, environment)).toMatch(
    /^KASIR1 is revoked/,
  );
  expect([await statusAs('KASIR1', token), await statusAs('KASIR2', other)]).toEqual([401, 200]);
  expect(await renew(token, key)).toMatchObject({ ok: false, error: { code: 698 } });
  expect(readFileSync(join(directory, 'relay', 'revoked'), 'utf8')).toMatch(
    /^KASIR1 \S+Z # lost in Bandung$/m,
  );
  expect(await statusAs('KASIR1', await enrolled(makeKeyPem()))).toBe(200);
});

it('a token is renewed with the box’s key alone, over what the relay has just drawn, and with the same caps', async () => {
  const key = makeKeyPem();
  const token = await enrolled(key, 'KASIR1', { 'max-amount': '5000' });
  expect(await renew(token, makeKeyPem()), 'a stolen token').toMatchObject({
    ok: false,
    error: { code: 698 },
  });
  const { nonce } = (await (await fetch(`${relay.url}/enrol/nonce`)).json()) as { nonce: string };
  const proof = await signProof(keyPairOf(key), { token, nonce });
  const send = () => fetch(`${relay.url}/enrol/renew`, { method: 'POST', body: JSON.stringify({ proof }) });
  expect((await send()).status).toBe(200);
  later(301_000);
  expect((await send()).status, 'the same again, later').toBe(403);
  const made = await renew(token, key);
  expect(
    made.ok && JSON.parse(Buffer.from(made.value.token.split('.')[1] ?? '', 'base64url').toString()),
  ).toMatchObject({
    sub: 'KASIR1',
    max_amount: 5_000,
  });
});

it('a token that has ended charges nothing, and a box that stood in a cupboard renews it, not for ever', async () => {
  const key = makeKeyPem();
  const token = await enrolled(key);
  later(31 * DAY_MS);
  expect(await statusAs('KASIR1', token)).toBe(401);
  expect(await renew(token, key)).toMatchObject({ ok: true });
  later(30 * DAY_MS);
  expect(await renew(token, key)).toMatchObject({ ok: false, error: { code: 698 } });
});

it('a box renews its token in the last third by itself, and keeps the new one', async () => {
  const key = makeKeyPem();
  const keeper = keeperOf(await enrolled(key), key, 9 * DAY_MS);
  const before = keeper.token;
  later(5 * DAY_MS);
  expect(keeper.token).toBe(before);
  later(DAY_MS + 2_000);
  await keeper.renew();
  expect(keeper.token).not.toBe(before);
  expect(readEnrolment(enrolmentFile(directory)).token).toBe(keeper.token);
  expect(await statusAs('KASIR1', keeper.token)).toBe(200);
  expect(keeper.endsAtMs).toBeGreaterThan(time.wallMs() + 29 * DAY_MS);
});

it('a box whose clock is years behind renews when the relay refuses it, and says so while that fails', async () => {
  const key = makeKeyPem();
  const keeper = keeperOf(await enrolled(key), key, 3_650 * DAY_MS);
  const before = keeper.token;
  later(1_000);
  const refused = keeper.listening(async () => ({
    ok: true,
    value: { status: 401, contentType: '', wireContentType: '', bytes: new Uint8Array() },
  }));
  await refused(
    { method: 'GET', url: 'https://relay.example.com', headers: {} },
    { timeoutMs: 1, limitBytes: 1 },
  );
  await until('a new token', () => keeper.token !== before);
  revokeTerminal('KASIR1', file(), {}, environment);
  await keeper.renew();
  expect(
    log.matching(/^warn E698 the token ends on .* was not renewed: E698 a token that was revoked$/),
  ).toHaveLength(1);
  expect(keeper.trouble).toBe('E698 a token that was revoked');
  expect(tokenLines({ token: keeper, clock: time })).toEqual([
    expect.stringMatching(
      /^ {2}token {4}E698 {2}ends on .*Z, was not renewed: E698 a token that was revoked$/,
    ),
  ]);
  keeper.stop();
});

it('what a token allows holds beside relay.toml: a sale, a minute, a day, and nothing given back that it does not name', async () => {
  const ask = async (token: string, path: string, body: object): Promise<string> => {
    upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    const headers = {
      Authorization: basicAuthorization('KASIR1', token),
      'Content-Type': 'application/json',
    };
    const answer = await fetch(`${relay.url}/v2/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return /E\d{3}/.exec(await answer.text())?.[0] ?? String(answer.status);
  };
  const order = (nth: number): string => `KASIR1-01JDA3Z100000000000000000${nth}`;
  const charge = (token: string, nth: number, amount: number) =>
    ask(token, 'charge', {
      payment_type: 'gopay',
      transaction_details: { order_id: order(nth), gross_amount: amount },
    });
  const refund = (token: string, amount: number) =>
    ask(token, `${order(1)}/refund`, { refund_key: `key-${amount}`, amount });
  const caps = { 'max-amount': '6000', 'max-a-day': '10000', 'charges-per-minute': '3' };
  const token = await enrolled(makeKeyPem(), 'KASIR1', caps);
  expect(await charge(token, 1, 6_001)).toBe('E675');
  expect(await charge(token, 1, 6_000)).toBe('200');
  expect(await charge(token, 1, 6_000), 'the same again').toBe('200');
  expect(await charge(token, 2, 4_001)).toBe('E675');
  expect(await charge(token, 3, 4_000)).toBe('200');
  expect(await charge(token, 4, 1)).toBe('E676');
  expect(await refund(token, 1)).toBe('E681');
  const giving = await enrolled(makeKeyPem(), 'KASIR1', { 'refund-a-day': '2000' });
  expect([await refund(giving, 2_000), await refund(giving, 1)]).toEqual(['200', 'E681']);
});

it('an order that is charged again with less counts as what it was', async () => {
  const sums = new DaySums(time);
  expect(sums.admit('KASIR1', 'A', 9_000, 10_000)).toBe(true);
  expect(sums.admit('KASIR1', 'A', 1, 10_000)).toBe(true);
  expect(sums.admit('KASIR1', 'B', 1_001, 10_000)).toBe(false);
  expect(sums.admit('KASIR1', 'A', 9_001, 10_000), 'more').toBe(true);
  expect(sums.admit('KASIR1', 'B', 1_000, 10_000)).toBe(false);
  expect(sums.admit('KASIR1', 'B', 999, 10_000)).toBe(true);
});

it('a terminal that is listed may charge no more than its line says by having enrolled', async () => {
  const listed = [
    '',
    '[[terminal]]',
    'id = "KASIR1"',
    `token_sha256 = "${'ab'.repeat(32)}"`,
    'max_amount = 5000',
  ];
  appendFileSync(file(), listed.join('\n'));
  await relay.stop();
  await start();
  const charge = async (token: string, amount: number): Promise<number> => {
    upstream.script(reply(200, sample('charge-gopay-201.sandbox-2024.json')));
    const order = { order_id: 'KASIR1-01JDA3Z1000000000000000001', gross_amount: amount };
    const body = JSON.stringify({ payment_type: 'gopay', transaction_details: order });
    const headers = {
      Authorization: basicAuthorization('KASIR1', token),
      'Content-Type': 'application/json',
    };
    return (await fetch(`${relay.url}/v2/charge`, { method: 'POST', headers, body })).status;
  };
  for (const caps of [{}, { 'max-amount': '6000' }]) {
    const token = await enrolled(makeKeyPem(), 'KASIR1', caps);
    expect([await charge(token, 5_001), await charge(token, 5_000)]).toEqual([400, 200]);
  }
  const less = await enrolled(makeKeyPem(), 'KASIR1', { 'max-amount': '4000' });
  expect(await charge(less, 4_001)).toBe(400);
});

it('a stranger’s key that is none is no proof, and no fault of ours', async () => {
  const pair = keyPairOf(makeKeyPem());
  const { crv, kty, x } = pair.publicKey.export({ format: 'jwk' });
  const signedWith = (change: object) =>
    new SignJWT({ code: 'x' })
      .setProtectedHeader({
        alg: 'EdDSA',
        typ: 'gopay-pos-proof+jwt',
        jwk: { crv, kty, x, ...change } as JWK,
      })
      .sign(pair.privateKey);
  const others = [
    ...['AA', '', 'A'.repeat(44), `${'A'.repeat(42)}=`, 1, undefined].map((one) => ({ x: one })),
    ...['X25519', 'Ed448', 'nope', undefined].map((one) => ({ crv: one })),
    ...[{ kty: 'EC' }, { kty: 'oct', k: 'AA' }, { x: 'A'.repeat(43) }, { x: '_'.repeat(43) }],
  ];
  for (const change of others)
    expect(await readProof(await signedWith(change)), JSON.stringify(change)).toBeUndefined();
  for (const more of [{}, { key_ops: ['nope'] }, { key_ops: 1, ext: 'no', use: 'enc', alg: 'RS256', d: '' }])
    expect(await readProof(await signedWith(more)), JSON.stringify(more)).toMatchObject({ boxKey: pair.id });
  const proof = await signedWith({ x: 'AA' });
  expect(
    (await fetch(`${relay.url}/enrol`, { method: 'POST', body: JSON.stringify({ proof }) })).status,
  ).toBe(400);
  expect(log.matching(/^error /)).toEqual([]);
});

it('strangers get nothing out of what is no proof', async () => {
  const post = (body: string) => fetch(`${relay.url}/enrol`, { method: 'POST', body });
  const none = `${Buffer.from('{"alg":"none","typ":"gopay-pos-proof+jwt","jwk":{"kty":"OKP"}}').toString('base64url')}.e30.`;
  for (const body of ['', '{}', '{"proof":1}', '{"proof":"a.b.c"}', JSON.stringify({ proof: none })])
    expect((await post(body)).status, body).toBe(400);
  expect((await fetch(`${relay.url}/enrol/codes`)).status).toBe(404);
  mkdirSync(join(directory, 'empty'));
  expect(() => readEnrolment(join(directory, 'empty', 'x'))).toThrow(/^E697 /);
});
