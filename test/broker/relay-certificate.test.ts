import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TlsPair } from '../../devices/kit/http-server.js';
import { Failure } from '../../src/base/fault.js';
import { readSecret } from '../../src/host/credentials.js';
import { SecretRegistry } from '../../src/host/secrets.js';
import type { Environment } from '../../src/programs/environment.js';
import { type RelayProgram, startRelay } from '../../src/programs/relay-program.js';
import { checkRelay, RELAY, sound } from '../config/files.js';
import { makeCertificate } from '../kit/certificate.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog } from './kit/collect.js';
import { makePublisher } from './kit/links.js';
import { fixedRandom } from './kit/time.js';

const MINUTE_MS = 60_000;
const FIRST = makeCertificate('broker.example', 30);
const RENEWED = makeCertificate('broker.example', 90);

let directory: string;
let log: AwaitedLog;
let time: FakeTime;
let relay: RelayProgram | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-relay-tls-'));
  log = new AwaitedLog();
  time = new FakeTime();
});
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  rmSync(directory, { recursive: true, force: true });
});

function write({ cert, key }: TlsPair): void {
  writeFileSync(join(directory, 'broker.pem'), cert);
  writeFileSync(join(directory, 'broker.key'), key, { mode: 0o400 });
}

async function start(): Promise<string> {
  const secrets = new SecretRegistry();
  const environment: Environment = {
    clock: { wallMs: () => Date.now(), monoMs: () => time.monoMs() },
    timers: time,
    random: fixedRandom(),
    log,
    secrets,
    secret: (name, source) => {
      if (name !== 'broker-key') return 'SB-Mid-server-of-a-test';
      const read = readSecret(name, source, { env: {}, secrets, prefix: 'x', uid: process.geteuid?.() ?? 0 });
      if (!read.ok) throw new Failure(read.error);
      return read.value;
    },
  };
  const lines = ['[broker]', 'port = 0', 'directory = ""'];
  const pair = [`tls_cert = "${directory}/broker.pem"`, `tls_key = "file:${directory}/broker.key"`];
  const text = [RELAY.replace('[relay]', '[relay]\nport = 0'), ...lines, ...pair].join('\n');
  relay = await startRelay({ config: sound(checkRelay(text)), environment });
  return relay.brokerUrl ?? '';
}

/** What a client hears that trusts this certificate alone: E602 where it was let in to say its password. */
async function heardBy(url: string, { cert }: TlsPair): Promise<string | undefined> {
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, cert);
  const { publisher } = makePublisher(url, {
    broker: { urls: [url], tls: { caFile, servername: 'broker.example' } },
  });
  await publisher.start();
  const trouble = publisher.trouble();
  await publisher.stop();
  return trouble;
}

it('shows its certificate, and the renewed one within a minute, without a restart', async () => {
  write(FIRST);
  const url = await start();
  expect(url).toMatch(/^mqtts:/);
  expect(await heardBy(url, FIRST)).toMatch(/^E602 /);
  expect(await heardBy(url, RENEWED)).toMatch(/^E605 /);
  rmSync(join(directory, 'broker.key'));
  write(RENEWED);
  time.advance(MINUTE_MS);
  expect(await heardBy(url, RENEWED)).toMatch(/^E602 /);
  expect(log.matching(/^info a renewed certificate holds/)).toHaveLength(1);
});

it('keeps the old one where the new pair is none, and says so once with its number', async () => {
  write(FIRST);
  const url = await start();
  writeFileSync(join(directory, 'broker.pem'), RENEWED.cert);
  time.advance(3 * MINUTE_MS);
  expect(await heardBy(url, FIRST)).toMatch(/^E602 /);
  expect(log.matching(/^error E693 /)).toHaveLength(1);
});

it('does not start with a pair that is none', async () => {
  write({ cert: FIRST.cert, key: RENEWED.key });
  await expect(start()).rejects.toMatchObject({ fault: { code: 692 } });
});
