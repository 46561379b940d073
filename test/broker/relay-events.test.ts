import { expect, it } from 'vitest';
import type { RelayConfig } from '../../src/config/relay-tables.js';
import { EmbeddedBroker } from '../../src/mqtt/broker.js';
import { EventListener } from '../../src/mqtt/event-listener.js';
import { eventTopic } from '../../src/mqtt/topics.js';
import type { Environment } from '../../src/programs/environment.js';
import { startEvents } from '../../src/programs/relay-events.js';
import { Metrics } from '../../src/relay/metrics.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog } from './kit/collect.js';
import { identify, MERCHANT } from './kit/people.js';
import { connack5, ScriptedBroker } from './kit/scripted-broker.js';
import { fixedRandom, realTime } from './kit/time.js';

it('writes sixty lines a minute of what is no event, and how many it has left out', async () => {
  const [log, time, counters] = [new AwaitedLog(), new FakeTime(), new Metrics()];
  const embedded = new EmbeddedBroker({
    ...{ authenticate: identify, persistence: 'memory', log },
    ...realTime(),
  });
  await embedded.listen(0, '127.0.0.1');
  const environment = { clock: time, timers: time, random: fixedRandom(), log, secret: () => 'secret' };
  const events = startEvents(
    { broker: { kind: 'embedded' }, webhook: [], relay: { merchant: MERCHANT } } as unknown as RelayConfig,
    environment as unknown as Environment,
    counters,
    { nameTaken: () => undefined },
    embedded,
  );
  await log.said.nextWhere((line) => line.includes('listening to events'));
  const publisher = embedded.publisher();
  for (let n = 0; n < 70; n += 1) await publisher.publish(eventTopic(MERCHANT, 'T1'), 'no event');
  await expect.poll(() => counters.rows('events')).toContainEqual([{ outcome: 'malformed' }, 70]);
  expect(log.matching(/E429/)).toHaveLength(60);
  await events.stop();
  expect(log.matching(/10 more lines about what is no event/)).toHaveLength(1);
  await embedded.close();
});

it('what was left at the broker is fetched by a new connection at once, as often as it is due, and no rival is seen in it', async () => {
  const [log, time, broker] = [new AwaitedLog(), new FakeTime(), new ScriptedBroker(() => connack5(0))];
  const url = await broker.open();
  const listener = new EventListener({
    ...{ broker: { urls: [url] }, user: 'events', random: fixedRandom(), log, clock: time, timers: time },
    arrived: () => undefined,
    connected: () => undefined,
  });
  listener.start();
  for (let connection = 1; connection <= 6; connection += 1) {
    expect(await broker.connects.next()).toMatchObject({ clean: false, version: 5 });
    await log.said.nextWhere((line) => line.includes('listening to events'));
    listener.again();
    // There is one under way already.
    listener.again();
  }
  await broker.connects.next();
  expect(log.matching(/E6\d\d|next connect/)).toEqual([]);
  await listener.stop();
  await broker.close();
});
