import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Aedes } from 'aedes';
import levelPersistence from 'aedes-persistence-level';
import { Level } from 'level';
import { connectAsync } from 'mqtt';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { serveParent } from './child.js';
import { nowMs } from './clock.js';
import { type Latencies, latencies } from './latencies.js';
import { MERCHANT, TERMINAL } from './shop-files.js';

interface Notification {
  readonly order_id: string;
  readonly status_code: string;
  readonly gross_amount: string;
  readonly signature_key: string;
  readonly transaction_status: string;
}

/** Whose broker takes the message: somebody's, or a bare one in this process. */
export type BareBroker =
  | { readonly url: string; readonly username: string; readonly password: string }
  | { readonly directory: string };

type Publish = (topic: string, payload: string, done: (error?: Error | null) => void) => void;

/** About as long as what is published of a notification. */
const PAYLOAD = JSON.stringify({ orderId: `${TERMINAL}-01JDA3Z1000000000000000000`, says: 'settlement' });

/**
 * The least that answers Midtrans rightly: the signature is verified, the terminal's topic gets the order by QoS 1, and 200 is
 * said when the broker has acknowledged it. No bounds, no log, no repeats, no names. Or each of the two alone.
 */
export class BareRelay {
  #publish: Publish | undefined;

  /** @returns the address of the broker of its own, where there is one */
  async connect(broker: BareBroker): Promise<string> {
    if ('directory' in broker) return this.#ownBroker(broker.directory);
    const { url, username, password } = broker;
    const client = await connectAsync(url, { clientId: username, username, password, protocolVersion: 5 });
    this.#publish = (topic, payload, done) =>
      void client.publish(topic, payload, { qos: 1 }, (error) => done(error));
    return url;
  }

  /** The library's own broker and store, and nothing around them. */
  async #ownBroker(directory: string): Promise<string> {
    const db = new Level(directory);
    await db.open();
    const aedes = await Aedes.createBroker({ persistence: levelPersistence(db) });
    this.#publish = (topic, payload, done) =>
      aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) =>
        done(error),
      );
    const server = createTcpServer({ noDelay: true }, (socket) => void aedes.handle(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @returns where it answers notifications, by publishing them where it is connected to a broker */
  async open(serverKey: string): Promise<string> {
    const server = createServer((request, response) => receive(request, response, this.#publish, serverKey));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Publishes alone, without a notification; each of `lines` its next one when the last was acknowledged. */
  async send(many: number, lines: number): Promise<Latencies> {
    const publish = this.#publish;
    if (publish === undefined) throw new Error('no broker');
    const topic = noticeTopic(MERCHANT, TERMINAL);
    const tookMs: number[] = [];
    let left = many;
    const line = async (): Promise<void> => {
      while (left-- > 0) {
        const beganMs = nowMs();
        await new Promise<void>((resolve, reject) =>
          publish(topic, PAYLOAD, (error) => (error ? reject(error) : resolve())),
        );
        tookMs.push(nowMs() - beganMs);
      }
    };
    await Promise.all(Array.from({ length: lines }, line));
    return latencies(tookMs);
  }

  pid(): number {
    return process.pid;
  }
}

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  publish: Publish | undefined,
  key: string,
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const said = JSON.parse(Buffer.concat(chunks).toString()) as Notification;
    if (!isSigned(said, key)) return answer(response, 403);
    const { order_id: orderId, transaction_status: says } = said;
    if (publish === undefined) return answer(response, 200);
    const topic = `gopay-pos/v1/bench/${orderId.split('-')[0]}/notice`;
    publish(topic, JSON.stringify({ orderId, says }), (error) => answer(response, error ? 502 : 200));
  });
}

function isSigned(said: Notification, key: string): boolean {
  const text = said.order_id + said.status_code + said.gross_amount + key;
  const wanted = createHash('sha512').update(text).digest('hex');
  return (
    said.signature_key.length === wanted.length &&
    timingSafeEqual(Buffer.from(said.signature_key), Buffer.from(wanted))
  );
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end('{"message":"ok"}');
}

serveParent(new BareRelay());
