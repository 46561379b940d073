import { Readable } from 'node:stream';
import levelPersistence, {
  type LevelPersistence,
  type SentPacket,
  type StoredClient,
} from 'aedes-persistence-level';
import type { Level } from 'level';

export interface QueueStore extends LevelPersistence {
  /** Runs, and settles when what was queued meanwhile is on disk as well. @throws what kept it from there */
  queued(run: () => Promise<void>): Promise<void>;
  /** Takes a message out of the queue of a client that never comes again. */
  drop(client: StoredClient, packet: SentPacket): Promise<void>;
}

/**
 * The store of the embedded broker. Who subscribes is sent what is retained by a stream that aedes pipes on without a listener
 * for its errors; such an error would end the process: one of the disk, and that of a store that is closed meanwhile.
 * @param missed is told; the subscription stands, and what is retained is not sent; and of what could not be queued
 */
export function levelStore(db: Level, missed: (error: unknown) => void): QueueStore {
  const store = levelPersistence(db);
  const retained = store.createRetainedStreamCombi.bind(store);
  store.createRetainedStreamCombi = (patterns) =>
    (retainedByName(db, patterns) ?? retained(patterns)).on('error', missed);
  const { queued, written } = sendAtOnce(store, missed);
  numberInMemory(db, store, written);
  const drop = (client: StoredClient, packet: SentPacket): Promise<void> => db.del(queueKey(client, packet));
  return Object.assign(store, { queued, drop });
}

/**
 * The store reads and unpacks all that is retained for each who subscribes, whatever he asks for: with thousands of terminals
 * that come back, each of them two messages, minutes of the processor. One that is called by its whole name is read by its key.
 * @returns undefined where a pattern may mean several
 */
function retainedByName(db: Level, topics: readonly string[]): Readable | undefined {
  if (topics.some((topic) => /[+#]/.test(topic))) return undefined;
  const found = topics.map((topic) => {
    const key = `retained:${topic}`;
    const onlyThis: Pick<Level, 'values'> = {
      values: (options?: object) => db.values({ ...options, gte: key, lte: key }),
    };
    return levelPersistence(onlyThis as Level).createRetainedStreamCombi([topic]);
  });
  return Readable.from(inTurn(found));
}

async function* inTurn(streams: readonly Readable[]): AsyncGenerator<unknown> {
  for (const stream of streams) yield* stream;
}

/**
 * A notice is sent while it is written into the queue of its client: who is there need not wait for the disk. Who published
 * it does wait ({@link QueueStore.queued}), and so does what reads the queue, or takes something out of it. An event of a terminal is
 * on disk before its connection goes on: the terminal takes that for its end.
 */
function sendAtOnce(
  store: LevelPersistence,
  missed: (error: unknown) => void,
): Pick<QueueStore, 'queued'> & { written(): Promise<unknown> } {
  const enqueue = store.outgoingEnqueueCombi.bind(store);
  const stream = store.outgoingStream.bind(store);
  const underWay = new Set<Promise<unknown>>();
  const watched = new Set<Promise<unknown>[]>();
  const written = (): Promise<unknown> => Promise.all(underWay);
  store.outgoingEnqueueCombi = (queues, packet) => {
    const write = enqueue(queues, packet);
    for (const mine of watched) mine.push(write);
    const ended = write.catch(missed).finally(() => underWay.delete(ended));
    underWay.add(ended);
    return isEvent(packet) ? write : Promise.resolve();
  };
  async function* wholeQueue(client: StoredClient): AsyncGenerator<unknown> {
    await written();
    yield* stream(client);
  }
  store.outgoingStream = (client) => Readable.from(wholeQueue(client));
  const queued = async (run: () => Promise<void>): Promise<void> => {
    const mine: Promise<unknown>[] = [];
    watched.add(mine);
    await run().finally(() => watched.delete(mine));
    await Promise.all(mine);
  };
  return { queued, written };
}

function isEvent({ topic }: SentPacket): boolean {
  return topic.endsWith('/event');
}

/**
 * Which packet number it was sent under is known to this
 * process alone: written down first, in three steps one after the other, it took as long as all else of a notice's way. After
 * a restart or a new connection what was not acknowledged is sent again, under a number of then.
 *
 * aedes counts to 65,535 and begins anew, whatever is still open: a PUBACK of a number that two have takes neither out of the
 * queue. Both are sent again by the next connection.
 */
function numberInMemory(db: Level, store: LevelPersistence, written: () => Promise<unknown>): void {
  const write = store.outgoingUpdate.bind(store);
  const clear = store.outgoingClearMessageId.bind(store);
  const stream = store.outgoingStream.bind(store);
  /** By client: where in its queue a number of its present connection stands. */
  const queued = new Map<string, Map<number, string | typeof OF_SEVERAL>>();
  store.outgoingUpdate = async (client, packet) => {
    if (packet.cmd !== 'publish' || packet.qos !== 1) return write(client, packet);
    const places = queued.get(client.id) ?? new Map<number, string | typeof OF_SEVERAL>();
    queued.set(client.id, places);
    places.set(packet.messageId, places.has(packet.messageId) ? OF_SEVERAL : queueKey(client, packet));
  };
  store.outgoingClearMessageId = async (client, packet) => {
    const places = queued.get(client.id);
    const place = places?.get(packet.messageId);
    if (place === OF_SEVERAL) return;
    places?.delete(packet.messageId);
    await written();
    // An earlier version wrote the number down.
    if (place === undefined) await clear(client, packet);
    else
      await db.batch([
        { type: 'del', key: place },
        { type: 'del', key: numberKey(client, packet) },
      ]);
  };
  // Who connects is given his queue, and nothing was acknowledged of it by then.
  store.outgoingStream = (client) => {
    queued.delete(client.id);
    return stream(client);
  };
}

/** In the place of one. */
const OF_SEVERAL = Symbol('of several');

// The keys of aedes-persistence-level 9.2, held by the tests of acknowledged and unacknowledged notices over a restart.

function queueKey({ id }: StoredClient, { brokerId, brokerCounter }: SentPacket): string {
  return `outgoing:${encodeURIComponent(id)}:${brokerId}:${padded(brokerCounter)}`;
}

function numberKey({ id }: StoredClient, { messageId }: { readonly messageId: number }): string {
  return `outgoing-id:${encodeURIComponent(id)}:${padded(messageId)}`;
}

function padded(number: number): string {
  return String(number).padStart(16, '0');
}
