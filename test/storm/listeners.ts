import { isSettled, type Sale } from '../../src/core/sale/sale.js';
import { SHIFT_CLOSED, SLOT_FAILED } from '../../src/core/sale/webhook-kind.js';
import type { Commit } from '../../src/journal/commit.js';
import { webhookId } from '../../src/journal/webhooks.js';
import { EVENTS } from '../../src/mqtt/event-receiver.js';
import { eventTopic } from '../../src/mqtt/topics.js';
import { Stream } from './chance.js';
import { MERCHANT, TERMINAL } from './cloud.js';
import type { StormJournal } from './disk.js';
import type { Laws } from './laws.js';
import { Ledger } from './ledger.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';
import { weatherOf } from './weather.js';

interface ListenersParts {
  readonly time: VirtualTime;
  readonly laws: Laws;
  readonly story: Story;
}

export const EVENT_KINDS: readonly string[] = ['paid', 'owed', SLOT_FAILED, SHIFT_CLOSED];
/** With everything in order an event is at the broker by then: the longest pause between two tries, and as much for those before it. */
const LATE_MS = 1_800_000;

/** Shops whose events go to the broker. Where nothing goes wrong they tell nothing new, and cost a commit each. */
export function tellsEvents(seed: number): boolean {
  return new Stream(seed, 2_005).fraction() < 0.25 && weatherOf(seed).name !== 'calm';
}

/** Whoever hears at the broker what happens in the shop: all that is at the broker, once it is there. */
export class Listeners {
  readonly #parts: ListenersParts;
  readonly #ledger: Ledger;
  /** Committed, by id, and when; and those of them that have not come to the broker. */
  readonly #journalled = new Set<string>();
  readonly #missing = new Map<string, number>();
  readonly #owed = new Set<string>();
  #lastSeq = 0;

  constructor(parts: ListenersParts) {
    this.#parts = parts;
    this.#ledger = new Ledger(parts, 'listeners');
  }

  /** Before the laws know of the sales in it: what is to be told is on disk with what happened, and nothing else is. */
  committed({ sales = [], webhooks = [], slot = [] }: Commit): void {
    const { laws, time } = this.#parts;
    const told = new Set<string>();
    for (const one of webhooks) {
      if (one.change !== 'told' || one.hook !== EVENTS) continue;
      told.add(`${one.orderId} ${one.kind}`);
      this.#journalled.add(webhookId(one));
      this.#missing.set(webhookId(one), time.nowMs);
    }
    for (const sale of sales) {
      const before = laws.sales.get(sale.orderId);
      const isPaid = isSettled(sale) && !(before !== undefined && isSettled(before));
      this.#is(told, sale, 'paid', isPaid);
      const isOwed = sale.state.at === 'owed' && !this.#owed.has(sale.orderId);
      if (isOwed || told.has(`${sale.orderId} owed`)) this.#owed.add(sale.orderId);
      if (isOwed) this.#is(told, sale, 'owed', true);
    }
    const failed = [slot].flat().some((one) => one.failed);
    if (failed !== [...told].some((one) => one.endsWith(SLOT_FAILED)))
      laws.broken(
        'law 1',
        `a slot ${failed ? 'failed, and no event' : 'did not fail, and an event'} says so`,
      );
  }

  #is(told: ReadonlySet<string>, { orderId, state }: Sale, kind: string, happened: boolean): void {
    if (told.has(`${orderId} ${kind}`) === happened) return;
    const how = happened ? 'without its event' : 'with an event';
    this.#parts.laws.broken('law 1', `${orderId} is ${state.at} on disk, ${how} "${kind}"`);
  }

  /** Out of the box. */
  leaves(body: string): void {
    const { id } = JSON.parse(body) as { id: string };
    if (!this.#journalled.has(id)) this.#parts.laws.broken('law 1', `event ${id} leaves, and is on no disk`);
    this.#ledger.leaves(body);
  }

  /** At the broker; again as well, and then maybe late. */
  arrives(topic: string, body: string): void {
    const { laws } = this.#parts;
    const { id, seq, terminal } = JSON.parse(body) as { id: string; seq: number; terminal: string };
    if (topic !== eventTopic(MERCHANT, TERMINAL) || terminal !== TERMINAL)
      laws.broken('law 13', `event ${id} of ${terminal} at ${topic}`);
    this.#missing.delete(id);
    if (!this.#ledger.takes(id, body)) return;
    if (seq <= this.#lastSeq) laws.broken('law 6', `event ${id} has number ${seq}, after ${this.#lastSeq}`);
    this.#lastSeq = seq;
  }

  /** Faults are over for long. */
  atTheEnd(journal: StormJournal): void {
    const { laws, time } = this.#parts;
    for (const [id, atMs] of this.#missing)
      if (time.nowMs - atMs > LATE_MS)
        laws.broken('law 14', `event ${id} has not come to the broker after ${(time.nowMs - atMs) / 1000} s`);
    this.#ledger.atTheEnd(journal);
  }
}
