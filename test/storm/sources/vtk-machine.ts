import { VendotekMachine } from '../../../devices/vending/vendotek/driver.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { abr, fin, idl, serial, VtkListener, vrp } from '../../device/vending/vtk-frames.js';
import { Stream } from '../chance.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import { Goods, type Wish } from './goods.js';
import { Cable, LineEnd } from './line.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

/** A little longer than the terminal says that a request takes. */
const PATIENCE_MS = 130_000;
const OPERATION_S = 120;
const RESULT_MS = 3_000;
const MOST_ASKS = 8;
const MOST_RESULTS = 8;

/** What the machine keeps over its own power cuts. */
interface Operation extends Wish {
  readonly slot: string;
  phase: 'asking' | 'approved' | 'fell' | 'failed' | 'over';
  tries: number;
}

/**
 * A vending machine that numbers what it asks, repeats it after any silence and any power cut, gives once for a number,
 * and reports what fell until that is answered.
 */
export class VtkPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #cable: Cable;
  readonly #random: Stream;
  readonly #goods: Goods;
  readonly #operations = new Map<number, Operation>();
  #operation: Operation | undefined;
  #number = 0;
  /** A customer has chosen, and there is no number yet. */
  #choosing = false;
  /** It counts from 1 at each power-up, and has forgotten what it asked before. */
  readonly #forgets: boolean;
  #on = true;
  #stop: () => void = () => undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 8_001);
    this.#forgets = new Stream(parts.seed, 8_003).fraction() < 0.35;
    this.#goods = new Goods(parts, !this.#forgets);
    this.#cable = new Cable({ ...parts, written: (bytes) => this.#written(bytes) });
    this.#cable.hear = (bytes) => this.#hear(bytes);
    const { time, chance } = parts;
    hourly(time, chance, 'machineResets', () =>
      this.#losesPower(chance.detail('machineResets', 300, 20_000)),
    );
    this.#rest();
  }

  owns(sale: Sale): boolean {
    return sale.source.kind === 'vending';
  }

  get idle(): boolean {
    return !this.#choosing && this.#operation === undefined;
  }

  plug({ alive, act, clock, timers, random, log }: ProcessParts): Partial<Adapters> {
    const line = new LineEnd(this.#cable, this.#parts.time, alive, act);
    const settings = { minorUnits: 0, operationSeconds: OPERATION_S, vendMs: 60_000 } as const;
    const around = { name: 'vending', carrier: 'serial', line, clock, timers, random, log } as const;
    const machine = new VendotekMachine({ ...around, ...settings });
    return { vending: { machine, patienceMs: OPERATION_S * 1_000, slotFailures: 8 } };
  }

  objects(sale: Sale): Violation | undefined {
    const number = Number(/^vtk-(\d+)-/.exec(sale.source.reference ?? '')?.[1]);
    return this.#goods.begins(sale, this.#operations.get(number));
  }

  sale(sale: Sale): void {
    this.#goods.sale(sale);
  }

  hasWord(sale: Sale): boolean {
    return this.#goods.hasWord(sale);
  }

  /** @param moreMs before the next customer comes: after a no people wait a little */
  #rest(moreMs = 0): void {
    const { takeBill, chance, pace } = this.#parts;
    this.#operation = undefined;
    this.#after(this.#random.between(...pace.rest) + 200 + moreMs, () => {
      if (chance.off || !takeBill()) return;
      this.#choosing = true;
      this.#idle();
    });
  }

  /** One thing at a time is waited for, and only while there is power. */
  #after(ms: number, run: () => void): void {
    this.#stop();
    this.#stop = this.#parts.time.after(ms, run);
  }

  /** Asks for a number until it has one. */
  #idle(): void {
    if (this.#parts.chance.off) {
      this.#choosing = false;
      return;
    }
    this.#say('IDL', idl());
    this.#after(4_000, () => this.#idle());
  }

  #say(words: string, frame: Uint8Array): void {
    this.#parts.story.say(() => `machine says ${words}`);
    this.#cable.fromDevice(serial(frame));
  }

  #ask(operation: Operation): void {
    const { chance } = this.#parts;
    const { number, slot, amount } = operation;
    operation.tries += 1;
    if (operation.tries > MOST_ASKS || chance.off) return this.#givesUp(operation);
    this.#say(`VRP ${number} ${amount}`, vrp(String(number), slot, String(amount)));
    if (chance.now('machineGivesUp'))
      return this.#after(chance.detail('machineGivesUp', 300, 120_000), () => this.#givesUp(operation));
    const again = chance.now('machineRepeats');
    this.#after(again ? chance.detail('machineRepeats', 200, 60_000) : PATIENCE_MS, () =>
      this.#ask(operation),
    );
  }

  /** In one of the words that there are for it, or in none. */
  #givesUp(operation: Operation): void {
    const { number, slot } = operation;
    operation.phase = 'over';
    const how = this.#random.between(0, 3);
    this.#parts.story.say(() => `machine gives ${number} up`);
    if (how === 0) this.#say(`ABR ${number}`, abr(String(number)));
    if (how === 1) this.#say(`FIN ${number} 0`, fin(String(number), slot, '0'));
    if (how === 2) this.#say('IDL', idl());
    this.#rest();
  }

  #written(bytes: Uint8Array): void {
    const fields = decode(bytes);
    const [name, number, amount] = [fields?.get(0x01), Number(fields?.get(0x03)), Number(fields?.get(0x04))];
    if (name === 'VRP' && amount > 0) this.#goods.approves(this.#operations.get(number));
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#on) return;
    const fields = decode(bytes);
    const number = Number(fields?.get(0x03));
    const operation = this.#operation;
    switch (fields?.get(0x01)) {
      case 'IDL':
        if (this.#choosing) this.#begin(number);
        return;
      case 'VRP':
        if (operation?.phase === 'asking' && operation.number === number)
          this.#answered(operation, Number(fields.get(0x04)));
        return;
      case 'FIN':
        if (operation?.number !== number || (operation.phase !== 'fell' && operation.phase !== 'failed'))
          return;
        operation.phase = 'over';
        return this.#rest();
    }
  }

  #begin(given: number): void {
    this.#choosing = false;
    this.#number = (this.#forgets ? this.#number : Math.max(this.#number, given)) + 1;
    const slot = String(this.#random.between(1, this.#forgets ? 1 + (this.#parts.seed % 2) : 12));
    const amount = this.#forgets ? Number(slot) * 5_000 : this.#random.between(5, 12) * 1_000;
    const operation: Operation = { number: this.#number, amount, slot, phase: 'asking', tries: 0 };
    this.#operations.set(this.#number, operation);
    this.#operation = operation;
    this.#ask(operation);
  }

  #answered(operation: Operation, amount: number): void {
    const { chance, laws, story } = this.#parts;
    story.say(() => `machine hears ${amount} for ${operation.number}`);
    if (amount === 0) {
      operation.phase = 'over';
      return this.#rest(this.#random.between(3_000, 20_000));
    }
    if (amount !== operation.amount)
      return laws.broken('law 4', `${operation.number} asked for ${operation.amount}, and ${amount} is paid`);
    operation.phase = 'approved';
    if (chance.now('machineLosesPower'))
      return this.#losesPower(chance.detail('machineLosesPower', 300, 90_000));
    if (chance.now('machineTakesBack')) return this.#takesBack(operation);
    this.#vend(operation);
  }

  /** Its word is about the request, and not about the goods. */
  #takesBack(operation: Operation): void {
    const { number } = operation;
    operation.phase = 'over';
    this.#say(`ABR ${number}`, abr(String(number)));
    this.#after(this.#random.between(500, 4_000), () => {
      if (this.#random.fraction() < 0.5) this.#goods.fall(operation);
      this.#rest();
    });
  }

  #vend(operation: Operation): void {
    this.#after(this.#random.between(500, 4_000), () => {
      const { chance } = this.#parts;
      const fails = chance.now('machineFailsToVend');
      if (!fails) this.#goods.fall(operation);
      operation.phase = fails ? 'failed' : 'fell';
      operation.tries = 0;
      if (chance.now('machineLosesPower'))
        return this.#losesPower(chance.detail('machineLosesPower', 300, 200_000));
      this.#report(operation);
    });
  }

  #report(operation: Operation): void {
    const { number, slot, amount, phase } = operation;
    operation.tries += 1;
    if (operation.tries > MOST_RESULTS) {
      operation.phase = 'over';
      return this.#rest();
    }
    const fell = phase === 'fell' ? String(amount) : '0';
    this.#say(`FIN ${number} ${fell}`, fin(String(number), slot, fell));
    this.#after(RESULT_MS, () => this.#report(operation));
  }

  #losesPower(ms: number): void {
    if (!this.#on) return;
    this.#parts.story.say(() => `machine loses its power for ${ms} ms`);
    this.#on = false;
    this.#after(ms, () => {
      this.#on = true;
      if (this.#forgets) this.#number = 0;
      this.#takeUp();
    });
  }

  /** A customer who saw it go dark has left; the next one chooses at once. */
  #startsAnew(operation: Operation): void {
    operation.phase = 'over';
    this.#operation = undefined;
    if (!this.#parts.chance.off && this.#parts.takeBill()) {
      this.#choosing = true;
      return this.#idle();
    }
    this.#rest();
  }

  /** What it has kept: it goes on where it was. */
  #takeUp(): void {
    const operation = this.#operation;
    if (this.#choosing) return this.#idle();
    if (operation === undefined) return this.#rest();
    if (this.#forgets) return this.#startsAnew(operation);
    switch (operation.phase) {
      case 'asking':
        return this.#random.fraction() < 0.7 ? this.#ask(operation) : this.#givesUp(operation);
      case 'approved':
        if (this.#random.fraction() < 0.5) return this.#vend(operation);
        operation.phase = 'failed';
        operation.tries = 0;
        return this.#report(operation);
      case 'fell':
      case 'failed':
        return this.#report(operation);
      case 'over':
        return this.#rest();
    }
  }
}

/** Undefined where noise has spoiled it. */
function decode(bytes: Uint8Array): ReadonlyMap<number, string> | undefined {
  try {
    return new VtkListener('serial').hear(bytes)[0];
  } catch {
    return undefined;
  }
}
