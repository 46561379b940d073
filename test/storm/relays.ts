import { rupiah } from '../../src/base/rupiah.js';
import { shareOf } from '../../src/base/share.js';
import { RateWindow } from '../../src/bounds/rate-window.js';
import type { HttpTransport } from '../../src/midtrans/exchange.js';
import { MqttPublisher } from '../../src/mqtt/publisher.js';
import type { Clock } from '../../src/port/clock.js';
import { NotificationDoor } from '../../src/relay/door.js';
import { CoreApiFront } from '../../src/relay/front.js';
import { Metrics } from '../../src/relay/metrics.js';
import { PictureAddresses } from '../../src/relay/picture-url.js';
import { RefundBook } from '../../src/relay/refund-book.js';
import { Terminals, tokenSha256 } from '../../src/relay/terminals.js';
import { Upstream } from '../../src/relay/upstream.js';
import { routeOf } from '../../src/sandbox/http/route.js';
import type { Broker } from './broker.js';
import { type Chance, Stream } from './chance.js';
import { hourly } from './hourly.js';
import type { Laws } from './laws.js';
import { Net } from './mqtt-client.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';
import type { WireAnswer, WireRequest } from './wire.js';

export interface RelaysParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly broker: Broker;
  readonly merchant: string;
  readonly terminal: string;
  readonly token: string;
  readonly serverKey: string;
  readonly midtrans: string;
  /** Nobody asks them. */
  readonly unused: boolean;
  readonly exchangeFor: (alive: () => boolean) => HttpTransport;
}

export const RELAY = 'https://relay.test';
const ENOUGH = 1_000_000_000;
/** Of a minute, of all relays together: never reached here. */
const CHARGES = 60;
const REQUESTS = 300;
/** A balancer sends nothing more to one that did not answer for so long. */
const NOTICED_MS = 3_000;

/** One of the relays, process after process. What its processes have in common is the file of its refunds. */
interface Relay {
  readonly name: string;
  readonly clock: Clock;
  readonly refunds: string[];
  run: number;
  /** Undefined while it is dead. */
  at:
    | {
        readonly door: NotificationDoor;
        readonly front: CoreApiFront;
        readonly trouble: () => string | undefined;
      }
    | undefined;
  diedMs: number;
}

/**
 * The relay's own parts, in one process or in two behind a balancer that asks either: two whose clocks differ, each with its
 * share of what terminals may do, at one broker under one user name.
 */
export class Relays {
  readonly #parts: RelaysParts;
  readonly #all: readonly Relay[];
  /** What a terminal may give back a day. */
  readonly #refundsADay: number;

  constructor(parts: RelaysParts) {
    this.#parts = parts;
    const { seed, time, chance, laws } = parts;
    const draw = new Stream(seed, 2_004);
    const isTwo = draw.fraction() < 0.3 && chance.rates.otherRelay > 0 && !parts.unused;
    const apartMs = isTwo ? draw.pick([0, 20_000, -20_000, 300_000, -300_000]) : 0;
    this.#refundsADay = isTwo ? draw.pick([ENOUGH, 200_000, 50_000]) : ENOUGH;
    laws.relaysApartMs = Math.max(0, apartMs);
    laws.refundsADay = this.#refundsADay;
    this.#all = (isTwo ? [0, apartMs] : [0]).map((aheadMs, at) => ({
      name: at === 0 ? 'relay' : `relay ${at + 1}`,
      clock: { wallMs: () => time.wallMs() + aheadMs, monoMs: () => time.nowMs },
      ...{ refunds: [], run: 0, at: undefined, diedMs: 0 },
    }));
    for (const relay of this.#all) this.#start(relay);
    hourly(time, chance, 'relayRestarts', () => {
      const relay = this.#pick('relayRestarts');
      if (relay.at !== undefined) this.#start(relay);
    });
    if (isTwo) hourly(time, chance, 'relayDies', () => this.#dies(this.#pick('relayDies')));
  }

  #pick(name: 'relayRestarts' | 'relayDies'): Relay {
    return this.#all[this.#parts.chance.detail(name, 0, this.#all.length - 1)] as Relay;
  }

  #dies(relay: Relay): void {
    const { chance, time, story } = this.#parts;
    if (relay.at === undefined) return;
    story.say(() => `${relay.name} dies`);
    relay.at = undefined;
    relay.run += 1;
    relay.diedMs = time.nowMs;
    time.after(chance.detail('relayDies', 1_000, 600_000, 3), () => this.#start(relay));
  }

  #start(relay: Relay): void {
    const { time, seed, story, chance, broker, merchant, serverKey } = this.#parts;
    const { clock, name } = relay;
    const relays = this.#all.length;
    relay.run += 1;
    const run = relay.run;
    const log = story.log(name);
    const counters = new Metrics();
    // Answers to a relay that is gone reach nobody.
    const alive = (): boolean => run === relay.run;
    const net = new Net({ time, chance, story, broker, alive });
    const publisher = new MqttPublisher({
      broker: { urls: ['mqtt://broker.test'] },
      userName: 'relay',
      ...(relays === 1 ? {} : { instance: `${this.#all.indexOf(relay) + 1}`, relays }),
      merchant,
      makeClient: net.makeClient,
      // A quiet line costs events, and tells nothing.
      keepaliveS: 60,
      probeEveryMs: 300_000,
      clock,
      timers: { after: (ms, act) => time.after(ms, () => alive() && act()) },
      random: new Stream(seed, 30_000 + run + 5_000 * this.#all.indexOf(relay)),
      log: log.child('mqtt'),
    });
    void publisher.start();
    const shared = { serverKey, clock, timers: time, log, exchange: this.#parts.exchangeFor(alive) };
    const door = new NotificationDoor({
      ...shared,
      ...{ strangers: log, merchant, publisher, counters, noticeLifeMs: 1_200_000 },
    });
    const { terminal, token, midtrans } = this.#parts;
    const front = new CoreApiFront({
      terminals: new Terminals([{ id: terminal, tokenSha256: tokenSha256(token) }]),
      maxAmount: rupiah(20_000_000),
      charges: new RateWindow(shareOf(CHARGES, relays), clock),
      requests: new RateWindow(shareOf(REQUESTS, relays), clock),
      pictures: new PictureAddresses(serverKey),
      relays,
      refunds: new RefundBook(
        {
          maxADay: rupiah(ENOUGH),
          maxADayOfTerminal: rupiah(this.#refundsADay),
          ...{ relays, relaysHeard: () => publisher.relays() },
        },
        { past: [...relay.refunds], append: (line) => void relay.refunds.push(line) },
        clock,
        log,
      ),
      upstream: new Upstream({ ...shared, baseUrl: midtrans }),
      ...{ clock, counters, log },
      addresses: () => ({ publicUrl: RELAY, notifyUrl: `${RELAY}/notify` }),
    });
    relay.at = { door, front, trouble: () => publisher.trouble() };
  }

  /** As a balancer has it: to either, and to none for long that is dead. Undefined: whoever it would be is gone. */
  #next(): Relay | undefined {
    const { chance, time } = this.#parts;
    const [first, second] = this.#all as readonly [Relay, ...Relay[]];
    const chosen = second !== undefined && chance.now('otherRelay') ? second : first;
    if (chosen.at !== undefined) return chosen;
    if (time.nowMs - chosen.diedMs < NOTICED_MS) return undefined;
    return this.#all.find(({ at }) => at !== undefined);
  }

  /** The routes of a relay's HTTP server. */
  async serve(request: WireRequest): Promise<WireAnswer | undefined> {
    const relay = this.#next();
    if (relay?.at === undefined) return undefined;
    const { run } = relay;
    const { front } = relay.at;
    const route = routeOf(request.method, request.path);
    if (route.endpoint === undefined) return { status: 404, contentType: 'application/json', body: '{}' };
    const { authorization, 'idempotency-key': key } = request.headers;
    const answer =
      route.endpoint === 'picture'
        ? await front.picture({
            paymentType: request.path.includes('/gopay/') ? 'gopay' : 'qris',
            transactionId: route.id,
            ...markOf(request.path),
            ...(authorization === undefined ? {} : { authorization }),
          })
        : await front.handle({
            operation: route.endpoint,
            body: Buffer.from(request.body, 'utf8'),
            ...(route.endpoint === 'charge' ? {} : { orderId: route.id }),
            ...(authorization === undefined ? {} : { authorization }),
            ...(key === undefined ? {} : { idempotencyKey: key }),
          });
    return run === relay.run ? answer : undefined;
  }

  /** A notification comes to one of them. @returns the status; a balancer answers for one that is gone */
  async ring(body: string): Promise<number> {
    const { laws, broker } = this.#parts;
    const door = this.#next()?.at?.door;
    if (door === undefined) return 502;
    laws.notificationArrives(body);
    const before = broker.taken;
    const { status } = await door.receive(Buffer.from(body, 'utf8'));
    laws.notificationAnswered(status, broker.taken - before, body);
    return status;
  }

  /** When faults are over for long: each has its way to the broker, and throws nobody out. */
  atTheEnd(): void {
    const { laws, unused } = this.#parts;
    if (unused) return;
    for (const { name, at } of this.#all) {
      const trouble = at === undefined ? 'it is dead' : at.trouble();
      if (trouble !== undefined)
        laws.broken('law 14', `${name} reaches no terminal when all is over: ${trouble}`);
    }
  }
}

/** Who may have the picture, as its address says. */
function markOf(path: string): { terminal?: string; mark?: string } {
  const { searchParams: query } = new URL(path, RELAY);
  const [terminal, mark] = [query.get('terminal'), query.get('mark')];
  return terminal === null || mark === null ? {} : { terminal, mark };
}
