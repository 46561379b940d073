import { rupiah } from '../../src/base/rupiah.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { signatureOf } from '../../src/midtrans/signature.js';
import type { Publisher, PublishOutcome } from '../../src/port/publisher.js';
import type { RelayOptions } from '../../src/relay/options.js';
import { Relay } from '../../src/relay/relay.js';
import { Terminals, tokenSha256 } from '../../src/relay/terminals.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';
import { ScriptedServer, SERVER_KEY } from './client-kit.js';

export const TOKEN = 'a-token-of-terminal-T01';
export const ORDER_ID = 'T01-01JDA3Z1000000000000000000';
export const AUTHORIZATION = basicAuthorization('T01', TOKEN);

export const LISTED = [
  { id: 'T01', tokenSha256: tokenSha256(TOKEN) },
  { id: 'T02', tokenSha256: tokenSha256('other-token'), maxAmount: rupiah(50_000) },
];

/** With these a relay lets terminals refund. */
export const REFUND = {
  maxADay: rupiah(150_000),
  maxADayOfTerminal: rupiah(100_000),
  lines: { past: [], append: () => undefined },
};

/** A broker that answers as a test says. */
export class FakePublisher implements Publisher {
  readonly published: { topic: string; payload: string }[] = [];
  answer: () => Promise<PublishOutcome> = () => Promise.resolve({ kind: 'acknowledged' });
  why: string | undefined;
  #heard: (() => void) | undefined;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  publish(topic: string, payload: string): Promise<PublishOutcome> {
    this.published.push({ topic, payload });
    this.#heard?.();
    return this.answer();
  }
  trouble(): string | undefined {
    return this.why;
  }
  nextPublish(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}

export interface RelayBench {
  readonly relay: Relay;
  readonly url: string;
  readonly upstream: ScriptedServer;
  readonly upstreamUrl: string;
  readonly publisher: FakePublisher;
  readonly clock: FakeTime;
  readonly timers: FakeTime;
  readonly log: KeptLog;
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** The value of one row of /metrics; undefined when there is no such row. */
  metric(row: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

export async function makeRelay(options: Partial<RelayOptions> = {}): Promise<RelayBench> {
  const upstream = new ScriptedServer();
  const upstreamUrl = await upstream.start();
  const publisher = new FakePublisher();
  const clock = new FakeTime();
  const timers = new FakeTime();
  const log = new KeptLog();
  const relay = new Relay({
    merchant: 'G141532850',
    serverKey: SERVER_KEY,
    upstreamUrl,
    terminals: new Terminals(LISTED),
    limits: { maxAmount: rupiah(10_000_000), chargesPerMinute: 3, requestsPerMinute: 300 },
    publisher,
    clock,
    timers,
    log,
    ...options,
  });
  const { url } = await relay.listen(0, '127.0.0.1');
  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers });
  return {
    relay,
    url,
    upstream,
    upstreamUrl,
    publisher,
    clock,
    timers,
    log,
    get,
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        body: new Uint8Array(Buffer.from(body)),
        headers: { 'Content-Type': 'application/json', ...headers },
      }),
    metric: async (row) => {
      const line = (await (await get('/metrics')).text())
        .split('\n')
        .find((one) => one.startsWith(`${row} `));
      return line === undefined ? undefined : Number(line.slice(row.length + 1));
    },
    stop: async () => {
      await relay.close();
      await upstream.stop();
    },
  };
}

/** A notification as Midtrans would send it for `orderId`, rightly signed. */
export function notification(orderId: string, overrides: Record<string, unknown> = {}): string {
  const fields = { orderId, statusCode: '200', grossAmount: '15000.00' };
  return JSON.stringify({
    transaction_time: '2026-11-22 12:00:00',
    transaction_status: 'settlement',
    transaction_id: '513f1f01-c9da-474c-9fc9-d5c64364b709',
    status_message: 'midtrans payment notification',
    status_code: fields.statusCode,
    signature_key: signatureOf(fields, SERVER_KEY),
    payment_type: 'qris',
    order_id: orderId,
    merchant_id: 'G141532850',
    gross_amount: fields.grossAmount,
    fraud_status: 'accept',
    currency: 'IDR',
    ...overrides,
  });
}

export function chargeBody(orderId = ORDER_ID, amount: unknown = 15_000, more: object = {}): string {
  return JSON.stringify({
    payment_type: 'gopay',
    transaction_details: { order_id: orderId, gross_amount: amount },
    ...more,
  });
}
