import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noticeKey } from '../../src/base/notice.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { BrokerProcess } from '../broker/kit/broker-process.js';
import { linkUp, makePublisher, type TestLink } from '../broker/kit/links.js';
import { MERCHANT, RELAYS, TERMINALS } from '../broker/kit/people.js';
import { NATS } from '../broker/kit/shipped.js';
import { freePort } from '../kit/net/free-port.js';
import { reply, ScriptedServer, SERVER_KEY, sample } from './client-kit.js';
import { notification } from './relay-kit.js';

const PROGRAM = fileURLToPath(new URL('../../dist/gopay-pos.cjs', import.meta.url));
const AUTHORIZATION = basicAuthorization('T1', TERMINALS.T1);
/** `RELAY_KILLS=40 npm test -- gateway/two-relays -t killed` kills so often, each of the two in its turn. */
const KILLS = Number(process.env['RELAY_KILLS'] ?? 2);
/** At least so many are taken before each kill, and while one is away. */
const NOTIFICATIONS = 20;
const SENT_AT_ONCE = 4;

const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-two-relays-'));
const file = (name: string): string => join(directory, name);
const upstream = new ScriptedServer();
let broker: Awaited<ReturnType<typeof NATS.start>>;
let terminal: TestLink;
let relays: readonly BuiltRelay[];
let balancer: BrokerProcess;
let front: string;

/** The built program, with the one configuration that all of them have; ports and the files of each aside. */
class BuiltRelay {
  readonly #process: BrokerProcess;
  readonly #port: number;

  constructor(port: number, upstreamUrl: string) {
    this.#port = port;
    const config = `
[relay]
merchant = "${MERCHANT}"
port = ${port}
public_url = "https://relay.example.com"
[midtrans]
url = "${upstreamUrl}"
secret = "file:${file('server-key')}"
[broker]
kind = "external"
url = "${broker.url}"
username = "relay1"
secret = "file:${file('mqtt')}"
[limits]
relays = 2
charges_per_minute = 7
[refund]
max_a_day = 1_000_000
max_a_day_of_terminal = 110_000
audit_file = "${file(`refunds-${port}`)}"
[[terminal]]
id = "T1"
token_sha256 = "${tokenSha256(TERMINALS.T1)}"
`;
    writeFileSync(file(`relay-${port}.toml`), config, { mode: 0o600 });
    this.#process = new BrokerProcess(() => ({
      program: process.execPath,
      args: [PROGRAM, 'relay', '--config', file(`relay-${port}.toml`)],
      package: 'nodejs',
    }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Lines of refunds that it has let pass. */
  get refunds(): string[] {
    return readFileSync(file(`refunds-${this.#port}`), 'utf8')
      .trim()
      .split('\n');
  }

  get log(): string {
    return this.#process.output;
  }

  /** Settles when its path to the broker is proved. */
  async start(): Promise<void> {
    await this.#process.run(this.#port);
    while ((await fetch(`${this.url}/healthz`)).status !== 200) await new Promise(setImmediate);
  }

  kill(): Promise<void> {
    return this.#process.end('SIGKILL');
  }
}

beforeAll(async () => {
  broker = await NATS.start();
  const upstreamUrl = await upstream.start();
  writeFileSync(file('server-key'), SERVER_KEY, { mode: 0o400 });
  writeFileSync(file('mqtt'), RELAYS.relay1, { mode: 0o400 });
  relays = [await freePort(), await freePort()].map((port) => new BuiltRelay(port, upstreamUrl));
  for (const relay of relays) await relay.start();
  const port = await freePort();
  front = `http://127.0.0.1:${port}`;
  const servers = relays.map(({ url }) => `server ${new URL(url).host} max_fails=0;`).join(' ');
  writeFileSync(
    file('nginx.conf'),
    `pid ${file('nginx.pid')}; error_log stderr; events {}
http { access_log off; client_body_temp_path ${directory}; proxy_temp_path ${directory};
upstream relays { ${servers} }
server { listen 127.0.0.1:${port}; location / { proxy_pass http://relays; } } }`,
  );
  balancer = new BrokerProcess(() => ({
    program: 'nginx',
    args: ['-c', file('nginx.conf'), '-e', 'stderr', '-g', 'daemon off; master_process off;'],
    package: 'nginx-light',
  }));
  await balancer.run(port);
  terminal = await linkUp(broker.url);
});

afterAll(async () => {
  await terminal?.link.stop();
  await balancer?.end('SIGKILL');
  for (const relay of relays ?? []) await relay.kill();
  await upstream.stop();
  await broker?.dispose();
  rmSync(directory, { recursive: true, force: true });
});

let orders = 0;
function nextOrder(): string {
  orders += 1;
  return `T1-01JD${String(orders).padStart(22, '0')}`;
}

const post = (url: string, body: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: AUTHORIZATION },
    body,
  });

it('two relays with one account are both there, and what Midtrans sends to both is one notice to the terminal', async () => {
  const body = notification(nextOrder());
  for (const { url } of relays) expect((await post(`${url}/notify`, body)).status).toBe(200);
  const heard = [await terminal.recorder.notices.next(), await terminal.recorder.notices.next()];
  expect(new Set(heard.map(noticeKey)).size).toBe(1);
  for (const { log } of relays) expect(log).not.toMatch(/E604|E782/);
});

it('together they give back no more than the limit of the day, whichever is asked', async () => {
  upstream.script(reply(200, sample('refund-200-partial.json')));
  const refund = (orderId: string) =>
    JSON.stringify({ refund_key: `${orderId}-r`, amount: 10_000, reason: 'no goods' });
  const given: number[] = [];
  for (let n = 0; n < 8; n += 1)
    for (const { url } of relays) {
      const orderId = nextOrder();
      given.push((await post(`${url}/v2/${orderId}/refund`, refund(orderId))).status);
    }
  expect(given.filter((status) => status === 200)).toHaveLength(10);
  expect(given.filter((status) => status === 400)).toHaveLength(6);
  expect(relays.map(({ refunds }) => refunds.length)).toEqual([5, 5]);
  const [first, second] = relays as [BuiltRelay, BuiltRelay];
  const repeated = JSON.parse(first.refunds[0] ?? '') as { order: string };
  // One more than was stated could give the rest as well.
  const third = makePublisher(broker.url, { instance: 'cccccccc' });
  await third.publisher.start();
  await expect.poll(() => third.publisher.relays()).toBe(3);
  const asked = nextOrder();
  const refused = (): Promise<Response> => post(`${second.url}/v2/${asked}/refund`, refund(asked));
  await expect.poll(async () => (await refused()).status, { interval: 5 }).toBe(502);
  expect(await (await refused()).text()).toContain('E783');
  const again = await post(`${first.url}/v2/${repeated.order}/refund`, refund(repeated.order));
  expect(again.status, 'what it let pass before it may ask again').toBe(200);
  await third.publisher.stop();
});

it('of what is answered 200 nothing is lost when each is killed behind a balancer in the midst of a stream', async () => {
  const taken = new Set<string>();
  let [unanswered, over] = [0, false];
  const send = async (): Promise<void> => {
    while (!over) {
      const orderId = nextOrder();
      const body = notification(orderId);
      // As Midtrans does: again until it is answered 200.
      while (!taken.has(orderId)) {
        const status = await post(`${front}/notify`, body).then(
          (response) => response.status,
          () => 0,
        );
        if (status === 200) taken.add(orderId);
        else unanswered += 1;
      }
    }
  };
  const streams = Array.from({ length: SENT_AT_ONCE }, send);
  const more = async (): Promise<void> => {
    const before = taken.size;
    await expect.poll(() => taken.size - before, { interval: 1 }).toBeGreaterThan(NOTIFICATIONS);
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    await more();
    const relay = relays[kill % relays.length];
    await relay?.kill();
    await more();
    await relay?.start();
  }
  over = true;
  await Promise.all(streams);
  const missing = (): string[] => {
    const heard = new Set(terminal.recorder.notices.all.map(({ orderId }) => orderId));
    return [...taken].filter((orderId) => !heard.has(orderId));
  };
  await expect.poll(missing).toEqual([]);
  if (process.env['RELAY_KILLS'] !== undefined)
    process.stdout.write(
      `${KILLS} kills: ${taken.size} answered 200, 0 lost; ${unanswered} were not and came again\n`,
    );
});
