import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ChargeOrder } from '../../src/base/gateway-answer.js';
import { rupiah } from '../../src/base/rupiah.js';
import { CoreApiClient, type CoreApiClientOptions } from '../../src/midtrans/client.js';
import { basicAuthorization } from '../../src/midtrans/credential.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime } from '../kit/time.js';

export const SERVER_KEY = 'SB-Mid-server-test';

/** A recorded or documented answer of Midtrans, byte for byte. */
export function sample(name: string): string {
  return readFileSync(fileURLToPath(new URL(`./fixtures/client/${name}`, import.meta.url)), 'utf8');
}

export function sampleObject(name: string): Record<string, unknown> {
  return JSON.parse(sample(name)) as Record<string, unknown>;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Script = (response: ServerResponse, request: SeenRequest) => void;

/** Answers each request with the next step of its script; the last step stays. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  readonly #script: Script[] = [];
  readonly #server: Server;
  readonly #waiters: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const seen = {
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        };
        this.seen.push(seen);
        for (const waiter of this.#waiters.splice(0)) waiter();
        const step = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
        if (step) step(response, seen);
        else response.writeHead(500).end('no script');
      });
    });
  }

  script(...steps: Script[]): void {
    this.#script.splice(0, this.#script.length, ...steps);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Settles when the next request has arrived whole. Ask before it is sent. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  last(): SeenRequest {
    const request = this.seen.at(-1);
    if (!request) throw new Error('the server has seen no request');
    return request;
  }
}

export function reply(status: number, body: string | Buffer, headers: Record<string, string> = {}): Script {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
  };
}

export const silence: Script = () => undefined;
/** The connection dies before a byte of the answer. */
export const reset: Script = (response) => {
  response.socket?.resetAndDestroy();
};

export interface Bench {
  readonly server: ScriptedServer;
  readonly url: string;
  readonly clock: FakeTime;
  readonly timers: FakeTime;
  readonly log: KeptLog;
  client(options?: Partial<CoreApiClientOptions>): CoreApiClient;
}

export async function makeBench(): Promise<Bench> {
  const server = new ScriptedServer();
  const url = await server.start();
  const clock = new FakeTime();
  const timers = new FakeTime();
  const log = new KeptLog();
  const client = (options: Partial<CoreApiClientOptions> = {}) =>
    new CoreApiClient({
      baseUrl: url,
      authorization: () => basicAuthorization(SERVER_KEY, ''),
      terminalId: 'T01',
      paymentType: 'gopay',
      clock,
      timers,
      log,
      ...options,
    });
  return { server, url, clock, timers, log, client };
}

export const ORDER: ChargeOrder = {
  orderId: 'T01-01JDA3Z1000000000000000000',
  amount: rupiah(15_000),
  idempotencyKey: 'T01-01JDA3Z1000000000000000000-1',
  terminalId: 'T01',
  source: 'keypad',
};
