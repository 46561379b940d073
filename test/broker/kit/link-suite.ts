import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic, presenceTopic, stateTopic } from '../../../src/mqtt/topics.js';
import { FakeTime } from '../../kit/time.js';
import type { BrokerKind, RunningBroker } from './brokers.js';
import { LinkRecorder, someNotice } from './collect.js';
import { linkUp, makeLink, type TestLink } from './links.js';
import { Listener, publishAs } from './peers.js';
import { MERCHANT, RELAYS, TERMINALS } from './people.js';
import { TcpLine } from './tcp-line.js';
import { fixedRandom } from './time.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');
const STATE = stateTopic(MERCHANT, 'T1');

/** What is asked of every broker. */
export function askTerminals(
  kind: BrokerKind,
  open = kind.start,
  close = (broker: RunningBroker) => broker.dispose(),
): void {
  describe(`a terminal on ${kind.name}`, () => {
    let broker: RunningBroker;
    const relay = () => ({ port: broker.port, user: 'pen', password: RELAYS.pen });
    const watcher = () => ({ port: broker.port, user: 'watcher', password: RELAYS.watcher });

    beforeAll(async () => {
      broker = await open();
    });
    afterAll(() => close(broker));

    /** What a newcomer is told on `topic`, now or as soon as `wanted`. */
    async function toldOn(topic: string, wanted: (said: Readonly<Record<string, unknown>>) => boolean) {
      const listener = new Listener(watcher(), topic);
      try {
        for (;;) {
          const said = JSON.parse(await listener.heard.next()) as Record<string, unknown>;
          if (wanted(said)) return said;
        }
      } finally {
        await listener.stop();
      }
    }
    const presenceSeen = (presence: 'online' | 'offline') =>
      toldOn(presenceTopic(MERCHANT, 'T1'), (said) => said['presence'] === presence);

    it('hears a notice while it is online', async () => {
      const { link, recorder } = await linkUp(broker.url);
      const notice = someNotice();
      const sent = await publishAs(relay(), TOPIC, encodeNotice(notice));
      expect(sent).toMatchObject({ code: 0 });
      expect(await recorder.notices.next()).toEqual(notice);
      await link.stop();
    });

    it('hears after its return, in order, what was sent while it was away', async () => {
      const before = await linkUp(broker.url);
      await before.link.stop();
      const missed = [someNotice(), someNotice(), someNotice()];
      for (const notice of missed) await publishAs(relay(), TOPIC, encodeNotice(notice));
      const after = await linkUp(broker.url);
      expect([
        await after.recorder.notices.next(),
        await after.recorder.notices.next(),
        await after.recorder.notices.next(),
      ]).toEqual(missed);
      await after.link.stop();
    });

    it('is told again after a restart when its journal could not take the notice', async () => {
      const failing = makeLink(broker.url);
      const broken = new Error('disk I/O error');
      const recorder = new LinkRecorder();
      failing.link.start({
        notice: () => {
          throw broken;
        },
        state: (state) => recorder.state(state),
      });
      await recorder.up();
      const notice = someNotice();
      await publishAs(relay(), TOPIC, encodeNotice(notice));
      const again = makeLink(broker.url);
      // The process would end now: nothing was acknowledged, and the link is silent for good.
      await expect.poll(() => failing.fatal).toEqual([broken]);
      again.link.start(again.recorder);
      expect(await again.recorder.notices.next()).toEqual(notice);
      await again.link.stop();
      await failing.link.stop();
      const last = await linkUp(broker.url);
      const other = someNotice();
      await publishAs(relay(), TOPIC, encodeNotice(other));
      expect(await last.recorder.notices.next(), 'the acknowledged one does not come a third time').toEqual(
        other,
      );
      await last.link.stop();
    });

    it('acknowledges after the handler has returned, not before', async () => {
      const { link, recorder, log } = makeLink(broker.url);
      const pubacks: number[] = [];
      link.start({
        notice: (notice) => {
          pubacks.push(log.matching(/-> PUBACK/).length);
          recorder.notice(notice);
        },
        state: (state) => recorder.state(state),
      });
      await recorder.up();
      await publishAs(relay(), TOPIC, encodeNotice(someNotice()));
      await log.said.nextWhere((line) => line.includes('-> PUBACK'));
      expect(pubacks).toEqual([0]);
      await link.stop();
    });

    it('rings twice for a duplicate, which is for the journal to know', async () => {
      const { link, recorder } = await linkUp(broker.url);
      const notice = someNotice();
      await publishAs(relay(), TOPIC, encodeNotice(notice));
      await publishAs(relay(), TOPIC, encodeNotice(notice));
      expect([await recorder.notices.next(), await recorder.notices.next()]).toEqual([notice, notice]);
      await link.stop();
    });

    it('counts and drops what is no notice, and goes on', async () => {
      const { link, recorder, log } = await linkUp(broker.url);
      const good = someNotice();
      await publishAs(relay(), TOPIC, 'not json');
      await publishAs(relay(), TOPIC, JSON.stringify({ ...good, orderId: 7 }));
      await publishAs(relay(), TOPIC, 'x'.repeat(5000));
      await publishAs(relay(), TOPIC, encodeNotice(good));
      expect(await recorder.notices.next()).toEqual(good);
      expect(log.matching(/E606/)).toHaveLength(3);
      await link.stop();
    });

    it('leaves its state, the newest only, for whoever comes later', async () => {
      const { link } = makeLink(broker.url);
      link.publishState({ printer: 'out of paper' });
      link.publishState({ printer: 'ready' });
      const recorder = new LinkRecorder();
      link.start(recorder);
      await recorder.up();
      const { link: id } = await presenceSeen('online');
      expect(await toldOn(STATE, ({ link: by }) => by === id)).toEqual({ printer: 'ready', link: id });
      const listener = new Listener(watcher(), STATE);
      await listener.heard.next();
      for (let n = 1; n <= 20; n += 1) link.publishState({ sales: n });
      await listener.heard.nextWhere((text) => text.includes('"sales":20'));
      await listener.stop();
      await link.stop();
      expect(await presenceSeen('offline'), 'a goodbye says so').toEqual({ presence: 'offline', link: id });
      expect(await toldOn(STATE, () => true), 'and takes nothing away').toEqual({ sales: 20, link: id });
    });

    it('is shown as offline when its line is cut, and what it owed stands there all the same', async () => {
      const line = new TcpLine(broker.port);
      const time = new FakeTime();
      const { link, recorder } = await linkUp(await line.open(), { clock: time, timers: time });
      link.publishState({ owed: 0 });
      const before = await presenceSeen('online');
      // The will was fixed when it connected; this was said later.
      link.publishState({ owed: 15_000 });
      await toldOn(STATE, ({ owed }) => owed === 15_000);
      line.cut();
      await recorder.down();
      const gone = await presenceSeen('offline');
      expect(gone['link'], 'the will is that of the connection that broke').toBe(before['link']);
      expect(await toldOn(STATE, () => true)).toEqual({ owed: 15_000, link: before['link'] });
      time.advance(1000);
      await recorder.up();
      const back = await presenceSeen('online');
      expect(back['link']).not.toBe(before['link']);
      const kept = await toldOn(STATE, ({ link: by }) => by === back['link']);
      expect(kept, 'the state is kept for the return').toMatchObject({ owed: 15_000 });
      await link.stop();
      await line.close();
    });

    it('backs off while the broker is away, and comes back by itself', async () => {
      const time = new FakeTime();
      const { link, recorder } = await linkUp(broker.url, {
        clock: time,
        timers: time,
        random: fixedRandom(0.5),
      });
      await broker.stop();
      const pauses: number[] = [];
      for (let attempt = 0; attempt < 8; attempt += 1) {
        // Each end is told, the same reason twice in a row only once.
        if (attempt < 2) expect(await recorder.down()).toMatch(/^E601 /);
        await expect.poll(() => time.waiting().length).toBe(1);
        await expect.poll(() => time.waiting()[0]).not.toBe(10_000);
        pauses.push(time.waiting()[0] ?? 0);
        time.advance(pauses.at(-1) ?? 0);
      }
      // Half of 1, 2, 4 ... 60 seconds, since the dice always say one half.
      expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
      await expect.poll(() => time.waiting()).toEqual([30_000]);
      await broker.startAgain();
      time.advance(30_000);
      await recorder.up();
      await link.stop();
    });

    it('does not hear what another terminal forges', async () => {
      const { link, recorder } = await linkUp(broker.url);
      const thief = { port: broker.port, user: 'T2', password: TERMINALS.T2 };
      await publishAs(thief, TOPIC, encodeNotice(someNotice()));
      const genuine = someNotice();
      await publishAs(relay(), TOPIC, encodeNotice(genuine));
      expect(await recorder.notices.next()).toEqual(genuine);
      await link.stop();
    });

    it('keeps its notices from one who comes with its id and another password', async () => {
      const before = await linkUp(broker.url);
      await before.link.stop();
      const notice = someNotice();
      await publishAs(relay(), TOPIC, encodeNotice(notice));
      const thief = new Listener(
        { port: broker.port, user: 'T2', password: TERMINALS.T2, clientId: 'T1' },
        TOPIC,
      );
      // The embedded broker and RabbitMQ refuse; Mosquitto, with the identity bound, takes the thief for T2; NATS tells it nothing.
      await Promise.race([thief.subscribed, thief.ended]);
      if (kind.takesAnyId === undefined) expect(await thief.ended).not.toBe(0);
      const after = await linkUp(broker.url);
      // On NATS whoever has a password can have another one's queue thrown away. Terminals ask the gateway anyway.
      const heard = kind.takesAnyId === 'forgets' ? someNotice() : notice;
      if (heard !== notice) await publishAs(relay(), TOPIC, encodeNotice(heard));
      expect(await after.recorder.notices.next()).toEqual(heard);
      expect(thief.heard.all).toEqual([]);
      await thief.stop();
      await after.link.stop();
    });

    it('says with its number that the password is wrong', async () => {
      const { link, recorder } = makeLink(broker.url, { password: 'wrong' });
      link.start(recorder);
      expect(await recorder.down()).toMatch(/^E602 .*(Bad user ?name or password|Not authorized)/i);
      await link.stop();
    });

    it(`speaks MQTT ${kind.speaks5 ? '5' : '3.1.1 where 5 is refused'}`, async () => {
      const { link, log } = await linkUp(broker.url);
      const dialled = log.matching(/-> CONNECT/).map((line) => line.replace(/.*MQTT /, ''));
      expect(dialled).toEqual(kind.speaks5 ? ['5'] : ['5', '3.1.1']);
      await link.stop();
    });

    it('never writes its password into the log', async () => {
      const { link, log }: TestLink = await linkUp(broker.url);
      await link.stop();
      expect(log.lines.length).toBeGreaterThan(3);
      expect(log.matching(new RegExp(TERMINALS.T1))).toEqual([]);
    });
  });
}
