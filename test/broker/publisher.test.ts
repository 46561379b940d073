import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { noticeTopic } from '../../src/mqtt/topics.js';
import { FakeTime } from '../kit/time.js';
import { BROKERS, type RunningBroker } from './kit/brokers.js';
import { someNotice } from './kit/collect.js';
import { linkUp, makePublisher } from './kit/links.js';
import { Listener } from './kit/peers.js';
import { MERCHANT, RELAYS, STRANGERS, TERMINALS } from './kit/people.js';
import { TcpLine } from './kit/tcp-line.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

describe.each(BROKERS)('a relay on $name', (kind) => {
  let broker: RunningBroker;
  beforeAll(async () => {
    broker = await kind.start();
  });
  afterAll(() => broker.dispose());

  it('has no trouble once a message to itself came back, and what it publishes is heard', async () => {
    const { publisher, log } = makePublisher(broker.url);
    expect(publisher.trouble()).toMatch(/^E601 /);
    await publisher.start();
    expect(publisher.trouble()).toBeUndefined();
    const terminal = await linkUp(broker.url);
    const peer = new Listener({ port: broker.port, user: 'watcher', password: RELAYS.watcher }, TOPIC);
    await peer.subscribed;
    const notice = someNotice();
    expect(await publisher.publish(TOPIC, encodeNotice(notice))).toEqual({ kind: 'acknowledged' });
    expect(await terminal.recorder.notices.next()).toEqual(notice);
    expect(JSON.parse(await peer.heard.next()), 'the payload as an independent client reads it').toEqual(
      notice,
    );
    await peer.stop();
    await terminal.link.stop();
    await publisher.stop();
    expect(log.matching(new RegExp(RELAYS.relay1))).toEqual([]);
  });

  it('is answered unanswered at once while there is no connection, and nothing of it is sent later', async () => {
    const line = new TcpLine(broker.port);
    const time = new FakeTime();
    const terminal = await linkUp(broker.url);
    const { publisher, log } = makePublisher(await line.open(), { clock: time, timers: time });
    await publisher.start();
    line.cut();
    await expect.poll(() => publisher.trouble()).toMatch(/^E601 /);
    const lost = await publisher.publish(TOPIC, encodeNotice(someNotice()));
    expect(lost).toMatchObject({ kind: 'unanswered' });
    expect(log.matching(/next connect/)).toHaveLength(1);
    time.advance(time.waiting()[0] ?? 0);
    await expect.poll(() => publisher.trouble()).toBeUndefined();
    const genuine = someNotice();
    await publisher.publish(TOPIC, encodeNotice(genuine));
    expect(await terminal.recorder.notices.next()).toEqual(genuine);
    await publisher.stop();
    await terminal.link.stop();
    await line.close();
  });

  it('waits four seconds for a PUBACK and no longer', async () => {
    const line = new TcpLine(broker.port);
    const time = new FakeTime();
    const { publisher } = makePublisher(await line.open(), { clock: time, timers: time });
    await publisher.start();
    line.freeze();
    const outcome = publisher.publish(TOPIC, encodeNotice(someNotice()));
    time.advance(3999);
    let settled = false;
    outcome.then(() => {
      settled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    time.advance(1);
    expect(await outcome).toEqual({ kind: 'unanswered', why: 'E608 no PUBACK within 4000 ms' });
    await Promise.all([publisher.stop(), Promise.resolve().then(() => time.advance(1000))]);
    await line.close();
  });

  it('settles what is under way when the connection breaks', async () => {
    const line = new TcpLine(broker.port);
    const time = new FakeTime();
    const { publisher } = makePublisher(await line.open(), { clock: time, timers: time });
    await publisher.start();
    line.freeze();
    const outcomes = Array.from({ length: 50 }, () => publisher.publish(TOPIC, encodeNotice(someNotice())));
    line.cut();
    const kinds = (await Promise.all(outcomes)).map((outcome) => outcome.kind);
    expect(new Set(kinds)).toEqual(new Set(['unanswered']));
    await publisher.stop();
    await line.close();
  });

  it('carries a burst of 200', async () => {
    const { publisher } = makePublisher(broker.url);
    await publisher.start();
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => publisher.publish(TOPIC, encodeNotice(someNotice()))),
    );
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['acknowledged']));
    await publisher.stop();
  });

  it('proves its path again every 30 seconds, and says so when it no longer comes back', async () => {
    const line = new TcpLine(broker.port);
    const time = new FakeTime();
    const { publisher, log } = makePublisher(await line.open(), {
      clock: time,
      timers: time,
      keepaliveS: 60,
    });
    await publisher.start();
    const probes = (): number => log.matching(/-> gopay-pos\/v1\/warung-1\/_probe-relay1\/notice/).length;
    expect(probes()).toBe(1);
    time.advance(30_000);
    expect(probes()).toBe(2);
    await expect.poll(() => time.waiting()).toContain(30_000);
    expect(publisher.trouble()).toBeUndefined();
    line.freeze();
    time.advance(30_000);
    time.advance(4000);
    expect(publisher.trouble()).toMatch(/^E610 /);
    line.cut();
    await publisher.stop();
    await line.close();
  });
});

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
      relayId: 'stranger',
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
    expect(publisher.trouble()).toMatch(/^(E603 .*_probe-stranger|E610 .*permissions of stranger)/);
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
