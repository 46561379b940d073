import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ulid } from '../../src/base/ids.js';
import { signatureOf } from '../../src/midtrans/signature.js';
import { noticeTopic, presenceTopic } from '../../src/mqtt/topics.js';
import { connect as connectPacket, numberOf, PacketReader, puback, subscribe, TYPE } from './box-packets.js';
import { serveParent } from './child.js';
import { nowMs } from './clock.js';
import { type Latencies, latencies } from './latencies.js';
import { MERCHANT, SERVER_KEY, TERMINAL, TOKEN } from './shop-files.js';

/** The most that the embedded broker grants. */
const KEEPALIVE_S = 120;

/** Sends notifications as Midtrans does, each of another sale, over connections that stay. */
export class Notifier {
  readonly #lines: Line[] = [];
  #port = 0;
  #heard = 0;
  #sales = 0;

  async open(url: string, connections: number): Promise<void> {
    this.#port = Number(new URL(url).port);
    for (let line = 0; line < connections; line += 1) this.#lines.push(await this.#dial());
  }

  async #dial(): Promise<Line> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Line(socket, () => {
      this.#sales += 1;
      return request(this.#sales);
    });
  }

  /** Each connection sends its next one when the last was answered with 200. */
  async send(many: number): Promise<Latencies> {
    let left = many;
    // A server ends a connection that rested while others had their turn.
    for (const [at, line] of this.#lines.entries()) if (line.ended) this.#lines[at] = await this.#dial();
    const took = await Promise.all(this.#lines.map((line) => line.send(() => left-- > 0)));
    return latencies(took.flat());
  }

  /** Messages that have come to the terminal that listens. */
  heard(): number {
    return this.#heard;
  }

  /** The terminal of all these sales hears at `brokerUrl`, and acknowledges each. */
  async listen(brokerUrl: string): Promise<void> {
    const { port } = new URL(brokerUrl);
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    const reader = new PacketReader();
    const topic = noticeTopic(MERCHANT, TERMINAL);
    await once(socket, 'connect');
    const hello = { version: 4, id: TERMINAL, password: TOKEN, keepaliveS: KEEPALIVE_S } as const;
    socket.write(connectPacket({ ...hello, willTopic: presenceTopic(MERCHANT, TERMINAL), will: 'offline' }));
    await new Promise<void>((resolve, reject) => {
      // It may be thrown out later as well: then its notices are waited for in vain.
      socket
        .on('error', reject)
        .on('close', () => reject(new Error('the broker has thrown out the terminal')));
      socket.on('data', (chunk: Buffer) => {
        for (const packet of reader.feed(chunk)) {
          if (packet.type === TYPE.connack) socket.write(subscribe(4, topic));
          if (packet.type === TYPE.suback) resolve();
          if (packet.type !== TYPE.publish) continue;
          this.#heard += 1;
          socket.write(puback(numberOf(packet)));
        }
      });
    });
  }
}

class Line {
  readonly #socket: Socket;
  readonly #next: () => string;
  #held = '';
  ended = false;
  #answered: (answer: string) => void = () => undefined;

  constructor(socket: Socket, next: () => string) {
    this.#socket = socket;
    this.#next = next;
    socket.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    socket.on('error', ({ message }) => this.#answered(message));
    socket.on('close', () => {
      this.ended = true;
      this.#answered('nothing: the connection was ended');
    });
  }

  async send(goesOn: () => boolean): Promise<number[]> {
    const tookMs: number[] = [];
    while (goesOn()) {
      const beganMs = nowMs();
      const answer = await new Promise<string>((resolve) => {
        this.#answered = resolve;
        this.#socket.write(this.#next());
      });
      if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`a notification was answered: ${answer}`);
      tookMs.push(nowMs() - beganMs);
    }
    return tookMs;
  }

  #take(text: string): void {
    this.#held += text;
    const head = this.#held.indexOf('\r\n\r\n');
    if (head < 0) return;
    const isChunked = /\r\ntransfer-encoding: chunked/i.test(this.#held);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#held)?.[1]);
    const isWhole = isChunked ? this.#held.endsWith('\r\n0\r\n\r\n') : this.#held.length >= head + 4 + length;
    if (!isWhole) return;
    const answer = this.#held;
    this.#held = '';
    this.#answered(answer);
  }
}

/** A settlement of GoPay with all the fields that Midtrans sends. */
function request(sale: number): string {
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, sale);
  const orderId = `${TERMINAL}-${ulid(Date.now(), random)}`;
  const grossAmount = '18500.00';
  const signed = { orderId, statusCode: '200', grossAmount };
  const body = JSON.stringify({
    transaction_type: 'on-us',
    transaction_time: '2026-11-22 10:00:00',
    transaction_status: 'settlement',
    transaction_id: `00000000-0000-4000-8000-${String(sale).padStart(12, '0')}`,
    status_message: 'midtrans payment notification',
    status_code: '200',
    signature_key: signatureOf(signed, SERVER_KEY),
    settlement_time: '2026-11-22 10:00:21',
    payment_type: 'gopay',
    order_id: orderId,
    merchant_id: 'G490526303',
    gross_amount: grossAmount,
    fraud_status: 'accept',
    currency: 'IDR',
    expiry_time: '2026-11-22 10:15:00',
  });
  const head = [
    'POST /notify HTTP/1.1',
    'Host: relay.example.com',
    'Content-Type: application/json',
    'Accept: application/json',
    'User-Agent: Veritrans',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

serveParent(new Notifier());
