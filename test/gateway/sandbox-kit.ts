import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../../src/port/clock.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import type { SandboxOptions } from '../../src/sandbox/settings.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

export const SERVER_KEY = 'SB-Mid-server-test';

export type Json = Record<string, unknown>;

/** A sample answer of Midtrans, from the fixtures. */
export function sample(name: string): Json {
  const url = new URL(`./fixtures/sandbox/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Json;
}

/** mulberry32: small, seeded, good enough for tests. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    fraction,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(fraction() * 256)),
  };
}

export interface Bench {
  readonly sandbox: Sandbox;
  readonly time: FakeTime;
  readonly log: KeptLog;
  readonly url: string;
  /** A Core API request with the right key. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Called>;
  charge(orderId: string, amount?: number, more?: Json, headers?: Record<string, string>): Promise<Called>;
  control(what: string, body?: unknown): Promise<Called>;
}

export interface Called {
  readonly http: number;
  readonly type: string;
  readonly text: string;
  readonly json: Json;
}

export function basic(key: string): string {
  return `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
}

/** A sandbox on a free loopback port with time in the test's hands. */
export async function bench(options: Partial<SandboxOptions> = {}): Promise<Bench> {
  const time = new FakeTime();
  const log = new KeptLog();
  const sandbox = new Sandbox({
    serverKey: SERVER_KEY,
    merchantId: 'G141532850',
    merchantName: 'Warung Bu Sri',
    merchantCity: 'Bandung',
    clock: time,
    timers: time,
    random: seeded(1),
    log,
    ...options,
  });
  const { url } = await sandbox.listen(0);
  const call: Bench['call'] = async (method, path, body, headers = {}) => {
    const all = { Accept: 'application/json', Authorization: basic(SERVER_KEY), ...headers };
    return read(
      await fetch(url + path, {
        method,
        headers: { 'Content-Type': 'application/json', ...all },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  };
  return {
    sandbox,
    time,
    log,
    url,
    call,
    charge: (orderId, amount = 15_000, more = {}, headers = {}) =>
      call(
        'POST',
        '/v2/charge',
        { payment_type: 'qris', transaction_details: { order_id: orderId, gross_amount: amount }, ...more },
        headers,
      ),
    control: async (what, body) =>
      read(
        await fetch(`${url}/sandbox/api/${what}`, {
          ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        }),
      ),
  };
}

async function read(response: Response): Promise<Called> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const json = type.startsWith('application/json') && text !== '' ? (JSON.parse(text) as Json) : {};
  return { http: response.status, type, text, json };
}

export interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: Json;
}

/** A merchant's notification address. `answer` decides; without one it says 200. */
export async function merchant(
  answer: (heard: Heard, response: ServerResponse) => void = (_heard, response) => response.end(),
): Promise<{ url: string; heard: Heard[]; close: () => Promise<void> }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        text,
        json: JSON.parse(text) as Json,
      };
      heard.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
