import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { levelStore, type QueueStore } from '../../src/mqtt/level-store.js';
import { eventTopic, noticeTopic, stateTopic } from '../../src/mqtt/topics.js';
import { MERCHANT } from './kit/people.js';

const TOPIC = noticeTopic(MERCHANT, 'T1');

describe('the embedded broker sends at once, while it is written into the queue of its terminal,', () => {
  let directory: string;
  const packet = {
    cmd: 'publish',
    qos: 1,
    messageId: 1,
    brokerId: 'b',
    brokerCounter: 1,
    topic: TOPIC,
    payload: 'x',
  };
  const client = { id: 'T1' };
  let db: Level;
  /** Lets the disk do what it was asked for, or fail at it. */
  let disk: (fault?: Error) => void;
  let store: QueueStore;
  const missed: unknown[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gopay-pos-queue-'));
    db = new Level(directory);
    missed.length = 0;
    const put = db.put.bind(db) as (...args: unknown[]) => Promise<void>;
    const asked = new Promise<void>((resolve, reject) => {
      disk = (fault) => (fault === undefined ? resolve() : reject(fault));
    });
    db.put = (async (...args: unknown[]) => {
      await asked;
      await put(...args);
    }) as typeof db.put;
    store = levelStore(db, (error) => missed.push(error));
  });
  afterEach(async () => {
    await db.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const enqueue = async (): Promise<void> => {
    await store.outgoingEnqueueCombi([{ clientId: 'T1' }], packet);
  };

  it('a message, which is acknowledged when it is there', async () => {
    const told: string[] = [];
    const acknowledged = store.queued(enqueue).then(() => told.push('acknowledged'));
    await enqueue();
    // Nothing but the disk is waited for.
    await new Promise(setImmediate);
    told.push('sent');
    disk();
    await acknowledged;
    expect(told).toEqual(['sent', 'acknowledged']);
  });

  it('but for an event of a terminal, whose connection goes on when it is there, or ends', async () => {
    const told: string[] = [];
    const event = { ...packet, topic: eventTopic(MERCHANT, 'T1') };
    const queued = (): Promise<unknown> => store.outgoingEnqueueCombi([{ clientId: 'events' }], event);
    const done = queued().then(() => told.push('gone on'));
    await new Promise(setImmediate);
    told.push('written');
    disk();
    await done;
    expect(told).toEqual(['written', 'gone on']);
  });

  it('and acknowledges none that could not be written', async () => {
    const acknowledged = store.queued(enqueue);
    disk(new Error('no space'));
    await expect(acknowledged).rejects.toThrow('no space');
    expect(missed).toMatchObject([{ message: 'no space' }]);
  });

  it('and gives it to who connects meanwhile', async () => {
    await enqueue();
    const read = store.outgoingStream(client).toArray();
    disk();
    expect(await read).toMatchObject([{ topic: TOPIC }]);
  });

  it('and takes it out when its PUBACK comes before it is there', async () => {
    await enqueue();
    await store.outgoingUpdate(client, packet);
    const cleared = store.outgoingClearMessageId(client, packet);
    disk();
    await cleared;
    expect(await store.outgoingStream(client).toArray()).toEqual([]);
  });

  it('and takes out neither of two under one number, which comes after 65,535 others, until both were sent anew', async () => {
    disk();
    const [first, second] = [packet, { ...packet, brokerCounter: 65_536 }];
    for (const one of [first, second]) await store.outgoingEnqueueCombi([{ clientId: 'T1' }], one);
    const queue = async (): Promise<number[]> =>
      (await store.outgoingStream(client).toArray()).map(
        (one) => (one as { brokerCounter: number }).brokerCounter,
      );
    for (const one of [first, second]) await store.outgoingUpdate(client, one);
    for (const one of [first, second]) await store.outgoingClearMessageId(client, one);
    // As a new connection does, which numbers anew.
    expect(await queue()).toEqual([1, 65_536]);
    await store.outgoingUpdate(client, second);
    await store.outgoingClearMessageId(client, second);
    expect(await queue()).toEqual([1]);
  });
});

it('who asks for one topic is given what is retained there, and nothing of the other thousands is read for that', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gopay-pos-retained-'));
  const db = new Level(directory);
  const store = levelStore(db, (error) => expect(error).toBeUndefined());
  const keep = (topic: string): Promise<unknown> =>
    // A method that its types leave out.
    (store as unknown as { storeRetained(packet: object): Promise<unknown> }).storeRetained({
      ...{ topic, cmd: 'publish', qos: 1, retain: true, payload: Buffer.from('kept') },
    });
  const topics = Array.from({ length: 50 }, (_, i) => stateTopic(MERCHANT, `T${i}`));
  for (const topic of topics) await keep(topic);
  let read = 0;
  const values = db.values.bind(db) as (options: object) => AsyncIterable<unknown>;
  async function* counted(options: object): AsyncGenerator<unknown> {
    for await (const value of values(options)) {
      read += 1;
      yield value;
    }
  }
  db.values = counted as unknown as typeof db.values;
  const of = async (...asked: string[]): Promise<string[]> =>
    ((await store.createRetainedStreamCombi(asked).toArray()) as { topic: string }[]).map(
      ({ topic }) => topic,
    );
  expect(await of(topics[7] as string, TOPIC, topics[1] as string)).toEqual([topics[7], topics[1]]);
  // T1 is no beginning of T10 to T19.
  expect(read).toBe(2);
  expect(await of(stateTopic(MERCHANT, 'T').replace('/T/', '/+/'))).toHaveLength(50);
  await db.close();
  rmSync(directory, { recursive: true, force: true });
});
