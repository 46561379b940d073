import { connect, type Socket } from 'node:net';
import { unlawful } from '../../kit/json/schema.js';
import { type Shop, type ShopOptions, story } from './shop.js';

export type Message = Readonly<Record<string, unknown>>;

/** A register that speaks JSON lines by TCP, written from the page for integrators. It acknowledges nothing by itself. */
export class JsonPeer {
  /** Lines as they came, that nobody has taken. */
  readonly waiting: string[] = [];
  readonly #shop: Shop;
  readonly #all: string[];
  readonly #socket: Socket;
  #rest = '';

  constructor(shop: Shop, port: number, all: string[]) {
    this.#shop = shop;
    this.#all = all;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (bytes) => {
      const lines = `${this.#rest}${bytes.toString('utf8')}`.split('\n');
      this.#rest = lines.pop() ?? '';
      this.waiting.push(...lines);
      this.#all.push(...lines);
    });
  }

  says(message: Message): void {
    const line = JSON.stringify(message);
    this.#all.push(line);
    this.sends(line);
  }

  /** A line that need not be good by the schema. */
  sends(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /** The next line that has these fields; others that came before it stay. */
  async line(fields: Message): Promise<string> {
    const wanted = Object.entries(fields);
    const fits = (line: string): boolean => {
      const message = JSON.parse(line) as Message;
      return wanted.every(([key, value]) => message[key] === value);
    };
    await this.#shop.until(`a message ${JSON.stringify(fields)}, beside ${this.waiting.join(' ')}`, () =>
      this.waiting.some(fits),
    );
    const [line = ''] = this.waiting.splice(this.waiting.findIndex(fits), 1);
    return line;
  }

  async hears(fields: Message): Promise<Message> {
    return JSON.parse(await this.line(fields)) as Message;
  }

  async ask(message: Message): Promise<Message> {
    this.says(message);
    return this.hears({ msg: 'answer', op: message['op'] });
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

export interface JsonShop {
  readonly shop: Shop;
  /** One more register on the line of the terminal that runs now. */
  readonly dial: () => Promise<JsonPeer>;
  /** Where the terminal that runs now listens. */
  readonly port: () => Promise<number>;
}

/** A shop whose registers speak JSON by TCP. Every message of the story is good by the schema at its end. */
export async function jsonStory(
  options: ShopOptions,
  tell: (shop: JsonShop) => Promise<void>,
): Promise<void> {
  const { toml = '' } = options;
  const table = `
[register]
protocol = "json"
transport = "tcp"
host = "127.0.0.1"
port = 0
ack_wait_seconds = 29
resends = 0
`;
  await story({ ...options, toml: `${table}\n${toml}` }, async (shop) => {
    const peers: JsonPeer[] = [];
    const all: string[] = [];
    const dial = async (): Promise<JsonPeer> => {
      const peer = new JsonPeer(shop, await portOf(shop), all);
      peers.push(peer);
      const hello = await peer.ask({ op: 'hello', id: `${peers.length}` });
      if (hello['protocol'] !== 1) throw new Error(`no hello: ${JSON.stringify(hello)}`);
      return peer;
    };
    try {
      await tell({ shop, dial, port: () => portOf(shop) });
    } finally {
      for (const peer of peers) peer.hangUp();
    }
    const wrong = unlawful(all);
    if (wrong.length > 0) throw new Error(`against the schema: ${wrong.join('\n')}`);
  });
}

/** Of the terminal that was started last. */
async function portOf(shop: Shop): Promise<number> {
  return shop.found('the register port', () => {
    const last = shop.log.findLast((line) => /register: tcp .* listening on port \d+$/.test(line));
    return last === undefined ? undefined : Number(last.split(' ').at(-1));
  });
}
