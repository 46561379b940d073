import levelPersistence, {
  type LevelPersistence,
  type SentPacket,
  type StoredClient,
} from 'aedes-persistence-level';
import type { Level } from 'level';

/**
 * The store of the embedded broker. Who subscribes is sent what is retained by a stream that aedes pipes on without a listener
 * for its errors; such an error would end the process: one of the disk, and that of a store that is closed meanwhile.
 * @param missed is told; the subscription stands, and what is retained is not sent
 */
export function levelStore(db: Level, missed: (error: unknown) => void): LevelPersistence {
  const store = levelPersistence(db);
  const retained = store.createRetainedStreamCombi.bind(store);
  store.createRetainedStreamCombi = (patterns) => retained(patterns).on('error', missed);
  numberInMemory(db, store);
  return store;
}

/**
 * A QoS 1 message is in the queue of its client, on disk, before it is sent. Which packet number it was sent under is known to this
 * process alone: written down first, in three steps one after the other, it took as long as all else of a notice's way. After
 * a restart or a new connection what was not acknowledged is sent again, under a number of then.
 */
function numberInMemory(db: Level, store: LevelPersistence): void {
  const write = store.outgoingUpdate.bind(store);
  const clear = store.outgoingClearMessageId.bind(store);
  /** Where in the queue a number of a client stands: at most as many as it has not acknowledged, since each connection counts from 1. */
  const queued = new Map<string, string>();
  store.outgoingUpdate = async (client, packet) => {
    if (packet.cmd === 'publish' && packet.qos === 1)
      queued.set(numberKey(client, packet), queueKey(client, packet));
    else await write(client, packet);
  };
  store.outgoingClearMessageId = async (client, packet) => {
    const number = numberKey(client, packet);
    const place = queued.get(number);
    queued.delete(number);
    // An earlier version wrote the number down.
    if (place === undefined) await clear(client, packet);
    else
      await db.batch([
        { type: 'del', key: place },
        { type: 'del', key: number },
      ]);
  };
}

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
