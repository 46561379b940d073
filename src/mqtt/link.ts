import { assert } from '../base/assert.js';
import type { Backoff } from '../base/backoff.js';
import { hex } from '../base/bytes.js';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { Link, LinkHandlers, LinkState } from '../port/link.js';
import type { PublishOutcome } from '../port/publisher.js';
import { CLOSED_QUIETLY, type Connection } from './connection.js';
import { type BrokerClientOptions, Dialler } from './dialler.js';
import { encodePresence, encodeState, NOTICE_MAX_BYTES, parseNotice } from './envelope.js';
import { type MqttTrouble, troubleText } from './faults.js';
import { Freshness } from './freshness.js';
import { RiskyRequest } from './risky-request.js';
import {
  commandTopic,
  configTopic,
  discoveryTopic,
  eventTopic,
  noticeTopic,
  presenceTopic,
  replyTopic,
  stateTopic,
} from './topics.js';

export interface MqttLinkOptions extends BrokerClientOptions {
  readonly merchant: string;
  /** Also client id and user name. */
  readonly terminal: string;
  /** With MQTT 3.1.1, whose sessions never expire: keep ours (default), or not where stale ones are dear (NATS). */
  readonly keep311Session?: boolean;
  /** 20 to 60 s, default 30. */
  readonly keepaliveS?: number;
  /** Default 10 s: to CONNACK, and again to SUBACK. */
  readonly connectTimeoutMs?: number;
  /** {@link LINK_BACKOFF} by default. */
  readonly backoff?: Backoff;
  /** What operators send; absent where there are none, and then nothing of theirs is subscribed to. */
  readonly commands?: CommandIntake;
  /** For Home Assistant; absent where nothing is said to it. */
  readonly discovery?: Discovery;
  /** `handlers.notice` threw: nothing was acknowledged, the link is down for good, and the process has to end. */
  readonly onFatal: (error: unknown) => void;
}

export interface CommandIntake {
  /** Settles when it is in the journal what it was, or when it was refused: the broker is acknowledged after that. */
  take(payload: Buffer): Promise<void>;
  /** The same of a configuration; absent where nobody may set one. */
  configure?(payload: Buffer): Promise<void>;
  /** The link is up, so that an answer can go out. */
  linked(): void;
}

export interface Discovery {
  /** Retained; empty takes back what was said before. */
  readonly payload: string;
  /** The broker has it. */
  taken?(): void;
}

/** Between two connects; see redial(). */
export const LINK_BACKOFF: Backoff = { firstMs: 1000, mostMs: 60_000 };

/** How long an MQTT 5 broker keeps the session: the life of a QR and some slack. */
export const SESSION_EXPIRY_S = 1200;
/** A clean goodbye may take this long; then the broker publishes the will, which says the same. */
const GOODBYE_MS = 2000;
/**
 * Two devices with one id push each other out by turns, each time one of them has been away for a while (see redial()): who was
 * there for that while sees only that the broker ends a good connection now and then. So often in such a time is no accident.
 */
const CONTESTED = { ends: 4, withinMs: 600_000 } as const;
/** How long a broker may take to write an event down. */
const EVENT_MS = 30_000;

/**
 * The terminal's subscription: its own notices with QoS 1 at each connect, hands on each message once and acknowledges
 * after the handler has returned. Duplicates pass: the journal knows what it has. Commands are subscribed to where somebody
 * takes them; a broker that does not let us is no reason to do without notices.
 */
export class MqttLink implements Link {
  readonly #options: MqttLinkOptions;
  readonly #noticeTopic: string;
  readonly #stateTopic: string;
  readonly #presenceTopic: string;
  readonly #commandTopic: string;
  readonly #configTopic: string;
  readonly #replyTopic: string;
  readonly #freshness: Freshness;
  readonly #dialler: Dialler;
  #handlers: LinkHandlers | undefined;
  #said: LinkState | undefined;
  /** Of the present or last connection. */
  #linkId = '';
  /** With a granted subscription. */
  #up: Connection | undefined;
  #state: object | undefined;
  #publishing = false;
  #newer = false;
  readonly #commands: RiskyRequest;
  readonly #discovery: RiskyRequest;
  #stopping = false;
  /** When the broker closed a good connection without a word, or with that of another device. */
  #closedAtMs: readonly number[] = [];
  #cancelCalm = (): void => {};
  #malformed = 0;

  /** @throws Misuse for ids or a URL that configuration should never have let through. */
  constructor(options: MqttLinkOptions) {
    this.#options = options;
    this.#noticeTopic = noticeTopic(options.merchant, options.terminal);
    this.#stateTopic = stateTopic(options.merchant, options.terminal);
    this.#presenceTopic = presenceTopic(options.merchant, options.terminal);
    this.#commandTopic = commandTopic(options.merchant, options.terminal);
    this.#configTopic = configTopic(options.merchant, options.terminal);
    this.#replyTopic = replyTopic(options.merchant, options.terminal);
    this.#freshness = new Freshness(options.clock);
    this.#commands = new RiskyRequest(options.clock);
    this.#discovery = new RiskyRequest(options.clock);
    this.#dialler = new Dialler(
      {
        ...options,
        userName: options.terminal,
        session: { keep: true, expiryS: SESSION_EXPIRY_S, on311: options.keep311Session ?? true },
        keepaliveS: options.keepaliveS ?? 30,
        connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
        backoff: options.backoff ?? LINK_BACKOFF,
      },
      {
        will: () => {
          this.#linkId = hex(options.random.bytes(6));
          return { topic: this.#presenceTopic, payload: encodePresence('offline', this.#linkId) };
        },
        connected: (connection) => this.#subscribe(connection),
        arrived: (topic, payload) => this.#arrived(topic, payload),
        fatal: (error) => this.#fatal(error),
        down: (trouble) => this.#down(trouble),
      },
    );
  }

  start(handlers: LinkHandlers): void {
    assert(this.#handlers === undefined, 'a link starts once');
    this.#handlers = handlers;
    this.#dialler.start();
  }

  /** @throws Misuse when `state` is longer than 16 KiB of JSON. */
  publishState(state: object): void {
    encodeState('', state);
    this.#state = state;
    this.#sendState();
  }

  get up(): boolean {
    return this.#up !== undefined;
  }

  publishEvent(event: string): Promise<PublishOutcome> {
    const { merchant, terminal, timers } = this.#options;
    const connection = this.#up;
    if (connection === undefined) return Promise.resolve({ kind: 'unanswered', why: 'not connected' });
    return new Promise((resolve) => {
      const settle = (outcome: PublishOutcome): void => {
        cancel();
        resolve(outcome);
      };
      let withdraw = (): void => {};
      const cancel = timers.after(EVENT_MS, () => {
        withdraw();
        resolve({
          kind: 'unanswered',
          why: `E${FAULT.brokerNoAck} not acknowledged within ${EVENT_MS / 1000} s`,
        });
      });
      withdraw = connection.deliver(eventTopic(merchant, terminal), event, settle);
    });
  }

  /** Leaves `offline` on the presence topic and says goodbye; at most {@link GOODBYE_MS} twice. Never throws. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelCalm();
    const connection = this.#up;
    this.#up = undefined;
    if (connection !== undefined) {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.timers.after(GOODBYE_MS, resolve);
        connection.publish(this.#presenceTopic, encodePresence('offline', this.#linkId), true, () => {
          cancel();
          resolve();
        });
      });
    }
    await this.#dialler.stop(GOODBYE_MS);
  }

  #subscribe(connection: Connection): void {
    connection.subscribe(this.#noticeTopic, (outcome) => {
      if (outcome.kind === 'refused') {
        connection.drop({ code: FAULT.subscriptionRefused, detail: `${this.#noticeTopic}: ${outcome.why}` });
        return;
      }
      this.#up = connection;
      this.#publishing = false;
      connection.publish(this.#presenceTopic, encodePresence('online', this.#linkId), true, (taken) =>
        this.#sent('presence', taken),
      );
      this.#sendState();
      this.#options.log.info(() => `linked, listening on ${this.#noticeTopic}`);
      this.#sayUp();
      this.#subscribeCommands(connection);
    });
  }

  #subscribeCommands(connection: Connection): void {
    const { commands } = this.#options;
    if (commands === undefined) return this.#announce(connection);
    // A broker that ended the connection for one thing is asked for no other: four such ends look like a rival.
    if (!this.#commands.begin()) return;
    this.#subscribeSigned(connection, commands, [
      this.#commandTopic,
      ...(commands.configure === undefined ? [] : [this.#configTopic]),
    ]);
  }

  #subscribeSigned(
    connection: Connection,
    commands: CommandIntake,
    [topic, ...more]: readonly string[],
  ): void {
    if (topic === undefined) {
      this.#commands.answered();
      const { merchant, terminal, log } = this.#options;
      log.info(() => `operators of ${merchant} may send commands to ${terminal}`);
      commands.linked();
      return this.#announce(connection);
    }
    connection.subscribe(topic, (outcome) => {
      const { log } = this.#options;
      if (outcome.kind === 'refused')
        log.warn(() => `E${FAULT.subscriptionRefused} nothing from operators: ${topic}: ${outcome.why}`);
      this.#subscribeSigned(connection, commands, more);
    });
  }

  /** Last, when a broker that ends the connection can mean nothing else. */
  #announce(connection: Connection): void {
    const { discovery, merchant, terminal } = this.#options;
    if (discovery === undefined || !this.#discovery.begin()) return;
    connection.publish(discoveryTopic(merchant, terminal), discovery.payload, true, (outcome) => {
      this.#sent('word to Home Assistant', outcome);
      if (outcome.kind === 'unanswered') return;
      this.#discovery.answered();
      if (outcome.kind === 'acknowledged') discovery.taken?.();
    });
  }

  /** To operators: not retained. Never throws for what the network does. */
  reply(payload: string): Promise<PublishOutcome> {
    return new Promise((resolve) => {
      if (this.#up === undefined) return resolve({ kind: 'unanswered', why: 'not connected' });
      this.#up.publish(this.#replyTopic, payload, false, resolve);
    });
  }

  /** One at a time on the wire; of those that come meanwhile only the newest goes out. */
  #sendState(): void {
    const connection = this.#up;
    if (connection === undefined || this.#state === undefined) return;
    if (this.#publishing) {
      this.#newer = true;
      return;
    }
    this.#publishing = true;
    this.#newer = false;
    connection.publish(this.#stateTopic, encodeState(this.#linkId, this.#state), true, (outcome) => {
      if (this.#up !== connection) return;
      this.#publishing = false;
      this.#sent('state', outcome);
      if (this.#newer) this.#sendState();
    });
  }

  /** What was not taken goes out again after the next connect. */
  #sent(what: string, outcome: PublishOutcome): void {
    const { log } = this.#options;
    if (outcome.kind === 'refused')
      log.warn(
        () =>
          `E${FAULT.stateRefused} the broker refused our ${what}, reason ${outcome.reason}: check its permissions`,
      );
    if (outcome.kind === 'unanswered') log.debug(() => `${what} not published: ${outcome.why}`);
  }

  #arrived(topic: string, payload: Buffer): void | Promise<void> {
    const { log, commands } = this.#options;
    if (commands !== undefined && topic === this.#commandTopic) return commands.take(payload);
    if (commands?.configure !== undefined && topic === this.#configTopic) return commands.configure(payload);
    const text = payload.length <= NOTICE_MAX_BYTES ? payload.toString('utf8') : undefined;
    log.debug(() => `<- ${topic} ${text ?? `${payload.length} bytes`}`);
    const parsed =
      topic !== this.#noticeTopic
        ? ({ ok: false, error: `not our topic: ${topic}` } as const)
        : text === undefined
          ? ({ ok: false, error: `${payload.length} bytes` } as const)
          : parseNotice(text);
    if (!parsed.ok) {
      this.#malformed += 1;
      log.warn(
        () =>
          `E${FAULT.noticeMalformed} notice dropped, malformed (${this.#malformed} so far): ${parsed.error}`,
      );
      return;
    }
    const notice = parsed.value;
    const stale = this.#freshness.staleness(notice);
    if (stale !== undefined) {
      log.warn(() => `notice ${notice.id} about ${notice.orderId} dropped: ${stale}`);
      return;
    }
    this.#handlers?.notice(notice);
  }

  /** Again when the oldest sign of another device is too old to count. */
  #sayUp(): void {
    const { clock, timers, terminal } = this.#options;
    this.#cancelCalm();
    const sinceMs = clock.monoMs() - CONTESTED.withinMs;
    this.#closedAtMs = this.#closedAtMs.filter((atMs) => atMs > sinceMs);
    const { length } = this.#closedAtMs;
    const [first = 0] = this.#closedAtMs;
    if (length < CONTESTED.ends) return this.#say({ up: true });
    this.#cancelCalm = timers.after(first - sinceMs, () => this.#sayUp());
    const contested = `up, but the broker closed the connection ${length} times in ${CONTESTED.withinMs / 60_000} min: another device with the id ${terminal}?`;
    this.#say({ up: true, contested });
  }

  #down(trouble: MqttTrouble): void {
    const isClosed = trouble.code === FAULT.idTakenOver || trouble.detail === CLOSED_QUIETLY;
    if (this.#up !== undefined && isClosed)
      this.#closedAtMs = [...this.#closedAtMs.slice(1 - CONTESTED.ends * 8), this.#options.clock.monoMs()];
    this.#cancelCalm();
    this.#up = undefined;
    const { log, merchant, terminal } = this.#options;
    if (this.#commands.ended())
      log.warn(
        `E${FAULT.subscriptionRefused} the broker ends the connection when it is asked for ${this.#commandTopic}: no commands for an hour`,
      );
    if (this.#discovery.ended())
      log.warn(
        `E${FAULT.stateRefused} the broker ends the connection when we publish ${discoveryTopic(merchant, terminal)}: nothing to Home Assistant for an hour`,
      );
    this.#say({ up: false, why: troubleText(trouble) });
  }

  #fatal(error: unknown): void {
    this.#up = undefined;
    // Who is stopping takes no notice any more. Nothing was acknowledged, so the next start gets it.
    if (this.#stopping) this.#options.log.debug(() => `notice left to the next start: ${messageOf(error)}`);
    else this.#options.onFatal(error);
  }

  #say(state: LinkState): void {
    const before = this.#said;
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(state)) return;
    this.#said = state;
    this.#handlers?.state(state);
  }
}
