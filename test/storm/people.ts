import type { Key } from '../../src/base/key.js';
import { holdsCounter, type Sale } from '../../src/core/sale.js';
import { type Chance, Stream } from './chance.js';
import type { Cloud } from './cloud.js';
import type { StormPad } from './devices.js';
import type { Laws } from './laws.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface PeopleParts {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly laws: Laws;
  readonly cloud: Cloud;
  /** The pad of the running terminal; undefined while there is none. */
  readonly pad: () => StormPad | undefined;
  readonly takeBill: () => boolean;
  /** Whether anybody rings up sales at the pad in this seed. */
  readonly typing: boolean;
}

/** The cashier at the pad, and every customer in front of a QR. */
export class People {
  readonly #parts: PeopleParts;
  readonly #random: Stream;
  /** Digits as pressed since the last confirmation, on the pad that is there. */
  #typed: number | undefined;
  #confirmed: number | undefined;
  #pad: StormPad | undefined;
  #mine: string | undefined;
  readonly #customers = new Set<string>();
  idle = true;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 5_001);
    if (parts.typing) this.#rest();
  }

  /** The amount that was typed in full and confirmed, asked for once. */
  typed(): number | undefined {
    const amount = this.#confirmed;
    this.#confirmed = undefined;
    return amount;
  }

  // The cashier.

  #rest(): void {
    const { time, takeBill, chance } = this.#parts;
    this.idle = true;
    time.after(this.#random.between(300, 4_000), () => {
      if (chance.off || !takeBill()) return;
      this.idle = false;
      this.#begin(0);
    });
  }

  #begin(tries: number): void {
    const { time, chance, pad } = this.#parts;
    if (chance.off || tries > 20) return this.#rest();
    const now = pad();
    if (now === undefined) {
      time.after(2_000, () => this.#begin(tries + 1));
      return;
    }
    this.#pad = now;
    this.#mine = undefined;
    this.#typed = undefined;
    now.press('clear');
    const digits = [...String(this.#random.between(1, 9_999) * 100)] as Key[];
    this.#press(digits, tries);
  }

  #press(keys: readonly Key[], tries: number): void {
    const { time, chance, pad } = this.#parts;
    const [key, ...rest] = keys;
    time.after(150, () => {
      const now = this.#pad;
      // The terminal died under the fingers: begin again.
      if (now === undefined || now !== pad()) return this.#begin(tries + 1);
      if (key === undefined) return this.#enter(now, tries);
      if (chance.now('padGone')) {
        now.unplug();
        this.#typed = undefined;
        time.after(chance.detail('padGone', 50, 3_000), () => now === pad() && now.plug());
      }
      this.#typed = (this.#typed ?? 0) * 10 + Number(key);
      now.press(key);
      this.#press(rest, tries);
    });
  }

  #enter(pad: StormPad, tries: number): void {
    const { time, chance } = this.#parts;
    this.#confirmed = this.#typed;
    this.#typed = undefined;
    pad.press('enter');
    this.#confirmed = undefined;
    const mine = this.#mine;
    if (mine === undefined) {
      time.after(this.#random.between(2_000, 15_000), () => this.#begin(tries + 1));
      return;
    }
    if (chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => {
        if (this.#mine !== undefined) this.#parts.pad()?.press('cancel');
      });
  }

  /** Told of each sale on disk. */
  sale(sale: Sale): void {
    if (!this.#customers.has(sale.orderId)) {
      this.#customers.add(sale.orderId);
      if (sale.source.kind === 'keypad') this.#mine = sale.orderId;
    }
    if (sale.orderId !== this.#mine || holdsCounter(sale)) return;
    const next = this.#parts.laws.successors.get(sale.orderId);
    this.#mine = next;
    if (next === undefined) this.#rest();
  }

  // The customers.

  readonly #seen = new Set<string>();

  /** A customer sees a QR: once an order, whatever shows it. */
  sees(orderId: string, payload: string): void {
    const { time, chance } = this.#parts;
    if (this.#seen.has(orderId) || chance.off) return;
    this.#seen.add(orderId);
    if (chance.now('walksAway')) return;
    const late = chance.now('paysLate');
    const ms = late ? chance.detail('paysLate', 20_000, 600_000) : this.#random.between(1_500, 12_000);
    if (chance.now('wrongPin')) time.after(ms / 2, () => void this.#parts.cloud.sandbox.decline(orderId));
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
