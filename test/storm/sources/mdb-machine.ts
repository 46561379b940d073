import { QibixxMachine } from '../../../devices/vending/mdb-qibixx/driver.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { Sale } from '../../../src/core/sale/sale.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { hourly } from '../hourly.js';
import type { Violation } from '../laws.js';
import { Goods, type Wish } from './goods.js';
import { Cable, LineEnd } from './line.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

const PATIENCE_MS = 60_000;
/** A customer presses the button again for so long. */
const MOST_TRIES = 40;

interface Choice extends Wish {
  readonly item: string;
  phase: 'wanted' | 'asking' | 'approved' | 'over';
  tries: number;
}

/**
 * A vending machine on MDB and the board between it and us, which speaks lines. It numbers nothing and repeats nothing,
 * and forgets everything with its power; every price is another, so that it is known which choice is meant.
 */
export class MdbPeer implements SaleSource {
  readonly #parts: SourceParts;
  readonly #cable: Cable;
  readonly #random: Stream;
  readonly #goods: Goods;
  readonly #choices = new Map<number, Choice>();
  /** On these a customer can choose only in a session that we open. */
  readonly #sessions: boolean;
  #choice: Choice | undefined;
  #on = true;
  #reader = false;
  #session = false;
  #made = 0;
  #stop: () => void = () => undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#random = new Stream(parts.seed, 8_002);
    this.#sessions = this.#random.fraction() < 0.5;
    this.#goods = new Goods(parts, false);
    this.#cable = new Cable({ ...parts, noisy: false, written: (bytes) => this.#written(textOf(bytes)) });
    this.#cable.hear = (bytes) => this.#hear(textOf(bytes));
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
    return this.#choice === undefined;
  }

  plug({ alive, act, clock, timers, random, log }: ProcessParts): Partial<Adapters> {
    const line = new LineEnd(this.#cable, this.#parts.time, alive, act);
    const session = this.#sessions ? 'authorization-first' : 'selection-first';
    const settings = { setup: [], session, unit: rupiah(1), vendMs: 60_000 } as const;
    const machine = new QibixxMachine({ line, clock, timers, random, log, ...settings });
    return { vending: { machine, patienceMs: PATIENCE_MS, slotFailures: 8 } };
  }

  objects(sale: Sale): Violation | undefined {
    return this.#goods.begins(sale, this.#choices.get(sale.amount));
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
    this.#choice = undefined;
    // Before it takes the next customer it has a session to end: an approval that is on its way arrives before.
    this.#after(this.#random.between(...pace.rest) + 600 + moreMs, () => {
      if (chance.off || !takeBill()) return;
      this.#made += 1;
      const amount = 5_000 + this.#made * 7;
      const item = String(this.#random.between(1, 20));
      const choice: Choice = { number: this.#made, amount, item, phase: 'wanted', tries: 0 };
      this.#choices.set(amount, choice);
      this.#choice = choice;
      this.#press(choice);
    });
  }

  #after(ms: number, run: () => void): void {
    this.#stop();
    this.#stop = this.#parts.time.after(ms, run);
  }

  #say(line: string): void {
    this.#parts.story.say(() => `board says ${line}`);
    this.#cable.fromDevice(Uint8Array.from(Buffer.from(`${line}\n`, 'latin1')));
  }

  /** A button does nothing while the machine takes no cashless. */
  #press(choice: Choice): void {
    const { chance } = this.#parts;
    choice.tries += 1;
    if (choice.tries > MOST_TRIES || chance.off) return this.#over(choice);
    if (!this.#reader || (this.#sessions && !this.#session))
      return this.#after(2_000, () => this.#press(choice));
    choice.phase = 'asking';
    this.#say(`c,STATUS,VEND,${choice.amount}.00,${choice.item}`);
    const early = chance.now('machineGivesUp');
    const ms = early ? chance.detail('machineGivesUp', 300, 60_000) : PATIENCE_MS + 3_000;
    this.#after(ms, () => {
      if (this.#random.fraction() < 0.5) this.#say('c,ERR,VEND 1');
      this.#over(choice);
    });
  }

  /** The session is over, and the machine ready for the next. */
  #over(choice: Choice, moreMs = 0): void {
    choice.phase = 'over';
    this.#session = false;
    if (this.#reader) this.#say('c,STATUS,ENABLED');
    this.#rest(moreMs);
  }

  #written(line: string): void {
    const price = priceIn(line);
    if (price !== undefined) this.#goods.approves(this.#choices.get(price));
  }

  #hear(line: string): void {
    if (!this.#on) return;
    switch (line) {
      case 'V':
        return this.#say('v,4.0.2.0,0123456789ab');
      case 'C,0':
        return this.#switch(false);
      case 'C,1':
        return this.#switch(true);
      case 'C,START,0':
        if (!this.#reader || this.#choice?.phase === 'asking') return;
        this.#session = true;
        return this.#say('c,STATUS,IDLE');
      case 'C,STOP':
      case 'C,VEND,-1':
        if (this.#choice?.phase === 'asking') this.#over(this.#choice, this.#random.between(3_000, 20_000));
        else if (this.#reader) this.#say('c,STATUS,ENABLED');
        return;
    }
    const price = priceIn(line);
    if (price !== undefined) this.#approved(price);
  }

  #switch(on: boolean): void {
    this.#reader = on;
    this.#session = false;
    this.#say(on ? 'c,1' : 'c,0');
    if (on) this.#say('c,STATUS,ENABLED');
    // A reader that goes away takes the request with it, and not the goods that are falling.
    else if (this.#choice?.phase === 'asking') this.#over(this.#choice);
  }

  #approved(price: number): void {
    const { laws, chance } = this.#parts;
    const choice = this.#choice;
    if (choice?.phase !== 'asking') return this.#say('c,ERR,"-3"');
    if (price !== choice.amount)
      return laws.broken('law 4', `${choice.amount} is asked, and ${price} is paid at the machine`);
    choice.phase = 'approved';
    if (chance.now('machineLosesPower'))
      return this.#losesPower(chance.detail('machineLosesPower', 300, 90_000));
    // Its word is about the request, and not about the goods.
    const back = chance.now('machineTakesBack');
    if (back) this.#say('c,ERR,VEND 1');
    this.#after(this.#random.between(500, 6_000), () => {
      if (back) {
        if (this.#random.fraction() < 0.5) this.#goods.fall(choice);
        return this.#over(choice);
      }
      const fails = chance.now('machineFailsToVend');
      if (!fails) this.#goods.fall(choice);
      if (chance.now('machineLosesPower'))
        return this.#losesPower(chance.detail('machineLosesPower', 300, 200_000));
      // Some machines go on without a word when nothing fell.
      if (!fails) this.#say('c,VEND,SUCCESS');
      else if (this.#random.fraction() < 0.5) this.#say('c,ERR,VEND 3');
      this.#over(choice);
    });
  }

  /** The bus powers the board, and the board is what the terminal sees on its USB. */
  #losesPower(ms: number): void {
    if (!this.#on) return;
    this.#parts.story.say(() => `machine loses its power for ${ms} ms`);
    this.#on = false;
    this.#reader = false;
    this.#session = false;
    if (this.#choice !== undefined) this.#choice.phase = 'over';
    this.#cable.drop(ms + 500);
    this.#after(ms, () => {
      this.#on = true;
      this.#rest();
    });
  }
}

/** What the terminal writes, it writes a line at a time. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').trimEnd();
}

/** Rupiah of an approval. */
function priceIn(line: string): number | undefined {
  const price = /^C,VEND,(\d+)\.00$/.exec(line)?.[1];
  return price === undefined ? undefined : Number(price);
}
