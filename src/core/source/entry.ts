import type { Key } from '../../base/key.js';
import { isRupiah, type Rupiah, rupiah } from '../../base/rupiah.js';

/** An amount being typed at one keypad. Kept in memory only: half an amount is no amount (law 13). */
export interface Entry {
  /** The pad that types; another pad's keys wait until this entry ends. */
  readonly pad: string;
  /** 0 while nothing is typed and there is only something to say. */
  readonly amount: Rupiah;
  /** A digit found no room: what stands there is not what was typed, and is no amount until it is cleared (law 13). */
  readonly cut?: true;
}

/** Why a key did nothing. */
export type EntryHint = 'tooLarge' | 'tooSmall' | 'noAmount';

export type EntryOutcome =
  | { readonly kind: 'typing'; readonly entry: Entry; readonly hint?: EntryHint }
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
      // Of an entry that was cut it is not known which digit is its last.
      if (entry?.cut) return { kind: 'none' };
      const shorter = rupiah(Math.floor(amount / 10));
      return shorter === 0 ? { kind: 'none' } : { kind: 'typing', entry: { pad, amount: shorter } };
    }
    case 'enter':
      if (entry?.cut) return cut(pad, amount);
      if (amount === 0) return typing(pad, amount, 'noAmount');
      if (amount < limits.min) return typing(pad, amount, 'tooSmall');
      return { kind: 'entered', amount };
    default: {
      const longer = Number(`${amount}${key}`);
      if (entry?.cut || !isRupiah(longer) || longer > limits.max) return cut(pad, amount);
      return longer === 0 ? { kind: 'none' } : typing(pad, rupiah(longer));
    }
  }
}

function cut(pad: string, amount: Rupiah): EntryOutcome {
  return { kind: 'typing', entry: { pad, amount, cut: true }, hint: 'tooLarge' };
}

function typing(pad: string, amount: Rupiah, hint?: EntryHint): EntryOutcome {
  return { kind: 'typing', entry: { pad, amount }, ...(hint === undefined ? {} : { hint }) };
}
