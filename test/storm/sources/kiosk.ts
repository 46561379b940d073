import { PulseMachine } from '../../../devices/vending/pulse/driver.js';
import type { Place, TrainEnd } from '../../../devices/vending/pulse/emitter.js';
import { type Train, trainMs } from '../../../devices/vending/pulse/tools.js';
import type { Key } from '../../../src/base/key.js';
import { ok } from '../../../src/base/result.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { ChooseScreen } from '../../../src/base/screen.js';
import type { Given, SoldItem } from '../../../src/base/sold-item.js';
import { type Catalogue, catalogueOf } from '../../../src/core/catalogue/catalogue.js';
import type { Product } from '../../../src/core/catalogue/product.js';
import { isSettled, occupiesTerminal, type Sale } from '../../../src/core/sale/sale.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { StormPad } from '../devices.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import { endOf, PLACE, StormEmitter } from './coin-machine.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const PRODUCTS = 5;
const MOST_PULSES = 60;

/** What a customer pays for: lines as they stood before him. */
interface Line {
  readonly id: string;
  readonly price: number;
  readonly quantity: number;
}

/** Who finds that his cart was changed looks at it and pays, so many times. */
const MOST_LOOKS = 3;
const LOOK_MS = 300;
/** The driver looks at a line that was not to be had every ten seconds. */
const LOOKED_AGAIN_MS = 12_000;

/**
 * A kiosk: its customers choose products by their numbers or by touch, one or a cart, and it gives pulses and seconds on
 * several lines. Now and then somebody else stands at a second screen of it.
 */
export class KioskPeer implements SaleSource {
  readonly endsInOrder = true;
  readonly #parts: SourceParts;
  readonly #random: Stream;
  readonly #cart: boolean;
  readonly #touches: boolean;
  /** Each catalogue that was ever written, the newest last. */
  readonly #catalogues: Catalogue[] = [];
  /** What went out for each sale: by line, pulses, or the milliseconds of a relay. */
  readonly #given = new Map<string, Map<string, number>>();
  /** Each sale's lines as they were first on disk. */
  readonly #items = new Map<string, string>();
  #plugged:
    | { readonly pad: StormPad; readonly alive: () => boolean; readonly face: ProcessParts['face'] }
    | undefined;
  #pad: StormPad | undefined;
  #mine: string | undefined;
  /** Numbers of products that were chosen on the pad that is there, since nothing was chosen. */
  #chosen: number[] = [];
  #confirmed: readonly number[] | undefined;
  /** What stood on the face of who pays; undefined where there was none. */
  #seen: readonly Line[] | undefined;
  #goneUntilMs = 0;
  /** A line that was not to be had is out until the terminal has looked at it again: until then nobody knows. */
  #unsureUntilMs = 0;
  idle = true;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 8_010);
    this.#cart = this.#random.fraction() < 0.7;
    this.#touches = new Stream(parts.seed, 8_016).fraction() < 0.4;
    this.#write();
    const { time, chance } = parts;
    hourly(time, chance, 'machineResets', () => {
      this.#goneUntilMs = time.nowMs + chance.detail('machineResets', 300, 60_000);
      this.#unsureUntilMs = Math.max(this.#unsureUntilMs, this.#goneUntilMs + LOOKED_AGAIN_MS);
    });
    this.#rest();
  }

  owns(sale: Sale): boolean {
    return sale.source.kind === 'keypad' || sale.source.kind === 'vending';
  }

  plug(process: ProcessParts): Partial<Adapters> {
    const { timers, log, alive, face } = process;
    const pad = new StormPad();
    this.#plugged = { pad, alive, face };
    const emitter = new StormEmitter(timers, {
      there: () => this.#parts.chance.off || this.#parts.time.nowMs >= this.#goneUntilMs,
      train: (train, place) => this.#train(train, place, process),
    });
    const settings = { pulseValue: rupiah(1_000), pulseMs: 50, gapMs: 50, maxPulses: MOST_PULSES };
    const machine = new PulseMachine({ emitter, timers, log, ...settings });
    return {
      keypads: [pad],
      vending: { machine, patienceMs: 120_000, slotFailures: 20 },
      catalogue: {
        // Whoever has it read again has edited it.
        read: () => ok(this.#write()),
        last: () => undefined,
        replace: () => ok(this.#newest()),
      },
    };
  }

  /** Other prices, and other things to give for them. */
  #write(): Catalogue {
    const draw = new Stream(this.#parts.seed, 8_100 + this.#catalogues.length);
    const products = Array.from({ length: PRODUCTS }, (_, i): Product => {
      const line = i === 1 ? { line: 5 } : {};
      const gives: Given | undefined =
        i === 2
          ? undefined
          : i === 3
            ? { seconds: draw.between(1, 4), line: 6 }
            : { pulses: draw.between(1, 4), ...line };
      const name = { id: `Produk ${i + 1}`, en: `Product ${i + 1}` };
      const price = rupiah(draw.between(2, 400) * 100);
      return { id: `p${i + 1}`, name, price, ...(gives === undefined ? {} : { gives }) };
    });
    const how = { cart: this.#cart, freeAmount: false, perPage: 4 };
    this.#catalogues.push(catalogueOf(products, how));
    return this.#newest();
  }

  #newest(): Catalogue {
    const newest = this.#catalogues.at(-1);
    if (newest === undefined) throw new Error('no catalogue');
    return newest;
  }

  /** What is sold is what was chosen and confirmed, at the prices of one catalogue: that which stood there. */
  objects({ orderId, items, amount }: Sale): Violation | undefined {
    const confirmed = this.#confirmed;
    const seen = this.#seen;
    this.#confirmed = undefined;
    this.#seen = undefined;
    const bill = JSON.stringify(items?.map(({ id, price, quantity }) => ({ id, price, quantity })));
    if (seen !== undefined && bill !== JSON.stringify(seen))
      return { law: 'law 7', words: `${orderId} is for ${bill}, and the face said ${JSON.stringify(seen)}` };
    const wanted = count(confirmed?.map((number) => `p${number}`) ?? []);
    const sold = Object.fromEntries((items ?? []).map(({ id, quantity }) => [id, quantity]));
    if (confirmed === undefined || !alike(wanted, sold))
      return {
        law: 'law 13',
        words: `${orderId} is for ${JSON.stringify(sold)}, chosen was ${JSON.stringify(wanted)}`,
      };
    const ofOne = this.#catalogues.some(({ products }) =>
      items?.every(({ id, price, gives }) => {
        const product = products.find((one) => one.id === id);
        return product?.price === price && JSON.stringify(product.gives) === JSON.stringify(gives);
      }),
    );
    if (!ofOne) return { law: 'law 7', words: `${orderId} has prices of no one catalogue` };
    const sum = items?.reduce((total, { price, quantity }) => total + price * quantity, 0);
    return sum === amount
      ? undefined
      : { law: 'law 7', words: `${orderId} is for ${amount}, and its lines come to ${sum}` };
  }

  hasWord(sale: Sale, told: boolean): boolean {
    if (sale.source.kind === 'keypad') return told;
    return alike(Object.fromEntries(this.#given.get(sale.orderId) ?? []), boughtOf(sale.items));
  }

  sale(sale: Sale): void {
    const { orderId, state, items } = sale;
    const { laws } = this.#parts;
    const written = JSON.stringify(items);
    const first = this.#items.get(orderId);
    if (first === undefined) {
      this.#items.set(orderId, written);
      this.#mine = orderId;
    } else if (first !== written) laws.broken('law 7', `${orderId} was for ${first}, and is for ${written}`);
    const out = [...(this.#given.get(orderId)?.values() ?? [])].reduce((sum, some) => sum + some, 0);
    if (state.at === 'owed' && state.why === 'deliveryFailed' && out > 0)
      laws.broken('law 6', `${orderId} is owed as failed, and something went out`);
    if (state.at === 'owed' && state.why === 'partlyDelivered' && out === 0)
      laws.broken('law 5', `${orderId} is owed in part, and nothing went out`);
    if (orderId !== this.#mine || occupiesTerminal(sale)) return;
    const next = laws.successors.get(orderId);
    this.#mine = next;
    if (next === undefined) this.#rest();
  }

  #rest(): void {
    const { time, takeBill, chance, pace } = this.#parts;
    this.idle = true;
    time.after(this.#random.between(...pace.rest), () => {
      if (chance.off || !takeBill()) return;
      this.idle = false;
      this.#begin(0);
    });
  }

  #now(): StormPad | undefined {
    return this.#plugged?.alive() === true ? this.#plugged.pad : undefined;
  }

  #begin(tries: number): void {
    const { time, chance } = this.#parts;
    if (chance.off || tries > 20) return this.#rest();
    const now = this.#now();
    if (now === undefined) {
      time.after(2_000, () => this.#begin(tries + 1));
      return;
    }
    this.#pad = now;
    this.#mine = undefined;
    this.#chosen = [];
    now.press('clear');
    now.press('clear');
    const count = this.#cart ? this.#random.between(1, 4) : 1;
    this.#choose(count, tries);
  }

  /** A number and OK, so many times; now and then one is taken away again. */
  #choose(left: number, tries: number): void {
    const { time, chance, pace } = this.#parts;
    time.after(pace.key * 3, () => {
      const pad = this.#pad;
      if (pad === undefined || pad !== this.#now()) return this.#begin(tries + 1);
      if (chance.now('padGone')) {
        pad.unplug();
        this.#chosen = [];
        time.after(chance.detail('padGone', 50, 3_000), () => pad === this.#now() && pad.plug());
      }
      if (this.#touches) {
        if (!this.#touch(pad)) return this.#begin(tries + 1);
        if (!this.#cart) return this.#over(tries);
        return this.#goOn(left, pad, tries);
      }
      const number = this.#random.between(1, PRODUCTS);
      const out = this.#parts.isSoldOut(`p${number}`);
      if (out === 'unknown' || this.#parts.isShut() || time.nowMs < this.#unsureUntilMs)
        return this.#begin(tries + 1);
      const takesAway = this.#cart && this.#chosen.includes(number) && this.#random.fraction() < 0.3;
      pad.press(String(number) as Key);
      if (takesAway) {
        this.#chosen.splice(this.#chosen.indexOf(number), 1);
        pad.press('cancel');
      } else {
        // Of what is sold out the face says so, and nothing of it is chosen.
        if (out === 'no') this.#chosen.push(number);
        // One choice is one sale, where there is no cart.
        if (!this.#cart) return this.#pay(pad, tries);
        pad.press('enter');
      }
      this.#goOn(left, pad, tries);
    });
  }

  #goOn(left: number, pad: StormPad, tries: number): void {
    const { time, pace } = this.#parts;
    if (left > 1) return this.#choose(left - 1, tries);
    time.after(pace.key, () => (pad === this.#now() ? this.#pay(pad, tries) : this.#begin(tries + 1)));
  }

  #face(): ChooseScreen | undefined {
    const face = this.#plugged?.face();
    return face?.show === 'choose' ? face : undefined;
  }

  /** One of what stands there, at the price that does; or a line less. @returns whether there was anything */
  #touch(pad: StormPad): boolean {
    const { products = [], cart } = this.#face() ?? {};
    const product = products[this.#random.between(0, products.length - 1)];
    if (product === undefined) return false;
    const line = cart?.lines.at(-1);
    if (line !== undefined && this.#random.fraction() < 0.2) {
      pad.touch({ wish: 'less', id: line.id });
      return true;
    }
    const { id, price } = product;
    if (!this.#cart) {
      this.#seen = [{ id, price, quantity: 1 }];
      this.#confirmed = numbersOf(this.#seen);
    }
    pad.touch({ wish: 'product', id, price });
    this.#seen = undefined;
    this.#confirmed = undefined;
    return true;
  }

  /** Who has looked at the cart turns to his telephone; somebody at another screen touches. */
  #another(pad: StormPad, { products, cart }: ChooseScreen): void {
    const { chance } = this.#parts;
    const { id, price } = products[chance.detail('staleFace', 0, products.length - 1)] ?? {};
    const [line] = cart?.lines ?? [];
    const takes = chance.detail('staleFace', 0, 2, 3) === 0;
    if (takes && line !== undefined) pad.touch({ wish: 'less', id: line.id });
    else if (id !== undefined && price !== undefined) pad.touch({ wish: 'product', id, price });
  }

  #pay(pad: StormPad, tries: number, looks = 0): void {
    const { time, chance } = this.#parts;
    // What is in the cart and was sold out meanwhile keeps all of it from being paid.
    if (this.#parts.isShut()) return this.#begin(tries + 1);
    if (this.#chosen.some((number) => this.#parts.isSoldOut(`p${number}`) === 'unknown'))
      return this.#begin(tries + 1);
    const face = this.#face();
    const cart = face?.cart;
    if (this.#touches && (cart === undefined || cart.lines.length === 0)) return this.#over(tries);
    const seen = cart?.lines.map(({ id, price, quantity }) => ({ id, price, quantity }));
    // A key pays the cart of the face before him, a touch that which was under the finger.
    const lines = this.#cart && seen !== undefined && (this.#touches || looks > 0) ? seen : undefined;
    if (this.#cart && face !== undefined && chance.now('staleFace')) this.#another(pad, face);
    this.#seen = this.#cart ? seen : undefined;
    this.#confirmed = lines === undefined ? this.#chosen : numbersOf(lines);
    if (this.#touches && cart !== undefined)
      pad.touch({ wish: 'pay', sum: cart.sum, revision: cart.revision });
    else pad.press('enter');
    this.#confirmed = undefined;
    this.#seen = undefined;
    if (this.#mine === undefined && looks < MOST_LOOKS && (seen?.length ?? 0) > 0) {
      time.after(LOOK_MS, () =>
        pad === this.#now() ? this.#pay(pad, tries, looks + 1) : this.#begin(tries + 1),
      );
      return;
    }
    this.#over(tries);
  }

  /** It is a sale, or nothing came of it. */
  #over(tries: number): void {
    const { time, chance } = this.#parts;
    this.#chosen = [];
    if (this.#mine === undefined) {
      time.after(this.#random.between(2_000, 15_000), () => this.#begin(tries + 1));
      return;
    }
    if (chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => {
        if (this.#mine !== undefined) this.#now()?.press('cancel');
      });
  }

  #train(train: Train, { where: { line } }: Place, { act, alive }: ProcessParts): Promise<TrainEnd> {
    const { time, chance, laws, story } = this.#parts;
    const sale = [...laws.openIds]
      .map((id) => laws.sales.get(id))
      .find((one) => one?.state.at === 'delivering' && one.source.kind === 'vending');
    const orderId = sale?.orderId ?? '';
    const isRelay = train.pulseMs !== 50;
    const key = keyOf(line, isRelay);
    story.say(() => `a train of ${train.pulses} x ${train.pulseMs} ms on line ${line} for ${orderId}`);
    if (sale === undefined || !isSettled(sale))
      laws.broken('law 4', `a train on line ${line} for a sale that is not paid`);
    const given = this.#given.get(orderId) ?? new Map<string, number>();
    this.#given.set(orderId, given);
    if (given.has(key)) laws.broken('law 6', `a second train on line ${line} for ${orderId}`);
    const bought = boughtOf(sale?.items)[key] ?? 0;
    const whole = isRelay ? train.pulseMs : train.pulses;
    if (whole !== bought)
      laws.broken('law 6', `${orderId} gets ${whole} on line ${line}, and bought ${bought}`);
    given.set(key, 0);
    const outlives = this.#random.fraction() < 0.5;
    const fails = chance.now('machineFailsToVend');
    const ends = fails ? chance.detail('machineFailsToVend', 0, train.pulses - 1) : train.pulses;
    return new Promise((resolve) => {
      const pulse = (sent: number): void => {
        if (!alive() && !outlives) return;
        if (sent < ends) {
          given.set(key, isRelay ? train.pulseMs : sent + 1);
          if (sent === 0) act('train of pulses');
          time.after(train.pulseMs + train.gapMs, () => pulse(sent + 1));
          return;
        }
        if (!alive()) return;
        if (sent === 0) {
          given.delete(key);
          this.#unsureUntilMs = Math.max(this.#unsureUntilMs, time.nowMs + LOOKED_AGAIN_MS);
        }
        resolve(endOf(sent, train));
      };
      time.after(Math.min(train.leadMs, trainMs(train)), () => pulse(0));
    });
  }
}

/** The number of a product for each piece. */
function numbersOf(lines: readonly Line[]): number[] {
  return lines.flatMap(({ id, quantity }) => new Array<number>(quantity).fill(Number(id.slice(1))));
}

function keyOf(line: number, isRelay: boolean): string {
  return `${isRelay ? 'ms' : 'pulses'} on ${line}`;
}

/** What is to come out for these lines of a sale, by the books of the storm and not of the product. */
function boughtOf(items: readonly SoldItem[] | undefined): Record<string, number> {
  const bought: Record<string, number> = {};
  for (const { quantity, gives } of items ?? []) {
    if (gives === undefined) continue;
    const key = keyOf(gives.line ?? PLACE.where.line, 'seconds' in gives);
    const one = 'pulses' in gives ? gives.pulses : gives.seconds * 1_000;
    bought[key] = (bought[key] ?? 0) + quantity * one;
  }
  return bought;
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function alike(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => (a[key] ?? 0) === (b[key] ?? 0));
}
