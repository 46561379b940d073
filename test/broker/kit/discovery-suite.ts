import { describe, expect, it } from 'vitest';
import { discoveryTopic } from '../../../src/mqtt/topics.js';
import type { RunningBroker } from './brokers.js';
import { Inbox } from './collect.js';
import { linkUp } from './links.js';
import { Listener, publishAs } from './peers.js';
import { HOMES, MERCHANT, TERMINALS } from './people.js';

const OWN = discoveryTopic(MERCHANT, 'T1');
const OTHER = discoveryTopic(MERCHANT, 'T2');
/** What it subscribes to for devices: with a node id, and with none. */
const FILTER = 'homeassistant/device/+/+/config';

/** A terminal that tells Home Assistant what there is to show, and one that tells it lies about another. */
export function askDiscovery(name: string, at: () => Pick<RunningBroker, 'url' | 'port'>): void {
  describe(`Home Assistant at ${name}`, () => {
    const home = () => ({ port: at().port, user: 'homeassistant', password: HOMES.homeassistant });

    it('is told what to show of a terminal, also when it comes later, and may say that it is there', async () => {
      const told = new Inbox<true>();
      const { link } = await linkUp(at().url, {
        discovery: { payload: '{"device":1}', taken: () => told.push(true) },
      });
      await told.next();
      const listener = new Listener(home(), FILTER);
      expect(await listener.heard.next()).toBe('{"device":1}');
      await listener.stop();
      expect((await publishAs(home(), 'homeassistant/status', 'online')).code).toBe(0);
      await link.stop();
    });

    it('hears nothing that a terminal says of another one', async () => {
      const listener = new Listener(home(), FILTER);
      await listener.subscribed;
      const thief = { port: at().port, user: 'T2', password: TERMINALS.T2 };
      await publishAs(thief, OWN, 'forged', { retain: true });
      await publishAs(thief, OTHER, 'its own', { retain: true });
      expect(await listener.heard.nextWhere((said) => said !== '{"device":1}')).toBe('its own');
      await listener.stop();
    });
  });
}
