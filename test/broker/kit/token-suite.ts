import { describe, expect, it } from 'vitest';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { takePlace } from '../../../src/mqtt/take-place.js';
import { noticeTopic, stateTopic } from '../../../src/mqtt/topics.js';
import { BrokerDoor } from '../../../src/relay/broker-door.js';
import type { RunningBroker } from './brokers.js';
import { AwaitedLog, someNotice } from './collect.js';
import { linkUp, makeLink, makePublisher } from './links.js';
import { Listener, publishAs } from './peers.js';
import { MERCHANT, RELAYS } from './people.js';

/** Terminals that stand in no list of the broker. */
const GUESTS = { T8: 'token-of-eight', T9: 'token-of-nine' } as const;

/** The relay's door for a broker, before tokens of which the test says which hold. */
export class TestDoor {
  readonly revoked = new Set<string>();
  readonly log = new AwaitedLog();
  readonly door: BrokerDoor;
  port = 0;

  private constructor(brokerUrl: () => string) {
    const holds = (name: string) => () => !this.revoked.has(name);
    this.door = new BrokerDoor({
      identify: async (name, password) =>
        Object.entries(GUESTS).some(([id, token]) => id === name && token === password) && holds(name)()
          ? { role: 'terminal', merchant: MERCHANT, holds: holds(name) }
          : undefined,
      known: () => undefined,
      takePlace: (name, password) => takePlace({ urls: [brokerUrl()] }, name, password),
      log: this.log,
      strangers: this.log,
    });
  }

  static async open(brokerUrl: () => string): Promise<TestDoor> {
    const made = new TestDoor(brokerUrl);
    made.port = await made.door.listen(0);
    return made;
  }

  close(): Promise<void> {
    return this.door.close();
  }
}

/** What is asked of a broker that asks the relay who somebody is. */
export function askTokens(name: string, open: () => RunningBroker, door: () => TestDoor): void {
  describe(`${name}, which asks the relay who somebody is`, () => {
    const t8 = { terminal: 'T8', password: GUESTS.T8 };

    it('lets a terminal in with its token, to hear its own notices and to say how it is', async () => {
      const { url, port } = open();
      const terminal = await linkUp(url, t8);
      const { publisher } = makePublisher(url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const notice = someNotice();
      expect(await publisher.publish(noticeTopic(MERCHANT, 'T9'), encodeNotice(someNotice()))).toMatchObject({
        kind: 'acknowledged',
      });
      expect(await publisher.publish(noticeTopic(MERCHANT, 'T8'), encodeNotice(notice))).toEqual({
        kind: 'acknowledged',
      });
      expect(await terminal.recorder.notices.next()).toEqual(notice);
      const watcher = new Listener(
        { port, user: 'watcher', password: RELAYS.watcher },
        `gopay-pos/v1/${MERCHANT}/T8/presence`,
      );
      await watcher.heard.next();
      await watcher.stop();
      await publisher.stop();
      await terminal.link.stop();
    });

    it.each([
      ['no token of ours', { ...t8, password: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' }],
      ['the token of another', { ...t8, password: GUESTS.T9 }],
      ['a name that is none', { terminal: 'T7', password: GUESTS.T8 }],
    ])('refuses who comes with %s', async (_title, who) => {
      const { link, recorder } = makeLink(open().url, who);
      link.start(recorder);
      expect(await recorder.down()).toMatch(/^E602 /);
      await link.stop();
    });

    it('lets nobody take another’s id, topic or notices', async () => {
      const { url, port } = open();
      const owner = await linkUp(url, { terminal: 'T9', password: GUESTS.T9 });
      const guest = { port, user: 'T8', password: GUESTS.T8 };
      const taken = await publishAs({ ...guest, clientId: 'T9' }, stateTopic(MERCHANT, 'T8'), '{}');
      expect(taken.code).not.toBe(0);
      const forged = encodeNotice(someNotice());
      await publishAs(guest, noticeTopic(MERCHANT, 'T9'), forged);
      await publishAs(guest, noticeTopic(MERCHANT, 'T8'), forged);
      const listener = new Listener(guest, noticeTopic(MERCHANT, 'T9'));
      const { publisher } = makePublisher(url);
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const genuine = someNotice();
      await publisher.publish(noticeTopic(MERCHANT, 'T9'), encodeNotice(genuine));
      expect(await owner.recorder.notices.next()).toEqual(genuine);
      expect(listener.heard.all).toEqual([]);
      await listener.stop();
      await publisher.stop();
      await owner.link.stop();
    });

    it('throws a revoked terminal out at once, with what waits for it, and lets it in no more', async () => {
      const { url, port } = open();
      const { link, recorder, log } = await linkUp(url, t8);
      door().revoked.add('T8');
      door().door.review();
      expect(await recorder.down()).toMatch(/^E60/);
      await door().log.said.nextWhere((line) =>
        line.includes('T8 may not be at the broker any more and was'),
      );
      await log.said.nextWhere((line) => line.includes('E602'));
      await link.stop();
      const { code } = await publishAs(
        { port, user: 'T8', password: GUESTS.T8 },
        stateTopic(MERCHANT, 'T8'),
        '{}',
      );
      expect(code).not.toBe(0);
      door().revoked.delete('T8');
    });
  });
}
