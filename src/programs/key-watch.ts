import { formatRupiah, rupiah } from '../base/rupiah.js';
import { type Entry, type EntryHint, type EntryLimits, press } from '../core/source/entry.js';
import type { KeypadEvent } from '../port/keypad.js';

/** What keys do to an amount, in words. Nothing becomes of it. */
export class KeyWatch {
  everPresent = false;
  readonly #limits: EntryLimits;
  readonly #say: (text: string) => void;
  #entry: Entry | undefined;

  constructor(limits: EntryLimits, say: (text: string) => void) {
    this.#limits = limits;
    this.#say = say;
  }

  take(pad: string, event: KeypadEvent): void {
    switch (event.kind) {
      case 'present':
        this.everPresent = true;
        return this.#say(`${pad} is there`);
      case 'gone':
        return this.#gone(pad, event.why);
      case 'key':
        return this.#key(pad, event.key);
      case 'again':
        return this.#say('no part of an amount: the speaker would say the last payment again');
    }
  }

  #gone(pad: string, why: string): void {
    const typed = this.#entry?.pad === pad ? this.#entry.amount : undefined;
    const lost = typed === undefined ? '' : `; the half-typed ${formatRupiah(typed)} is gone with it`;
    if (typed !== undefined) this.#entry = undefined;
    this.#say(`${pad} is not there: ${why}${lost}`);
  }

  #key(pad: string, key: Parameters<typeof press>[2]): void {
    const entry = this.#entry;
    if (entry !== undefined && entry.amount > 0 && entry.pad !== pad)
      return this.#say(`${key}: waits, ${entry.pad} is typing`);
    const outcome = press(entry, pad, key, this.#limits);
    this.#entry = outcome.kind === 'typing' ? outcome.entry : undefined;
    switch (outcome.kind) {
      case 'typing':
        return this.#say(
          `the customer sees ${formatRupiah(outcome.entry.amount)}${this.#hint(outcome.hint)}`,
        );
      case 'none':
        return this.#say(`the customer sees ${formatRupiah(rupiah(0))}, nothing typed`);
      case 'entered':
        return this.#say(`entered: ${formatRupiah(outcome.amount)} would be charged (not in this test)`);
    }
  }

  #hint(hint: EntryHint | undefined): string {
    const { min, max } = this.#limits;
    switch (hint) {
      case undefined:
        return '';
      case 'tooLarge':
        return `; more than ${formatRupiah(max)}, which is no amount until it is cleared`;
      case 'tooSmall':
        return `; Enter does nothing, less than ${formatRupiah(min)}`;
      case 'noAmount':
        return '; Enter does nothing, no amount is typed';
    }
  }
}
