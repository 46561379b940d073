import type { Key } from '../base/key.js';
import { isRupiah, type Rupiah, rupiah } from '../base/rupiah.js';

/** An amount being typed at one keypad. Kept in memory only: half an amount is no amount (law 13). */
export interface Entry {
  /** The pad that types; another pad's keys wait until this entry ends. */
  readonly pad: string;
  readonly amount: Rupiah;
}

export type EntryOutcome =
  | { readonly kind: 'typing'; readonly entry: Entry; readonly hint?: 'tooLarge' | 'tooSmall' }
  /** Nothing is typed any more. */
  | { readonly kind: 'none' }
  | { readonly kind: 'entered'; readonly amount: Rupiah };

export interface EntryLimits {
  readonly min: Rupiah;
  readonly max: Rupiah;
}

/** Whole rupiah, as they are typed: 1 5 000 Enter is Rp15.000. Leading zeros are dropped. */
export function press(entry: Entry | undefined, pad: string, key: Key, limits: EntryLimits): EntryOutcome {
  const amount = entry?.amount ?? rupiah(0);
  switch (key) {
    case 'cancel':
    case 'clear':
      return { kind: 'none' };
    case 'back': {
      const shorter = rupiah(Math.floor(amount / 10));
      return shorter === 0 ? { kind: 'none' } : { kind: 'typing', entry: { pad, amount: shorter } };
    }
    case 'enter':
      if (amount === 0) return entry === undefined ? { kind: 'none' } : typing(pad, amount, 'tooSmall');
      if (amount < limits.min) return typing(pad, amount, 'tooSmall');
      return { kind: 'entered', amount };
    default: {
      const longer = Number(`${amount}${key}`);
      // The key that would make it too large does nothing: better than a cut-off amount that somebody confirms.
      if (!isRupiah(longer) || longer > limits.max) return typing(pad, amount, 'tooLarge');
      return longer === 0 && entry === undefined ? { kind: 'none' } : typing(pad, rupiah(longer));
    }
  }
}

function typing(pad: string, amount: Rupiah, hint?: 'tooLarge' | 'tooSmall'): EntryOutcome {
  return { kind: 'typing', entry: { pad, amount }, ...(hint === undefined ? {} : { hint }) };
}
