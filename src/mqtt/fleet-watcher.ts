import { FAULT } from '../core/fault/table.js';
import type { Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { type MqttTrouble, troubleText } from './faults.js';
import { Fleet } from './fleet.js';
import { fleetTopics } from './topics.js';

export interface FleetWatcherOptions extends BrokerClientOptions {
  /** Client id and user name: an account that may read states. */
  readonly user: string;
  /** `+` for all of them. */
  readonly merchant: string;
  /** Each message that said something new about a terminal. */
  readonly changed: () => void;
  /** The connection ended, or was never made; another one is tried. */
  readonly down: (why: string) => void;
}

/** Listens to what all terminals say of themselves, over any broker, and writes nothing. */
export class FleetWatcher {
  readonly fleet = new Fleet();
  readonly #options: FleetWatcherOptions;
  readonly #dialler: Dialler;
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
        connected: (connection) => this.#subscribe(connection, fleetTopics(options.merchant)),
        arrived: (topic, payload) => {
          const now = { monoMs: clock.monoMs(), wallMs: clock.wallMs() };
          if (this.fleet.take(topic, payload.toString('utf8'), now)) options.changed();
        },
        fatal: (error) => {
          throw error;
        },
        down: (trouble) => options.down(troubleText(trouble)),
      },
    );
  }

  start(): void {
    this.#dialler.start();
  }

  stop(): Promise<void> {
    return this.#dialler.stop(1000);
  }

  #subscribe(connection: Connection, [topic, ...more]: readonly string[]): void {
    if (topic === undefined) return this.#listening();
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
