import { readFileSync } from 'node:fs';
import { doorRouteOf } from '../../../devices/register/api/routes.js';
import { OPENAPI } from '../../kit/json/openapi.js';
import { judgedBy } from '../../kit/json/schema.js';
import { until } from '../../kit/pty/until.js';
import { HeldTimers } from './held-timers.js';
import { type Shop, type ShopOptions, story } from './shop.js';

export type Body = Readonly<Record<string, unknown>>;

export interface Said {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: Body;
}

/** A program that asks over HTTP, as a person would by curl. */
export class HttpProgram {
  readonly url: string;
  /** What was asked and answered, for whoever judges it by the OpenAPI document. */
  readonly exchanges: { readonly method: string; readonly path: string; readonly said: Said }[] = [];
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  get(path: string): Promise<Said> {
    return this.ask('GET', path);
  }

  events(last?: string): Promise<EventReader> {
    return new EventReader().open(this, last);
  }

  post(path: string, body?: Body): Promise<Said> {
    return this.ask('POST', path, body === undefined ? undefined : JSON.stringify(body));
  }

  async ask(
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Said> {
    const response = await this.fetch(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const type = response.headers.get('content-type') ?? '';
    const text = await response.text();
    const said = {
      status: response.status,
      type,
      headers: response.headers,
      body: /json/.test(type) ? (JSON.parse(text) as Body) : {},
    };
    this.exchanges.push({ method, path, said });
    return said;
  }

  fetch(
    path: string,
    { headers, ...more }: RequestInit & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { ...this.#headers, ...headers }, ...more });
  }
}

/** A reader of server-sent events, by the rules of HTML, section 9.2.6, as far as they are met here. */
export class EventReader {
  readonly #stop = new AbortController();
  readonly #events: { id: string; name: string; data: Body }[] = [];

  async open(program: HttpProgram, last: string | undefined): Promise<this> {
    const headers = last === undefined ? {} : { 'last-event-id': last };
    const { body, status } = await program.fetch('/v1/events', { headers, signal: this.#stop.signal });
    if (status !== 200 || body === null) throw new Error(`no stream: ${status}`);
    void this.#read(body.pipeThrough(new TextDecoderStream())).catch(() => undefined);
    return this;
  }

  /** The next one of this name; others before it are passed over. */
  async event(name: string): Promise<{ readonly id: string; readonly data: Body }> {
    await until(`an event ${name}`, () => this.#events.some((one) => one.name === name));
    const at = this.#events.findIndex((one) => one.name === name);
    const [found] = this.#events.splice(0, at + 1).slice(-1);
    return found ?? { id: '', data: {} };
  }

  hangUp(): void {
    this.#stop.abort();
  }

  async #read(stream: ReadableStream<string>): Promise<void> {
    let text = '';
    for await (const part of stream) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (key: string): string => new RegExp(`^${key}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        if (field('event') !== '')
          this.#events.push({ id: field('id'), name: field('event'), data: JSON.parse(field('data')) });
      }
    }
  }
}

interface Operation {
  readonly responses: Readonly<
    Record<
      string,
      { readonly content: Readonly<Record<string, { readonly schema?: { readonly $ref: string } }>> }
    >
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What the OpenAPI document does not allow of these exchanges, judged by somebody else's validator. */
export function againstOpenApi(exchanges: HttpProgram['exchanges']): string[] {
  const { paths } = JSON.parse(readFileSync(OPENAPI, 'utf8')) as Document;
  const bySchema = new Map<string, string[]>();
  for (const { method, path, said } of exchanges) {
    const address = doorRouteOf(method, path.split('?')[0] ?? '');
    const known = address !== undefined && 'route' in address ? paths[address.route.path] : undefined;
    const { responses } = known?.[method.toLowerCase()] ?? PROBLEMS;
    const response = responses[String(said.status)] ?? responses['default'];
    const schema = response?.content[said.type.split(';')[0] ?? '']?.schema?.$ref;
    if (schema === undefined) return [`${method} ${path}: no ${said.status} ${said.type}`];
    bySchema.set(schema, [...(bySchema.get(schema) ?? []), JSON.stringify(said.body)]);
  }
  return [...bySchema].flatMap(([schema, bodies]) =>
    judgedBy(OPENAPI, bodies, schema).flatMap((verdict, at) =>
      verdict === 'ok' ? [] : [`${schema} ${bodies[at]}: ${verdict}`],
    ),
  );
}

/** A path that is none. */
const PROBLEMS: Operation = {
  responses: {
    default: {
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
} as const;

/** Where the API of the terminal that was started last listens. */
export async function apiUrl(shop: Shop, scheme = 'http'): Promise<string> {
  const port = await shop.found('the port of the API', () =>
    shop.log
      .findLast((line) => /api: ws .* listening on port \d+$/.test(line))
      ?.split(' ')
      .at(-1),
  );
  return `${scheme}://127.0.0.1:${port}`;
}

export interface HttpShop {
  readonly shop: Shop;
  /** A program at the terminal that runs now. */
  readonly program: () => Promise<HttpProgram>;
  /** Ends each wait for an ack, for the QR, or for an end. */
  readonly waits: HeldTimers;
}

/** A shop with the API on, in which no wait of the door ends by itself. */
export async function httpStory(
  options: ShopOptions & { readonly apiToml?: string },
  tell: (shop: HttpShop) => Promise<void>,
): Promise<void> {
  const { toml = '', apiToml = '' } = options;
  const waits = new HeldTimers('a wait of the API', 5_000, 15_000, 29_000, 300_000);
  const api = `[api]\nport = 0\nack_wait_seconds = 29\n${apiToml}`;
  await story({ ...options, toml: `${api}\n${toml}`, outside: waits }, (shop) =>
    tell({ shop, waits, program: async () => new HttpProgram(await apiUrl(shop)) }),
  );
}
