import { describe, expect, it } from 'vitest';
import { EventListener, OPEN_MOST } from '../../../src/mqtt/event-listener.js';
import type { MqttLink } from '../../../src/mqtt/link.js';
import { EventDesk } from '../../../src/relay/event-desk.js';
import { Metrics } from '../../../src/relay/metrics.js';
import type { RunningBroker } from './brokers.js';
import { AwaitedLog, Inbox } from './collect.js';
import { linkUp } from './links.js';
import { LISTENERS, TERMINALS } from './people.js';
import { fixedRandom, realTime } from './time.js';

const BURST = 40;
let count = 0;

/** As a terminal says it. */
export function someEvent(terminal = 'T1'): { readonly id: string; readonly body: string } {
  count += 1;
  const order = `${terminal}-01JD${String(count).padStart(22, '0')}`;
  const id = `${order}.paid.mrwdwv5s`;
  const sale = { order_id: order, amount: 15_000 };
  return {
    id,
    body: JSON.stringify({
      id,
      type: 'sale.paid',
      at: '2026-11-30T10:00:00.000Z',
      terminal,
      seq: count,
      sale,
    }),
  };
}

/** What a relay with one `[[webhook]]` does: ids of what its receiver was asked to take. */
export interface Passing {
  readonly asked: Inbox<string>;
  /** Ids of what the broker has given, again as well. */
  readonly given: Inbox<string>;
  readonly log: AwaitedLog;
  stop(): Promise<void>;
}

/** @param taken what its receiver says to each, when it says it */
export async function passOn(
  broker: RunningBroker,
  taken: boolean | ((id: string) => Promise<void>),
): Promise<Passing> {
  const given = new Inbox<string>();
  const asked = new Inbox<string>();
  const log = new AwaitedLog();
  const desk = new EventDesk({
    receivers: [
      {
        name: 'books',
        kinds: ['paid'],
        send: async ({ id }) => {
          asked.push(id);
          if (typeof taken === 'function') await taken(id);
          return taken === false ? { taken, why: 'HTTP 500' } : { taken: true };
        },
        stop: () => undefined,
      },
    ],
    ...{ counters: new Metrics(), strangers: log, log, fetchAgain: () => listener.again(), ...realTime() },
  });
  const listener: EventListener = new EventListener({
    ...{ broker: { urls: [broker.url] }, user: 'events', password: LISTENERS.events },
    ...{ ...realTime(), random: fixedRandom(), log },
    connected: () => desk.connected(),
    arrived: (topic, payload, done) => {
      desk.take(topic, payload, done);
      given.push((JSON.parse(payload) as { id: string }).id);
    },
  });
  listener.start();
  await log.said.nextWhere((line) => line.includes('listening to events'));
  return {
    asked,
    given,
    log,
    stop: async () => {
      desk.stop();
      await listener.stop();
    },
  };
}

/** Until the broker has it, as the terminal's desk does. */
async function says(link: MqttLink, body: string): Promise<void> {
  await expect.poll(async () => (await link.publishEvent(body)).kind).toBe('acknowledged');
}

export interface Asked {
  /** False where what was not acknowledged comes behind what is new (NATS, after its ack_wait): seq says the order. */
  readonly ordered?: boolean;
  /** So many it gives at a time, where that is fewer than are asked for. */
  readonly prefetch?: number;
}

export function askEvents(
  name: string,
  broker: () => RunningBroker,
  { ordered = true, prefetch = OPEN_MOST }: Asked = {},
): void {
  describe(`${name}, between terminals that tell what happens and webhooks of the relay`, () => {
    it('keeps what no receiver has taken for the next relay, each terminal in its order, and nothing that was', async () => {
      const first = await passOn(broker(), false);
      const one = await linkUp(broker().url);
      const two = await linkUp(broker().url, { terminal: 'T2', password: TERMINALS.T2 });
      const ofOne = Array.from({ length: 5 }, () => someEvent());
      const ofTwo = Array.from({ length: 3 }, () => someEvent('T2'));
      for (const { body } of ofOne) await says(one.link, body);
      for (const { body } of ofTwo) await says(two.link, body);
      await first.asked.nextWhere((id) => id === ofOne[0]?.id);
      await first.stop();
      const last = someEvent();
      await says(one.link, last.body);
      const second = await passOn(broker(), true);
      const wanted = [...ofOne, last, ...ofTwo].map(({ id }) => id);
      const had = new Set<string>();
      while (had.size < wanted.length) had.add(await second.asked.next());
      const of = (terminal: string, ids: readonly string[]) => {
        const own = ids.filter((id) => id.startsWith(terminal));
        return ordered ? own : own.sort();
      };
      for (const terminal of ['T1', 'T2']) expect(of(terminal, [...had])).toEqual(of(terminal, wanted));
      // What comes next was sent after all acknowledgements of before have left.
      const behind = someEvent();
      await says(one.link, behind.body);
      await second.asked.nextWhere((id) => id === behind.id);
      await second.stop();
      const third = await passOn(broker(), true);
      const news = someEvent();
      await says(one.link, news.body);
      await third.asked.nextWhere((id) => id === news.id);
      // At most the very last, whose acknowledgement may have been on its way.
      expect(new Set(third.asked.all).size).toBeLessThanOrEqual(2);
      await Promise.all([third.stop(), one.link.stop(), two.link.stop()]);
    });

    it('hears one terminal while another holds up its own, and fetches what it had no room for, as no rival does', async () => {
      const many = Array.from({ length: 105 }, () => someEvent());
      const own = new Set(many.map(({ id }) => id));
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const relay = await passOn(broker(), (id) => (id === many[0]?.id ? held : Promise.resolve()));
      const one = await linkUp(broker().url);
      const two = await linkUp(broker().url, { terminal: 'T2', password: TERMINALS.T2 });
      for (const { body } of many.slice(0, 12)) await says(one.link, body);
      const other = someEvent('T2');
      await says(two.link, other.body);
      await relay.asked.nextWhere((id) => id === other.id);
      for (const { body } of many.slice(12)) await says(one.link, body);
      const given = new Set(relay.given.all.filter((id) => own.has(id)));
      while (given.size < Math.min(many.length, prefetch))
        given.add(await relay.given.nextWhere((id) => own.has(id)));
      release();
      const had = [many[0]?.id];
      while (new Set(had).size < many.length) had.push(await relay.asked.nextWhere((id) => own.has(id)));
      if (ordered) expect([...new Set(had)]).toEqual([...own]);
      expect(relay.log.matching(/E604/)).toEqual([]);
      await Promise.all([relay.stop(), one.link.stop(), two.link.stop()]);
    });

    it('loses nothing that a terminal takes for told, killed in the midst of it', async () => {
      const relay = await passOn(broker(), true);
      await relay.stop();
      const { link } = await linkUp(broker().url);
      const told = new Set<string>();
      let dead: Promise<void> | undefined;
      await Promise.all(
        Array.from({ length: BURST }, async () => {
          const { id, body } = someEvent();
          if ((await link.publishEvent(body)).kind === 'acknowledged') told.add(id);
          if (told.size === 7) dead ??= broker().kill?.();
        }),
      );
      expect(told.size).toBeGreaterThanOrEqual(7);
      await dead;
      await link.stop();
      await broker().startAgain();
      const next = await passOn(broker(), true);
      while (told.size > 0) told.delete(await next.asked.next());
      await next.stop();
    });
  });
}
