import type { Rupiah } from './rupiah.js';

/** Two languages side by side; a display shows both or the one that it is set to. Indonesian comes first. */
export interface Words {
  readonly id: string;
  readonly en: string;
}

/** A product as it stands on a face to choose from. */
export interface ShownProduct {
  /** What is typed to choose it: 1 to 500, the same at every hour. */
  readonly number: number;
  /** What a touch says. */
  readonly id: string;
  /** 1 to 50 characters each. */
  readonly name: Words;
  readonly price: Rupiah;
  /** Why it cannot be had now: sold out, or not at this time. Shown, and not to be chosen. */
  readonly unavailable?: Words;
  /** Where the display's own pictures have it: `/picture/<name>` at the page. */
  readonly picture?: string;
  /** How many are in the cart. */
  readonly inCart?: number;
}

/** One line of a cart, in the order in which they were chosen. */
export interface CartLine {
  readonly id: string;
  readonly name: Words;
  /** Of one. */
  readonly price: Rupiah;
  readonly quantity: number;
  /** Why it cannot be had any more. */
  readonly unavailable?: Words;
}

/** The face to choose from, one page of the catalogue at a time: what it costs does not grow with the catalogue. */
export interface ChooseScreen {
  readonly show: 'choose';
  readonly shop: string;
  readonly terminal: string;
  /** Chosen by touch; empty where the catalogue has none. The one that is shown is `chosen`; none is where all are. */
  readonly groups: readonly { readonly id: string; readonly name: Words; readonly chosen?: true }[];
  /** Of this page, in their order. */
  readonly products: readonly ShownProduct[];
  /** 1 to `pages`. */
  readonly page: number;
  readonly pages: number;
  /** Absent where one touch is one sale. */
  readonly cart?: {
    readonly lines: readonly CartLine[];
    readonly sum: Rupiah;
    /** What a touch that pays it says: that it is this one, of these lines. */
    readonly revision: string;
  };
  /** Digits typed so far, and what OK would choose with them: a product, or an amount in rupiah. */
  readonly typed?: {
    readonly digits: string;
    readonly product?: Pick<ShownProduct, 'id' | 'name' | 'price' | 'unavailable'>;
    readonly amount?: Rupiah;
  };
  /** An amount may be typed as well: four digits or more. */
  readonly freeAmount?: true;
  /** The products are amounts to give, and nothing is handed over. `purpose` is the shop's own. */
  readonly donation?: { readonly purpose?: Words };
  /** Why the last wish did nothing, or what is to be done. */
  readonly hint?: Words;
  /** For the staff, as on an idle screen. */
  readonly note?: Words;
}

/** Whom a customer calls. */
export interface Help {
  /** Telephone, WhatsApp, hours: each short, at most 40 characters and a word, the same in both languages. */
  readonly lines: readonly string[];
  /** What a phone opens to write to the shop, as a code: where there is no slip to show. */
  readonly link?: string;
}

/** What a technician types at a box that is not enrolled yet. */
export interface SetUp {
  /** Which of the two is being typed. */
  readonly field: 'code' | 'relay';
  /** As far as it is typed: letters and digits without dashes. */
  readonly code: string;
  /** Address of the relay, as far as it is known. */
  readonly relay: string;
  /** The configuration names the relay: it is not typed. */
  readonly isRelaySet: boolean;
  /** The relay is being asked. */
  readonly isBusy: boolean;
  /** Why the last try came to nothing, and what to do. */
  readonly remedy?: Words;
}

/** Who is paid, by the code itself. Each is absent where the code does not say it. */
export interface QrOwner {
  /** The code says of itself that it is one of QRIS. */
  readonly qris?: true;
  readonly name?: string;
  /** National merchant id. */
  readonly nmid?: string;
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
      /** A picture of the shop's own, as displays find it; `choose` where a touch shows what there is to choose. */
      readonly slide?: { readonly picture: string; readonly choose?: true };
    }
  | ChooseScreen
  /** Digits typed so far; 0 while nothing but the prompt is shown. `hint` says why the last key did nothing, or what is to be done. */
  | { readonly show: 'entering'; readonly amount: Rupiah; readonly hint?: Words }
  /** Something is under way and nothing is asked of the customer. */
  | { readonly show: 'wait'; readonly amount: Rupiah; readonly words: Words }
  | {
      readonly show: 'scan';
      readonly orderId: string;
      readonly amount: Rupiah;
      readonly payload: string;
      readonly shop?: string;
      readonly owner?: QrOwner;
      /** Milliseconds left when this screen was made, and of how many: a page counts down by its own clock. */
      readonly leftMs: number;
      readonly lifeMs: number;
      /** Shown small beside the QR: the gateway is silent, and the like. */
      readonly notes: readonly Words[];
    }
  | {
      readonly show: 'paid';
      readonly orderId: string;
      /** Six digits, as on slips: what a customer says on the telephone. */
      readonly number?: string;
      readonly amount: Rupiah;
      readonly notes: readonly Words[];
      /** What a phone opens to have the receipt, as a code. At most 512 characters. */
      readonly receipt?: string;
    }
  /** The end without payment, with a plain reason and its number where there is one. */
  | {
      readonly show: 'closed';
      /** Absent where no sale came of it. */
      readonly orderId?: string;
      readonly number?: string;
      readonly amount: Rupiah;
      readonly words: Words;
      readonly code?: number;
      /** It is not known yet whether it was paid: nothing may say or look like "not paid" (law 2). */
      readonly unsure?: true;
      /** What to do where the customer was charged all the same. */
      readonly notes?: readonly Words[];
      readonly help?: Help;
    }
  /** Money taken, nothing given: what to do now. */
  | {
      readonly show: 'owed';
      readonly orderId: string;
      readonly number?: string;
      readonly amount: Rupiah;
      readonly words: Words;
      readonly help?: Help;
      /** As of a paid one; where there is a code to write to the shop, that one goes before it. */
      readonly receipt?: string;
    }
  | {
      readonly show: 'outOfService';
      readonly words: Words;
      /** Absent where nothing is wrong: the shop is closed. */
      readonly code?: number;
      /** Nothing is wrong: outside the opening hours, or closed by hand. */
      readonly closed?: { readonly why: 'hours' | 'maintenance'; readonly shop: string };
      /** When it opens again, or the operator's own words. */
      readonly notes?: readonly Words[];
      readonly help?: Help;
      /** The box waits for its code. A screen that nobody can type at says the words. */
      readonly setUp?: SetUp;
    };
