import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { FakeTime } from '../kit/time.js';
import { BROKERS, type RunningBroker } from './kit/brokers.js';
import { someNotice } from './kit/collect.js';
import { makePublisher } from './kit/links.js';
import { MERCHANT, STRANGERS, TERMINALS } from './kit/people.js';
import { askRelays } from './kit/publisher-suite.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

for (const kind of BROKERS) askRelays(kind);

describe('a relay on Mosquitto, where MQTT 5 tells more', () => {
  const mosquitto = BROKERS.find((kind) => kind.speaks5);
  let broker: RunningBroker;
  beforeAll(async () => {
    if (mosquitto === undefined) throw new Error('no broker with MQTT 5');
    broker = await mosquitto.start();
  });
  afterAll(() => broker.dispose());

  it('learns that nobody holds a session for the notice', async () => {
    const { publisher } = makePublisher(broker.url);
    await publisher.start();
    const outcome = await publisher.publish(noticeTopic(MERCHANT, 'T99'), encodeNotice(someNotice()));
    expect(outcome).toEqual({ kind: 'acknowledged', reached: false });
    await publisher.stop();
  });

  it('learns that it is not permitted, and does not take its path for proved', async () => {
    const time = new FakeTime();
    const { publisher, log } = makePublisher(broker.url, {
      userName: 'stranger',
      password: STRANGERS.stranger,
      clock: time,
      timers: time,
    });
    const judged = publisher.start();
    // Mosquitto 2.0.11 refuses the subscription; 2.0.21 grants it, and then the probe does not come back.
    await log.said.nextWhere((line) => /<- SUBACK|E603/.test(line));
    await new Promise((resolve) => setImmediate(resolve));
    time.advance(4000);
    await judged;
    expect(publisher.trouble()).toMatch(/^(E603 .*_probe|E610 .*permissions of stranger)/);
    const outcome = await publisher.publish(TOPIC, encodeNotice(someNotice()));
    expect(outcome).toEqual({ kind: 'refused', reason: 135 });
    await publisher.stop();
  });

  it('is in trouble, not in a knot, with a wrong password', async () => {
    const { publisher } = makePublisher(broker.url, { password: TERMINALS.T1 });
    await publisher.start();
    expect(publisher.trouble()).toMatch(/^E602 /);
    await publisher.stop();
  });
});
