import type { Fetch } from '../../src/midtrans/exchange.js';
import type { Chance } from './chance.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface WireRequest {
  readonly method: string;
  /** Without scheme and host. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

export interface WireOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  /** Called when a request leaves, whatever becomes of it. */
  readonly leaves: (request: WireRequest) => void;
  /** Undefined: the connection is cut without an answer. */
  readonly serve: (request: WireRequest) => Promise<WireAnswer | undefined>;
  /** Nobody can be reached now. */
  readonly down: () => boolean;
  /** For the `Date` header. */
  readonly wallMs: () => number;
}

/** Longest way of one message in one direction. */
const SLOW_MS = 8_000;

/** One HTTP hop with everything that happens to HTTP. Stands where `fetch` stands, below all of our own code. */
export class Wire {
  readonly #options: WireOptions;
  /** The last answer, for a proxy that mixes them up. */
  #last: WireAnswer | undefined;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** @param alive whether the process that asks still lives; a dead one sends nothing and hears nothing. */
  fetchFor(alive: () => boolean): Fetch {
    const act = (input: unknown, init: RequestInit | undefined): Promise<Response> =>
      new Promise((resolve, reject) => {
        if (!alive()) return;
        const url = String(input);
        const request: WireRequest = {
          method: init?.method ?? 'GET',
          path: url.slice(url.indexOf('/', 9)),
          headers: Object.fromEntries(init?.headers as Headers),
          body: typeof init?.body === 'string' ? init.body : '',
        };
        this.#options.leaves(request);
        this.#send(
          request,
          (answer) => alive() && resolve(answer),
          (code, call) => {
            if (alive()) reject(lost(code, call));
          },
        );
      });
    return act as Fetch;
  }

  #send(
    request: WireRequest,
    resolve: (answer: Response) => void,
    reject: (code: string, call: string) => void,
  ): void {
    const { chance, time, down, name, story } = this.#options;
    story.say(() => `${name} -> ${request.method} ${request.path}`);
    if (down() || chance.now('unreachable')) {
      time.after(40, () => reject('ECONNREFUSED', 'connect'));
      return;
    }
    if (chance.now('requestLost')) {
      // Half of them are noticed (a reset), the others hang until somebody's patience ends.
      const ms = chance.detail('requestLost', 0, 3_000);
      if (ms < 1_500) time.after(ms, () => reject('ECONNRESET', 'read'));
      return;
    }
    this.#travel(() => this.#serve(request, resolve, reject));
    if (chance.now('doubled'))
      time.after(chance.detail('doubled', 20, 5_000), () =>
        this.#serve(
          request,
          () => undefined,
          () => undefined,
        ),
      );
  }

  #travel(arrive: () => void): void {
    const { chance, time } = this.#options;
    const ms = chance.now('slowWire') ? chance.detail('slowWire', 200, SLOW_MS) : 30;
    time.after(ms, arrive);
  }

  #serve(
    request: WireRequest,
    resolve: (answer: Response) => void,
    reject: (code: string, call: string) => void,
  ): void {
    const { chance, time, serve, story, name } = this.#options;
    void serve(request).then((answer) => {
      if (answer === undefined) {
        time.after(20, () => reject('ECONNRESET', 'read'));
        return;
      }
      if (chance.now('answerLost')) {
        const ms = chance.detail('answerLost', 0, 3_000);
        if (ms < 1_500) time.after(ms, () => reject('ECONNRESET', 'read'));
        return;
      }
      let given = answer;
      if (this.#last !== undefined && chance.now('answerCrossed')) given = this.#last;
      this.#last = answer;
      if (chance.now('answerTorn')) given = { ...given, body: half(given.body) };
      this.#travel(() => {
        story.say(
          () => `${name} <- ${given.status} ${excerpt(given.body)} (${request.method} ${request.path})`,
        );
        resolve(response(given, this.#options.wallMs()));
      });
    });
  }
}

function lost(code: string, syscall: string): Error {
  return Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(`${syscall} ${code}`), { code, syscall }),
  });
}

function half(body: string | Uint8Array): string | Uint8Array {
  return typeof body === 'string' ? body.slice(0, body.length >> 1) : body.subarray(0, body.length >> 1);
}

/** As much of a Response as `exchange` uses; undici's own costs more than all the rest of a sale. */
function response(answer: WireAnswer, wallMs: number): Response {
  let bytes: Uint8Array | undefined =
    typeof answer.body === 'string' ? Buffer.from(answer.body, 'utf8') : answer.body;
  const headers: Readonly<Record<string, string>> = {
    'content-type': answer.contentType,
    date: new Date(wallMs).toUTCString(),
  };
  return {
    status: answer.status,
    headers: { get: (name: string) => headers[name] ?? null },
    body: {
      getReader: () => ({
        read: () => {
          const value = bytes;
          bytes = undefined;
          return Promise.resolve(value === undefined ? { done: true } : { done: false, value });
        },
        cancel: () => Promise.resolve(),
      }),
    },
  } as unknown as Response;
}

function excerpt(body: string | Uint8Array): string {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const field = (name: string): string => new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1] ?? '';
  return [field('status_code'), field('transaction_status'), field('status_message')].join(' ').trim();
}
