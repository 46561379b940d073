import type { Notice } from '../../src/base/notice.js';
import { parseNotice } from '../../src/mqtt/envelope.js';
import { Freshness } from '../../src/mqtt/freshness.js';
import type { Link, LinkHandlers } from '../../src/port/link.js';
import type { Publisher, PublishOutcome } from '../../src/port/publisher.js';
import type { Chance } from './chance.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface BrokerParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
}

interface Message {
  readonly payload: string;
}

/**
 * A broker with one session, QoS 1: what was acknowledged to the relay is kept until the terminal has acknowledged it,
 * and sent again after each reconnect.
 */
export class Broker implements Publisher {
  readonly #parts: BrokerParts;
  #session: Message[] = [];
  #connection: ((payload: string) => boolean) | undefined;
  /** Messages taken in all. */
  taken = 0;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  trouble(): string | undefined {
    return undefined;
  }

  publish(_topic: string, payload: string): Promise<PublishOutcome> {
    const { chance, time } = this.#parts;
    return new Promise((resolve) => {
      if (chance.now('publishLost')) return;
      time.after(10, () => {
        if (chance.now('publishRefused')) return resolve({ kind: 'refused', reason: 151 });
        this.take(chance.now('noticeTorn') ? payload.slice(0, payload.length >> 1) : payload);
        if (!chance.now('pubackLost')) resolve({ kind: 'acknowledged' });
      });
    });
  }

  take(payload: string): void {
    this.taken += 1;
    const message = { payload };
    this.#session.push(message);
    this.#hand(message);
  }

  #hand(message: Message): void {
    const { chance, time } = this.#parts;
    const connection = this.#connection;
    if (connection === undefined) return;
    const once = (): void => {
      if (this.#connection !== connection) return;
      if (connection(message.payload)) this.#session = this.#session.filter((other) => other !== message);
    };
    time.after(chance.now('noticeLate') ? chance.detail('noticeLate', 100, 60_000) : 20, once);
    if (chance.now('noticeDoubled')) time.after(chance.detail('noticeDoubled', 20, 5_000), once);
  }

  /** @param hear returns whether it acknowledged. */
  connect(hear: (payload: string) => boolean): void {
    if (this.#parts.chance.now('sessionLost')) this.#session = [];
    this.#connection = hear;
    for (const message of [...this.#session]) this.#hand(message);
  }

  disconnect(): void {
    this.#connection = undefined;
  }
}

export interface EarParts extends BrokerParts {
  readonly broker: Broker;
  readonly alive: () => boolean;
  readonly wallMs: () => number;
  /** After the handler has returned: what the broker is about to be told. */
  readonly acknowledges: (notice: Notice) => void;
}

/**
 * The terminal's ear over that broker. The real one is made of sockets from top to bottom and cannot run on this clock;
 * what it makes of a payload (the envelope, the freshness) is the real code, and so is the order: the broker is told
 * when the handler has returned.
 */
export class Ear implements Link {
  readonly #parts: EarParts;
  readonly #freshness: Freshness;
  #handlers: LinkHandlers | undefined;
  #up = false;

  constructor(parts: EarParts) {
    this.#parts = parts;
    this.#freshness = new Freshness({ wallMs: parts.wallMs, monoMs: () => parts.time.nowMs });
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.#parts.time.after(150, () => this.#connect());
    this.#trouble('linkDrops', 1_000, 900_000, 0);
    // A half-open connection is found dead by its keepalive.
    this.#trouble('linkHalfOpen', 1_000, 60_000, 45_000);
  }

  publishState(): void {}

  async stop(): Promise<void> {}

  #trouble(name: 'linkDrops' | 'linkHalfOpen', from: number, to: number, noticedMs: number): void {
    const { chance, time, alive } = this.#parts;
    const waitMs = chance.waitMs(name);
    if (waitMs === undefined) return;
    time.after(waitMs, () => {
      if (!alive() || chance.off) return;
      if (chance.due(name) && this.#up) {
        this.#parts.broker.disconnect();
        const awayMs = chance.detail(name, from, to);
        time.after(noticedMs, () => this.#lost());
        time.after(noticedMs + awayMs, () => this.#connect());
      }
      this.#trouble(name, from, to, noticedMs);
    });
  }

  #lost(): void {
    if (!this.#parts.alive() || !this.#up) return;
    this.#up = false;
    this.#handlers?.state({ up: false, why: 'the storm took it' });
  }

  #connect(): void {
    const { alive, broker } = this.#parts;
    if (!alive()) return;
    broker.connect((payload) => this.#hear(payload));
    if (this.#up) return;
    this.#up = true;
    this.#handlers?.state({ up: true });
  }

  #hear(payload: string): boolean {
    const { alive, story } = this.#parts;
    if (!alive()) return false;
    const parsed = parseNotice(payload);
    if (!parsed.ok) return true;
    const stale = this.#freshness.staleness(parsed.value);
    story.say(() => `notice ${parsed.value.orderId} says ${parsed.value.says} ${stale ?? ''}`);
    if (stale !== undefined) return true;
    this.#handlers?.notice(parsed.value);
    if (!alive()) return false;
    this.#parts.acknowledges(parsed.value);
    return true;
  }
}
