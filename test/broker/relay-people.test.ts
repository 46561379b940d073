import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Failure } from '../../src/base/fault.js';
import type { TerminalId } from '../../src/base/ids.js';
import { readSecret } from '../../src/host/credentials.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import { signingKeys } from '../../src/identity/keys.js';
import { Revocations } from '../../src/identity/revocations.js';
import { Tokens } from '../../src/identity/token.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import type { Environment } from '../../src/programs/environment.js';
import { RelayPeople } from '../../src/programs/relay-people.js';
import { type RelayProgram, startRelay } from '../../src/programs/relay-program.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { checkRelay, sound } from '../config/files.js';
import { reply, ScriptedServer, sample } from '../gateway/client-kit.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog } from './kit/collect.js';
import { fixedRandom } from './kit/time.js';

const LISTED = 'a-token-that-was-typed';

let directory: string;
let log: AwaitedLog;
let time: FakeTime;
let upstream: ScriptedServer;
let midtrans: string;
let relay: RelayProgram;
let tokens: Tokens;
let list: Revocations;
let environment: Environment;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-people-'));
  log = new AwaitedLog();
  time = new FakeTime();
  upstream = new ScriptedServer();
  midtrans = await upstream.start();
  await start();
  list = new Revocations(join(directory, 'revoked'), time, log);
  const keys = signingKeys(readFileSync(join(directory, 'tokens.pem'), 'utf8'));
  tokens = new Tokens({ keys, revocations: list, clock: time });
});
afterEach(async () => {
  await relay.stop();
  await upstream.stop();
  rmSync(directory, { recursive: true, force: true });
});

const file = (): string => join(directory, 'relay.toml');

function write(more: readonly string[], enrol = ''): void {
  const lines = [
    ...['[relay]', 'port = 0', 'public_url = "https://relay.example.com"'],
    ...['[midtrans]', 'secret = "file:/etc/key"', `url = "${midtrans}"`],
    ...['[broker]', 'port = 0', 'directory = ""'],
    ...['[enrol]', `directory = "${directory}"`, enrol],
  ];
  writeFileSync(file(), [...lines, ...more].join('\n'));
}

const listed = (id: string, token: string): string[] => [
  ...['[[terminal]]', `id = "${id}"`, `token_sha256 = "${tokenSha256(token)}"`],
];

async function start(): Promise<void> {
  write(listed('KASIR9', LISTED));
  const secrets = new SecretRegistry();
  environment = {
    ...{ clock: time, timers: time, random: fixedRandom(), log, secrets },
    secret: (name, source) => {
      if (name === 'midtrans-server-key') return 'SB-Mid-server-of-a-test';
      const read = readSecret(name, source, { env: {}, secrets, prefix: 'x', uid: process.geteuid?.() ?? 0 });
      if (!read.ok) throw new Failure(read.error);
      return read.value;
    },
  };
  relay = await startRelay({
    config: sound(checkRelay(readFileSync(file(), 'utf8'))),
    file: file(),
    environment,
  });
}

async function tokenFor(terminal: string, merchant = 'shop'): Promise<string> {
  const claims = { terminal: terminal as TerminalId, merchant, boxKey: 'k', caps: {} };
  return (await tokens.issue(claims, 3_600)).token;
}

/** The HTTP status of a question about an order of this terminal's own. */
async function statusAs(terminal: string, password: string): Promise<number> {
  upstream.script(reply(200, sample('error-404.recorded-2019.json')));
  const path = `${relay.url}/v2/${terminal}-01JDA3Z1000000000000000000/status`;
  return (await fetch(path, { headers: { Authorization: basicAuthorization(terminal, password) } })).status;
}

interface Ear {
  /** 0 where it was let in. */
  readonly code: number;
  readonly gone: Promise<void>;
  end(): Promise<void>;
}

async function ear(terminal: string, password: string): Promise<Ear> {
  const identity = { protocolVersion: 4, clientId: terminal, username: terminal, password } as const;
  const client = connect(relay.brokerUrl ?? '', { ...identity, reconnectPeriod: 0 });
  const gone = new Promise<void>((resolve) => client.once('close', () => resolve()));
  const code = await new Promise<number>((resolve) => {
    client.once('connect', () => resolve(0));
    client.once('error', (error) => resolve(Number((error as { code?: unknown }).code)));
  });
  return { code, gone, end: () => client.endAsync(true) };
}

async function codeAt(terminal: string, password: string): Promise<number> {
  const { code, end } = await ear(terminal, password);
  await end();
  return code;
}

/** CONNACK of 3.1.1: bad user name or password. */
const REFUSED = 4;

it('a token opens the front and the broker alike, for its own terminal and merchant', async () => {
  expect(statSync(join(directory, 'tokens.pem')).mode & 0o777).toBe(0o600);
  const token = await tokenFor('KASIR1');
  expect(await statusAs('KASIR1', token)).toBe(200);
  expect(await codeAt('KASIR1', token)).toBe(0);
  for (const [terminal, password] of [
    ['KASIR2', token],
    ['KASIR1', `${token}x`],
    ['KASIR1', await tokenFor('KASIR1', 'another-shop')],
    ['KASIR1', LISTED],
  ] as const) {
    expect(await statusAs(terminal, password)).toBe(401);
    expect(await codeAt(terminal, password)).toBe(REFUSED);
  }
});

it('who is revoked asks nothing from that moment on, and hears nothing a second later, listed or enrolled', async () => {
  const token = await tokenFor('KASIR1');
  const other = await tokenFor('KASIR2');
  const enrolled = await ear('KASIR1', token);
  const typed = await ear('KASIR9', LISTED);
  const good = await ear('KASIR2', other);
  list.revoke('KASIR1', 'stolen');
  list.revoke('KASIR9', 'stolen');
  expect(await statusAs('KASIR1', token)).toBe(401);
  expect(await statusAs('KASIR9', LISTED)).toBe(401);
  time.advance(1_000);
  await Promise.all([enrolled.gone, typed.gone]);
  expect(log.matching(/^warn E602 (KASIR1|KASIR9) was thrown out/)).toHaveLength(2);
  expect(await codeAt('KASIR1', token)).toBe(REFUSED);
  expect(await statusAs('KASIR2', other)).toBe(200);
  await good.end();
  expect(log.matching(/KASIR2 was thrown out/)).toEqual([]);
  const again = await tokenFor('KASIR1');
  expect(await statusAs('KASIR1', again), 'enrolled anew').toBe(200);
});

it('names those who have just been revoked, of whom a broker may know more than this relay', () => {
  list.revoke('KASIR1', 'before');
  const people = new RelayPeople(sound(checkRelay(readFileSync(file(), 'utf8'))), environment);
  const heard: (readonly string[])[] = [];
  const stop = people.watch(time, (revoked) => heard.push(revoked));
  time.advance(1_000);
  list.revoke('KASIR2', 'stolen');
  list.revoke('KASIR1', 'stolen again');
  time.advance(1_000);
  list.revoke('KASIR3', 'stolen');
  time.advance(61_000);
  stop();
  expect(heard).toEqual([['KASIR1', 'KASIR2'], ['KASIR3'], []]);
});

it('a token that ends is let go on for a minute at most at the broker', async () => {
  const token = await tokenFor('KASIR1');
  const { gone } = await ear('KASIR1', token);
  time.advance(3_600_000);
  await gone;
  expect(await statusAs('KASIR1', token)).toBe(401);
});

it('the list of the file is read again at SIGHUP: new ones are let in, and who is gone is thrown out', async () => {
  const { gone } = await ear('KASIR9', LISTED);
  write(listed('KASIR8', 'another-typed-token'));
  relay.reload?.();
  await gone;
  expect([await statusAs('KASIR9', LISTED), await statusAs('KASIR8', 'another-typed-token')]).toEqual([
    401, 200,
  ]);
  expect(log.matching(/^info .*relay.toml read again: 1 terminals, 0 operators$/)).toHaveLength(1);
});

it('an account whose rights in the file are others is thrown out, and comes back with these', async () => {
  const home = (...rights: string[]) => [
    '[[operator]]',
    'name = "rumah"',
    `token_sha256 = "${tokenSha256(LISTED)}"`,
    ...rights,
  ];
  write(home('home_assistant = true'));
  relay.reload?.();
  const { gone } = await ear('rumah', LISTED);
  write(home());
  relay.reload?.();
  await gone;
  expect(await codeAt('rumah', LISTED)).toBe(0);
});

it('a broken file changes nothing, and what needs a restart is said', async () => {
  write(['[[terminal]]', 'id = "kasir"']);
  relay.reload?.();
  expect(log.matching(/^error .*relay.toml.*E9\d\d /).length).toBeGreaterThan(0);
  expect(log.matching(/^error .* was not taken: what was read before holds$/)).toHaveLength(1);
  expect(await statusAs('KASIR9', LISTED)).toBe(200);
  write(listed('KASIR9', LISTED), 'token_days = 7');
  relay.reload?.();
  expect(log.matching(/^warn not taken while it runs: what changed in \[enrol\]; restart/)).toHaveLength(1);
  expect(await statusAs('KASIR9', LISTED)).toBe(200);
});
