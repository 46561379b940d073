import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { connect, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFilesMost } from '../../src/host/open-files.js';
import { EmbeddedBroker, type EmbeddedBrokerOptions } from '../../src/mqtt/broker.js';
import { encodeNotice } from '../../src/mqtt/envelope.js';
import { levelStore } from '../../src/mqtt/level-store.js';
import { noticeTopic, presenceTopic, stateTopic } from '../../src/mqtt/topics.js';
import { connectionsMost } from '../../src/programs/relay-program.js';
import { until } from '../kit/pty/until.js';
import { FakeTime } from '../kit/time.js';
import { AwaitedLog, someNotice } from './kit/collect.js';
import { linkUp } from './kit/links.js';
import { Listener, publishAs } from './kit/peers.js';
import { identify, MERCHANT, RELAYS, TERMINALS } from './kit/people.js';
import { realTime } from './kit/time.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');
const HOUR = 3_600_000;

describe('the embedded broker', () => {
  let directory: string;
  let broker: EmbeddedBroker;
  let log: AwaitedLog;
  let url: string;
  let port: number;

  const make = (over: Partial<EmbeddedBrokerOptions> = {}) =>
    new EmbeddedBroker({ authenticate: identify, persistence: 'memory', ...realTime(), log, ...over });

  async function listen(over: Partial<EmbeddedBrokerOptions> = {}): Promise<void> {
    broker = make(over);
    url = await broker.listen(0, '127.0.0.1');
    port = Number(new URL(url).port);
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gopay-pos-embedded-'));
    log = new AwaitedLog();
  });
  afterEach(async () => {
    await broker.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A client with a will on `topic`. @returns the code of its CONNACK, 0 when it was let in. */
  async function codeWithWill(topic: string): Promise<number> {
    const client: MqttClient = connect(url, {
      protocolVersion: 4,
      clientId: 'T2',
      username: 'T2',
      password: TERMINALS.T2,
      reconnectPeriod: 0,
      will: { topic, payload: Buffer.from('forged'), qos: 1, retain: true },
    });
    const code = await new Promise<number>((resolve) => {
      client.once('connect', () => resolve(0));
      client.once('error', (error) => resolve(Number((error as { code?: unknown }).code)));
    });
    client.end(true);
    return code;
  }

  it('publishes from its own process, and the callback is the PUBACK', async () => {
    broker = make();
    const publisher = broker.publisher();
    expect(publisher.trouble()).toMatch(/^E611 /);
    expect(await publisher.publish(TOPIC, 'x')).toMatchObject({ kind: 'unanswered' });
    url = await broker.listen(0, '127.0.0.1');
    await publisher.start();
    expect(publisher.trouble()).toBeUndefined();
    const { link, recorder } = await linkUp(url);
    const notice = someNotice();
    expect(await publisher.publish(TOPIC, encodeNotice(notice))).toEqual({ kind: 'acknowledged' });
    expect(await recorder.notices.next()).toEqual(notice);
    await link.stop();
  });

  it('keeps nothing of a notice that is acknowledged, and no packet number of one that is not', async () => {
    await listen({ persistence: { directory } });
    const publisher = broker.publisher();
    const { link, recorder } = await linkUp(url);
    for (let sent = 0; sent < 3; sent += 1) {
      await publisher.publish(TOPIC, encodeNotice(someNotice()));
      await recorder.notices.next();
    }
    await link.stop();
    await log.said.nextWhere((line) => line.includes('T1 disconnected'));
    await publisher.publish(TOPIC, encodeNotice(someNotice()));
    await broker.close();
    const db = new Level(directory);
    const queued = (await db.keys().all()).filter((key) => key.startsWith('outgoing'));
    await db.close();
    expect(queued).toEqual([expect.stringMatching(/^outgoing:T1:/)]);
  });

  it('refuses a will on another one’s topic, and on anything but the own presence', async () => {
    await listen();
    expect(await codeWithWill(TOPIC)).toBe(5);
    expect(await codeWithWill(stateTopic(MERCHANT, 'T1'))).toBe(5);
    expect(await codeWithWill(noticeTopic(MERCHANT, 'T2'))).toBe(5);
    expect(await codeWithWill(stateTopic(MERCHANT, 'T2'))).toBe(5);
    expect(await codeWithWill(presenceTopic(MERCHANT, 'T2'))).toBe(0);
  });

  it('refuses a client id that is not the user name, without disturbing its owner', async () => {
    await listen();
    const { link, recorder } = await linkUp(url);
    const thief = { port, user: 'T2', password: TERMINALS.T2, clientId: 'T1' };
    expect((await publishAs(thief, TOPIC, 'forged')).code).not.toBe(0);
    expect(log.matching(/refused: client id "T1" with user name "T2"/)).toHaveLength(1);
    const notice = someNotice();
    await broker.publisher().publish(TOPIC, encodeNotice(notice));
    expect(await recorder.notices.next()).toEqual(notice);
    expect(recorder.states.all).toEqual([{ up: true }]);
    await link.stop();
  });

  it('queues nothing more for a terminal that has been away for a day', async () => {
    const time = new FakeTime();
    await listen({ clock: time });
    const publisher = broker.publisher();
    const before = await linkUp(url);
    await before.link.stop();
    await log.said.nextWhere((line) => line.includes('T1 disconnected'));
    const kept = someNotice();
    time.advance(23 * HOUR);
    await publisher.publish(TOPIC, encodeNotice(kept));
    time.advance(2 * HOUR);
    await publisher.publish(TOPIC, encodeNotice(someNotice()));
    const after = await linkUp(url);
    expect(await after.recorder.notices.next()).toEqual(kept);
    const genuine = someNotice();
    await publisher.publish(TOPIC, encodeNotice(genuine));
    expect(await after.recorder.notices.next()).toEqual(genuine);
    await after.link.stop();
  });

  it('says with its number that it is full, counts whom it refuses, and takes the next one where there is room', async () => {
    await listen({ connectionsMost: 1 });
    const { link } = await linkUp(url);
    const other = connectTcp(port, '127.0.0.1');
    await new Promise((resolve) => other.once('close', resolve));
    expect(log.matching(/^warn E690 .*127\.0\.0\.1 was refused: there are 1$/)).toHaveLength(1);
    expect(broker.load()).toEqual({ connections: 1, turnedAway: 1 });
    await link.stop();
    await expect.poll(() => broker.load().connections).toBe(0);
    const next = await linkUp(url);
    await next.link.stop();
  });

  it('has room for half of the files that may be open, and says so where that is little', () => {
    expect(connectionsMost(10, 65_536, log)).toBe(6_000);
    expect(connectionsMost(10, undefined, log)).toBe(6_000);
    expect(connectionsMost(10, 1_024, log)).toBe(512);
    expect(connectionsMost(5_000, 65_536, log)).toBe(6_000);
    expect(log.matching(/E691/)).toEqual([]);
    expect(connectionsMost(300, 1_024, log)).toBe(512);
    expect(log.matching(/^warn E691 1024 files .* 512 connections .* 300 terminals$/)).toHaveLength(1);
    expect(openFilesMost()).toBeGreaterThan(0);
  });

  it('throws out whose credential opens the door no more', async () => {
    let holds = true;
    await listen({
      authenticate: () => ({ role: 'terminal', merchant: MERCHANT, holds: () => holds }),
    });
    const { link, recorder } = await linkUp(url);
    broker.review();
    await broker.publisher().publish(TOPIC, encodeNotice(someNotice()));
    await recorder.notices.next();
    holds = false;
    broker.review();
    expect(await recorder.down()).toMatch(/^E601 /);
    await link.stop();
  });

  it('closes, whoever is connected, sockets that never said a word too', async () => {
    await listen({ persistence: { directory } });
    const { link, recorder } = await linkUp(url);
    const mute = connectTcp(port, '127.0.0.1');
    const muteClosed = new Promise((resolve) => mute.once('close', resolve));
    await new Promise((resolve) => mute.once('connect', resolve));
    await broker.close();
    await recorder.down();
    await muteClosed;
    await link.stop();
  });

  it.each([
    ['memory', () => 'memory' as const],
    ['a directory', () => ({ directory })],
  ])('closes in the middle of what others publish, on %s, without a word of warning', async (_, where) => {
    await listen({ persistence: where() });
    const client: MqttClient = connect(url, {
      protocolVersion: 4,
      clientId: 'T1',
      username: 'T1',
      password: TERMINALS.T1,
      reconnectPeriod: 0,
    });
    client.on('error', () => undefined);
    const acknowledged = new Promise((resolve) => {
      for (let state = 0; state < 200; state += 1)
        client.publish(stateTopic(MERCHANT, 'T1'), `{"n":${state}}`, { qos: 1, retain: true }, resolve);
    });
    await acknowledged;
    await broker.close();
    client.end(true);
    expect(log.matching(/^(warn|error)/i)).toEqual([]);
  });

  it('closes while somebody subscribes, whose retained messages it can no longer read', async () => {
    const db = new Level(directory);
    const missed: unknown[] = [];
    const store = levelStore(db, (error) => missed.push(error));
    const stream = store.createRetainedStreamCombi([TOPIC]);
    await db.close();
    stream.resume();
    await until('its end', () => stream.closed);
    expect(missed).toMatchObject([{ code: 'LEVEL_DATABASE_NOT_OPEN' }]);
  });

  it('cannot share its directory: the second says so with its number', async () => {
    await listen({ persistence: { directory } });
    const second = make({ persistence: { directory } });
    await expect(second.listen(0, '127.0.0.1')).rejects.toMatchObject({
      fault: { kind: 'refused', code: 612, detail: expect.stringMatching(/lock/i) },
    });
    await second.close();
  });

  it('cannot have a port that is taken: says so with its number, and can be asked again', async () => {
    await listen();
    const second = make({ persistence: { directory } });
    await expect(second.listen(port, '127.0.0.1')).rejects.toMatchObject({ fault: { code: 611 } });
    await second.listen(0, '127.0.0.1');
    await second.close();
  });

  it('goes on when whoever checks the passwords fails', async () => {
    let failing = true;
    await listen({
      authenticate: (id, password) => {
        if (failing) throw new Error('the list of terminals cannot be read');
        return identify(id, password);
      },
    });
    const sent = await publishAs({ port, user: 'pen', password: RELAYS.pen }, TOPIC, 'x');
    expect(sent.code).not.toBe(0);
    failing = false;
    const { link } = await linkUp(url);
    await link.stop();
  });

  it('keeps retained states in its directory', async () => {
    await listen({ persistence: { directory } });
    const { link } = await linkUp(url);
    link.publishState({ version: '9' });
    const watcher = () => ({ port, user: 'watcher', password: RELAYS.watcher });
    const live = new Listener(watcher(), stateTopic(MERCHANT, 'T1'));
    await live.heard.nextWhere((text) => text.includes('"version":"9"'));
    await live.stop();
    await link.stop();
    await broker.close();
    await listen({ persistence: { directory } });
    const listener = new Listener(watcher(), stateTopic(MERCHANT, 'T1'));
    expect(JSON.parse(await listener.heard.next())).toMatchObject({ version: '9' });
    await listener.stop();
  });

  it('is refused a directory that is a file', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    broker = make({ persistence: { directory: file } });
    await expect(broker.listen(0, '127.0.0.1')).rejects.toMatchObject({ fault: { code: 612 } });
  });
});
