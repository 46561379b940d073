import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ExaminedRelay, RELAY_CHECKS } from '../../src/doctor/relay-checks.js';
import { SystemClock, SystemRandom } from '../../src/host/clock.js';
import { MqttLink } from '../../src/mqtt/link.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { makeCertificate } from '../kit/certificate.js';
import { KeptLog } from '../kit/kept-log.js';
import { freePort } from '../kit/net/free-port.js';
import { foundBy, Patient, type PatientWays, type ToldFinding } from '../kit/patient.js';
import { realTimers, until } from '../kit/pty/until.js';
import { startEmbedded } from './kit/brokers.js';
import { Mosquitto } from './kit/mosquitto.js';

const PASSWORD = 'password-of-k1-0123';
const RELAY_PASSWORD = 'password-of-the-relay-0123';
let mosquitto: Mosquitto;
let patient: Patient;

beforeAll(async () => {
  mosquitto = await Mosquitto.start({
    merchant: 'shop',
    terminals: { K1: PASSWORD },
    relays: { relay: RELAY_PASSWORD },
    strangers: { stranger: RELAY_PASSWORD },
  });
});
afterAll(() => mosquitto.dispose());
beforeEach(() => {
  patient = new Patient();
});
afterEach(() => patient.remove());

async function link(
  url: string,
  password = PASSWORD,
  more = '',
  ways: PatientWays = {},
): Promise<ToldFinding> {
  const gateway = `mode = "direct"\nenvironment = "sandbox"\nurl = "http://127.0.0.1:${await freePort()}"\nsecret = "${patient.secret('key', 'SB-Mid-server-0123456789')}"`;
  const mqtt = `[mqtt]\nurl = "${url}"\nsecret = "${patient.secret('mqtt', password)}"\n${more}`;
  return foundBy(await patient.terminal(gateway, mqtt, ways), 'broker.link');
}

/** The same id, in another box. */
function rival(): MqttLink {
  return new MqttLink({
    broker: { urls: [mosquitto.url] },
    merchant: 'shop',
    terminal: 'K1',
    password: PASSWORD,
    ...{ clock: new SystemClock(), timers: realTimers, random: new SystemRandom(), log: new KeptLog() },
    backoff: { firstMs: 100, mostMs: 200 },
    onFatal: (error) => {
      throw error;
    },
  });
}

it('a terminal that may connect and read its notices is well, and leaves what waits for it there', async () => {
  expect(await link(mosquitto.url)).toMatchObject({ verdict: 'pass', of: mosquitto.url });
  const { MqttPublisher } = await import('../../src/mqtt/publisher.js');
  const runtime = {
    clock: new SystemClock(),
    timers: realTimers,
    random: new SystemRandom(),
    log: new KeptLog(),
  };
  const relay = new MqttPublisher({
    ...runtime,
    broker: { urls: [mosquitto.url] },
    userName: 'relay',
    password: RELAY_PASSWORD,
    merchant: 'shop',
  });
  await relay.start();
  expect(await relay.publish(noticeTopic('shop', 'K1'), 'what waits')).toMatchObject({
    kind: 'acknowledged',
  });
  // He is given it, and does not take it.
  expect(await link(mosquitto.url)).toMatchObject({ verdict: 'pass' });
  const log = new KeptLog();
  const heard = new MqttLink({
    ...runtime,
    log,
    broker: { urls: [mosquitto.url] },
    merchant: 'shop',
    terminal: 'K1',
    password: PASSWORD,
    onFatal: () => undefined,
  });
  heard.start({ notice: () => undefined, state: () => undefined });
  await until('what waited', () => log.matching(/<- .*notice what waits/).length === 1);
  await heard.stop();
  await relay.stop();
});

it('a broker that refuses the password, and nobody at the address', async () => {
  expect(await link(mosquitto.url, 'another-password-0123')).toMatchObject({ verdict: 'fail', code: 602 });
  expect(await link(`mqtt://127.0.0.1:${await freePort()}`)).toMatchObject({ verdict: 'fail', code: 601 });
  expect(patient.text).not.toContain('another-password-0123');
});

it('a topic that it may not read', async () => {
  const embedded = await startEmbedded('memory', new KeptLog());
  const { TERMINALS } = await import('./kit/people.js');
  const [[id = '', password = ''] = []] = Object.entries(TERMINALS);
  const gateway = `mode = "direct"\nenvironment = "sandbox"\nurl = "http://127.0.0.1:${await freePort()}"\nsecret = "${patient.secret('key', 'SB-Mid-server-0123456789')}"`;
  const findings = await patient.terminal(
    gateway,
    `[mqtt]\nurl = "${embedded.url}"\nsecret = "${patient.secret('mqtt', password)}"\n`,
    { id, merchant: 'other' },
  );
  await embedded.dispose();
  expect(foundBy(findings, 'broker.link')).toMatchObject({ verdict: 'fail', code: 603 });
});

it('another box with the same id', async () => {
  const other = rival();
  let up = false;
  other.start({
    notice: () => undefined,
    state: (state) => {
      up = state.up;
    },
  });
  await until('the other box', () => up);
  expect(await link(mosquitto.url, PASSWORD, '', { aloneMs: 60_000 })).toMatchObject({
    verdict: 'fail',
    code: 604,
  });
  await other.stop();
});

it('a broker whose certificate nobody knows', async () => {
  const server = createTlsServer(makeCertificate('localhost', 2), (socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ca = join(patient.folder, 'ca.pem');
  writeFileSync(ca, makeCertificate('another', 2).cert);
  expect(await link(`mqtts://localhost:${port}`, PASSWORD, `ca_file = "${ca}"\n`)).toMatchObject({
    verdict: 'fail',
    code: 605,
  });
  server.close();
});

async function relayFindings(user: string, url = mosquitto.url): Promise<readonly ToldFinding[]> {
  const key = patient.secret('key', 'SB-Mid-server-0123456789');
  return patient.relay(
    `[relay]\npublic_url = "http://127.0.0.1:${await freePort()}"\nport = 0\n[midtrans]\nenvironment = "sandbox"\nurl = "http://127.0.0.1:${await freePort()}"\nsecret = "${key}"\n[broker]\nkind = "external"\nurl = "${url}"\nusername = "${user}"\nsecret = "${patient.secret('mqtt', RELAY_PASSWORD)}"\n`,
  );
}

it('the relay: its path is proved by a message to itself; one without rights is found', async () => {
  expect(foundBy(await relayFindings('relay'), 'broker.link')).toMatchObject({ verdict: 'pass' });
  expect(foundBy(await relayFindings('stranger'), 'broker.link')).toMatchObject({
    verdict: 'fail',
    code: expect.toBeOneOf([603, 610]),
  });
});

it('a Mosquitto that acknowledges before it writes is found by the file that it runs with; ours is not', async () => {
  expect(foundBy(await relayFindings('relay'), 'broker.keeps')).toMatchObject({ verdict: 'pass' });
  const file = join(mosquitto.directory, 'mosquitto.conf');
  const shipped = readFileSync(file, 'utf8');
  for (const [line, other] of [
    ['persistence true', 'persistence false'],
    ['autosave_on_changes true', ''],
    ['autosave_interval 1', 'autosave_interval 30'],
    ['log_type all', 'per_listener_settings true'],
  ] as const) {
    writeFileSync(file, shipped.replace(line, other));
    const found = foundBy(await relayFindings('relay'), 'broker.keeps');
    expect(found, line).toMatchObject({ verdict: 'fail', code: 857, of: mosquitto.url });
  }
  writeFileSync(file, shipped);
  expect(patient.text).toContain('systemd/broker/mosquitto.conf');
});

it('the embedded broker without a folder forgets at a restart', async () => {
  const key = patient.secret('key', 'SB-Mid-server-0123456789');
  const findings = await patient.relay(
    `[relay]\npublic_url = "http://127.0.0.1:${await freePort()}"\nport = 0\n[midtrans]\nenvironment = "sandbox"\nurl = "http://127.0.0.1:${await freePort()}"\nsecret = "${key}"\n[broker]\nport = 0\ndirectory = ""\n`,
  );
  expect(foundBy(findings, 'broker.keeps')).toMatchObject({ verdict: 'fail', code: 857 });
});

it('a relay that does not run is not said to be well because its ports are free', async () => {
  const config = {
    relay: { host: '127.0.0.1', port: 0 },
    broker: { kind: 'embedded', host: '127.0.0.1', port: 0 },
  };
  const context = { config, health: async () => undefined } as unknown as ExaminedRelay;
  for (const name of ['relay.port', 'broker.link'])
    expect(await RELAY_CHECKS.find((one) => one.name === name)?.run(context), name).toMatchObject({
      verdict: 'skip',
      detail: 'no relay runs here; the port is free',
    });
});
