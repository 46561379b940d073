import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from '../base/assert.js';
import { Failure, messageOf, refused } from '../base/fault.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import { ConnectionRoom } from '../bounds/connection-room.js';
import { FAULT } from '../core/fault/table.js';
import { boundedLine } from '../midtrans/faults.js';
import { plainAnswer, type RelayAnswer, toAnybody } from './answer.js';
import { ENROL_PATH } from './enrolment-door.js';
import type { Exposition, MerchantCounts } from './exposition.js';
import { FORWARDED_HEADER } from './forwarder.js';
import type { FrontRequest, PictureRequest } from './front.js';
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
import { MerchantDesk } from './merchant-desk.js';
import type { Metrics } from './metrics.js';
import { checkUrl, type MerchantOptions, type RelayOptions } from './options.js';
import { RECEIPT_PATH } from './receipt-link.js';
import { noReceipts, Receipts } from './receipts.js';
import { isTokenOf } from './terminals.js';

/** A request that takes longer to arrive, head and body, is dropped by Node's server, which looks once a second. */
const REQUEST_TIMEOUT_MS = 15_000;
const REQUEST_LOOK_MS = 1_000;
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
  /** By their words; the first one first. */
  #desks: ReadonlyMap<string, MerchantDesk>;
  readonly #home: MerchantDesk;
  /** Once it listens. */
  #exposition: Exposition | undefined;
  readonly #receipts: Receipts | undefined;
  readonly #proxies: Proxies;
  readonly #server: Server;
  readonly #strangers: BoundedLog;
  #publicUrl: string | undefined;
  #isClosing = false;

  /** @throws Misuse for a name or address that is none. */
  constructor(options: RelayOptions) {
    this.#options = options;
    this.#publicUrl = options.publicUrl?.replace(/\/+$/, '');
    checkUrl('publicUrl', options.publicUrl ?? 'http://localhost');
    const { clock, timers, log, receipt } = options;
    this.#strangers = new BoundedLog(log, timers, 'lines about strangers, and what anybody may ask');
    this.#home = this.#deskOf(options);
    this.#desks = new Map();
    this.prepare(options.others ?? [])();
    const { counters } = this.#home;
    if (receipt !== undefined)
      this.#receipts = new Receipts({
        ...receipt,
        ...{ clock, counters, sources: () => [...this.#desks.values()].map((desk) => desk.receipts) },
      });
    this.#proxies = new Proxies(options.trustedProxies ?? []);
    this.#server = this.#buildServer();
  }

  /** Of the first merchant, and of what is nobody's. */
  get counters(): Metrics {
    return this.#home.counters;
  }

  /**
   * Other merchants beside the first, while it runs as well: one that is there already keeps what it has counted and what is under way,
   * and takes a new server key; the doors of one that is gone are closed.
   * @param homeKey the server key of the first
   * @returns what makes it so @throws Failure FAULT.sameServerKey, FAULT.configContradiction for a name or path that another one has
   */
  prepare(others: readonly MerchantOptions[], homeKey = this.#options.serverKey): () => void {
    const keys = [homeKey, ...others.map(({ serverKey }) => serverKey)];
    if (new Set(keys).size < keys.length)
      throw new Failure(refused(FAULT.sameServerKey, 'each merchant has a server key of its own'));
    const desks = [
      this.#home,
      ...others.map((one) => this.#desks.get(one.merchant) ?? this.#deskOf(one)),
    ] as const;
    const byWord = new Map(desks.map((desk) => [desk.merchant, desk]));
    if (byWord.size < desks.length || new Set(desks.map(({ notifyPath }) => notifyPath)).size < desks.length)
      throw new Failure(
        refused(FAULT.configContradiction, 'two merchants have one name or one notification path'),
      );
    return () => {
      for (const [at, desk] of desks.entries())
        if (desk.renewKey(keys[at] ?? '')) this.#options.log.info(`${desk.merchant} has another server key`);
      this.#desks = byWord;
    };
  }

  #deskOf(merchant: MerchantOptions): MerchantDesk {
    const { log, limits } = this.#options;
    return new MerchantDesk(merchant, {
      ...this.#options,
      log: merchant === this.#options ? log : log.child(merchant.merchant),
      relays: limits.relays ?? 1,
      strangers: this.#strangers,
      publicUrl: () => this.#baseUrl(),
    });
  }

  #baseUrl(): string {
    assert(this.#publicUrl !== undefined, 'a relay without a public address serves only after listen');
    return this.#publicUrl;
  }

  /** @param port 0 for any free one. @throws Error (of the system) when the address is taken or not ours. */
  async listen(port: number, host: string): Promise<{ url: string }> {
    const { Exposition } = await import('./exposition.js');
    this.#exposition = new Exposition(() => this.#told(), {
      publisherUp: () => this.#options.publisher.trouble() === undefined,
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
    const desks = [...this.#desks.values()];
    const foreign = desks.reduce((sum, { counters }) => sum + counters.notifications('foreign'), 0);
    const told =
      foreign === 0
        ? ''
        : `; E${FAULT.foreignNotification} ${foreign} notifications of other sales not taken (relay.forward_url)`;
    const { publisher, limits, relaysHeard } = this.#options;
    const { relays = 1 } = limits;
    const there = relaysHeard?.() ?? relays;
    const more = there > relays ? `; E${FAULT.moreRelays} ${there} relays, limits.relays is ${relays}` : '';
    const terminals = desks.map((desk) =>
      desk === this.#home ? desk.terminals.told : `${desk.merchant}: ${desk.terminals.told}`,
    );
    return `${publisher.trouble() ?? `${terminals.join(', ')}, broker good`}${told}${more}`;
  }

  /** With its merchant where there are several. */
  #told(): MerchantCounts[] {
    return [...this.#desks.values()].map(({ merchant, counters, upstream, front }) => ({
      ...(this.#desks.size > 1 ? { merchant } : {}),
      counters,
      upstreamSeenS: Math.floor((upstream.lastSeen?.wallMs ?? 0) / 1000),
      gatewayUp: front.gatewayUp,
    }));
  }

  /** Lets requests under way end (their time bounds hold), then closes. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#strangers.stop();
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
    const notified = method === 'POST' ? this.#notifiedAt(path) : undefined;
    if (notified !== undefined) return notified.door.receive(body, headers[FORWARDED_HEADER] !== undefined);
    if (method === 'POST' && path === '/v2/charge') return this.#handle(frontRequest('charge', visit));
    if (method === 'GET' && path.startsWith(RECEIPT_PATH)) return this.#receipt(visit, request);
    const { enrolment } = this.#options;
    if (enrolment !== undefined && path.startsWith(ENROL_PATH))
      return enrolment.answer(method, path, body, this.#proxies.callerOf(request), headers.authorization);
    if (isFleetPath(path) && this.#options.fleetPage !== undefined)
      return this.#options.fleetPage.answer(visit, {
        caller: this.#proxies.callerOf(request),
        isProxy: this.#proxies.isAtTheDoor(request),
        basePath: withoutSlash(new URL(this.#baseUrl()).pathname),
        isHttps: this.#baseUrl().startsWith('https:'),
      });
    if (method === 'GET' && path === '/healthz') return this.#health();
    if (method === 'GET' && path === '/metrics') return this.#metrics();
    if (method === 'GET' && path === '/metrics/fleet') return this.#fleetMetrics(visit);
    const [, order = '', operation] = ORDER_PATH.exec(path) ?? [];
    if (operation !== undefined && method === (operation === 'status' ? 'GET' : 'POST'))
      return this.#handle(
        frontRequest(operation as FrontRequest['operation'], visit, decodeURIComponent(order)),
      );
    const [, paymentType = '', picture] = (method === 'GET' && PICTURE_PATH.exec(path)) || [];
    if (picture !== undefined)
      return this.#picture(
        pictureRequest(visit, decodeURIComponent(paymentType), decodeURIComponent(picture)),
      );
    // Without status_code: a terminal with a wrong base address must not read "no such transaction".
    return toAnybody(plainAnswer(404, 'no such path', 'no such path'));
  }

  #notifiedAt(path: string): MerchantDesk | undefined {
    if (path === this.#home.notifyPath) return this.#home;
    for (const desk of this.#desks.values()) if (desk.notifyPath === path) return desk;
    return undefined;
  }

  /** Whose a terminal is, its token says, and nothing else that it sends. A stranger is the first one's, as everybody is who is alone. */
  #handle(request: FrontRequest): Promise<RelayAnswer> {
    return this.#ofWhom(
      async ({ terminals }) => (await terminals.authenticate(request.authorization)) !== undefined,
      ({ front }) => front.handle(request),
    );
  }

  #picture(request: PictureRequest): Promise<RelayAnswer> {
    return this.#ofWhom(
      async ({ front }) => (await front.mayFetch(request)) !== undefined,
      ({ front }) => front.picture(request),
    );
  }

  async #ofWhom(
    isTheirs: (desk: MerchantDesk) => Promise<boolean>,
    ask: (desk: MerchantDesk) => Promise<RelayAnswer>,
  ): Promise<RelayAnswer> {
    if (this.#desks.size === 1) return ask(this.#home);
    let whose = this.#home;
    for (const desk of this.#desks.values()) if (await isTheirs(desk)) whose = desk;
    const answer = await ask(whose);
    return whose === this.#home ? answer : { ...answer, note: `${answer.note} merchant=${whose.merchant}` };
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
    if (this.#notifiedAt(path) !== undefined) return 'notify';
    if (path.startsWith('/v2/')) return 'api';
    if (isFleetPath(path)) return 'fleet';
    return path.startsWith(RECEIPT_PATH) ? 'receipt' : 'other';
  }

  #tooLarge(request: IncomingMessage): RelayAnswer {
    this.#notifiedAt(addressOf(request).path)?.counters.notification('too_large');
    const message = `more than ${BODY_LIMIT_BYTES} bytes`;
    return toAnybody(plainAnswer(413, message, message));
  }

  #errorAnswer(thrown: unknown, path: string): RelayAnswer {
    // Of an address that cannot be decoded.
    if (thrown instanceof URIError)
      return toAnybody(plainAnswer(400, 'malformed request', 'malformed request'));
    this.#notifiedAt(path)?.counters.notification('error');
    this.#options.log.error(`a request failed by our own fault: ${boundedLine(messageOf(thrown))}`);
    // 502 makes Midtrans try five times; a terminal reads any 5xx as unknown.
    return plainAnswer(502, 'internal error', 'internal error');
  }

  #health(): RelayAnswer {
    const trouble = this.#options.publisher.trouble();
    const [seen] = [...this.#desks.values()]
      .flatMap(({ upstream }) => upstream.lastSeen ?? [])
      .sort((a, b) => b.wallMs - a.wallMs);
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
    const line = `<- ${request.method} ${path} from ${from} -> ${status} ${tookMs} ms ${note}`;
    // By every monitor and every idle terminal, all day; what is not good is news.
    if (status < 400 && HEALTH_PATH.test(path)) this.#options.log.debug(line);
    else log.info(line);
  }
}

const HEALTH_PATH = /^\/(healthz|metrics(\/fleet)?|v2\/[A-Z0-9]{1,16}-HEALTH\/status)$/;

/** Whoever holds a path below `/fleet` in his hand wants the page of the fleet, if there is one. */
function isFleetPath(path: string): boolean {
  return path === '/fleet' || path.startsWith('/fleet/');
}

function metricsAnswer(body: string): RelayAnswer {
  const contentType = 'text/plain; version=0.0.4; charset=utf-8';
  return { status: 200, contentType, body, note: 'ok', anybody: true };
}
