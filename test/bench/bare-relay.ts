import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { serveParent } from './child.js';

interface Notification {
  readonly order_id: string;
  readonly status_code: string;
  readonly gross_amount: string;
  readonly signature_key: string;
  readonly transaction_status: string;
}

/**
 * The least that answers Midtrans rightly: the signature is verified, the terminal's topic gets the order by QoS 1, and 200 is
 * said when the broker has acknowledged it. No bounds, no log, no repeats, no names.
 */
export class BareRelay {
  #client: MqttClient | undefined;

  async open(brokerUrl: string, username: string, password: string, serverKey: string): Promise<string> {
    const client = await connectAsync(brokerUrl, {
      clientId: username,
      username,
      password,
      protocolVersion: 5,
    });
    this.#client = client;
    const server = createServer((request, response) => receive(request, response, client, serverKey));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  pid(): number {
    return process.pid;
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
  }
}

function receive(request: IncomingMessage, response: ServerResponse, client: MqttClient, key: string): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const said = JSON.parse(Buffer.concat(chunks).toString()) as Notification;
    if (!isSigned(said, key)) return answer(response, 403);
    const { order_id: orderId, transaction_status: says } = said;
    const topic = `gopay-pos/v1/bench/${orderId.split('-')[0]}/notice`;
    client.publish(topic, JSON.stringify({ orderId, says }), { qos: 1 }, (error) =>
      answer(response, error ? 502 : 200),
    );
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
