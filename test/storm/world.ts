import { isDeepStrictEqual } from 'node:util';
import { localDay } from '../../src/base/time.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { Box } from './box.js';
import { Chance, type FaultName, type Firing, type Mercy, type Rates } from './chance.js';
import { Cloud, MERCHANT, TERMINAL } from './cloud.js';
import { Customers } from './customers.js';
import { type Again, PowerCut } from './disk.js';
import { hourly } from './hourly.js';
import { type Belief, House } from './house.js';
import { FORGED, Laws, type Violation } from './laws.js';
import { listAgrees } from './list.js';
import { Listeners, tellsEvents } from './listeners.js';
import { outfitOf } from './outfit.js';
import { paceOf } from './pace.js';
import { drawSources, type Shop, shopOf } from './shops.js';
import type { SaleSource } from './sources/source.js';
import { Story } from './story.js';
import { asTurn, drain, START_WALL_MS, VirtualTime } from './time.js';
import { ratesOf, weatherOf } from './weather.js';

export interface RunOptions {
  readonly seed: number;
  /** Bills that are rung up at most; otherwise as many as the weather has. */
  readonly sales?: number;
  readonly mercy?: Mercy;
  /** In place of what the seed draws for these. */
  readonly rates?: Partial<Rates>;
  /** In place of the one that the seed draws. */
  readonly shop?: Shop;
  /** Each event in a turn of Node's loop of its own, as outside; ten times slower, and the same in everything else. */
  readonly turns?: boolean;
  /** Keeps the readable account. */
  readonly log?: boolean;
  /** Told of each commit how to make it once more, in a journal of its own. */
  readonly wrote?: (again: Again) => void;
}

export interface RunResult {
  readonly violation: Violation | undefined;
  readonly shop: Shop;
  /** Sales that were opened. */
  readonly sales: number;
  /** How many ended in each state. */
  readonly ends: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<FaultName, number>;
  readonly fired: readonly Firing[];
  readonly cuts: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly story: readonly string[];
}

const AUDIT_MS = 30_000;
/** 14:00:00 WIB of 22 November 2026, for something to begin at. */
/** A bill takes some twenty seconds; hell takes longer. */
const BILL_MS = 900_000;
const TURN_EVENTS = 20_000;
/** A comparison waits a second between two orders. */
const RECONCILE_MS = 3_600_000;
/** Longer than a dead link takes to be noticed and dialled anew, which nothing open waits for. */
const SETTLE_MS = 900_000;
/** With all faults off everything is over by then (law 14). */
const CALM_MS = 3 * 3_600_000;

/** One seed: a shop, a storm, and the calm after it. */
export class World {
  readonly #time = new VirtualTime(START_WALL_MS);
  readonly #chance: Chance;
  readonly #story: Story;
  readonly #laws: Laws;
  readonly #cloud: Cloud;
  readonly #sources: readonly SaleSource[];
  readonly #box: Box;
  readonly #house: House;
  readonly #listeners: Listeners | undefined;
  readonly #shop: Shop;
  #bills: number;
  readonly #turns: boolean;
  #events = 0;

  constructor(options: RunOptions) {
    const { seed, mercy } = options;
    this.#shop = options.shop ?? shopOf(seed);
    const sales = options.sales ?? weatherOf(seed).bills;
    this.#bills = sales;
    this.#turns = options.turns === true;
    const time = this.#time;
    const chance = new Chance(seed, { ...ratesOf(seed), ...options.rates }, mercy);
    const story = new Story(time, options.log === true);
    chance.told = (name) => story.say(() => `! ${name}`);
    this.#chance = chance;
    this.#story = story;
    const laws = new Laws(time, {
      sandbox: () => this.#cloud.sandbox,
      notReady: () => this.#box.notReady(),
      sourceOf: (sale) => this.#sourceOf(sale),
      houseObjects: (sale) => this.#house.objects(sale),
      clockWrong: () => this.#box.clockWrong,
      clockWasWrong: () =>
        ['clockWrongAtBoot', 'wallJumps'].some((name) => chance.counts.has(name as FaultName)),
      settings: () => this.#box.settings,
      held: (orderId) => this.#cloud.held(orderId),
    });
    this.#laws = laws;
    laws.refundsUnknown = outfitOf(seed).settings.rules.refund?.unknownDelivery === true;
    const shared = { seed, time, chance, story, laws, pace: paceOf(seed) };
    this.#cloud = new Cloud(shared);
    const cloud = this.#cloud;
    const listeners = cloud.direct || !tellsEvents(seed) ? undefined : new Listeners(shared);
    this.#listeners = listeners;
    if (listeners !== undefined) {
      laws.onCommit = (commit) => listeners.committed(commit);
      cloud.broker.onEvent = (topic, payload) => listeners.arrives(topic, payload);
    }
    const takeBill = (): boolean => {
      if (this.#bills === 0) return false;
      this.#bills -= 1;
      return true;
    };
    this.#house = new House({ ...shared, at: () => this.#box?.running });
    const isSoldOut = (id: string): Belief => this.#house.isSoldOut('product', id);
    this.#sources = drawSources(
      { ...shared, takeBill, isSoldOut, isShut: () => this.#house.isShut },
      this.#shop,
    );
    const customers = new Customers({ ...shared, cloud });
    laws.onSale = (sale, before) => this.#sourceOf(sale)?.sale(sale, before);
    this.#box = new Box({
      ...shared,
      wrote: options.wrote,
      cloud,
      listeners,
      sources: this.#sources,
      seen: (orderId, payload) => customers.sees(orderId, payload),
      died: (error) =>
        laws.broken('a law of the product', error instanceof Error ? error.message : String(error)),
    });
    this.#audits();
    hourly(time, chance, 'noticeForged', () => this.#forge());
  }

  async run(): Promise<RunResult> {
    const sales = this.#bills;
    const idle = (): boolean => this.#bills === 0 && this.#sources.every((source) => source.idle);
    await this.#until(60_000 + sales * BILL_MS, idle);
    this.#story.say(() => '--- calm');
    this.#chance.off = true;
    this.#box.calm();
    const lateMs = Math.max(this.#cloud.lateUntilMs, this.#time.nowMs + this.#cloud.lateLooksMs);
    const over = (): boolean => this.#laws.openIds.size === 0 && this.#time.nowMs > lateMs;
    await this.#until(this.#time.nowMs + SETTLE_MS, () => false);
    await this.#until(Math.max(this.#time.nowMs, lateMs) + CALM_MS, over);
    if (this.#laws.openIds.size === 0) this.#laws.refundsHeard();
    await this.#reconciles();
    await this.#compare();
    if (this.#laws.violation === undefined) this.#atTheEnd();
    this.#box.close();
    return this.#result();
  }

  /** What was refunded and told to nobody; a comparison takes a second a sale. */
  async #reconciles(): Promise<void> {
    let done = false;
    void this.#box.reconcile().then(() => {
      done = true;
    });
    await this.#until(this.#time.nowMs + RECONCILE_MS, () => done);
  }

  /** Everything is over: the last sales, asked about as a technician would. */
  async #compare(): Promise<void> {
    let done = this.#laws.violation !== undefined;
    if (done) return;
    void this.#box.technician.reconciles().then((compared) => {
      for (const { sale, comparison } of compared)
        if (comparison.result === 'differs') this.#laws.compared(sale.orderId, comparison.text);
      done = true;
    });
    await this.#until(this.#time.nowMs + SETTLE_MS, () => done);
  }

  #sourceOf(sale: Sale): SaleSource | undefined {
    return this.#sources.find((source) => source.owns(sale));
  }

  #atTheEnd(): void {
    const laws = this.#laws;
    const run = this.#box.running;
    for (const id of laws.openIds)
      laws.broken('law 14', `${id} is ${laws.sales.get(id)?.state.at} hours after all faults are over`);
    if (run === undefined) return laws.broken('law 14', 'the terminal does not stay up');
    const broken = run.journal.brokenLaw;
    if (broken !== undefined) laws.broken('law 11', broken);
    const { open, readiness, link } = run.terminal.state();
    if (open !== undefined) laws.broken('law 14', `${open.orderId} still occupies the terminal`);
    for (const source of this.#sources) source.atTheEnd?.(run.journal);
    this.#box.office?.atTheEnd(run.journal);
    this.#cloud.relays.atTheEnd();
    this.#listeners?.atTheEnd(run.journal);
    if (!readiness.ready && !this.#house.isClosed)
      laws.broken('law 14', `it does not sell any more: E${readiness.code}`);
    if (!this.#cloud.direct && !this.#cloud.broker.hears(TERMINAL))
      laws.broken('law 14', 'the link is dead hours after all faults are over');
    if (!this.#cloud.direct && !link.up)
      laws.broken('law 14', `the link is down hours after all faults are over: ${link.why}`);
    this.#box.disk.forgets();
    const reopened = this.#box.disk.reopened(this.#time.wallMs());
    laws.settled(reopened.shifts);
    laws.ofTheDay(localDay(this.#time.wallMs(), 'WIB').midnightMs, [run.journal, reopened]);
    laws.stories(reopened);
    listAgrees(reopened, laws);
    for (const id of this.#box.disk.packedTooSoon()) laws.broken('law 5', `${id} is packed, and is not over`);
    const kept = this.#box.disk.sales();
    for (const sale of laws.sales.values())
      if (!isSame(kept.get(sale.orderId), sale))
        laws.broken('law 1', `${sale.orderId} was committed as ${sale.state.at}, and that is not on disk`);
  }

  /** Runs what is due until `done`, a violation, or `untilMs`. */
  async #until(untilMs: number, done: () => boolean): Promise<void> {
    while (!(await asTurn(() => this.#turn(untilMs, done))));
  }

  /** So many events at most in one turn of Node's loop, so that a test runner is heard in between. @returns whether it is over */
  #turn(untilMs: number, done: () => boolean): boolean {
    for (let left = this.#turns ? 1 : TURN_EVENTS; left > 0; left -= 1) {
      if (this.#laws.violation !== undefined || done()) return true;
      try {
        if (!this.#time.next(untilMs)) return true;
      } catch (error) {
        // Where the power went, or after a failed commit: the process is gone and has said so to the box.
        if (!(error instanceof PowerCut) && this.#box.running !== undefined && !isOver(error)) throw error;
      }
      this.#events += 1;
      if (!this.#turns) drain();
    }
    return false;
  }

  #audits(): void {
    this.#time.after(AUDIT_MS, () => {
      if (this.#box.running !== undefined) this.#laws.audit();
      this.#audits();
    });
  }

  /** Anybody with the broker's password can ring about a sale that exists, or one that does not. */
  #forge(): void {
    const [open] = this.#laws.openIds;
    const at = this.#time.wallMs();
    this.#cloud.broker.take(
      noticeTopic(MERCHANT, TERMINAL),
      encodeNotice({
        id: `${FORGED}${this.#chance.detail('noticeForged', 0, 1_000_000)}`,
        at: new Date(at).toISOString(),
        expiresAt: new Date(at + 600_000).toISOString(),
        orderId: open ?? 'T1-01JDA3Z1000000000000000000',
        says: 'settlement',
      }),
    );
  }

  #result(): RunResult {
    const ends = new Map<string, number>();
    for (const { state } of this.#laws.sales.values()) {
      const name =
        'how' in state ? `${state.at} ${state.how}` : 'why' in state ? `${state.at} ${state.why}` : state.at;
      ends.set(name, (ends.get(name) ?? 0) + 1);
    }
    return {
      violation: this.#laws.violation,
      shop: this.#shop,
      sales: this.#laws.sales.size,
      ends,
      faults: this.#chance.counts,
      fired: this.#chance.fired,
      cuts: this.#box.cuts,
      events: this.#events,
      virtualMs: this.#time.nowMs,
      story: this.#story.lines,
    };
  }
}

/** What is written says the same as JSON; its fields are in the same order but for those of an older row. */
function isSame(kept: Sale | undefined, sale: Sale): boolean {
  const text = JSON.stringify(sale);
  return JSON.stringify(kept) === text || isDeepStrictEqual(kept, JSON.parse(text));
}

/** Thrown through a timer after the process had ended for the same reason. */
function isOver(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'Failure' || error.name === 'Misuse' || /has stopped/.test(error.message))
  );
}

export function runSeed(options: RunOptions): Promise<RunResult> {
  return new World(options).run();
}
