/** The package has no types. What we use of it is here; the rest is between it and aedes. */
declare module 'aedes-persistence-level' {
  import type { Readable } from 'node:stream';
  import type { Level } from 'level';

  export default function persistence(db: Level): LevelPersistence;

  export interface LevelPersistence {
    /** Forgets what a client subscribed to, so that nothing more is kept for it. */
    cleanSubscriptions(client: { readonly id: string }): Promise<unknown>;
    /** The retained messages of these topics. */
    createRetainedStreamCombi(patterns: readonly string[]): Readable;
  }
}
