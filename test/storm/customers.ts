import { type Chance, Stream } from './chance.js';
import type { Cloud } from './cloud.js';
import type { Pace } from './pace.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface CustomerParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly cloud: Cloud;
  readonly pace: Pace;
}

/** Everybody in front of a QR: pays, late, twice, after leaving, with the wrong PIN first, or not at all. */
export class Customers {
  readonly #parts: CustomerParts;
  readonly #random: Stream;
  readonly #seen = new Set<string>();

  constructor(parts: CustomerParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 5_002);
  }

  /** A customer sees a QR: once an order, whatever shows it. */
  sees(orderId: string, payload: string): void {
    const { time, chance, pace } = this.#parts;
    if (this.#seen.has(orderId) || chance.off) return;
    this.#seen.add(orderId);
    if (chance.now('walksAway')) return;
    const late = chance.now('paysLate');
    const ms = late ? chance.detail('paysLate', 20_000, 600_000) : this.#random.between(...pace.pays);
    if (chance.now('wrongPin'))
      time.after(ms / 2, () => void this.#parts.cloud.sandbox.transactions.failAttempt(orderId));
    time.after(ms, () => this.#pay(orderId, payload));
    if (chance.now('paysTwice'))
      time.after(ms + chance.detail('paysTwice', 1, 20_000), () => this.#pay(orderId, payload));
  }

  #pay(orderId: string, payload: string): void {
    const { cloud, story, chance } = this.#parts;
    if (chance.off) return;
    cloud.beforePayment(orderId);
    const paid = cloud.sandbox.payScanned(payload);
    story.say(() => `customer pays ${orderId}: ${paid.ok ? 'done' : paid.error}`);
  }
}
