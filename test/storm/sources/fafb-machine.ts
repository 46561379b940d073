import { FafbMachine } from '../../../devices/vending/fafb/driver.js';
import type { Key } from '../../../src/base/key.js';
import { ok } from '../../../src/base/result.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { catalogueOf } from '../../../src/core/catalogue/catalogue.js';
import { MOST_PRODUCTS, type Product } from '../../../src/core/catalogue/product.js';
import { occupiesTerminal, type Sale } from '../../../src/core/sale/sale.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { frame, press, result } from '../../device/vending/fafb-frames.js';
import { Stream } from '../chance.js';
import { StormPad } from '../devices.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import { Goods, type Wish } from './goods.js';
import { Cable, LineEnd } from './line.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

/** The slowest setting that there is: polls are most of what such a line carries. */
const POLL_MS = 2_000;
const PATIENCE_MS = 100_000;
const MOST_SENDS = 6;
const [PRICE, DRIVE, SYNCHRONISE, CHOICE, POLL, ACK] = [0x12, 0x06, 0x31, 0x05, 0x41, 0x42];

interface Choice extends Wish {
  amount: number;
  readonly slot: number;
  phase: 'asking' | 'driving' | 'over';
  /** The terminal has taken it. */
  begun: boolean;
  /** It was chosen at the terminal, by a product's number. */
  readonly typed?: true;
  orderId?: string;
  /** The process and the connection in which it did: another one cannot know a repeat. */
  during?: string;
}

/** Each with a price of its own, so that a sale says which choice it is for. */
const CATALOGUE = catalogueOf(
  Array.from({ length: MOST_PRODUCTS }, (_, i): Product => {
    const name = { id: `Produk ${i + 1}`, en: `Product ${i + 1}` };
    return { id: `p${i + 1}`, name, price: rupiah(4_000_000 + i), slot: String((i % 20) + 1) };
  }),
  { cart: false, freeAmount: false, perPage: 12 },
);

/** What it has to say, until that is acknowledged. */
interface Saying {
  readonly bytes: Uint8Array;
  sends: number;
  /** A poll has gone out since it was said last. */
  polled: boolean;
}

/**
 * A vending controller that polls: tells of a price and of a key, turns the motor that it is told to, and says what came
 * of it. It knows a command again by its number, and forgets everything with its power.
 */
export class FafbPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #cable: Cable;
  readonly #random: Stream;
  readonly #goods: Goods;
  readonly #choices = new Map<number, Choice>();
  #sayings: Saying[] = [];
  #choice: Choice | undefined;
  #on = true;
  #made = 0;
  #packet = 0;
  /** Acknowledgements that it will still miss. */
  #deafFor = 0;
  #heardPacket = -1;
  #drivenPacket = '';
  /** Bytes lost on the line so far, when the price was said last. */
  #lostBefore = 0;
  #stop: () => void = () => undefined;
  /** Some poll between two sends of one frame, some do not. */
  readonly #pollsBetween: boolean;
  /** Its customers choose at the terminal as well. */
  readonly #kiosk: boolean;
  #plugged: { readonly pad: StormPad; readonly alive: () => boolean } | undefined;

  constructor(parts: SourceParts, kiosk = false) {
    this.#parts = parts;
    this.#kiosk = kiosk;
    this.#random = new Stream(parts.seed, 8_004);
    this.#pollsBetween = new Stream(parts.seed, 8_014).fraction() < 0.5;
    this.#goods = new Goods(parts, false);
    this.#cable = new Cable({ ...parts, written: (bytes) => this.#written(bytes) });
    this.#cable.hear = (bytes) => this.#hear(bytes);
    const { time, chance } = parts;
    hourly(time, chance, 'machineResets', () =>
      this.#losesPower(chance.detail('machineResets', 300, 20_000)),
    );
    this.#poll();
    this.#rest();
  }

  owns(sale: Sale): boolean {
    return sale.source.kind === 'vending';
  }

  get idle(): boolean {
    return this.#choice === undefined;
  }

  plug({ alive, act, clock, timers, random, log }: ProcessParts): Partial<Adapters> {
    const line = new LineEnd(this.#cable, this.#parts.time, alive, act);
    const settings = { deliver: 'drive', priceUnit: rupiah(1), dropSensor: true, elevator: false } as const;
    const around = { name: 'vending', line, clock, timers, random, log } as const;
    const machine = new FafbMachine({ ...around, ...settings, vendMs: 60_000 });
    // Whatever the process before it was told to do has had its number; the next one counts anew.
    this.#drivenPacket = '';
    const vending = { machine, patienceMs: 60_000, slotFailures: 8 };
    if (!this.#kiosk) return { vending };
    const pad = new StormPad();
    this.#plugged = { pad, alive };
    const catalogue = { read: () => ok(CATALOGUE), last: () => undefined, replace: () => ok(CATALOGUE) };
    return { vending, catalogue, keypads: [pad] };
  }

  objects(sale: Sale): Violation | undefined {
    const choice = this.#atTheOldPrice(sale) ?? this.#choices.get(sale.amount);
    const during = `${this.#parts.laws.bootedAtMs} ${this.#parts.chance.counts.get('lineDrops') ?? 0}`;
    if (choice?.during === during)
      return { law: 'law 7', words: `${sale.orderId} is a second charge for choice ${choice.number}` };
    if (choice !== undefined) Object.assign(choice, { begun: true, during, orderId: sale.orderId });
    const { item } = sale.source;
    if (choice?.typed && item !== String(choice.slot))
      return { law: 'law 7', words: `${sale.orderId} is for slot ${item}, chosen was ${choice.slot}` };
    return this.#goods.begins(sale, choice);
  }

  /**
   * Equal bytes that are lost leave the XOR of a frame as it was, so a price can go by: then its slot is sold at the price
   * that was said before, and nobody can know of it.
   */
  #atTheOldPrice(sale: Sale): Choice | undefined {
    const choice = this.#choice;
    const old = this.#choices.get(sale.amount);
    if (choice === undefined || choice.begun || old?.slot !== choice.slot || old === choice) return undefined;
    if (this.#lost === this.#lostBefore) return undefined;
    choice.amount = sale.amount;
    return choice;
  }

  get #lost(): number {
    return this.#parts.chance.counts.get('bytesLost') ?? 0;
  }

  sale(sale: Sale): void {
    this.#goods.sale(sale);
    const choice = this.#choice;
    if (choice?.typed !== true || choice.orderId !== sale.orderId || occupiesTerminal(sale)) return;
    const next = this.#parts.laws.successors.get(sale.orderId);
    if (next !== undefined) choice.orderId = next;
    // A machine hears nothing of what was chosen elsewhere and not paid.
    else if (choice.phase === 'asking') this.#rest();
  }

  hasWord(sale: Sale): boolean {
    return this.#goods.hasWord(sale);
  }

  #poll(): void {
    this.#parts.time.after(POLL_MS, () => {
      if (this.#on) this.#turn();
      this.#poll();
    });
  }

  /** Says the next of what it has to say, or polls. */
  #turn(): void {
    const [first] = this.#sayings;
    const polls = first === undefined || (this.#pollsBetween && first.sends > 0 && !first.polled);
    if (first !== undefined) first.polled = polls;
    if (first === undefined || polls) return this.#cable.fromDevice(frame(POLL));
    first.sends += 1;
    if (first.sends > MOST_SENDS) {
      this.#sayings.shift();
      return this.#turn();
    }
    this.#cable.fromDevice(first.bytes);
  }

  #say(words: string, make: (packet: number) => Uint8Array): void {
    this.#packet = (this.#packet % 255) + 1;
    this.#parts.story.say(() => `controller says ${words}`);
    this.#sayings.push({ bytes: make(this.#packet), sends: 0, polled: false });
  }

  #after(ms: number, run: () => void): void {
    this.#stop();
    this.#stop = this.#parts.time.after(ms, run);
  }

  /** @param moreMs before the next customer comes: after a no people wait a little */
  #rest(moreMs = 0): void {
    const { takeBill, chance, pace } = this.#parts;
    if (this.#choice !== undefined) this.#choice.phase = 'over';
    this.#choice = undefined;
    this.#after(this.#random.between(...pace.rest) + 600 + moreMs, () => {
      if (chance.off || !takeBill()) return;
      if (this.#kiosk && this.#random.fraction() < 0.7) return this.#chooses(0);
      this.#made += 1;
      const amount = 5_000 + this.#made * 7;
      const slot = this.#random.between(1, 20);
      const choice: Choice = { number: this.#made, amount, slot, phase: 'asking', begun: false };
      this.#choices.set(amount, choice);
      this.#choice = choice;
      this.#lostBefore = this.#lost;
      this.#say(`price ${amount} of ${slot}`, (packet) =>
        frame(PRICE, packet, ...word(slot), ...long(amount)),
      );
      this.#say(`choice ${slot}`, (packet) => press(packet, slot));
      const early = chance.now('machineGivesUp');
      const ms = early ? chance.detail('machineGivesUp', 3_000, 60_000) : PATIENCE_MS;
      this.#after(ms, () => {
        this.#say('choice taken back', (packet) => press(packet, 0));
        this.#rest();
      });
    });
  }

  /** The number of a product at the pad, and OK. */
  #chooses(tries: number): void {
    const { chance, time } = this.#parts;
    const { pad, alive } = this.#plugged ?? {};
    if (chance.off || tries > 20) return this.#rest();
    if (pad === undefined || alive?.() !== true) return this.#after(2_000, () => this.#chooses(tries + 1));
    this.#made += 1;
    const product = CATALOGUE.products[this.#made % CATALOGUE.products.length];
    if (product === undefined) throw new Error('no product');
    const { price: amount, slot } = product;
    const choice: Choice = {
      ...{ number: this.#made, amount, slot: Number(slot), phase: 'asking', begun: false, typed: true },
    };
    this.#choices.delete(amount);
    this.#choices.set(amount, choice);
    this.#choice = choice;
    for (const key of ['clear', 'clear', ...product.id.slice(1), 'enter']) pad.press(key as Key);
    if (!choice.begun) return this.#rest(this.#random.between(2_000, 15_000));
    if (chance.now('cancels'))
      time.after(chance.detail('cancels', 10, 30_000), () => {
        if (choice === this.#choice && this.#plugged?.alive() === true) this.#plugged.pad.press('cancel');
      });
  }

  #written(bytes: Uint8Array): void {
    if (bytes[2] !== DRIVE) return;
    const packet = Buffer.from(bytes).toString('hex');
    // Sent again under its number, it is the same command.
    if (packet === this.#drivenPacket) return;
    this.#drivenPacket = packet;
    this.#goods.approves(this.#newest(slotIn(bytes)));
  }

  /** What a drive of the slot is for: it may be on its way while the choice is taken back, and made again. */
  #newest(slot: number): Choice | undefined {
    return [...this.#choices.values()].reverse().find((choice) => choice.slot === slot && choice.begun);
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#on || !isWhole(bytes)) return;
    const [, , command, , packet = 0] = bytes;
    if (command === ACK) {
      const [first] = this.#sayings;
      // What answers a poll acknowledges nothing.
      if (first === undefined || first.sends === 0 || first.polled) return;
      if (!this.#isDeaf()) this.#sayings.shift();
      return;
    }
    this.#cable.fromDevice(frame(ACK));
    if (packet === this.#heardPacket) return;
    this.#heardPacket = packet;
    if (command === SYNCHRONISE) return;
    if (command === CHOICE && this.#choice?.phase === 'asking')
      return this.#rest(this.#random.between(3_000, 20_000));
    if (command === DRIVE) this.#drive(slotIn(bytes));
  }

  /** For a while, so that what it says again may come after the end of what it said first. */
  #isDeaf(): boolean {
    const { chance } = this.#parts;
    if (this.#deafFor > 0) this.#deafFor -= 1;
    else if (chance.now('controllerDeaf')) this.#deafFor = chance.detail('controllerDeaf', 0, 3);
    else return false;
    return !chance.off;
  }

  /** A motor turns whoever has chosen what; what falls is that of the newest choice of its slot. */
  #drive(slot: number): void {
    const { chance, laws } = this.#parts;
    const choice = this.#newest(slot);
    if (choice === undefined) return laws.broken('law 4', `motor ${slot} turns, and nobody has chosen it`);
    if (choice === this.#choice) choice.phase = 'driving';
    if (chance.now('machineLosesPower'))
      return this.#losesPower(chance.detail('machineLosesPower', 300, 90_000));
    this.#after(this.#random.between(500, 6_000), () => {
      const fails = chance.now('machineFailsToVend');
      if (!fails) this.#goods.fall(choice);
      if (chance.now('machineLosesPower'))
        return this.#losesPower(chance.detail('machineLosesPower', 300, 200_000));
      const status = fails ? 3 : 2;
      this.#say(`result ${status} of ${slot}`, (packet) => result(packet, status, slot));
      this.#rest();
    });
  }

  #losesPower(ms: number): void {
    if (!this.#on) return;
    this.#parts.story.say(() => `machine loses its power for ${ms} ms`);
    this.#on = false;
    this.#sayings = [];
    this.#packet = 0;
    this.#heardPacket = -1;
    this.#after(ms, () => {
      this.#on = true;
      this.#rest();
    });
  }
}

function isWhole(bytes: Uint8Array): boolean {
  const sum = bytes.subarray(0, -1).reduce((all, byte) => all ^ byte, 0);
  return (
    bytes[0] === 0xfa && bytes[1] === 0xfb && bytes.length === (bytes[3] ?? 0) + 5 && sum === bytes.at(-1)
  );
}

/** Of a drive: number, drop sensor, elevator, slot. */
function slotIn(bytes: Uint8Array): number {
  return (bytes[7] ?? 0) * 256 + (bytes[8] ?? 0);
}

function word(value: number): number[] {
  return [value >> 8, value & 255];
}

function long(value: number): number[] {
  return [0, ...[16, 8, 0].map((shift) => (value >> shift) & 255)];
}
