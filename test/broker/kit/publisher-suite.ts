import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { noticeTopic } from '../../../src/mqtt/topics.js';
import { FakeTime } from '../../kit/time.js';
import type { BrokerKind, RunningBroker } from './brokers.js';
import { someNotice } from './collect.js';
import { linkUp, makePublisher, startPublisher } from './links.js';
import { Listener } from './peers.js';
import { MERCHANT, RELAYS } from './people.js';
import { TcpLine } from './tcp-line.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

/** What is asked of every broker. */
export function askRelays(
  kind: BrokerKind,
  open = kind.start,
  close = (broker: RunningBroker) => broker.dispose(),
): void {
  describe(`a relay on ${kind.name}`, () => {
    let broker: RunningBroker;
    beforeAll(async () => {
      broker = await open();
    });
    afterAll(() => close(broker));

    it('has no trouble once a message to itself came back, and what it publishes is heard', async () => {
      const { publisher, log } = makePublisher(broker.url);
      expect(publisher.trouble()).toMatch(/^E601 /);
      await publisher.start();
      expect(publisher.trouble()).toBeUndefined();
      const terminal = await linkUp(broker.url);
      const peer = new Listener({ port: broker.port, user: 'watcher', password: RELAYS.watcher }, TOPIC);
      await peer.subscribed;
      const notice = someNotice();
      expect(await publisher.publish(TOPIC, encodeNotice(notice))).toEqual({ kind: 'acknowledged' });
      expect(await terminal.recorder.notices.next()).toEqual(notice);
      expect(JSON.parse(await peer.heard.next()), 'the payload as an independent client reads it').toEqual(
        notice,
      );
      await peer.stop();
      await terminal.link.stop();
      await publisher.stop();
      expect(log.matching(new RegExp(RELAYS.relay1))).toEqual([]);
    });

    it('is answered unanswered at once while there is no connection, and nothing of it is sent later', async () => {
      const line = new TcpLine(broker.port);
      const time = new FakeTime();
      const terminal = await linkUp(broker.url);
      const made = makePublisher(await line.open(), { clock: time, timers: time });
      const { publisher, log } = made;
      await startPublisher(made, time);
      line.cut();
      await expect.poll(() => publisher.trouble()).toMatch(/^E601 /);
      const lost = await publisher.publish(TOPIC, encodeNotice(someNotice()));
      expect(lost).toMatchObject({ kind: 'unanswered' });
      expect(log.matching(/next connect/)).toHaveLength(1);
      time.advance(time.waiting()[0] ?? 0);
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const genuine = someNotice();
      await publisher.publish(TOPIC, encodeNotice(genuine));
      expect(await terminal.recorder.notices.next()).toEqual(genuine);
      await publisher.stop();
      await terminal.link.stop();
      await line.close();
    });

    it('waits four seconds for a PUBACK and no longer', async () => {
      const line = new TcpLine(broker.port);
      const time = new FakeTime();
      const made = makePublisher(await line.open(), { clock: time, timers: time });
      const { publisher } = made;
      await startPublisher(made, time);
      line.freeze();
      const outcome = publisher.publish(TOPIC, encodeNotice(someNotice()));
      time.advance(3999);
      let settled = false;
      outcome.then(() => {
        settled = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(settled).toBe(false);
      time.advance(1);
      expect(await outcome).toEqual({ kind: 'unanswered', why: 'E608 no PUBACK within 4000 ms' });
      await Promise.all([publisher.stop(), Promise.resolve().then(() => time.advance(1000))]);
      await line.close();
    });

    it('settles what is under way when the connection breaks', async () => {
      const line = new TcpLine(broker.port);
      const time = new FakeTime();
      const made = makePublisher(await line.open(), { clock: time, timers: time });
      const { publisher } = made;
      await startPublisher(made, time);
      line.freeze();
      const outcomes = Array.from({ length: 50 }, () => publisher.publish(TOPIC, encodeNotice(someNotice())));
      line.cut();
      const kinds = (await Promise.all(outcomes)).map((outcome) => outcome.kind);
      expect(new Set(kinds)).toEqual(new Set(['unanswered']));
      await publisher.stop();
      await line.close();
    });

    it('carries a burst of 200', async () => {
      const { publisher } = makePublisher(broker.url);
      await publisher.start();
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, () => publisher.publish(TOPIC, encodeNotice(someNotice()))),
      );
      expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['acknowledged']));
      await publisher.stop();
    });

    it('proves its path again every 30 seconds, and says so when it no longer comes back', async () => {
      const line = new TcpLine(broker.port);
      const time = new FakeTime();
      const made = makePublisher(await line.open(), {
        clock: time,
        timers: time,
        keepaliveS: 60,
      });
      const { publisher, log } = made;
      await startPublisher(made, time);
      const probes = (): number => log.matching(/-> gopay-pos\/v1\/warung-1\/_probe\/notice/).length;
      expect(probes()).toBe(1);
      time.advance(30_000);
      expect(probes()).toBe(2);
      await expect.poll(() => time.waiting()).toContain(30_000);
      expect(publisher.trouble()).toBeUndefined();
      line.freeze();
      time.advance(30_000);
      time.advance(4000);
      expect(publisher.trouble()).toMatch(/^E610 /);
      line.cut();
      await publisher.stop();
      await line.close();
    });
  });
}
