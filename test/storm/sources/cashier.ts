import type { Key } from '../../../src/base/key.js';
import { occupiesTerminal, type Sale } from '../../../src/core/sale/sale.js';
import type { Adapters } from '../../../src/terminal/context.js';
import { Stream } from '../chance.js';
import { StormPad } from '../devices.js';
import type { Violation } from '../laws.js';
import type { ProcessParts, SaleSource, SourceParts } from './source.js';

/** A cashier at the pad: types, is interrupted, presses cancel. */
export class Cashier implements SaleSource {
  readonly #parts: SourceParts;
  readonly #random: Stream;
  /** Digits as pressed since the last confirmation, on the pad that is there. */
  #typed: number | undefined;
  #confirmed: number | undefined;
  #pad: StormPad | undefined;
  #mine: string | undefined;
  /** The pad of the process that runs, as long as it does. */
  #plugged: { readonly pad: StormPad; readonly alive: () => boolean } | undefined;
  readonly #known = new Set<string>();
  idle = true;

  readonly #amount: (random: Stream) => number;

  constructor(parts: SourceParts, amount = anyAmount) {
    this.#parts = parts;
    this.#amount = amount;
    this.#random = new Stream(parts.seed, 5_001);
    this.#rest();
  }

  owns(sale: Sale): boolean {
    return sale.source.kind === 'keypad';
  }

  plug({ alive }: ProcessParts): Partial<Adapters> {
    const pad = new StormPad();
    this.#plugged = { pad, alive };
    return { keypads: [pad] };
  }

  /** Undefined while no process runs. */
  #now(): StormPad | undefined {
    return this.#plugged?.alive() === true ? this.#plugged.pad : undefined;
  }

  /** Law 13: an amount is what was typed in full and confirmed, once. */
  objects({ orderId, amount }: Sale): Violation | undefined {
    const typed = this.#confirmed;
    this.#confirmed = undefined;
    if (typed === amount) return undefined;
    return {
      law: 'law 13',
      words: `${orderId} is for ${amount}, typed was ${typed ?? 'no whole amount'}`,
    };
  }

  hasWord(_sale: Sale, told: boolean): boolean {
    return told;
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
    this.#typed = undefined;
    now.press('clear');
    const tooMany: readonly Key[] = chance.now('typesTooMuch') ? ['000', '000', '000'] : [];
    this.#press([...keysOf(this.#amount(this.#random)), ...tooMany], tries);
  }

  #press(keys: readonly Key[], tries: number): void {
    const { time, chance, pace } = this.#parts;
    const [key, ...rest] = keys;
    time.after(pace.key, () => {
      const now = this.#pad;
      // The terminal died under the fingers: begin again.
      if (now === undefined || now !== this.#now()) return this.#begin(tries + 1);
      if (key === undefined) return this.#enter(now, tries);
      if (chance.now('padGone')) {
        now.unplug();
        this.#typed = undefined;
        time.after(chance.detail('padGone', 50, 3_000), () => now === this.#now() && now.plug());
      }
      this.#typed = Number(`${this.#typed ?? 0}${key}`);
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
        if (this.#mine !== undefined) this.#now()?.press('cancel');
      });
  }

  sale(sale: Sale): void {
    if (!this.#known.has(sale.orderId)) {
      this.#known.add(sale.orderId);
      this.#mine = sale.orderId;
    }
    if (sale.orderId !== this.#mine || occupiesTerminal(sale)) return;
    const next = this.#parts.laws.successors.get(sale.orderId);
    this.#mine = next;
    if (next === undefined) this.#rest();
  }
}

function anyAmount(random: Stream): number {
  return random.between(1, 9_999) * 100;
}

/** As people type it, with the keys for noughts where the pad has them. */
function keysOf(amount: number): Key[] {
  const digits = String(amount);
  const noughts = digits.endsWith('000') ? '000' : '00';
  return [...digits.slice(0, -noughts.length).split(''), noughts] as Key[];
}
