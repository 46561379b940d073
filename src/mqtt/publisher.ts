import type { Backoff } from '../base/backoff.js';
import { hex } from '../base/bytes.js';
import { NewestMap } from '../bounds/newest-map.js';
import { FAULT } from '../core/fault/table.js';
import type { Publisher, PublishOutcome } from '../port/publisher.js';
import type { Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { type MqttTrouble, troubleText } from './faults.js';
import { fleetTopics, isTopicId, noticeTopic } from './topics.js';

export interface MqttPublisherOptions extends BrokerClientOptions {
  /** At most 48 of `A-Z a-z 0-9 _ -`; several relays may have one. */
  readonly userName: string;
  /** What tells this relay from others of that name, at most 8 of `a-z 0-9`; without it the client id is the user name. */
  readonly instance?: string;
  /** How many relays there are to be, this one included; without it nobody is told of more. */
  readonly relays?: number;
  /** Under whose tree the probe runs: any one merchant that this relay serves. */
  readonly merchant: string;
  /** Told of what terminals say of themselves; without it nothing of that is subscribed to. */
  readonly heard?: (topic: string, payload: string) => void;
  /** How long a PUBACK may take, default 4 s: Midtrans waits 15 s and wishes for 5 s. */
  readonly ackTimeoutMs?: number;
  /** Pause between two probes, default 30 s. */
  readonly probeEveryMs?: number;
  readonly keepaliveS?: number;
  readonly connectTimeoutMs?: number;
  /** Default 200 ms to 5 s. */
  readonly backoff?: Backoff;
}

/** Where relays write to themselves, and hear each other. No terminal can be called so: terminal ids have no `_`. */
const PROBED = '_probe';
/** A relay that has not shown itself for three probes is gone. */
const OTHERS_KNOWN_MS = 100_000;
const OTHERS_MOST = 100;
/** A failed probe is repeated sooner, so that a repaired permission is seen soon. */
const PROBE_AGAIN_MS = 5000;

/**
 * The relay's connection to a broker: clean session, QoS 1, one connection.
 *
 * - Without a connection `publish` answers `unanswered` at once; nothing is kept to be sent later, since Midtrans sends
 *   the notification again and the terminal asks by itself.
 * - Acknowledged is what the broker has answered twice ({@link Connection.deliver}).
 * - A PUBACK that takes longer than `ackTimeoutMs` is `unanswered`; what has not left by then never leaves. Whether to
 *   try once more is the relay's choice.
 * - A broker that speaks 3.1.1 acknowledges a forbidden publish and drops it, so `trouble()` is undefined only while a
 *   message to ourselves, below the same tree as the notices, comes back.
 */
export class MqttPublisher implements Publisher {
  readonly #options: MqttPublisherOptions;
  readonly #probeTopic: string;
  readonly #ackTimeoutMs: number;
  readonly #dialler: Dialler;
  #connection: Connection | undefined;
  #trouble: MqttTrouble | undefined = { code: FAULT.brokerUnreachable, detail: 'not connected yet' };
  #probe = '';
  /** When each other relay was heard last. */
  readonly #others = new NewestMap<number>(OTHERS_MOST);
  #cancelProbe: () => void = () => {};
  /** Waits for the first verdict after `start`. */
  #judged: () => void = () => {};

  /** @throws Misuse for ids or a URL that configuration should never have let through. */
  constructor(options: MqttPublisherOptions) {
    const { userName, instance } = options;
    this.#options = options;
    this.#probeTopic = noticeTopic(options.merchant, PROBED);
    this.#ackTimeoutMs = options.ackTimeoutMs ?? 4000;
    this.#dialler = new Dialler(
      {
        ...options,
        ...(instance === undefined
          ? {}
          : {
              clientId: `${userName}-${instance}`,
              // In its turn the user name alone: rights of before relays had ids of their own know no other.
              anotherId: (ended) =>
                ended > 0 && ended % 2 === 0 ? userName : `${userName}-${hex(options.random.bytes(4))}`,
            }),
        session: { keep: false },
        keepaliveS: options.keepaliveS ?? 15,
        connectTimeoutMs: options.connectTimeoutMs ?? 5000,
        backoff: options.backoff ?? { firstMs: 200, mostMs: 5000 },
      },
      {
        will: () => undefined,
        connected: (connection) => {
          this.#connection = connection;
          this.#subscribe(connection);
        },
        arrived: (topic, payload) => this.#arrived(topic, payload),
        fatal: (error) => {
          throw error;
        },
        down: (trouble) => this.#down(trouble),
      },
    );
  }

  /**
   * Dials, and goes on dialling until `stop`. Never rejects.
   * @returns when the first attempt has been judged: the path is proved, or `trouble()` says why not.
   */
  start(): Promise<void> {
    const judged = new Promise<void>((resolve) => {
      this.#judged = resolve;
    });
    this.#dialler.start();
    return judged;
  }

  publish(topic: string, payload: string): Promise<PublishOutcome> {
    const connection = this.#connection;
    if (connection === undefined)
      return Promise.resolve({ kind: 'unanswered', why: this.trouble() ?? 'not connected' });
    return new Promise((resolve) => {
      let withdraw = (): void => {};
      const cancel = this.#options.timers.after(this.#ackTimeoutMs, () => {
        withdraw();
        resolve({
          kind: 'unanswered',
          why: `E${FAULT.brokerNoAck} no PUBACK within ${this.#ackTimeoutMs} ms`,
        });
      });
      const settle = (outcome: PublishOutcome): void => {
        cancel();
        resolve(outcome);
      };
      withdraw = connection.deliver(topic, payload, settle);
    });
  }

  /** How many relays of this merchant have shown themselves at this broker lately, this one included. */
  relays(): number {
    const nowMs = this.#options.clock.monoMs();
    return 1 + [...this.#others.values()].filter((atMs) => nowMs - atMs < OTHERS_KNOWN_MS).length;
  }

  trouble(): string | undefined {
    return this.#trouble === undefined ? undefined : troubleText(this.#trouble);
  }

  async stop(): Promise<void> {
    this.#connection = undefined;
    this.#cancelProbe();
    this.#trouble = { code: FAULT.brokerUnreachable, detail: 'stopped' };
    this.#judged();
    await this.#dialler.stop(1000);
  }

  #subscribe(connection: Connection): void {
    connection.subscribe(this.#probeTopic, (outcome) => {
      if (outcome.kind === 'granted') {
        this.#sendProbe();
        return this.#listenToFleet(connection, this.#options.heard === undefined ? [] : fleetTopics('+'));
      }
      // Publishing may work all the same, so the connection stays; but its path is unproved.
      this.#verdict({ code: FAULT.subscriptionRefused, detail: `${this.#probeTopic}: ${outcome.why}` });
      this.#cancelProbe = this.#options.timers.after(PROBE_AGAIN_MS, () => this.#subscribe(connection));
    });
  }

  /** What is refused here is no reason not to publish. */
  #listenToFleet(connection: Connection, [topic, ...more]: readonly string[]): void {
    if (topic === undefined) return;
    connection.subscribe(topic, (outcome) => {
      if (outcome.kind === 'refused')
        this.#options.log.warn(
          `E${FAULT.subscriptionRefused} ${this.#options.userName} may not read ${topic}, so no metrics tell of terminals: ${outcome.why}`,
        );
      this.#listenToFleet(connection, more);
    });
  }

  #sendProbe(): void {
    const { random, timers, clock } = this.#options;
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#probe = `${this.#dialler.clientId} ${Math.round(clock.monoMs())}-${hex(random.bytes(8))}`;
    this.#cancelProbe();
    this.#cancelProbe = timers.after(this.#ackTimeoutMs, () => {
      this.#verdict({
        code: FAULT.relayPathUnproven,
        detail: `a message to ${this.#probeTopic} did not come back: check the permissions of ${this.#options.userName}`,
      });
      this.#cancelProbe = timers.after(PROBE_AGAIN_MS, () => this.#sendProbe());
    });
    connection.publish(this.#probeTopic, this.#probe, false, () => {
      // Its PUBACK proves nothing; its return does.
    });
  }

  #arrived(topic: string, payload: Buffer): void {
    const text = payload.toString('utf8');
    if (topic !== this.#probeTopic) return this.#options.heard?.(topic, text);
    if (text !== this.#probe) return this.#heardRelay(text);
    this.#probe = '';
    this.#cancelProbe();
    this.#verdict(undefined);
    this.#cancelProbe = this.#options.timers.after(this.#options.probeEveryMs ?? 30_000, () =>
      this.#sendProbe(),
    );
  }

  #heardRelay(probe: string): void {
    const [id = ''] = probe.split(' ');
    if (!isTopicId(id) || id === this.#dialler.clientId) return;
    const nowMs = this.#options.clock.monoMs();
    const isNew = nowMs - (this.#others.get(id) ?? Number.NEGATIVE_INFINITY) >= OTHERS_KNOWN_MS;
    this.#others.set(id, nowMs);
    if (!isNew) return;
    const { log, relays: stated = OTHERS_MOST } = this.#options;
    const there = this.relays();
    const line = `another relay is at the broker, as ${id}: ${there} in all`;
    if (there > stated) log.warn(`E${FAULT.moreRelays} ${line}, and limits.relays is ${stated}`);
    else log.info(line);
    // Who has just come shall not have to wait for our next one.
    this.#sendProbe();
  }

  #down(trouble: MqttTrouble): void {
    this.#connection = undefined;
    this.#cancelProbe();
    // The dialler has logged it.
    this.#trouble = trouble;
    this.#judged();
  }

  #verdict(trouble: MqttTrouble | undefined): void {
    const { log } = this.#options;
    const before = this.trouble();
    this.#trouble = trouble;
    const now = this.trouble();
    if (before !== now) {
      if (now === undefined)
        log.info(
          `path to ${this.#dialler.url} proved by a message to ourselves, as ${this.#dialler.clientId}`,
        );
      else log.warn(now);
    }
    this.#judged();
  }
}
