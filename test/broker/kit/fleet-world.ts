import Database from 'better-sqlite3';
import { unanswered } from '../../../src/base/fault.js';
import { parseTerminalId } from '../../../src/base/ids.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { RateWindow } from '../../../src/bounds/rate-window.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { Journal } from '../../../src/journal/journal.js';
import { CoreApiClient } from '../../../src/midtrans/client.js';
import { basicAuthorization } from '../../../src/midtrans/credential.js';
import { type HttpAnswer, type HttpTransport, mediaType } from '../../../src/midtrans/exchange.js';
import { EmbeddedBroker } from '../../../src/mqtt/broker.js';
import { type MakeClient, makeClient } from '../../../src/mqtt/client.js';
import { MqttLink } from '../../../src/mqtt/link.js';
import type { KeypadEvent } from '../../../src/port/keypad.js';
import type { Log } from '../../../src/port/log.js';
import { NotificationDoor } from '../../../src/relay/door.js';
import { CoreApiFront } from '../../../src/relay/front.js';
import { Metrics } from '../../../src/relay/metrics.js';
import { PictureAddresses } from '../../../src/relay/picture-url.js';
import { Terminals, tokenSha256 } from '../../../src/relay/terminals.js';
import { Upstream } from '../../../src/relay/upstream.js';
import { Sandbox } from '../../../src/sandbox/sandbox.js';
import { Terminal } from '../../../src/terminal/terminal.js';
import { RULES } from '../../core/world.js';
import { MemoryArchive } from '../../kit/memory-archive.js';
import { freePort } from '../../kit/net/free-port.js';
import { Stream } from '../../storm/chance.js';
import { START_WALL_MS, VirtualTime } from '../../storm/time.js';
import { WallScreen } from '../../story/kit/screen.js';
import { LinkRecorder } from './collect.js';
import { MERCHANT } from './people.js';
import { PATIENCE_MS } from './time.js';

const SERVER_KEY = 'SB-Mid-server-fleet-0123456789';
const RELAY = 'https://relay.test';
const MIDTRANS = 'https://midtrans.test';
/** Timers that are due within so long happen before anything on a socket does. */
const SLICE_MS = 100;
/** The library asks by the machine's own clock, so that by the virtual one no silence is too long. */
const KEEPALIVE_S = { link: 3_600, wire: 120 };

/** A request that a box made, by the virtual clock. */
export interface Asked {
  readonly atMs: number;
  readonly box: string;
  /** `charge`, or what was asked about which order. */
  readonly what: string;
  readonly orderId: string;
}

/** A terminal with a sale, put together of the product's own parts. */
export interface FleetTerminal {
  readonly id: string;
  readonly terminal: Terminal;
  readonly journal: Journal;
  type(...keys: readonly ('1' | '5' | '000' | 'enter')[]): void;
}

/**
 * Boxes by the hundred in one process: the product's links at its own broker over real sockets, some of them in whole
 * terminals that ask a relay's front, which asks a sandbox. Time is virtual: it moves on when nothing is under way on any socket.
 */
export class FleetWorld {
  readonly time = new VirtualTime(START_WALL_MS);
  readonly log = unread();
  readonly fatal: unknown[] = [];
  /** When a box dialled, whether anybody took it. */
  readonly dialledMs: number[] = [];
  readonly askedRelay: Asked[] = [];
  readonly askedMidtrans: Asked[] = [];
  readonly terminals: FleetTerminal[] = [];
  readonly recorders: LinkRecorder[] = [];
  readonly sandbox: Sandbox;
  relayIsAway = false;
  gatewayIsAway = false;
  readonly #upAtMs = new Map<string, number>();
  readonly #links: MqttLink[] = [];
  #underWay = 0;
  #broker: EmbeddedBroker | undefined;
  #port = 0;
  #relay: { readonly door: NotificationDoor; readonly front: CoreApiFront } | undefined;
  readonly #ids: readonly string[];

  constructor(boxes: number) {
    this.#ids = Array.from({ length: boxes }, (_, at) => `BOX${at + 1}`);
    const { time, log } = this;
    this.sandbox = new Sandbox({
      serverKey: SERVER_KEY,
      merchantId: 'G490526303',
      merchantName: 'Warung Bu Sri',
      merchantCity: 'BANDUNG',
      ...{ clock: time, timers: time, log, random: new Stream(1, 1), publicUrl: MIDTRANS },
      post: async ({ body }) => {
        if (this.gatewayIsAway || this.relayIsAway) return { kind: 'timeout' };
        const answer = await this.#relay?.door.receive(Buffer.from(body));
        return { kind: 'status', httpStatus: answer?.status ?? 502 };
      },
    });
  }

  get up(): number {
    return this.#upAtMs.size;
  }

  /** When each box came back that is up now. */
  get upAtMs(): readonly number[] {
    return [...this.#upAtMs.values()].sort((a, b) => a - b);
  }

  /** @param selling how many of the boxes are whole terminals */
  async start(selling: number): Promise<void> {
    this.#port = await freePort();
    await this.startBroker();
    this.startRelay();
    for (const [at, id] of this.#ids.entries()) {
      // Nobody switches hundreds of boxes on in one instant.
      await this.pass(SLICE_MS);
      if (at < selling) await this.#startTerminal(id, at);
      else this.#startLink(id, at);
    }
    await this.pass(10_000);
  }

  async startBroker(): Promise<void> {
    const { time, log } = this;
    this.#broker = new EmbeddedBroker({
      authenticate: () => ({ role: 'terminal', merchant: MERCHANT }),
      persistence: 'memory',
      ...{ clock: time, timers: time, log },
    });
    await this.#broker.listen(this.#port, '127.0.0.1');
  }

  /** Every connection ends, and nobody listens any more. */
  async stopBroker(): Promise<void> {
    const broker = this.#broker;
    this.#broker = undefined;
    await broker?.close();
    while (this.up > 0) await turn();
  }

  /** A relay keeps nothing: another one takes its place. */
  startRelay(): void {
    const { time, log } = this;
    const counters = new Metrics();
    const exchange: HttpTransport = (request, { timeoutMs }) => {
      const asked = this.#asked('', request.url, request.body);
      this.askedMidtrans.push(asked);
      // Nobody answers, as a firewall that drops does.
      if (this.gatewayIsAway)
        return new Promise((resolve) => {
          time.after(timeoutMs, () => resolve(err(unanswered(FAULT.gatewayTimedOut, 'no answer'))));
        });
      return this.#midtrans(request);
    };
    const shared = { serverKey: SERVER_KEY, clock: time, timers: time, log };
    const publisher = {
      start: () => Promise.resolve(),
      publish: async (topic: string, payload: string) =>
        (await this.#broker?.publisher().publish(topic, payload)) ??
        ({ kind: 'unanswered', why: 'away' } as const),
      trouble: () => undefined,
      stop: () => Promise.resolve(),
    };
    const door = new NotificationDoor({
      ...shared,
      ...{ strangers: log, merchant: MERCHANT, publisher, counters, noticeLifeMs: 1_200_000 },
    });
    const front = new CoreApiFront({
      terminals: new Terminals(
        this.#ids.map((id) => ({ id: id as never, tokenSha256: tokenSha256(tokenOf(id)) })),
      ),
      maxAmount: rupiah(20_000_000),
      charges: new RateWindow(30, time),
      requests: new RateWindow(300, time),
      pictures: new PictureAddresses(SERVER_KEY),
      upstream: new Upstream({ ...shared, exchange, baseUrl: MIDTRANS }),
      ...{ clock: time, counters, log },
      addresses: () => ({ publicUrl: RELAY, notifyUrl: `${RELAY}/notify` }),
    });
    this.#relay = { door, front };
  }

  /** Moves the virtual clock on; all that is due, and all that follows on sockets, happens on the way. */
  async pass(ms: number): Promise<void> {
    const endMs = this.time.nowMs + ms;
    while (this.time.nowMs < endMs) {
      const sliceMs = Math.min(endMs, this.time.nowMs + SLICE_MS);
      while (this.time.next(sliceMs)) await turn();
      await this.#quiet();
    }
  }

  async close(): Promise<void> {
    const stopped = Promise.all([
      ...this.#links.map((link) => link.stop()),
      ...this.terminals.map(({ terminal }) => terminal.stop()),
    ]);
    await this.stopBroker();
    // What waits for its bound has it now.
    let over = false;
    void stopped.then(() => {
      over = true;
    });
    while (!over) await this.pass(SLICE_MS);
  }

  /** Everything that was sent is answered, or its connection has ended. */
  async #quiet(): Promise<void> {
    let calm = 0;
    while (calm < 2) {
      await turn();
      calm = this.#underWay === 0 ? calm + 1 : 0;
    }
  }

  #startLink(id: string, at: number): void {
    const recorder = new LinkRecorder();
    this.recorders.push(recorder);
    const link = this.#makeLink(id, at);
    this.#links.push(link);
    link.start({
      notice: (notice) => recorder.notice(notice),
      state: (state) => this.#linkIs(id, state.up),
    });
    const says = (): void => {
      link.publishState({ schema: 1, terminal: id });
      this.time.after(60_000, says);
    };
    says();
  }

  #linkIs(id: string, up: boolean): void {
    if (up) this.#upAtMs.set(id, this.time.nowMs);
    else this.#upAtMs.delete(id);
  }

  #makeLink(id: string, at: number): MqttLink {
    const { time, log } = this;
    return new MqttLink({
      broker: { urls: [`mqtt://127.0.0.1:${this.#port}`] },
      ...{ merchant: MERCHANT, terminal: id, password: tokenOf(id), keepaliveS: KEEPALIVE_S.link },
      ...{ clock: time, timers: time, log, random: new Stream(at, 3), makeClient: this.#makeClient },
      onFatal: (error) => this.fatal.push(error),
    });
  }

  /** The product's own client, whose work on the socket is counted. */
  readonly #makeClient: MakeClient = (options) => {
    // The library's bounds are by the machine's own clock: a slow machine is no story.
    const client = makeClient({ ...options, keepalive: KEEPALIVE_S.wire, connectTimeout: PATIENCE_MS });
    const begin = (): (() => void) => {
      this.#underWay += 1;
      let open = true;
      return () => {
        if (open) this.#underWay -= 1;
        open = false;
      };
    };
    let dialled = (): void => undefined;
    const asked = new Set<() => void>();
    const ended = (): void => {
      dialled();
      for (const answered of asked) answered();
    };
    client.on('error', ended);
    client.on('close', ended);
    const { connect, subscribe, publish } = {
      connect: client.connect.bind(client),
      subscribe: client.subscribe.bind(client),
      publish: client.publish.bind(client),
    };
    return Object.assign(client, {
      connect: () => {
        this.dialledMs.push(this.time.nowMs);
        dialled = begin();
        return connect();
      },
      subscribe: ((topic, how, done) =>
        subscribe(topic, how, (...outcome) => {
          done(...outcome);
          // Who asked is told in a turn of its own.
          setImmediate(dialled);
        })) as typeof client.subscribe,
      publish: ((topic, payload, how, done) => {
        const answered = begin();
        asked.add(answered);
        return publish(topic, payload, how, (...outcome) => {
          asked.delete(answered);
          answered();
          done(...outcome);
        });
      }) as typeof client.publish,
    });
  };

  async #startTerminal(id: string, at: number): Promise<void> {
    const { time, log } = this;
    const terminalId = parseTerminalId(id);
    if (terminalId === undefined) throw new Error(`${id} is no terminal id`);
    const journal = new Journal({
      ...{ directory: ':memory:', archive: new MemoryArchive(), opened: new Database(':memory:') },
      ...{ wallMs: time.wallMs(), version: 'fleet' },
    });
    const gateway = new CoreApiClient({
      ...{ baseUrl: RELAY, terminalId, paymentType: 'qris', picturesNeedCredential: true },
      ...{ authorization: () => basicAuthorization(id, tokenOf(id)), exchange: this.#toRelay(id) },
      ...{ clock: time, timers: time, log },
    });
    const link = this.#makeLink(id, at);
    let press: (event: KeypadEvent) => void = () => undefined;
    const terminal = new Terminal(
      {
        ...{ journal, gateway, clock: time, timers: time, log, random: new Stream(at, 4) },
        qrReader: { read: () => Promise.reject(new Error('qris has no pictures to read')) },
        displays: [new WallScreen()],
        keypads: [
          {
            name: 'pad',
            start: (on) => {
              press = on;
            },
            stop: async () => undefined,
          },
        ],
        registers: [],
        freeBytes: () => Promise.resolve(1e9),
        link: {
          up: false,
          publishEvent: () => Promise.resolve({ kind: 'unanswered', why: 'no events here' }),
          start: (handlers) =>
            link.start({
              notice: (notice) => handlers.notice(notice),
              state: (state) => {
                this.#linkIs(id, state.up);
                handlers.state(state);
              },
            }),
          publishState: (state) => link.publishState(state),
          stop: () => link.stop(),
        },
      },
      {
        ...{ terminalId, shop: 'Warung', version: 'fleet', rules: RULES },
        limits: { min: rupiah(1), max: rupiah(10_000_000) },
        head: { shop: 'Warung', terminal: id, header: [], footer: [] },
        ...{ printQr: false, printEarly: false, printReceipt: false },
        slips: { most: 50, maxAgeMs: 86_400_000 },
        ...{ paidMs: 8_000, minFreeBytes: 1_000_000, tickMs: 15_000 },
      },
      (error) => this.fatal.push(error),
    );
    const type: FleetTerminal['type'] = (...keys) => {
      for (const key of keys) press({ kind: 'key', key });
    };
    this.terminals.push({ id, terminal, journal, type });
    await terminal.start();
  }

  /** The routes of the relay's server; where it is away, nobody listens. */
  #toRelay(box: string): HttpTransport {
    return async ({ url, body = '', headers }) => {
      const { what, orderId, ...asked } = this.#asked(box, url, body);
      this.askedRelay.push({ ...asked, what, orderId });
      const relay = this.#relay;
      if (this.relayIsAway || relay === undefined)
        return err(unanswered(FAULT.gatewayUnreachable, 'connect ECONNREFUSED'));
      const answer = await relay.front.handle({
        operation: what as 'status',
        ...(what === 'charge' ? {} : { orderId }),
        body: Buffer.from(body),
        authorization: headers['Authorization'] ?? '',
      });
      if (this.relayIsAway || this.#relay !== relay)
        return err(unanswered(FAULT.gatewayUnreachable, 'read ECONNRESET'));
      return ok(this.#answer(answer.status, answer.contentType, answer.body, answer.headers?.['Age']));
    };
  }

  async #midtrans({
    method,
    url,
    headers,
    body = '',
  }: Parameters<HttpTransport>[0]): Promise<Result<HttpAnswer, never>> {
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const answer = await this.sandbox.answer({ method, path: new URL(url).pathname, headers: lower, body });
    if (answer.kind === 'hangUp') throw new Error('the sandbox hung up');
    return ok(this.#answer(answer.httpStatus, answer.contentType, answer.body, undefined));
  }

  #answer(
    status: number,
    contentType: string,
    body: string | Uint8Array,
    age: string | undefined,
  ): HttpAnswer {
    return {
      ...{ status, contentType: mediaType(contentType), wireContentType: contentType },
      dateMs: Math.floor(this.time.wallMs() / 1000) * 1000,
      bytes: Buffer.from(body),
      ...(age === undefined ? {} : { ageMs: Number(age) * 1000 }),
    };
  }

  #asked(box: string, url: string, body = ''): Asked {
    const [, , , , order = '', operation = 'charge'] = url.split('/');
    const orderId = operation === 'charge' ? (/"order_id":"([^"]+)"/.exec(body)?.[1] ?? '') : order;
    return { atMs: this.time.nowMs, box: box || (orderId.split('-')[0] ?? ''), what: operation, orderId };
  }
}

/** Nothing that stands in an order id: a secret is masked wherever it comes. */
function tokenOf(id: string): string {
  return `token of ${id}`;
}

/** Nobody reads the lines of hundreds; to spell them out takes half of the time. */
function unread(): Log {
  const nothing = (): void => undefined;
  const log: Log = { error: nothing, warn: nothing, info: nothing, debug: nothing, child: () => log };
  return log;
}

/** A turn of the loop, in which sockets have their say. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
