import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from '../base/assert.js';
import { messageOf } from '../base/fault.js';
import { shareOf } from '../base/share.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import { ConnectionRoom } from '../bounds/connection-room.js';
import { RateWindow } from '../bounds/rate-window.js';
import { FAULT } from '../core/fault/table.js';
import { httpTransport } from '../midtrans/exchange.js';
import { boundedLine } from '../midtrans/faults.js';
import { plainAnswer, type RelayAnswer, toAnybody } from './answer.js';
import { NotificationDoor } from './door.js';
import { ENROL_PATH } from './enrolment-door.js';
import type { Exposition } from './exposition.js';
import { FORWARDED_HEADER, Forwarder } from './forwarder.js';
import { CoreApiFront, type FrontRequest } from './front.js';
import {
  addressOf,
  BODY_LIMIT_BYTES,
  frontRequest,
  type HttpVisit,
  Proxies,
  pictureRequest,
  readVisit,
  send,
  withoutSlash,
} from './http-visit.js';
import { Metrics } from './metrics.js';
import { checkOptions, type RelayOptions } from './options.js';
import { PictureAddresses } from './picture-url.js';
import { RECEIPT_PATH } from './receipt-link.js';
import { noReceipts, Receipts } from './receipts.js';
import { RefundBook } from './refund-book.js';
import { isTokenOf } from './terminals.js';
import { Upstream } from './upstream.js';

/** A request that takes longer to arrive, head and body, is dropped by Node's server, which looks once a second. */
const REQUEST_TIMEOUT_MS = 15_000;
const REQUEST_LOOK_MS = 1_000;
/** Midtrans asks for an answer within 5 s. */
const FORWARD_TIMEOUT_MS = 4_000;
const CONNECTIONS_MOST = 4_000;
/** An idle connection; more than a proxy keeps its own, so that it is the proxy that closes. */
const KEEP_ALIVE_MS = 72_000;

/** What is asked about an order: all but `status` by POST. */
const ORDER_PATH = /^\/v2\/([^/]{1,100})\/(status|cancel|expire|refund)$/;
const PICTURE_PATH = /^\/v2\/([^/]{1,100})\/([^/]{1,100})\/qr-code$/;

/**
 * The cloud side over HTTP. Stateless: what must not be lost is at Midtrans or at the broker, so that any number of
 * relays can run side by side and any of them can be killed.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #notifyPath: string;
  readonly counters = new Metrics();
  /** Once it listens. */
  #exposition: Exposition | undefined;
  readonly #door: NotificationDoor;
  readonly #front: CoreApiFront;
  readonly #upstream: Upstream;
  readonly #receipts: Receipts | undefined;
  readonly #proxies: Proxies;
  readonly #server: Server;
  readonly #strangers: BoundedLog;
  #publicUrl: string | undefined;
  #isClosing = false;

  /** @throws Misuse for a name or address that is none. */
  constructor(options: RelayOptions) {
    this.#options = options;
    const notifyPath = options.notifyPath ?? '/notify';
    this.#notifyPath = withoutSlash(notifyPath);
    this.#publicUrl = options.publicUrl?.replace(/\/+$/, '');
    checkOptions(options, notifyPath);
    const { clock, timers, log, refund, receipt, forwardUrl: url } = options;
    this.#strangers = new BoundedLog(log, timers, 'lines about strangers, and what anybody may ask');
    const { maxAmount, chargesPerMinute, requestsPerMinute, relays = 1 } = options.limits;
    const { relaysHeard = () => relays } = options;
    const { counters } = this;
    this.#upstream = new Upstream({ ...options, baseUrl: options.upstreamUrl });
    this.#door = new NotificationDoor({
      ...options,
      counters,
      strangers: this.#strangers,
      noticeLifeMs: options.noticeLifeMs ?? 1_200_000,
      ...(url === undefined
        ? {}
        : {
            forwarder: new Forwarder({ url, exchange: httpTransport(timers), timeoutMs: FORWARD_TIMEOUT_MS }),
          }),
    });
    this.#front = new CoreApiFront({
      terminals: options.terminals,
      relays,
      maxAmount,
      charges: new RateWindow(shareOf(chargesPerMinute, relays), clock),
      requests: new RateWindow(shareOf(requestsPerMinute, relays), clock),
      pictures: new PictureAddresses(options.serverKey),
      ...(refund === undefined
        ? {}
        : { refunds: new RefundBook({ ...refund, relays, relaysHeard }, refund.lines, clock, log) }),
      upstream: this.#upstream,
      clock,
      counters,
      log,
      addresses: () => this.#addresses(),
    });
    if (receipt !== undefined)
      this.#receipts = new Receipts({ ...options, ...receipt, upstream: this.#upstream, counters });
    this.#proxies = new Proxies(options.trustedProxies ?? []);
    this.#server = this.#buildServer();
  }

  /** @param port 0 for any free one. @throws Error (of the system) when the address is taken or not ours. */
  async listen(port: number, host: string): Promise<{ url: string }> {
    const { Exposition } = await import('./exposition.js');
    this.#exposition = new Exposition(this.counters, {
      publisherUp: () => this.#options.publisher.trouble() === undefined,
      upstreamSeenS: () => Math.floor((this.#upstream.lastSeen?.wallMs ?? 0) / 1000),
      gatewayUp: () => this.#front.gatewayUp,
      brokerLoad: this.#options.brokerLoad,
    });
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    // Out of descriptors, say: it goes on listening, and the next caller is taken.
    this.#server.on('error', (error) =>
      this.#strangers.warn(`a caller could not be taken: ${error.message}`),
    );
    const { address, family, port: actual } = this.#server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
    this.#publicUrl ??= url;
    this.#options.log.info(`listening at ${url}, public address ${this.#publicUrl}`);
    return { url };
  }

  /** In words, for the service manager. */
  status(): string {
    const foreign = this.counters.notifications('foreign');
    const told =
      foreign === 0
        ? ''
        : `; E${FAULT.foreignNotification} ${foreign} notifications of other sales not taken (relay.forward_url)`;
    const { publisher, terminals, limits, relaysHeard } = this.#options;
    const { relays = 1 } = limits;
    const there = relaysHeard?.() ?? relays;
    const more = there > relays ? `; E${FAULT.moreRelays} ${there} relays, limits.relays is ${relays}` : '';
    return `${publisher.trouble() ?? `${terminals.told}, broker good`}${told}${more}`;
  }

  /** Lets requests under way end (their time bounds hold), then closes. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#strangers.stop();
  }

  #addresses() {
    const publicUrl = this.#publicUrl;
    assert(publicUrl !== undefined, 'a relay without a public address serves only after listen');
    return { publicUrl, notifyUrl: publicUrl + this.#notifyPath };
  }

  #buildServer(): Server {
    const { requestTimeoutMs = REQUEST_TIMEOUT_MS, connectionsMost = CONNECTIONS_MOST } = this.#options;
    const server = createServer(
      {
        // Node looks every 30 s by itself, and gives the head of a request a minute of its own.
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: Math.min(REQUEST_LOOK_MS, requestTimeoutMs),
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (request, response) => this.#visited(request, response),
    );
    new ConnectionRoom(server, connectionsMost);
    return server;
  }

  #visited(request: IncomingMessage, response: ServerResponse): void {
    const startMs = this.#options.clock.monoMs();
    readVisit(request, (visit) => {
      const answered = (answer: RelayAnswer): void => {
        send(response, answer, this.#isClosing || visit === undefined);
        this.#exposition?.took(this.#doorOf(visit?.path ?? ''), this.#options.clock.monoMs() - startMs);
        this.#logVisit(request, answer, startMs);
      };
      if (visit === undefined) return answered(this.#tooLarge(request));
      const failed = (thrown: unknown): void => answered(this.#errorAnswer(thrown, visit.path));
      let answer: RelayAnswer | Promise<RelayAnswer>;
      try {
        answer = this.#answer(visit, request);
      } catch (thrown) {
        return failed(thrown);
      }
      if (answer instanceof Promise) answer.then(answered, failed);
      else answered(answer);
    });
  }

  #answer(visit: HttpVisit, request: IncomingMessage): RelayAnswer | Promise<RelayAnswer> {
    const { method, path, headers, body } = visit;
    const front = this.#front;
    if (method === 'POST' && path === this.#notifyPath)
      return this.#door.receive(body, headers[FORWARDED_HEADER] !== undefined);
    if (method === 'POST' && path === '/v2/charge') return front.handle(frontRequest('charge', visit));
    if (method === 'GET' && path.startsWith(RECEIPT_PATH)) return this.#receipt(visit, request);
    const { enrolment } = this.#options;
    if (enrolment !== undefined && path.startsWith(ENROL_PATH))
      return enrolment.answer(method, path, body, this.#proxies.callerOf(request), headers.authorization);
    if (isFleetPath(path) && this.#options.fleetPage !== undefined)
      return this.#options.fleetPage.answer(visit, {
        caller: this.#proxies.callerOf(request),
        isProxy: this.#proxies.isAtTheDoor(request),
        basePath: withoutSlash(new URL(this.#addresses().publicUrl).pathname),
        isHttps: this.#addresses().publicUrl.startsWith('https:'),
      });
    if (method === 'GET' && path === '/healthz') return this.#health();
    if (method === 'GET' && path === '/metrics') return this.#metrics();
    if (method === 'GET' && path === '/metrics/fleet') return this.#fleetMetrics(visit);
    const [, order = '', operation] = ORDER_PATH.exec(path) ?? [];
    if (operation !== undefined && method === (operation === 'status' ? 'GET' : 'POST'))
      return front.handle(
        frontRequest(operation as FrontRequest['operation'], visit, decodeURIComponent(order)),
      );
    const [, paymentType = '', picture] = (method === 'GET' && PICTURE_PATH.exec(path)) || [];
    if (picture !== undefined)
      return front.picture(
        pictureRequest(visit, decodeURIComponent(paymentType), decodeURIComponent(picture)),
      );
    // Without status_code: a terminal with a wrong base address must not read "no such transaction".
    return toAnybody(plainAnswer(404, 'no such path', 'no such path'));
  }

  #receipt(
    { path, query, headers }: HttpVisit,
    request: IncomingMessage,
  ): RelayAnswer | Promise<RelayAnswer> {
    if (this.#receipts === undefined) return noReceipts();
    const caller = this.#proxies.callerOf(request);
    const token = path.slice(RECEIPT_PATH.length);
    return this.#receipts.show({ token, query, caller, accepted: headers['accept-language'] });
  }

  /** From a fixed set, whatever is asked for. */
  #doorOf(path: string): string {
    if (path === this.#notifyPath) return 'notify';
    if (path.startsWith('/v2/')) return 'api';
    if (isFleetPath(path)) return 'fleet';
    return path.startsWith(RECEIPT_PATH) ? 'receipt' : 'other';
  }

  #tooLarge(request: IncomingMessage): RelayAnswer {
    if (addressOf(request).path === this.#notifyPath) this.counters.notification('too_large');
    const message = `more than ${BODY_LIMIT_BYTES} bytes`;
    return toAnybody(plainAnswer(413, message, message));
  }

  #errorAnswer(thrown: unknown, path: string): RelayAnswer {
    // Of an address that cannot be decoded.
    if (thrown instanceof URIError)
      return toAnybody(plainAnswer(400, 'malformed request', 'malformed request'));
    if (path === this.#notifyPath) this.counters.notification('error');
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
      instance: this.#options.instance,
    });
    const status = trouble === undefined ? 200 : 503;
    return { status, contentType: 'application/json', body, note: trouble ?? 'ok', anybody: true };
  }

  async #metrics(): Promise<RelayAnswer> {
    return metricsAnswer((await this.#exposition?.text()) ?? '');
  }

  /** What the terminals say is the owner's: how much they sell, and which of them do not. */
  async #fleetMetrics({ headers: { authorization = '' } }: HttpVisit): Promise<RelayAnswer> {
    const { fleet } = this.#options;
    if (fleet === undefined) return toAnybody(plainAnswer(404, 'no such path', 'metrics are off'));
    const token = /^Bearer (\S{1,200})$/.exec(authorization)?.[1] ?? '';
    if (!isTokenOf(token, fleet.tokenSha256)) {
      const refusal = plainAnswer(401, 'not for everybody', 'metrics without the token');
      return toAnybody({ ...refusal, headers: { 'WWW-Authenticate': 'Bearer realm="gopay-pos fleet"' } });
    }
    const { fleetText } = await import('./exposition.js');
    return metricsAnswer(await fleetText(fleet.boxes()));
  }

  /** Path without query, and no header and no body: those hold credentials and signatures. So does the path of a receipt. */
  #logVisit(request: IncomingMessage, { status, note, anybody }: RelayAnswer, startMs: number): void {
    const asked = boundedLine((request.url ?? '').split('?')[0] ?? '').slice(0, 160);
    const path = asked.startsWith(RECEIPT_PATH) ? `${RECEIPT_PATH}...` : asked;
    const from = boundedLine(this.#proxies.callerOf(request)).slice(0, 64);
    const tookMs = Math.round(this.#options.clock.monoMs() - startMs);
    const log = anybody === true ? this.#strangers : this.#options.log;
    log.info(`<- ${request.method} ${path} from ${from} -> ${status} ${tookMs} ms ${note}`);
  }
}

/** Whoever holds a path below `/fleet` in his hand wants the page of the fleet, if there is one. */
function isFleetPath(path: string): boolean {
  return path === '/fleet' || path.startsWith('/fleet/');
}

function metricsAnswer(body: string): RelayAnswer {
  const contentType = 'text/plain; version=0.0.4; charset=utf-8';
  return { status: 200, contentType, body, note: 'ok', anybody: true };
}
