/** The package has no types. What we use of it is here; the rest is between it and aedes. */
declare module 'aedes-persistence-level' {
  import type { Readable } from 'node:stream';
  import type { Level } from 'level';

  export default function persistence(db: Level): LevelPersistence;

  export interface StoredClient {
    readonly id: string;
  }

  /** Of a client's queue. */
  export interface SentPacket {
    readonly cmd: string;
    readonly topic: string;
    readonly qos: number;
    readonly messageId: number;
    readonly brokerId: string;
    readonly brokerCounter: number;
  }

  export interface LevelPersistence {
    /** Forgets what a client subscribed to, so that nothing more is kept for it. */
    cleanSubscriptions(client: StoredClient): Promise<unknown>;
    /** The retained messages of these topics. */
    createRetainedStreamCombi(patterns: readonly string[]): Readable;
    /** The message goes into the queue of each of these clients. */
    outgoingEnqueueCombi(
      queues: readonly { readonly clientId: string }[],
      packet: SentPacket,
    ): Promise<unknown>;
    /** What is in the client's queue. */
    outgoingStream(client: StoredClient): Readable;
    /** A message of the client's queue has this number now. */
    outgoingUpdate(client: StoredClient, packet: SentPacket): Promise<void>;
    /** What has this number leaves the queue. */
    outgoingClearMessageId(client: StoredClient, packet: Pick<SentPacket, 'messageId'>): Promise<unknown>;
  }
}
