import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { assert } from '../base/assert.js';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { BoundedLog } from '../host/bounded-log.js';
import { RateWindow } from '../host/rate-window.js';
import { httpTransport } from '../midtrans/exchange.js';
import { boundedLine } from '../midtrans/faults.js';
import { plainAnswer, type RelayAnswer, toAnybody } from './answer.js';
import { NotificationDoor } from './door.js';
import { FORWARDED_HEADER, Forwarder } from './forwarder.js';
import { CoreApiFront, type FrontRequest } from './front.js';
import { bodyOf, frontRequest, type PictureRoute, pictureRequest } from './http-request.js';
import { gaugeText, Metrics } from './metrics.js';
import { checkOptions, type RelayOptions } from './options.js';
import { PictureAddresses } from './picture-url.js';
import { RefundBook } from './refund-book.js';
import { Terminals } from './terminals.js';
import { Upstream } from './upstream.js';

/** The largest known notification is some 2 kB. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** A request that takes longer to arrive, head and body, is dropped by Node's server, which looks once a second. */
const REQUEST_TIMEOUT_MS = 15_000;
const REQUEST_LOOK_MS = 1_000;
const CONNECTIONS_MOST = 4_000;

interface Visit {
  readonly startMs: number;
  note: string;
  /** Until it is answered otherwise. */
  anybody: boolean;
}

/**
 * The cloud side over HTTP. Stateless: what must not be lost is at Midtrans or at the broker, so that any number of
 * relays can run side by side and any of them can be killed.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #notifyPath: string;
  readonly #counters = new Metrics();
  readonly #door: NotificationDoor;
  readonly #front: CoreApiFront;
  readonly #upstream: Upstream;
  readonly #visits = new WeakMap<FastifyRequest, Visit>();
  readonly #server: FastifyInstance;
  readonly #strangers: BoundedLog;
  #publicUrl: string | undefined;
  #isClosing = false;

  /** @throws Misuse for a name or address that is none. */
  constructor(options: RelayOptions) {
    this.#options = options;
    this.#notifyPath = options.notifyPath ?? '/notify';
    this.#publicUrl = options.publicUrl?.replace(/\/+$/, '');
    checkOptions(options, this.#notifyPath);
    const { clock, timers, log, refund } = options;
    this.#strangers = new BoundedLog(log, timers, 'lines about strangers, and what anybody may ask');
    const terminals = new Terminals(options.terminals);
    const counters = this.#counters;
    this.#upstream = new Upstream({ ...options, baseUrl: options.upstreamUrl });
    this.#door = new NotificationDoor({
      ...options,
      counters,
      timers,
      strangers: this.#strangers,
      ackTimeoutMs: options.ackTimeoutMs ?? 4_000,
      noticeLifeMs: options.noticeLifeMs ?? 1_200_000,
      ...this.#forwarder(),
    });
    this.#front = new CoreApiFront({
      terminals,
      maxAmount: options.limits.maxAmount,
      charges: new RateWindow(options.limits.chargesPerMinute, clock),
      requests: new RateWindow(options.limits.requestsPerMinute, clock),
      pictures: new PictureAddresses(options.serverKey),
      ...(refund === undefined ? {} : { refunds: new RefundBook(refund, refund.lines, clock, log) }),
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

  /** In words, for the service manager. */
  status(): string {
    const foreign = this.#counters.notifications('foreign');
    const told =
      foreign === 0
        ? ''
        : `; E${FAULT.foreignNotification} ${foreign} notifications of other sales not taken (relay.forward_url)`;
    const { publisher, terminals } = this.#options;
    return `${publisher.trouble() ?? `${terminals.length} terminals, broker good`}${told}`;
  }

  /** Lets requests under way end (their time bounds hold), then closes. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#server.close();
    this.#strangers.stop();
  }

  #forwarder(): { forwarder?: Forwarder } {
    const { forwardUrl: url, timers, ackTimeoutMs } = this.#options;
    if (url === undefined) return {};
    return {
      forwarder: new Forwarder({
        url,
        exchange: httpTransport(timers),
        timeoutMs: ackTimeoutMs ?? 4_000,
      }),
    };
  }

  #addresses() {
    const publicUrl = this.#publicUrl;
    assert(publicUrl !== undefined, 'a relay without a public address serves only after listen');
    return { publicUrl, notifyUrl: publicUrl + this.#notifyPath };
  }

  #buildServer(): FastifyInstance {
    const { requestTimeoutMs = REQUEST_TIMEOUT_MS, trustedProxies = [] } = this.#options;
    const server = Fastify({
      logger: false,
      bodyLimit: BODY_LIMIT_BYTES,
      requestTimeout: requestTimeoutMs,
      // Node looks every 30 s by itself, and gives the head of a request a minute of its own.
      http: {
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: Math.min(REQUEST_LOOK_MS, requestTimeoutMs),
      },
      trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
      routerOptions: { ignoreTrailingSlash: true },
    });
    server.server.maxConnections = CONNECTIONS_MOST;
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.addHook('onRequest', (request, _reply, done) => {
      // Bodies stay bytes whatever they call themselves: the signature is over what came, and the doors parse strictly.
      request.raw.headers['content-type'] = 'application/octet-stream';
      this.#visits.set(request, { startMs: this.#options.clock.monoMs(), note: '', anybody: true });
      done();
    });
    server.addHook('onResponse', (request, reply, done) => {
      this.#logVisit(request, reply);
      done();
    });
    // Without status_code: a terminal with a wrong base address must not read "no such transaction".
    server.setNotFoundHandler((request, reply) =>
      this.#send(request, reply, toAnybody(plainAnswer(404, 'no such path', 'no such path'))),
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
      this.#send(
        request,
        reply,
        await this.#door.receive(bodyOf(request), request.headers[FORWARDED_HEADER] !== undefined),
      ),
    );
    server.post('/v2/charge', front('charge'));
    server.get('/v2/:orderId/status', front('status'));
    server.post('/v2/:orderId/cancel', front('cancel'));
    server.post('/v2/:orderId/expire', front('expire'));
    server.post('/v2/:orderId/refund', front('refund'));
    server.get<PictureRoute>('/v2/:paymentType/:id/qr-code', async (request, reply) =>
      this.#send(request, reply, await this.#front.picture(pictureRequest(request))),
    );
    server.get('/healthz', (request, reply) => this.#send(request, reply, this.#health()));
    server.get('/metrics', (request, reply) => this.#send(request, reply, this.#metrics()));
  }

  #send(request: FastifyRequest, reply: FastifyReply, answer: RelayAnswer): FastifyReply {
    const visit = this.#visits.get(request);
    if (visit) {
      visit.note = answer.note;
      visit.anybody = answer.anybody === true;
    }
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
      const refused = status === 413 ? 413 : 400;
      const message = refused === 413 ? `more than ${BODY_LIMIT_BYTES} bytes` : 'malformed request';
      return toAnybody(plainAnswer(refused, message, message));
    }
    if (isNotification) this.#counters.notification('error');
    this.#options.log.error(`a request failed by our own fault: ${boundedLine(messageOf(thrown))}`);
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
    return { status, contentType: 'application/json', body, note: trouble ?? 'ok', anybody: true };
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
    const contentType = 'text/plain; version=0.0.4; charset=utf-8';
    return { status: 200, contentType, body, note: 'ok', anybody: true };
  }

  /** Path without query, and no header and no body: those hold credentials and signatures. */
  #logVisit(request: FastifyRequest, reply: FastifyReply): void {
    const visit = this.#visits.get(request);
    const path = boundedLine(request.url.split('?')[0] ?? '').slice(0, 160);
    const tookMs = Math.round(this.#options.clock.monoMs() - (visit?.startMs ?? 0));
    const log = visit?.anybody === false ? this.#options.log : this.#strangers;
    log.info(
      `<- ${request.method} ${path} from ${boundedLine(request.ip).slice(0, 64)} -> ${reply.statusCode} ${tookMs} ms ${visit?.note ?? ''}`,
    );
  }
}
