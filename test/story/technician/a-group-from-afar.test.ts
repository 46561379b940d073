import { createHash } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, it } from 'vitest';
import { commandTopic, configTopic, replyTopic, stateTopic } from '../../../src/mqtt/topics.js';
import { afarStory, fleetConfig, fleetDo, listening } from '../kit/operator.js';
import type { Shop } from '../kit/shop.js';

const tokenOf = (id: string): string => `token-of-${id}-that-is-not-of-this-process`;
const OTHERS = ['T2', 'T3']
  .map((id) => {
    const digest = createHash('sha256').update(tokenOf(id)).digest('hex');
    return `[[terminal]]\nid = "${id}"\ntoken_sha256 = "${digest}"\n`;
  })
  .join('');
const MENU = '[catalogue]\n[[product]]\nid = "teh"\nname_id = "Teh"\nprice = 5_000\n';

/** Another box, as the broker knows it: what it said of itself last, and what comes for it. */
class OtherBox {
  readonly got: string[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async open(shop: Shop, id: string, group: string): Promise<OtherBox> {
    const names = { clientId: id, username: id, password: tokenOf(id) };
    const client = await connectAsync(`mqtt://${shop.brokerWire.address}`, { ...names, reconnectPeriod: 0 });
    const box = new OtherBox(client);
    client.on('message', (topic, payload) => {
      const claims = JSON.parse(
        Buffer.from(payload.toString().split('.')[1] ?? '', 'base64url').toString(),
      ) as { aud: string; number?: number; serial?: number };
      box.got.push(`${topic} for ${claims.aud}`);
      const number = claims.number ?? claims.serial ?? 0;
      const reply = { operator: 'sri', number, good: true, text: `${id} heard it`, data: null, parts: 0 };
      client.publish(replyTopic('story', id), JSON.stringify(reply), { qos: 1 });
    });
    for (const topic of [configTopic('story', id), commandTopic('story', id)])
      await client.subscribeAsync(topic, { qos: 1 });
    // As T1 says it, of another group.
    const line = await shop.found('a state', () =>
      shop.log.filter((each) => /-> \S+\/T1\/state \{/.test(each)).at(-1),
    );
    const state = JSON.parse(line.slice(line.indexOf('{'))) as object;
    const text = JSON.stringify({ ...state, terminal: id, group });
    await client.publishAsync(stateTopic('story', id), text, { qos: 1, retain: true });
    return box;
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}

it('prices and commands for a group reach each terminal of it, signed for each, and no other one', () =>
  afarStory(
    ['config', 'status'],
    { toml: MENU, terminalToml: 'group = "pasar"', relayToml: OTHERS },
    async (shop, { sri }) => {
      const [stranger, member] = [
        await OtherBox.open(shop, 'T2', 'kantor'),
        await OtherBox.open(shop, 'T3', 'pasar'),
      ];
      try {
        const told = await fleetDo(shop, sri, ['status'], { group: 'pasar' });
        expect([told.code, told.errors]).toEqual([0, '']);
        for (const line of [/^T1: /m, /^T3: T3 heard it$/m]) expect(told.out).toMatch(line);
        const prices = MENU.slice(MENU.indexOf('[[')).replace('5_000', '6_000');
        const set = await fleetConfig(shop, sri, 'set', prices, [], 'prices', { group: 'pasar' });
        for (const line of [/^T1: prices is taken/m, /^T3: T3 heard it$/m]) expect(set.out).toMatch(line);
        expect(member.got).toEqual(
          [commandTopic('story', 'T3'), configTopic('story', 'T3')].map((topic) => `${topic} for story/T3`),
        );
        expect(stranger.got).toEqual([]);
        await shop.clock.advance(20_000);
        await shop.until('the restart', () => shop.restarts === 1);
        await shop.powerCut();
        shop.restarts = 0;
        await shop.startTerminal();
        await listening(shop);
        await shop.until('6000', () => {
          const { now } = shop.screen;
          return now?.show === 'choose' && now.products[0]?.price === 6_000;
        });
        const none = await fleetDo(shop, sri, ['status'], { group: 'pantai' });
        expect([none.code, none.errors]).toEqual([
          1,
          'no terminal of the group pantai has said anything yet',
        ]);
      } finally {
        await stranger.close();
        await member.close();
      }
    },
  ));
