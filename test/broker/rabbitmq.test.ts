import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discoveryTopic } from '../../src/mqtt/topics.js';
import { openDoor } from '../../src/programs/relay-door.js';
import { freePort } from '../kit/net/free-port.js';
import type { RunningBroker } from './kit/brokers.js';
import { Inbox } from './kit/collect.js';
import { askEvents } from './kit/event-suite.js';
import { askKilled } from './kit/kill-suite.js';
import { askTerminals } from './kit/link-suite.js';
import { linkUp } from './kit/links.js';
import { publishAs } from './kit/peers.js';
import { MERCHANT, TERMINALS } from './kit/people.js';
import { askRelays } from './kit/publisher-suite.js';
import { askRelayKilled } from './kit/relay-kill-suite.js';
import { RABBITMQ, type ShippedBroker, startRabbitAsShipped } from './kit/shipped.js';
import { askShipped } from './kit/tls-suite.js';
import { askTokens, TestDoor } from './kit/token-suite.js';

// One for all of these: its start takes four seconds of a processor.
let broker: ShippedBroker;
let doorPort: number;
const door = new TestDoor((people, environment) =>
  openDoor(doorPort, people, { urls: [broker.url] }, environment, join(door.directory, 'at-broker')),
);
beforeAll(async () => {
  doorPort = await freePort();
  broker = await startRabbitAsShipped(doorPort);
  await door.open();
});
afterAll(async () => {
  await door.close();
  await broker.dispose();
});

const open = (): Promise<RunningBroker> => Promise.resolve(broker);
const leave = (): Promise<void> => Promise.resolve();
askTerminals(RABBITMQ, open, leave);
askRelays(RABBITMQ, open, leave);
askKilled(RABBITMQ.name, () => broker);
// As rabbitmq.conf says.
askEvents(RABBITMQ.name, () => broker, { prefetch: 100 });
askRelayKilled(RABBITMQ.name, () => broker);

it('a terminal on RabbitMQ may tell Home Assistant of itself, and of no other one', async () => {
  const told = new Inbox<true>();
  const { link } = await linkUp(broker.url, {
    discovery: { payload: '{"device":1}', taken: () => told.push(true) },
  });
  await told.next();
  await link.stop();
  const thief = { port: broker.port, user: 'T2', password: TERMINALS.T2 };
  expect((await publishAs(thief, discoveryTopic(MERCHANT, 'T2'), 'its own')).code).toBe(0);
  expect((await publishAs(thief, discoveryTopic(MERCHANT, 'T1'), 'forged')).code).not.toBe(0);
});
askShipped(RABBITMQ.name, () => broker);
askTokens(
  RABBITMQ.name,
  () => broker,
  () => door,
);
