import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { tokenSha256 } from '../../../src/relay/terminals.js';
import { type Shop, story } from '../kit/shop.js';

const PASSWORD = 'the-password-of-home-assistant';
const RELAY = `[[operator]]\nname = "rumah"\ntoken_sha256 = "${tokenSha256(PASSWORD)}"\nhome_assistant = true`;
const TOPIC = 'homeassistant/device/gopay-pos-story/T1/config';
const STATUS = 'homeassistant/status';

/** Comes as Home Assistant does, with its will and its birth. @returns what it is told by topic, the newest of each */
async function homeAt(shop: Shop): Promise<{ told: Map<string, string>; leave: () => Promise<void> }> {
  const told = new Map<string, string>();
  const client = await connectAsync(shop.relay.brokerUrl ?? '', {
    ...{ clientId: 'rumah', username: 'rumah', password: PASSWORD, protocolVersion: 4, reconnectPeriod: 0 },
    will: { topic: STATUS, payload: Buffer.from('offline'), qos: 0, retain: false },
  });
  client.on('message', (topic, payload) => told.set(topic, payload.toString()));
  const filters = ['sensor/+/config', 'device/+/config', 'device/+/+/config'];
  const granted = await client.subscribeAsync(filters.map((filter) => `homeassistant/${filter}`));
  expect(granted.map(({ qos }) => qos)).toEqual([0, 0, 0]);
  await client.publishAsync(STATUS, 'online', { qos: 1 });
  return { told, leave: () => client.endAsync(true) };
}

it('Home Assistant finds the terminal, reads its state where it was told to, and forgets it when it shall', async () => {
  const options = { relayToml: RELAY, toml: '[fleet]\nhome_assistant = true\n' };
  await story(options, async (shop) => {
    const mark = join(shop.directory, 'journal/home-assistant');
    const { told, leave } = await homeAt(shop);
    await shop.until('word of T1', () => told.has(TOPIC));
    expect(JSON.parse(told.get(TOPIC) ?? '')).toMatchObject({
      device: { name: 'Warung Bu Sri T1', sw_version: 'story' },
      state_topic: 'gopay-pos/v1/story/T1/state',
    });
    expect([...told.keys()]).toEqual([TOPIC]);
    await shop.powerCut();
    options.toml = '';
    await shop.startTerminal();
    await shop.until('T1 to be forgotten', () => told.get(TOPIC) === '');
    await shop.until('the mark to go', () => !existsSync(mark));
    await leave();
    const later = await homeAt(shop);
    const published = shop.log.filter((line) => line.includes(`-> ${TOPIC}`)).length;
    await shop.powerCut();
    await shop.startTerminal();
    // In the turn in which the link is up it would have said it, and that was waited for.
    expect(shop.log.filter((line) => line.includes(`-> ${TOPIC}`))).toHaveLength(published);
    expect(later.told.size).toBe(0);
    await later.leave();
  });
});
