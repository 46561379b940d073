import { FAULT } from '../core/fault/table.js';
import type { PublishOutcome } from '../port/publisher.js';
import type { Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { type MqttTrouble, troubleText } from './faults.js';
import { Fleet } from './fleet.js';
import { fleetTopics, parseTopic, replyTopic } from './topics.js';

export interface FleetWatcherOptions extends BrokerClientOptions {
  /** Client id and user name: an account that may read states. */
  readonly user: string;
  /** `+` for all of them. */
  readonly merchant: string;
  /** Each message that said something new about a terminal. */
  readonly changed: () => void;
  /** What terminals answer to commands; absent for who sends none. */
  readonly replied?: (terminal: string, payload: string) => void;
  /** The connection ended, or was never made; another one is tried. */
  readonly down: (why: string) => void;
}

/** Listens to what all terminals say of themselves, over any broker; writes what an operator has signed, and nothing else. */
export class FleetWatcher {
  readonly fleet = new Fleet();
  readonly #options: FleetWatcherOptions;
  readonly #dialler: Dialler;
  #up: Connection | undefined;
  #listening: () => void = () => {};
  /** Settles when the broker has granted everything; retained states follow. */
  readonly listening = new Promise<void>((resolve) => {
    this.#listening = resolve;
  });

  constructor(options: FleetWatcherOptions) {
    const { clock } = options;
    this.#options = options;
    this.#dialler = new Dialler(
      {
        ...{ ...options, userName: options.user, session: { keep: false } },
        ...{ keepaliveS: 30, connectTimeoutMs: 10_000, backoff: { firstMs: 1000, mostMs: 30_000 } },
      },
      {
        will: () => undefined,
        connected: (connection) => {
          const replies = options.replied === undefined ? [] : [replyTopic(options.merchant, '+')];
          this.#subscribe(connection, [...fleetTopics(options.merchant), ...replies]);
        },
        arrived: (topic, payload) => {
          const { leaf, terminal = '' } = parseTopic(topic) ?? {};
          if (leaf === 'reply') return options.replied?.(terminal, payload.toString('utf8'));
          const now = { monoMs: clock.monoMs(), wallMs: clock.wallMs() };
          if (this.fleet.take(topic, payload.toString('utf8'), now)) options.changed();
        },
        fatal: (error) => {
          throw error;
        },
        down: (trouble) => {
          this.#up = undefined;
          options.down(troubleText(trouble));
        },
      },
    );
  }

  start(): void {
    this.#dialler.start();
  }

  /** QoS 1. @param retain the broker keeps it for who comes later */
  publish(topic: string, payload: string, retain = false): Promise<PublishOutcome> {
    return new Promise((resolve) => {
      if (this.#up === undefined) return resolve({ kind: 'unanswered', why: 'not connected' });
      this.#up.publish(topic, payload, retain, resolve);
    });
  }

  stop(): Promise<void> {
    return this.#dialler.stop(1000);
  }

  #subscribe(connection: Connection, [topic, ...more]: readonly string[]): void {
    if (topic === undefined) {
      this.#up = connection;
      return this.#listening();
    }
    connection.subscribe(topic, (outcome) => {
      if (outcome.kind === 'granted') return this.#subscribe(connection, more);
      const trouble: MqttTrouble = {
        code: FAULT.subscriptionRefused,
        detail: `${this.#options.user} may not read ${topic}: ${outcome.why}`,
      };
      connection.drop(trouble);
    });
  }
}
