import { type Fault, unanswered } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import { type HttpAnswer, type HttpTransport, mediaType, requestFault } from '../../src/midtrans/exchange.js';
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
  readonly headers?: Readonly<Record<string, string>>;
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

/** A request that somebody waits for. */
interface Call {
  readonly alive: () => boolean;
  readonly resolve: (answer: Result<HttpAnswer, Fault>) => void;
  /** Calls the time-out off. */
  disarm: () => void;
}

/**
 * One HTTP hop with everything that happens to HTTP. It stands where the client's own exchange over Node's client stands, so
 * that nothing is spent on streams and headers: request and answer are whole texts, torn ones, too, and what a broken
 * connection means is the product's own reading of what that throws.
 */
export class Wire {
  readonly #options: WireOptions;
  /** The last answer, for a proxy that mixes them up. */
  #last: WireAnswer | undefined;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** @param alive whether the process that asks still lives; a dead one sends nothing and hears nothing. */
  exchangeFor(alive: () => boolean): HttpTransport {
    return (request, { timeoutMs }) =>
      new Promise((resolve) => {
        if (!alive()) return;
        const call: Call = { alive, resolve, disarm: nothing };
        call.disarm = this.#options.time.after(timeoutMs, () =>
          settle(call, err(unanswered(FAULT.gatewayTimedOut, `no answer within ${timeoutMs} ms`))),
        );
        const sent: WireRequest = {
          method: request.method,
          path: request.url.slice(request.url.indexOf('/', 9)),
          headers: inLowerCase(request.headers),
          body: request.body ?? '',
        };
        this.#options.leaves(sent);
        this.#send(sent, call);
      });
  }

  #send(request: WireRequest, call: Call): void {
    const { chance, time, down, name, story } = this.#options;
    story.say(() => `${name} -> ${request.method} ${request.path}`);
    if (down() || chance.now('unreachable')) {
      time.after(40, () => settle(call, lost('ECONNREFUSED', 'connect')));
      return;
    }
    if (chance.now('requestLost')) return this.#vanish('requestLost', call);
    this.#travel(() => this.#serve(request, call));
    if (chance.now('doubled'))
      time.after(chance.detail('doubled', 20, 5_000), () => this.#serve(request, undefined));
  }

  /** Half of what is lost is noticed (a reset), the rest hangs until somebody's patience ends. */
  #vanish(name: 'requestLost' | 'answerLost', call: Call): void {
    const ms = this.#options.chance.detail(name, 0, 3_000);
    if (ms < 1_500) this.#options.time.after(ms, () => settle(call, lost('ECONNRESET', 'read')));
  }

  #travel(arrive: () => void): void {
    const { chance, time } = this.#options;
    const ms = chance.now('slowWire') ? chance.detail('slowWire', 200, SLOW_MS) : 30;
    time.after(ms, arrive);
  }

  /** @param call undefined for a copy, whose answer nobody gets. */
  #serve(request: WireRequest, call: Call | undefined): void {
    void this.#options.serve(request).then((answer) => this.#answer(request, call ?? NOBODY, answer));
  }

  #answer(request: WireRequest, call: Call, answer: WireAnswer | undefined): void {
    const { chance, time, story, name, wallMs } = this.#options;
    if (answer === undefined) {
      time.after(20, () => settle(call, lost('ECONNRESET', 'read')));
      return;
    }
    if (chance.now('answerLost')) return this.#vanish('answerLost', call);
    let given = answer;
    if (this.#last !== undefined && chance.now('answerCrossed')) given = this.#last;
    this.#last = answer;
    if (chance.now('answerTorn')) given = { ...given, body: half(given.body) };
    this.#travel(() => {
      story.say(
        () => `${name} <- ${given.status} ${excerpt(given.body)} (${request.method} ${request.path})`,
      );
      settle(call, ok(read(given, wallMs())));
    });
  }
}

function nothing(): void {}

const NOBODY: Call = { alive: () => false, resolve: nothing, disarm: nothing };

/** The first that comes is the answer. A process that has died hears neither. */
function settle(call: Call, answer: Result<HttpAnswer, Fault>): void {
  call.disarm();
  if (call.alive()) call.resolve(answer);
}

function lost(code: string, syscall: string): Result<HttpAnswer, Fault> {
  return err(requestFault(Object.assign(new Error(`${syscall} ${code}`), { code, syscall })));
}

function read(answer: WireAnswer, wallMs: number): HttpAnswer {
  const { status, contentType, body, headers } = answer;
  const age = headers?.['Age'];
  return {
    status,
    contentType: mediaType(contentType),
    wireContentType: contentType,
    // As a header says it: to the second.
    dateMs: Math.floor(wallMs / 1000) * 1000,
    bytes: typeof body === 'string' ? Buffer.from(body, 'utf8') : body,
    ...(age === undefined ? {} : { ageMs: Number(age) * 1000 }),
  };
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) lower[name.toLowerCase()] = headers[name] ?? '';
  return lower;
}

function half(body: string | Uint8Array): string | Uint8Array {
  return typeof body === 'string' ? body.slice(0, body.length >> 1) : body.subarray(0, body.length >> 1);
}

function excerpt(body: string | Uint8Array): string {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const field = (name: string): string => new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1] ?? '';
  return [field('status_code'), field('transaction_status'), field('status_message')].join(' ').trim();
}
