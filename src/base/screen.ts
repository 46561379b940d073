import type { Rupiah } from './rupiah.js';

/** Two languages side by side; a display shows both or the one that it is set to. Indonesian comes first. */
export interface Words {
  readonly id: string;
  readonly en: string;
}

/** What the customer sees, as a value. A display draws it; it decides nothing. */
export type Screen =
  | {
      readonly show: 'idle';
      readonly shop: string;
      readonly terminal: string;
      /** What the register has to say meanwhile (its bill, a greeting): at most 4 lines of 40 characters. */
      readonly lines?: readonly string[];
      /** For the staff, small: what is wrong although the terminal sells (the printer has no paper, slips wait). */
      readonly note?: Words;
    }
  /** Digits typed so far; 0 while nothing but the prompt is shown. `hint` says why the last key did nothing, or what is to be done. */
  | { readonly show: 'entering'; readonly amount: Rupiah; readonly hint?: Words }
  /** Something is under way and nothing is asked of the customer. */
  | { readonly show: 'wait'; readonly amount: Rupiah; readonly words: Words }
  | {
      readonly show: 'scan';
      readonly orderId: string;
      readonly amount: Rupiah;
      readonly payload: string;
      /** Milliseconds left when this screen was made, and of how many: a page counts down by its own clock. */
      readonly leftMs: number;
      readonly lifeMs: number;
      /** Shown small beside the QR: the gateway is silent, and the like. */
      readonly notes: readonly Words[];
    }
  | {
      readonly show: 'paid';
      readonly orderId: string;
      readonly amount: Rupiah;
      readonly notes: readonly Words[];
    }
  /** The end without payment, with a plain reason and its number where there is one. */
  | {
      readonly show: 'closed';
      /** Absent where no sale came of it. */
      readonly orderId?: string;
      readonly amount: Rupiah;
      readonly words: Words;
      readonly code?: number;
      /** It is not known yet whether it was paid: nothing may say or look like "not paid" (law 2). */
      readonly unsure?: true;
      /** What to do where the customer was charged all the same. */
      readonly notes?: readonly Words[];
    }
  /** Money taken, nothing given: what to do now. */
  | { readonly show: 'owed'; readonly orderId: string; readonly amount: Rupiah; readonly words: Words }
  | { readonly show: 'outOfService'; readonly words: Words; readonly code: number };
