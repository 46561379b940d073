/** What the broker said to a QoS 1 publish. */
export type PublishOutcome =
  /** PUBACK. `reached` is false where MQTT 5 said "no matching subscriber" (reason 16), undefined where unknown. */
  | { readonly kind: 'acknowledged'; readonly reached?: boolean }
  /** PUBACK with a reason of 128 or more. */
  | { readonly kind: 'refused'; readonly reason: number }
  /** No PUBACK in time, or no connection: it may have been taken all the same. */
  | { readonly kind: 'unanswered'; readonly why: string };

/** The relay's connection to the broker, embedded or remote. */
export interface Publisher {
  start(): Promise<void>;
  /** QoS 1, not retained. Never throws for what the network does; settles within the publisher's own bound. */
  publish(topic: string, payload: string): Promise<PublishOutcome>;
  /** A connection that has proved its path: undefined when good, else why not. */
  trouble(): string | undefined;
  stop(): Promise<void>;
}
