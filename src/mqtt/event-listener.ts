import type { Duplex } from 'node:stream';
import { FAULT } from '../core/fault/table.js';
import type { Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { makeLateClient } from './late-ack.js';
import { EVENT_FILTER } from './topics.js';

/** How long an MQTT 5 broker keeps what waits for a relay that is away; one that speaks 3.1.1 has a bound of its own. */
const SESSION_EXPIRY_S = 7 * 86_400;
/** So many may be without their acknowledgement; what is more waits at a broker that asks for this (MQTT 5). */
export const OPEN_MOST = 1_000;
const END_MS = 1_000;
/** A subscription that was refused is asked for again. */
const AGAIN_MS = 30_000;

export interface EventListenerOptions extends BrokerClientOptions {
  /** Client id and user name: what waits at the broker waits under it, so it stays the same over restarts. */
  readonly user: string;
  /** In place of an address: a broker of this process. */
  readonly attach?: () => Duplex;
  /** @param taken is called when it needs no more keeping: the broker forgets it then, and gives it again before that */
  readonly arrived: (topic: string, payload: string, taken: () => void) => void;
  /** All that was not taken comes again. */
  readonly connected: () => void;
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
        receiveMaximum: OPEN_MOST,
        session: { keep: true, expiryS: SESSION_EXPIRY_S, on311: true },
        ...{ keepaliveS: 30, connectTimeoutMs: 10_000, backoff: { firstMs: 1000, mostMs: 30_000 } },
      },
      {
        will: () => undefined,
        connected: (connection) => {
          this.#connection = connection;
          options.connected();
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
        down: () => this.#down(),
      },
    );
  }

  start(): void {
    this.#dialler.start();
  }

  /** The broker gives everything again that was not acknowledged. */
  again(): void {
    if (this.#connection === undefined) return;
    this.#down();
    this.#dialler.again(END_MS);
  }

  stop(): Promise<void> {
    this.#cancelAgain();
    return this.#dialler.stop(END_MS);
  }

  #down(): void {
    this.#connection = undefined;
    this.#cancelAgain();
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
