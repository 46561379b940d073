import levelPersistence, { type LevelPersistence } from 'aedes-persistence-level';
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
  return store;
}
