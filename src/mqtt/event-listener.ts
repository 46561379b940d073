import type { Duplex } from 'node:stream';
import { FAULT } from '../core/fault/table.js';
import type { Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { makeLateClient } from './late-ack.js';
import { EVENT_FILTER } from './topics.js';

/** How long an MQTT 5 broker keeps what waits for a relay that is away; one that speaks 3.1.1 has a bound of its own. */
const SESSION_EXPIRY_S = 7 * 86_400;
/** A subscription that was refused is asked for again. */
const AGAIN_MS = 30_000;

export interface EventListenerOptions extends BrokerClientOptions {
  /** Client id and user name: what waits at the broker waits under it, so it stays the same over restarts. */
  readonly user: string;
  /** In place of an address: a broker of this process. */
  readonly attach?: () => Duplex;
  /** @param taken is called when it needs no more keeping: the broker forgets it then, and gives it again before that */
  readonly arrived: (topic: string, payload: string, taken: () => void) => void;
}

/** Listens to the events of all terminals, and acknowledges each when somebody has taken it. */
export class EventListener {
  readonly #options: EventListenerOptions;
  readonly #dialler: Dialler;
  #connection: Connection | undefined;
  #cancelAgain: () => void = () => {};

  constructor(options: EventListenerOptions) {
    this.#options = options;
    this.#dialler = new Dialler(
      {
        ...options,
        userName: options.user,
        makeClient: (mqtt) => makeLateClient(mqtt, options.attach),
        session: { keep: true, expiryS: SESSION_EXPIRY_S, on311: true },
        ...{ keepaliveS: 30, connectTimeoutMs: 10_000, backoff: { firstMs: 1000, mostMs: 30_000 } },
      },
      {
        will: () => undefined,
        connected: (connection) => {
          this.#connection = connection;
          this.#subscribe(connection);
        },
        arrived: (topic, payload, messageId) => {
          const connection = this.#connection;
          options.arrived(topic, payload.toString('utf8'), () => {
            // Of an earlier connection: it comes again by this one, under another number.
            if (connection === this.#connection && messageId !== undefined)
              connection?.acknowledge(messageId);
          });
        },
        fatal: (error) => {
          throw error;
        },
        down: () => {
          this.#connection = undefined;
          this.#cancelAgain();
        },
      },
    );
  }

  start(): void {
    this.#dialler.start();
  }

  /** The broker gives everything again that was not acknowledged. */
  again(): void {
    this.#connection?.drop({
      code: FAULT.brokerUnreachable,
      detail: 'what was left at the broker is fetched',
    });
  }

  stop(): Promise<void> {
    this.#cancelAgain();
    return this.#dialler.stop(1000);
  }

  #subscribe(connection: Connection): void {
    const { log, timers, user } = this.#options;
    connection.subscribe(EVENT_FILTER, (outcome) => {
      if (outcome.kind === 'granted') return log.info(`listening to events of all terminals as ${user}`);
      log.warn(
        `E${FAULT.subscriptionRefused} ${user} may not read ${EVENT_FILTER}, so no webhook tells of events: ${outcome.why}`,
      );
      this.#cancelAgain = timers.after(AGAIN_MS, () => this.#subscribe(connection));
    });
  }
}
