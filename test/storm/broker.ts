import type { Chance } from './chance.js';
import { hourly } from './hourly.js';
import type { StormClient } from './mqtt-client.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface BrokerParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
}

interface Message {
  readonly topic: string;
  readonly payload: string;
}

interface Session {
  readonly topics: Set<string>;
  /** Not acknowledged yet, oldest first. */
  waiting: Message[];
  client: StormClient | undefined;
  /** Kept so long after its connection has ended. */
  readonly expiryMs: number;
  leftAtMs: number;
}

/** CONNACK of MQTT 5: "Server unavailable". */
const UNAVAILABLE = 136;

/**
 * An MQTT broker as far as two clients can see it: sessions with QoS 1, kept while their client is away, what was not
 * acknowledged sent again after the next connect; wills and retained messages are taken and go nowhere.
 */
export class Broker {
  readonly #parts: BrokerParts;
  readonly #sessions = new Map<string, Session>();
  /** Told of each event that it takes. */
  onEvent: (topic: string, payload: string) => void = () => undefined;
  /** Messages taken in all. */
  taken = 0;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
    hourly(parts.time, parts.chance, 'brokerRestarts', () => this.#restart());
  }

  #restart(): void {
    const forgets = this.#parts.chance.now('sessionLost');
    this.#parts.story.say(() => `broker restarts${forgets ? ' and has forgotten its sessions' : ''}`);
    for (const session of this.#sessions.values()) session.client?.severed();
    if (forgets) this.#sessions.clear();
  }

  /** Whether what is published for this client reaches it. */
  hears(clientId: string): boolean {
    return this.#sessions.get(clientId)?.client?.isWhole === true;
  }

  /** A CONNECT. @returns what CONNACK says of it */
  connect(
    client: StormClient,
    clean: boolean,
    expiryMs: number,
  ): { readonly reason: number; readonly sessionPresent: boolean } {
    const { chance, time } = this.#parts;
    if (chance.now('connackRefuses')) return { reason: UNAVAILABLE, sessionPresent: false };
    const { clientId } = client;
    const old = this.#sessions.get(clientId);
    // One connection a client id: the newer one throws the older one out.
    if (old?.client !== undefined && old.client !== client) old.client.severed();
    const gone = clean || old === undefined || chance.now('sessionLost') || this.#expired(old);
    const kept = gone ? undefined : old;
    const session: Session = {
      topics: kept?.topics ?? new Set(),
      waiting: kept?.waiting ?? [],
      client,
      expiryMs,
      leftAtMs: time.nowMs,
    };
    this.#sessions.set(clientId, session);
    return { reason: 0, sessionPresent: kept !== undefined };
  }

  #expired(session: Session): boolean {
    return session.client === undefined && this.#parts.time.nowMs - session.leftAtMs > session.expiryMs;
  }

  /** After CONNACK: what waits is sent again. */
  resume(client: StormClient): void {
    const session = this.#of(client);
    for (const message of session?.waiting ?? []) this.#hand(message, client);
  }

  left(client: StormClient): void {
    const session = this.#of(client);
    if (session === undefined) return;
    session.client = undefined;
    session.leftAtMs = this.#parts.time.nowMs;
  }

  /** @returns the QoS that SUBACK grants, or 128 */
  subscribe(client: StormClient, topic: string): number {
    if (this.#parts.chance.now('subscribeRefused')) return 128;
    this.#of(client)?.topics.add(topic);
    return 1;
  }

  /** @returns the reason of the PUBACK, or undefined when none is sent */
  publish(topic: string, payload: string): number | undefined {
    const { chance } = this.#parts;
    if (topic.endsWith('/event')) return this.#event(topic, payload);
    if (!topic.endsWith('/notice') || topic.includes('_probe')) return this.#route(topic, payload);
    if (chance.now('publishLost')) return undefined;
    if (chance.now('publishRefused')) return 151;
    const given = chance.now('noticeTorn') ? payload.slice(0, payload.length >> 1) : payload;
    const reason = this.take(topic, given);
    return chance.now('pubackLost') ? undefined : reason;
  }

  /** What a relay listens to, under a session that is kept. */
  #event(topic: string, payload: string): number | undefined {
    const { chance } = this.#parts;
    if (chance.now('eventLost')) return undefined;
    if (chance.now('eventRefused')) return 151;
    this.onEvent(topic, payload);
    return chance.now('eventUnheard') ? undefined : 0;
  }

  /** From whoever has a password. */
  take(topic: string, payload: string): number {
    this.taken += 1;
    return this.#route(topic, payload);
  }

  /** 16: nobody has subscribed to it. */
  #route(topic: string, payload: string): number {
    let reached = false;
    for (const session of this.#sessions.values()) {
      if (!session.topics.has(topic)) continue;
      reached = true;
      const message = { topic, payload };
      session.waiting.push(message);
      if (session.client !== undefined) this.#hand(message, session.client);
    }
    return reached ? 0 : 16;
  }

  #hand(message: Message, client: StormClient): void {
    const { chance, time } = this.#parts;
    const send = (): void => {
      const session = this.#of(client);
      if (session?.waiting.includes(message) !== true) return;
      client.deliver(message, () => {
        session.waiting = session.waiting.filter((other) => other !== message);
      });
    };
    if (chance.now('noticeLate')) time.after(this.#lateMs('noticeLate'), send);
    else send();
    if (chance.now('noticeDoubled'))
      time.after(this.#lateMs('noticeDoubled'), () => {
        if (this.#of(client) !== undefined) client.deliver(message, () => undefined);
      });
  }

  /** Mostly within the minute, and one in ten up to three hours. */
  #lateMs(name: 'noticeLate' | 'noticeDoubled'): number {
    const { chance } = this.#parts;
    const most = chance.detail(name, 0, 9, 3) === 0 ? 10_800_000 : 60_000;
    return chance.detail(name, 50, most);
  }

  /** The session, as long as it is this client's. */
  #of(client: StormClient): Session | undefined {
    const session = this.#sessions.get(client.clientId);
    return session?.client === client ? session : undefined;
  }
}
