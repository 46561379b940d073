import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { BROKERS } from './kit/brokers.js';
import { AwaitedLog, Inbox } from './kit/collect.js';
import { linkUp, makePublisher } from './kit/links.js';
import { identify, RELAYS } from './kit/people.js';
import { PATIENCE_MS, realTime } from './kit/time.js';

/** What a relay was told, as `leaf payload`. */
function ear() {
  const inbox = new Inbox<string>();
  return {
    inbox,
    heard: (topic: string, payload: string) => inbox.push(`${topic.split('/').at(-1)} ${payload}`),
  };
}

it('a relay with the embedded broker hears how terminals are, and after a restart what they said before it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-heard-'));
  const open = async (heard: (topic: string, payload: string) => void) => {
    const broker = new EmbeddedBroker({
      ...{ authenticate: identify, persistence: { directory }, ackTimeoutMs: PATIENCE_MS, heard },
      ...{ ...realTime(), log: new AwaitedLog() },
    });
    return { broker, url: await broker.listen(0, '127.0.0.1') };
  };
  const first = ear();
  const before = await open(first.heard);
  const { link } = await linkUp(before.url);
  link.publishState({ owed: 15_000 });
  await first.inbox.nextWhere((text) => /^presence .*"online"/.test(text));
  await first.inbox.nextWhere((text) => /^state .*"owed":15000/.test(text));
  await link.stop();
  await first.inbox.nextWhere((text) => /^presence .*"offline"/.test(text));
  await before.broker.close();
  const second = ear();
  const after = await open(second.heard);
  expect([...second.inbox.all].sort()).toEqual([
    expect.stringMatching(/^presence .*"offline"/),
    expect.stringMatching(/^state .*"owed":15000/),
  ]);
  await after.broker.close();
  rmSync(directory, { recursive: true });
});

it('a relay at a broker of its own hears the same, what was said before it came as well', async () => {
  const broker = await BROKERS.find(({ name }) => name === 'Mosquitto')?.start();
  if (broker === undefined) throw new Error('no Mosquitto among the brokers');
  const { link } = await linkUp(broker.url);
  link.publishState({ owed: 15_000 });
  const { inbox, heard } = ear();
  const { publisher } = makePublisher(broker.url, { userName: 'pen', password: RELAYS.pen, heard });
  await publisher.start();
  await inbox.nextWhere((text) => /^state .*"owed":15000/.test(text));
  link.publishState({ owed: 0 });
  await inbox.nextWhere((text) => /^state .*"owed":0/.test(text));
  expect(publisher.trouble()).toBeUndefined();
  await link.stop();
  await inbox.nextWhere((text) => /^presence .*"offline"/.test(text));
  await publisher.stop();
  await broker.dispose();
});
