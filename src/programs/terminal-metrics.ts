import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Histogram, Registry } from 'prom-client';
import { allowedHosts, hostRefusal, httpServer, quoted } from '../../devices/kit/http-server.js';
import type { BoxState } from '../base/box-state.js';
import { messageOf } from '../base/fault.js';
import { NewestMap } from '../bounds/newest-map.js';
import { FAULT } from '../core/fault/table.js';
import type { Clock } from '../port/clock.js';
import type { Gateway } from '../port/gateway.js';
import type { Log } from '../port/log.js';
import { fleetText } from '../relay/exposition.js';

const HOST = '127.0.0.1';
/** A scraper keeps one connection; a technician's curl fits. */
const CONNECTIONS_MOST = 8;
/** Sales whose payment is waited for; there is one at a time, and a few that are looked after late. */
const AWAITED_MOST = 64;
/** Seconds. The client gives up after 10 by default, and a charge after 20. */
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20];
/** Seconds. A QR lives for 15 minutes by default. */
const SETTLE_BUCKETS = [5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 900];

type Outcome = { readonly kind: string; readonly evidence?: { readonly status: string } };

/** How long the gateway takes, and customers. Nothing of it is about one sale. */
class GatewayTimes {
  readonly #registry = new Registry();
  readonly #clock: Clock;
  readonly #took: Histogram;
  readonly #settled: Histogram;
  /** When the QR of an order was there, by the monotonic clock; undefined once it is paid. */
  readonly #awaited = new NewestMap<number | undefined>(AWAITED_MOST);

  constructor(clock: Clock) {
    this.#clock = clock;
    const registers = [this.#registry];
    this.#took = new Histogram({
      name: 'gopay_pos_terminal_gateway_seconds',
      help: 'From a request of this terminal to its end, by operation; unanswered: nobody knows what became of it.',
      ...{ labelNames: ['operation', 'outcome'], buckets: REQUEST_BUCKETS, registers },
    });
    this.#settled = new Histogram({
      name: 'gopay_pos_terminal_settle_seconds',
      help: 'From a QR that is there to the answer that it is paid.',
      ...{ buckets: SETTLE_BUCKETS, registers },
    });
  }

  /** The same gateway, timed. */
  of(gateway: Gateway): Gateway {
    return {
      charge: async (order) => {
        const outcome = await this.#timed('charge', gateway.charge(order));
        if (outcome.kind === 'created') this.#awaited.set(order.orderId, this.#clock.monoMs());
        return outcome;
      },
      status: async (id) => this.#seen(id, await this.#timed('status', gateway.status(id))),
      cancel: async (id) => this.#seen(id, await this.#timed('cancel', gateway.cancel(id))),
      expire: async (id) => this.#seen(id, await this.#timed('expire', gateway.expire(id))),
      refund: (...refund) => this.#timed('refund', gateway.refund(...refund)),
      pictureUrlOf: (id) => gateway.pictureUrlOf(id),
      picture: (url) => this.#timed('picture', gateway.picture(url)),
      // A relay answers it from what it has asked already: its time says nothing.
      health: () => gateway.health(),
    };
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  async #timed<T extends Outcome>(operation: string, answer: Promise<T>): Promise<T> {
    const startMs = this.#clock.monoMs();
    const outcome = await answer;
    const isAnswered = outcome.kind !== 'unknown' && outcome.kind !== 'none';
    const labels = { operation, outcome: isAnswered ? 'answered' : 'unanswered' };
    this.#took.observe(labels, (this.#clock.monoMs() - startMs) / 1000);
    return outcome;
  }

  #seen<T extends Outcome>(orderId: string, outcome: T): T {
    const sinceMs = this.#awaited.get(orderId);
    if (sinceMs !== undefined && outcome.evidence?.status === 'settlement') {
      this.#awaited.set(orderId, undefined);
      this.#settled.observe((this.#clock.monoMs() - sinceMs) / 1000);
    }
    return outcome;
  }
}

interface MetricsDoorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly merchant: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * GET /metrics for Prometheus on this machine, by the names of the relay's /metrics/fleet. It listens on loopback, and whatever a
 * browser sends is refused: nothing a page may read, and nothing here can be changed.
 */
export class MetricsDoor {
  readonly #options: MetricsDoorOptions;
  readonly #server: Server = httpServer({ most: CONNECTIONS_MOST });
  /** Times what it is given. */
  readonly times: GatewayTimes;
  #allowed: ReadonlySet<string> = new Set();
  #state: () => Promise<BoxState | undefined> = async () => undefined;

  constructor(options: MetricsDoorOptions) {
    this.#options = options;
    this.times = new GatewayTimes(options.clock);
    this.#server.on('request', (request, response) => this.#serve(request, response));
  }

  /**
   * @param state what the terminal says of itself; undefined before it has judged for the first time
   * @returns the port; undefined where it cannot be had: a terminal sells without being measured, and the log says so
   */
  async start(state: () => Promise<BoxState | undefined>): Promise<number | undefined> {
    this.#state = state;
    const { port, log } = this.#options;
    const failed = (error: unknown): void =>
      log.error(`E${FAULT.metricsNotServed} metrics.port ${port}: ${messageOf(error)}`);
    this.#server.listen({ host: HOST, port });
    try {
      await once(this.#server, 'listening');
    } catch (error) {
      failed(error);
      return undefined;
    }
    this.#server.on('error', failed);
    const { port: taken } = this.#server.address() as AddressInfo;
    this.#allowed = allowedHosts(HOST, taken, []);
    log.info(`metrics at http://${HOST}:${taken}/metrics`);
    return taken;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #serve({ headers, method, url }: IncomingMessage, response: ServerResponse): void {
    const { log } = this.#options;
    const foreign = hostRefusal(headers, this.#allowed);
    const refuse = (status: number, why: string): void => {
      log.debug(`metrics: ${status}: ${why}`);
      response.writeHead(status).end();
    };
    if (foreign !== undefined) return refuse(foreign.status, foreign.why);
    if (headers.origin !== undefined) return refuse(403, `of a page of ${quoted(headers.origin)}`);
    if (url !== '/metrics') return refuse(404, quoted(url ?? ''));
    if (method !== 'GET') return refuse(405, quoted(method ?? ''));
    this.#text().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error: unknown) => {
        log.error(`E${FAULT.metricsNotServed} ${messageOf(error)}`);
        response.writeHead(500).end();
      },
    );
  }

  async #text(): Promise<string> {
    const now = await this.#state();
    const { merchant } = this.#options;
    const boxes =
      now === undefined ? [] : [{ merchant, terminal: now.terminal, state: now, away: false, ageMs: 0 }];
    return `${await fleetText(boxes)}\n${await this.times.text()}`;
  }
}
