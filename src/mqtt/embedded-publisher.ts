import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { Timers } from '../port/clock.js';
import type { Publisher, PublishOutcome } from '../port/publisher.js';

/** The side of the embedded broker that its own process writes to. */
export interface InProcessBroker {
  /** Why nothing can be published now; undefined when it can. */
  trouble(): string | undefined;
  /** Settles when the message is in every queue that it belongs to, on disk where the broker keeps one. */
  deliver(topic: string, payload: string): Promise<void>;
}

/** Publishes without a socket: that the broker has taken the message in is its PUBACK. */
export class EmbeddedPublisher implements Publisher {
  readonly #broker: InProcessBroker;
  readonly #timers: Timers;
  readonly #ackTimeoutMs: number;

  constructor(broker: InProcessBroker, timers: Timers, ackTimeoutMs: number) {
    this.#broker = broker;
    this.#timers = timers;
    this.#ackTimeoutMs = ackTimeoutMs;
  }

  /** Nothing to dial; the broker's owner calls `listen`. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  publish(topic: string, payload: string): Promise<PublishOutcome> {
    const trouble = this.#broker.trouble();
    if (trouble !== undefined) return Promise.resolve({ kind: 'unanswered', why: trouble });
    return new Promise((resolve) => {
      const cancel = this.#timers.after(this.#ackTimeoutMs, () =>
        resolve({
          kind: 'unanswered',
          why: `E${FAULT.brokerNoAck} not taken in within ${this.#ackTimeoutMs} ms`,
        }),
      );
      this.#broker.deliver(topic, payload).then(
        () => {
          cancel();
          resolve({ kind: 'acknowledged' });
        },
        (thrown: unknown) => {
          cancel();
          resolve({ kind: 'unanswered', why: messageOf(thrown) });
        },
      );
    });
  }

  trouble(): string | undefined {
    return this.#broker.trouble();
  }

  /** The broker is its owner's to close. */
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
