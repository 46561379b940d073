import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from '../../kit/net/free-port.js';
import type { Shop } from './shop.js';
import { tokenOf } from './shop.js';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly raw: string;
  /** Empty where it is of a shift. */
  readonly orderId: string;
  /** Seconds, as they were signed. */
  readonly at: number;
  /** What the answer was to be. */
  readonly answered: Answer;
}

/** 2xx or another status; `lost`: read, and hung up without a word; `held`: never answered. */
export type Answer = number | 'lost' | 'held';

/** A shop's other program: takes what is signed as it should be, and answers as the story wants. */
export class WebhookReceiver {
  readonly name: string;
  readonly received: Received[] = [];
  /** Requests that are not signed as the page for integrators says. */
  readonly forged: string[] = [];
  answer: (nth: number) => Answer = () => 204;
  readonly #port: number;
  #server: Server | undefined;

  private constructor(name: string, port: number) {
    this.name = name;
    this.#port = port;
  }

  static async make(name = 'books'): Promise<WebhookReceiver> {
    return new WebhookReceiver(name, await freePort());
  }

  get toml(): string {
    return `[[webhook]]\nname = "${this.name}"\nurl = "http://127.0.0.1:${this.#port}/hook"\nsecret = "file:/unused"\n`;
  }

  async up(): Promise<this> {
    const server = createServer((request, response) => this.#take(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    return this;
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  /** What was answered with 2xx, each once, in its order. */
  get effects(): string[] {
    const had = new Set<string>();
    return this.received.flatMap(({ id, type }) => {
      if (had.has(id)) return [];
      had.add(id);
      return [type];
    });
  }

  async has(shop: Shop, count: number): Promise<readonly Received[]> {
    await shop.until(
      `${count} webhooks, beside ${this.received.length}`,
      () => this.received.length >= count,
    );
    return this.received;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    let raw = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      raw += part;
    });
    request.on('end', () => {
      const [, at = '', signature = ''] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['gopay-pos-signature'])) ?? [];
      const right = createHmac('sha256', tokenOf(`webhook.${this.name}`))
        .update(`${at}.${raw}`)
        .digest('hex');
      if (signature !== right) this.forged.push(raw);
      const { id, type, sale } = JSON.parse(raw) as { id: string; type: string; sale?: { order_id: string } };
      if (id !== request.headers['gopay-pos-webhook-id']) this.forged.push(raw);
      const answered = this.answer(this.received.length + 1);
      this.received.push({ id, type, raw, orderId: sale?.order_id ?? '', at: Number(at), answered });
      if (answered === 'lost') request.socket.destroy();
      else if (answered !== 'held') response.writeHead(answered).end();
    });
  }
}
