import { describe, expect, it } from 'vitest';
import { encodeNotice } from '../../../src/mqtt/envelope.js';
import { FleetWatcher } from '../../../src/mqtt/fleet-watcher.js';
import { commandTopic, configTopic, noticeTopic } from '../../../src/mqtt/topics.js';
import { AwaitedLog, Inbox, someNotice } from './collect.js';
import { linkUp, makeLink, makePublisher } from './links.js';
import { MERCHANT, OPERATORS, TERMINALS } from './people.js';
import { BROKER_NAME, type ShippedBroker } from './shipped.js';
import { fixedRandom, realTime } from './time.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

/** What is asked of a broker with the files of systemd/broker, over TLS. */
export function askShipped(name: string, open: () => ShippedBroker): void {
  describe(`${name} as it is shipped`, () => {
    const address = (servername = BROKER_NAME) => {
      const { tlsUrl: url, caFile } = open();
      return { urls: [url], tls: { caFile, servername } };
    };

    it('carries a notice from the relay to its terminal over TLS', async () => {
      const broker = address();
      const terminal = await linkUp(open().tlsUrl, { broker });
      const { publisher } = makePublisher(open().tlsUrl, { broker });
      await publisher.start();
      await expect.poll(() => publisher.trouble()).toBeUndefined();
      const notice = someNotice();
      expect(await publisher.publish(TOPIC, encodeNotice(notice))).toEqual({ kind: 'acknowledged' });
      expect(await terminal.recorder.notices.next()).toEqual(notice);
      await publisher.stop();
      await terminal.link.stop();
    });

    it('carries a command from an operator to a terminal, and the answer back', async () => {
      const broker = address();
      const taken = new Inbox<string>();
      const answers = new Inbox<string>();
      const watcher = new FleetWatcher({
        ...{ broker, user: 'operator', password: OPERATORS.operator, merchant: MERCHANT },
        ...{ ...realTime(), random: fixedRandom(), log: new AwaitedLog() },
        changed: () => undefined,
        replied: (terminal, payload) => answers.push(`${terminal} ${payload}`),
        down: () => undefined,
      });
      watcher.start();
      await watcher.listening;
      let linked = (): void => {};
      const up = new Promise<void>((resolve) => {
        linked = resolve;
      });
      const commands = {
        take: (payload: Buffer) => Promise.resolve(taken.push(payload.toString())),
        configure: (payload: Buffer) => Promise.resolve(taken.push(payload.toString())),
        linked: () => linked(),
      };
      const terminal = await linkUp(open().tlsUrl, { broker, commands });
      await up;
      expect(terminal.log.matching(/E603/)).toEqual([]);
      expect(await watcher.publish(commandTopic(MERCHANT, 'T1'), 'signed')).toEqual({ kind: 'acknowledged' });
      expect(await taken.next()).toBe('signed');
      expect(await watcher.publish(configTopic(MERCHANT, 'T1'), 'set', true)).toEqual({
        kind: 'acknowledged',
      });
      expect(await taken.next()).toBe('set');
      expect(await terminal.link.reply('done')).toEqual({ kind: 'acknowledged' });
      expect(await answers.next()).toBe('T1 done');
      await terminal.link.stop();
      await watcher.stop();
    });

    it('is no broker for who knows it by another name', async () => {
      const broker = address('elsewhere.example');
      const { link, recorder } = makeLink(open().tlsUrl, { broker });
      link.start(recorder);
      expect(await recorder.down()).toMatch(/^E605 /);
      await link.stop();
    });

    it('carries what several relays of one user name send, and throws none of them out', async () => {
      const { relaysUrl, tlsUrl, caFile } = open();
      const tls = { caFile, servername: BROKER_NAME };
      const terminal = await linkUp(tlsUrl, { broker: address() });
      const relays = ['aaaaaaaa', 'bbbbbbbb'].map((instance) =>
        makePublisher(relaysUrl, { broker: { urls: [relaysUrl], tls }, instance }),
      );
      for (const { publisher } of relays) await publisher.start();
      for (const { publisher } of relays) {
        await expect.poll(() => publisher.trouble()).toBeUndefined();
        await expect.poll(() => publisher.relays()).toBe(2);
        const notice = someNotice();
        expect(await publisher.publish(TOPIC, encodeNotice(notice))).toEqual({ kind: 'acknowledged' });
        expect(await terminal.recorder.notices.next()).toEqual(notice);
      }
      for (const { publisher, log } of relays) {
        expect(log.matching(/E604|E782/)).toEqual([]);
        await publisher.stop();
      }
      await terminal.link.stop();
    });

    it('lets two copies of one relay in: the one that is thrown out goes on under another id, and says so', async () => {
      const { relaysUrl, caFile } = open();
      const broker = { urls: [relaysUrl], tls: { caFile, servername: BROKER_NAME } };
      const copies = [0.1, 0.2].map((fraction) =>
        makePublisher(relaysUrl, { broker, instance: 'dddddddd', random: fixedRandom(fraction) }),
      );
      for (const { publisher } of copies) {
        await publisher.start();
        await expect.poll(() => publisher.trouble()).toBeUndefined();
      }
      for (const { publisher } of copies)
        await expect.poll(() => publisher.trouble() ?? publisher.relays()).toBe(2);
      expect(
        copies.flatMap(({ log }) => log.matching(/^warn E782 the connection as relay1-dddddddd /)),
      ).not.toEqual([]);
      for (const { publisher } of copies) await publisher.stop();
    });

    it('proves no path to a terminal that publishes as a relay does', async () => {
      const broker = address();
      const { publisher } = makePublisher(open().tlsUrl, {
        broker,
        userName: 'T2',
        password: TERMINALS.T2,
        ackTimeoutMs: 1_000,
      });
      await publisher.start();
      expect(publisher.trouble()).toMatch(/^E6(01|03|10) /);
      const terminal = await linkUp(open().tlsUrl, { broker });
      await publisher.publish(TOPIC, encodeNotice(someNotice()));
      const relay = makePublisher(open().tlsUrl, { broker });
      await relay.publisher.start();
      await expect.poll(() => relay.publisher.trouble()).toBeUndefined();
      const genuine = someNotice();
      await relay.publisher.publish(TOPIC, encodeNotice(genuine));
      expect(await terminal.recorder.notices.next()).toEqual(genuine);
      await publisher.stop();
      await relay.publisher.stop();
      await terminal.link.stop();
    });
  });
}
