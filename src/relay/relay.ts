import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { assert } from '../base/assert.js';
import { messageOf } from '../base/fault.js';
import type { Rupiah } from '../base/rupiah.js';
import type { Fetch } from '../midtrans/exchange.js';
import { oneLine } from '../midtrans/faults.js';
import { isTopicId } from '../mqtt/topics.js';
import type { Clock, Random, Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';
import type { Publisher } from '../port/publisher.js';
import { plainAnswer, type RelayAnswer } from './answer.js';
import { ChargeWindow } from './charge-window.js';
import { Counters, gaugeText } from './counters.js';
import { NotificationDoor } from './door.js';
import { CoreApiFront, type FrontRequest } from './front.js';
import { type RelayTerminal, Terminals } from './terminals.js';
import { Upstream, type UpstreamTimeouts } from './upstream.js';

export interface RelayLimits {
  /** Largest single charge of any terminal. */
  readonly maxAmount: Rupiah;
  /** A terminal; counted by each relay for itself. */
  readonly chargesPerMinute: number;
}

export interface RelayOptions {
  /** The merchant's level in the topics: letters, digits, `_` and `-`. */
  readonly merchant: string;
  readonly serverKey: string;
  /** Midtrans' Core API without `/v2`, or the sandbox. */
  readonly upstreamUrl: string;
  /** How Midtrans and the terminals reach this relay; the address it listens at when absent (demo, tests). */
  readonly publicUrl?: string;
  /** `/notify` by default. */
  readonly notifyPath?: string;
  readonly terminals: readonly RelayTerminal[];
  readonly limits: RelayLimits;
  /** Started and stopped by whoever made it. */
  readonly publisher: Publisher;
  readonly timeouts?: Partial<UpstreamTimeouts>;
  /** 4 s by default: Midtrans asks for an answer within 5 s. */
  readonly ackTimeoutMs?: number;
  /** 20 minutes by default: the life of a QR and some slack. */
  readonly noticeLifeMs?: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly fetch?: Fetch;
}

/** The largest known notification is some 2 kB. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** A request that takes longer to arrive is dropped by Node's server. */
const REQUEST_TIMEOUT_MS = 15_000;

interface Visit {
  readonly startMs: number;
  note: string;
}

/**
 * The cloud side over HTTP. Stateless: what must not be lost is at Midtrans or at the broker, so that any number of
 * relays can run side by side and any of them can be killed.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #notifyPath: string;
  readonly #counters = new Counters();
  readonly #door: NotificationDoor;
  readonly #front: CoreApiFront;
  readonly #upstream: Upstream;
  readonly #visits = new WeakMap<FastifyRequest, Visit>();
  readonly #server: FastifyInstance;
  #publicUrl: string | undefined;
  #isClosing = false;

  /** @throws Misuse for a name or address that is none. */
  constructor(options: RelayOptions) {
    this.#options = options;
    this.#notifyPath = options.notifyPath ?? '/notify';
    this.#publicUrl = options.publicUrl?.replace(/\/+$/, '');
    checkOptions(options, this.#notifyPath);
    const { clock, timers, log } = options;
    const counters = this.#counters;
    this.#upstream = new Upstream({ ...options, baseUrl: options.upstreamUrl });
    this.#door = new NotificationDoor({
      ...options,
      counters,
      timers,
      ackTimeoutMs: options.ackTimeoutMs ?? 4_000,
      noticeLifeMs: options.noticeLifeMs ?? 1_200_000,
    });
    this.#front = new CoreApiFront({
      terminals: new Terminals(options.terminals),
      maxAmount: options.limits.maxAmount,
      window: new ChargeWindow(options.limits.chargesPerMinute, clock),
      upstream: this.#upstream,
      counters,
      log,
      addresses: () => this.#addresses(),
    });
    this.#server = this.#buildServer();
  }

  /** @param port 0 for any free one. @throws Error (of the system) when the address is taken or not ours. */
  async listen(port: number, host: string): Promise<{ url: string }> {
    await this.#server.listen({ port, host });
    const { address, family, port: actual } = this.#server.server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
    this.#publicUrl ??= url;
    this.#options.log.info(`listening at ${url}, public address ${this.#publicUrl}`);
    return { url };
  }

  /** Lets requests under way end (their time bounds hold), then closes. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#server.close();
  }

  #addresses() {
    const publicUrl = this.#publicUrl;
    assert(publicUrl !== undefined, 'a relay without a public address serves only after listen');
    return { publicUrl, notifyUrl: publicUrl + this.#notifyPath };
  }

  #buildServer(): FastifyInstance {
    const server = Fastify({
      logger: false,
      bodyLimit: BODY_LIMIT_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
    });
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.addHook('onRequest', (request, _reply, done) => {
      // Bodies stay bytes whatever they call themselves: the signature is over what came, and the doors parse strictly.
      request.raw.headers['content-type'] = 'application/octet-stream';
      this.#visits.set(request, { startMs: this.#options.clock.monoMs(), note: '' });
      done();
    });
    server.addHook('onResponse', (request, reply, done) => {
      this.#logVisit(request, reply);
      done();
    });
    // Without status_code: a terminal with a wrong base address must not read "no such transaction".
    server.setNotFoundHandler((request, reply) =>
      this.#send(request, reply, plainAnswer(404, 'no such path', 'no such path')),
    );
    server.setErrorHandler((thrown, request, reply) =>
      this.#send(request, reply, this.#errorAnswer(thrown, request)),
    );
    this.#addRoutes(server);
    return server;
  }

  #addRoutes(server: FastifyInstance): void {
    const front = (operation: FrontRequest['operation']) => {
      return async (request: FastifyRequest<{ Params: { orderId?: string } }>, reply: FastifyReply) =>
        this.#send(request, reply, await this.#front.handle(frontRequest(operation, request)));
    };
    server.post(this.#notifyPath, async (request, reply) =>
      this.#send(request, reply, await this.#door.receive(bodyOf(request))),
    );
    server.post('/v2/charge', front('charge'));
    server.get('/v2/:orderId/status', front('status'));
    server.post('/v2/:orderId/cancel', front('cancel'));
    server.post('/v2/:orderId/expire', front('expire'));
    server.post('/v2/:orderId/refund', front('refund'));
    server.get<{ Params: { paymentType: string; id: string } }>(
      '/v2/:paymentType/:id/qr-code',
      async (request, reply) =>
        this.#send(request, reply, await this.#front.picture(request.params.paymentType, request.params.id)),
    );
    server.get('/healthz', (request, reply) => this.#send(request, reply, this.#health()));
    server.get('/metrics', (request, reply) => this.#send(request, reply, this.#metrics()));
  }

  #send(request: FastifyRequest, reply: FastifyReply, answer: RelayAnswer): FastifyReply {
    const visit = this.#visits.get(request);
    if (visit) visit.note = answer.note;
    const body =
      typeof answer.body === 'string' ? Buffer.from(answer.body, 'utf8') : Buffer.from(answer.body);
    return (
      reply
        .code(answer.status)
        .headers({ 'Cache-Control': 'no-store', ...answer.headers })
        // A connection that was busy when the server closed would otherwise stay open, and the server with it.
        .headers(this.#isClosing ? { Connection: 'close' } : {})
        .header('Content-Type', answer.contentType)
        .send(body)
    );
  }

  #errorAnswer(thrown: unknown, request: FastifyRequest): RelayAnswer {
    const isNotification = request.routeOptions.url === this.#notifyPath;
    const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      // Fastify's own: a body beyond the limit (413), an address that cannot be decoded (400).
      if (isNotification) this.#counters.notification(status === 413 ? 'too_large' : 'malformed');
      const code = status === 413 ? 413 : 400;
      const message = code === 413 ? `more than ${BODY_LIMIT_BYTES} bytes` : 'malformed request';
      return plainAnswer(code, message, message);
    }
    if (isNotification) this.#counters.notification('error');
    this.#options.log.error(`a request failed by our own fault: ${oneLine(messageOf(thrown))}`);
    // 502 makes Midtrans try five times; a terminal reads any 5xx as unknown.
    return plainAnswer(502, 'internal error', 'internal error');
  }

  #health(): RelayAnswer {
    const trouble = this.#options.publisher.trouble();
    const seen = this.#upstream.lastSeen;
    const body = JSON.stringify({
      publisher: trouble ?? 'ok',
      upstreamLastSeen: seen === undefined ? null : new Date(seen.wallMs).toISOString(),
      upstreamLastStatus: seen?.status ?? null,
    });
    const status = trouble === undefined ? 200 : 503;
    return { status, contentType: 'application/json', body, note: trouble ?? 'ok' };
  }

  #metrics(): RelayAnswer {
    const seen = this.#upstream.lastSeen;
    const isUp = this.#options.publisher.trouble() === undefined ? 1 : 0;
    const body =
      this.#counters.text() +
      gaugeText('gopay_pos_relay_publisher_up', 'Whether the path to the broker is proved.', isUp) +
      gaugeText(
        'gopay_pos_relay_upstream_last_seen_seconds',
        'Unix time of the newest answer of Midtrans; 0 for none yet.',
        seen === undefined ? 0 : Math.floor(seen.wallMs / 1000),
      );
    return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body, note: 'ok' };
  }

  /** Path without query, and no header and no body: those hold credentials and signatures. */
  #logVisit(request: FastifyRequest, reply: FastifyReply): void {
    const visit = this.#visits.get(request);
    const path = oneLine(request.url.split('?')[0] ?? '').slice(0, 160);
    const tookMs = Math.round(this.#options.clock.monoMs() - (visit?.startMs ?? 0));
    this.#options.log.info(
      `<- ${request.method} ${path} from ${request.ip} -> ${reply.statusCode} ${tookMs} ms ${visit?.note ?? ''}`,
    );
  }
}

function checkOptions(options: RelayOptions, notifyPath: string): void {
  assert(isTopicId(options.merchant), `not a merchant id for a topic: ${options.merchant}`);
  assert(/^\/[A-Za-z0-9/_-]*$/.test(notifyPath), `not a path: ${notifyPath}`);
  assert(options.serverKey !== '', 'a relay has a server key');
  for (const [name, text] of [
    ['upstreamUrl', options.upstreamUrl],
    ['publicUrl', options.publicUrl ?? 'http://localhost'],
  ] as const) {
    assert(
      URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      `${name} is not an http(s) address`,
    );
    assert(
      new URL(text).username === '' && new URL(text).password === '',
      `${name} must not hold a credential`,
    );
  }
}

function bodyOf(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
}

function frontRequest(
  operation: FrontRequest['operation'],
  request: FastifyRequest<{ Params: { orderId?: string } }>,
): FrontRequest {
  const { authorization, 'idempotency-key': key } = request.headers;
  const orderId = request.params.orderId;
  return {
    operation,
    body: bodyOf(request),
    ...(orderId === undefined ? {} : { orderId }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
  };
}
