// npm run alerts: the relay that is built, with Mosquitto, Prometheus and Alertmanager of Debian and what systemd/monitoring ships for
// them; each alert is made to fire and to end, and is awaited at a webhook. Two minutes, next to no processor time; not part of npm test.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { build } from './build.mjs';
import { fail, has, ROOT } from './program.mjs';

const NEEDED = {
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
};
const missing = Object.keys(NEEDED).filter((program) => !has(program));
if (missing.length > 0)
  aptInstall(
    missing.map((program) => NEEDED[program]),
    'to see alerts fire',
  );
build();

const TOKEN = 'of-prometheus';
const KEY = 'SB-Mid-server-alerts-0123456789';
/** Nothing here takes longer than some seconds; a machine under load may. */
const PATIENCE_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-alerts-'));
const children = new Map();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const shipped = (name) => readFileSync(join(ROOT, 'systemd/monitoring', name), 'utf8');
const write = (name, text) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};

async function freePort() {
  const server = createTcpServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(name, command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      said = (said + bytes).slice(-4_000);
    });
  child.on('error', (error) => fail(`${command}: ${error.message}`));
  child.on('exit', (code) => {
    if (children.get(name) === child) end(1, `${name} ended with ${code}:\n${said}`);
  });
  children.set(name, child);
}

async function stop(name) {
  const child = children.get(name);
  children.delete(name);
  if (child === undefined || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

function end(code, words) {
  process.stdout.write(`${words}\n`);
  for (const child of children.values()) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

/** Midtrans, which knows no order. */
let midtransAnswers = true;
const midtrans = createServer((_request, response) => {
  const answer = { status_code: '404', status_message: "Transaction doesn't exist." };
  response.writeHead(midtransAnswers ? 200 : 503, { 'Content-Type': 'application/json' });
  response.end(midtransAnswers ? JSON.stringify(answer) : '{}');
});
/** What the webhook has heard of each alert last. */
const heard = new Map();
const webhook = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes) => {
    body += bytes;
  });
  request.on('end', () => {
    for (const { status, labels } of JSON.parse(body).alerts) heard.set(labels.alertname, status);
    response.end();
  });
});
/** The receiver of events. */
let booksTake = true;
const books = createServer((_request, response) => response.writeHead(booksTake ? 204 : 503).end());
for (const server of [midtrans, webhook, books])
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const [mqttPort, relayPort, promPort, alertPort] = [
  await freePort(),
  await freePort(),
  await freePort(),
  await freePort(),
];

const mosquitto = write(
  'mosquitto.conf',
  `${process.getuid() === 0 ? 'user root\n' : ''}listener ${mqttPort} 127.0.0.1\nallow_anonymous true\n`,
);
const relayToml = write(
  'relay.toml',
  `[relay]\nport = ${relayPort}\npublic_url = "https://relay.example.com"
[midtrans]\nurl = "http://127.0.0.1:${midtrans.address().port}"\nsecret = "file:${write('key', KEY)}"
[broker]\nkind = "external"\nurl = "mqtt://127.0.0.1:${mqttPort}"
[metrics]\nenabled = true\ntoken_sha256 = "${sha256(TOKEN)}"
[[webhook]]\nname = "books"\nurl = "http://127.0.0.1:${books.address().port}/"\nsecret = "file:${write('books', KEY)}"
[[terminal]]\nid = "KASIR1"\ntoken_sha256 = "${sha256('of-kasir1')}"\n`,
);
for (const secret of ['key', 'books']) spawnSync('chmod', ['400', join(folder, secret)]);
const rules = shipped('rules.yml')
  .replace(/for: \d+m/g, 'for: 2s')
  .replaceAll('[5m]', '[10s]');
const prometheus = write(
  'prometheus.yml',
  shipped('prometheus.yml')
    .replaceAll('15s', '1s')
    .replaceAll('127.0.0.1:8430', `127.0.0.1:${relayPort}`)
    .replaceAll('127.0.0.1:9093', `127.0.0.1:${alertPort}`)
    .replace('/etc/prometheus/gopay-pos.token', write('token', TOKEN))
    .replace('rules.yml]', `${write('rules.yml', rules)}]`),
);
const alertmanager = write(
  'alertmanager.yml',
  shipped('alertmanager.yml')
    .replace(/ {4}(email|telegram)_configs:\n( {6}.*\n)+/g, '')
    .replace('http://127.0.0.1:8500/alerts', `http://127.0.0.1:${webhook.address().port}/`)
    .replace('receiver: mail', 'receiver: everybody')
    .replace('group_wait: 30s', 'group_wait: 0s')
    .replace('group_interval: 5m', 'group_interval: 1s'),
);
mkdirSync(join(folder, 'data'));
const startRelay = () =>
  start('relay', process.execPath, [join(ROOT, 'dist/gopay-pos.cjs'), 'relay', '--config', relayToml]);
const startBroker = () => start('mosquitto', 'mosquitto', ['-c', mosquitto]);
startBroker();
startRelay();
start('alertmanager', 'prometheus-alertmanager', [
  `--config.file=${alertmanager}`,
  `--storage.path=${join(folder, 'data')}/alertmanager`,
  `--web.listen-address=127.0.0.1:${alertPort}`,
  '--cluster.listen-address=',
]);
start('prometheus', 'prometheus', [
  `--config.file=${prometheus}`,
  `--storage.tsdb.path=${join(folder, 'data')}/prometheus`,
  `--web.listen-address=127.0.0.1:${promPort}`,
]);

const long = '2026-01-01T00:00:00.000Z';
/** A terminal that is well; what differs is said on its state topic. */
function publish(over = {}, presence = 'online') {
  const at = new Date().toISOString();
  const nothing = { count: 0, sum: 0 };
  const state = {
    ...{ schema: 1, terminal: 'KASIR1', version: '1', at, heartbeatS: 3600, startedAt: at, link: 'a' },
    ...{ state: 'ready', ready: true, since: at, legs: {}, pads: {}, clock: { trusted: true, detail: '' } },
    owed: { ...nothing, refundsFailed: 0 },
    today: { day: at.slice(0, 10), paid: nothing, unpaid: nothing },
    paper: { state: 'good', code: 0, slipsWaiting: 0 },
    slots: { failed: 0, outOfService: 0 },
    disk: { freeBytes: 1e9, wantedBytes: 1e8 },
    machine: { temperatureC: 50, underVoltage: false },
    ...over,
  };
  for (const [leaf, payload] of [
    ['presence', { presence, link: 'a' }],
    ['state', state],
  ])
    send(leaf, payload, '-r');
}

function send(leaf, payload, ...options) {
  spawnSync('mosquitto_pub', [
    ...['-h', '127.0.0.1', '-p', String(mqttPort), '-i', `pub${process.pid}`, '-q', '1', ...options],
    ...['-t', `gopay-pos/v1/shop/KASIR1/${leaf}`, '-m', JSON.stringify(payload)],
  ]);
}

const eventId = 'KASIR1-01JDA3Z1000000000000000001.paid.1';
const event = {
  ...{ id: eventId, type: 'sale.paid', terminal: 'KASIR1' },
  sale: { order_id: eventId.split('.')[0] },
};

async function until(what, condition, again = () => {}) {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) end(1, `not seen: ${what}; heard ${JSON.stringify([...heard])}`);
    again();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const fetched = (path, init) => fetch(`http://127.0.0.1:${relayPort}${path}`, init).catch(() => undefined);
const askHealth = () =>
  fetched('/v2/KASIR1-HEALTH/status', { headers: { Authorization: `Basic ${btoa('KASIR1:of-kasir1')}` } });

async function see(name, begin, finish, again) {
  const startMs = performance.now();
  begin();
  await until(`${name} firing`, () => heard.get(name) === 'firing', again);
  const firedMs = performance.now();
  await finish();
  await until(`${name} resolved`, () => heard.get(name) === 'resolved', askHealth);
  const s = (ms) => (ms / 1000).toFixed(1);
  process.stdout.write(
    `${name.padEnd(20)} fired after ${s(firedMs - startMs)} s, ended after ${s(performance.now() - firedMs)} s\n`,
  );
}

await until('the relay well', async () => (await fetched('/healthz'))?.status === 200);
publish();
const bySaying = (over, presence) => [() => publish(over, presence), () => publish()];
const fault = { code: 401, id: 'Kertas habis.', en: 'Out of paper.', detail: '' };
await see('TerminalAway', ...bySaying({}, 'offline'));
await see('TerminalNotSelling', ...bySaying({ state: 'not_ready', ready: false, fault }));
await see('SaleOwed', ...bySaying({ owed: { count: 1, sum: 15_000, since: long, refundsFailed: 0 } }));
await see(
  'RefundFailed',
  ...bySaying({ owed: { count: 1, sum: 15_000, since: new Date().toISOString(), refundsFailed: 1 } }),
);
await see('PaperOut', ...bySaying({ paper: { state: 'fault', code: 401, slipsWaiting: 1 } }));
await see('PaperNearEnd', ...bySaying({ paper: { state: 'near_end', code: 0, slipsWaiting: 0 } }));
await see('SlotFailed', ...bySaying({ slots: { failed: 1, outOfService: 1 } }));
await see('ClockWrong', ...bySaying({ clock: { trusted: false, detail: '' } }));
await see('DiskLow', ...bySaying({ disk: { freeBytes: 1e8, wantedBytes: 1e8 } }));
await see('UnderVoltage', ...bySaying({ machine: { temperatureC: 50, underVoltage: true } }));
await see('TooHot', ...bySaying({ machine: { temperatureC: 90, underVoltage: false } }));
await see('TokenEnds', ...bySaying({ tokenEndsAt: new Date(Date.now() + 86_400_000).toISOString() }));
await see(
  'EventsHeld',
  () => {
    booksTake = false;
    send('event', event);
  },
  () => {
    booksTake = true;
  },
);
await see(
  'EventsLost',
  () => send('event', {}),
  () => {},
);
await see(
  'GatewayDown',
  () => {
    midtransAnswers = false;
  },
  () => {
    midtransAnswers = true;
  },
  askHealth,
);
const order = 'KASIR1-01JDA3Z1000000000000000000';
const signature = createHash('sha512').update(`${order}20015000.00${KEY}`).digest('hex');
const notification = {
  order_id: order,
  status_code: '200',
  gross_amount: '15000.00',
  signature_key: signature,
  transaction_status: 'settlement',
};
await stop('mosquitto');
await see(
  'NoticesRefused',
  () => {},
  () => {},
  () => void fetched('/notify', { method: 'POST', body: JSON.stringify(notification) }),
);
await see('BrokerUnproved', () => {}, startBroker);
await see('RelayDown', () => void stop('relay'), startRelay);
end(0, 'every alert has fired and ended; NoSaleForLong needs a week, and is tried by rules.test.yml');
