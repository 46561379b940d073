import { afterEach, describe, expect, it } from 'vitest';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { FakeTime } from '../kit/time.js';
import { makePublisher } from './kit/links.js';
import { MERCHANT } from './kit/people.js';
import { connack5, connack5Allowing, ScriptedBroker } from './kit/scripted-broker.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

describe('a relay whose broker is sick', () => {
  let broker: ScriptedBroker;
  afterEach(() => broker.close());

  it('does not take its path for good until its message has come back, and asks again and again', async () => {
    broker = new ScriptedBroker(() => connack5(0), { pubacks: true });
    const time = new FakeTime();
    const { publisher } = makePublisher(await broker.open(), { clock: time, timers: time, keepaliveS: 3600 });
    const judged = publisher.start();
    for (let probe = 1; probe <= 3; probe += 1) {
      (await broker.publishes.next()).acknowledge();
      if (probe === 1) expect(publisher.trouble()).toMatch(/^E601 /);
      time.advance(4000);
      expect(publisher.trouble()).toMatch(/^E610 .*did not come back/);
      time.advance(5000);
    }
    await judged;
    // The last probe is still under way, so the goodbye takes its whole bound.
    await Promise.all([publisher.stop(), Promise.resolve().then(() => time.advance(1000))]);
  });

  it('sends no more at once than the broker allows', async () => {
    broker = new ScriptedBroker(() => connack5Allowing(3), { pubacks: true });
    const time = new FakeTime();
    const { publisher, log } = makePublisher(await broker.open(), { clock: time, timers: time });
    publisher.start();
    const probe = await broker.publishes.next();
    const outcomes = [1, 2, 3, 4].map((n) => publisher.publish(TOPIC, String(n)));
    const sent = (): string[] => log.matching(/-> .*T1\/notice/).map((line) => line.slice(-1));
    expect(sent(), 'the probe is the third').toEqual(['1', '2']);
    probe.acknowledge();
    await expect.poll(sent).toEqual(['1', '2', '3']);
    time.advance(4000);
    expect(new Set((await Promise.all(outcomes)).map((outcome) => outcome.kind))).toEqual(
      new Set(['unanswered']),
    );
    (await broker.publishes.next()).acknowledge();
    await log.said.nextWhere((line) => /<- PUBACK/.test(line));
    await log.said.nextWhere((line) => /<- PUBACK/.test(line));
    expect(sent(), 'what had not left in time never leaves').toEqual(['1', '2', '3']);
    await Promise.all([publisher.stop(), Promise.resolve().then(() => time.advance(1000))]);
  });

  it('takes a notice for acknowledged once the broker has answered what came after its PUBACK', async () => {
    broker = new ScriptedBroker(() => connack5(0), { pubacks: true, pings: true });
    const { publisher } = makePublisher(await broker.open());
    publisher.start();
    (await broker.publishes.next()).acknowledge();
    let settled = false;
    const kept = publisher.publish(TOPIC, 'kept').finally(() => {
      settled = true;
    });
    (await broker.publishes.next()).acknowledge();
    const ping = await broker.pings.next();
    expect(settled).toBe(false);
    ping();
    expect(await kept).toEqual({ kind: 'acknowledged' });
    const torn = publisher.publish(TOPIC, 'torn');
    (await broker.publishes.next()).acknowledge();
    await broker.pings.next();
    (await broker.connects.next()).socket.destroy();
    expect(await torn).toEqual({ kind: 'unanswered', why: 'the connection ended right after the PUBACK' });
    await publisher.stop();
  });
});
