import type { Rupiah } from './rupiah.js';

/** What a program may do: ask for sales and give them up, look at them, give money back. */
export type Right = 'sell' | 'read' | 'refund' | 'manage';

/** What a program sets in the order of the house; see src/core/opening/README.md. */
export type ShopChange =
  | { readonly maintenance: boolean; readonly words?: string }
  | { readonly soldOut: boolean; readonly of: 'product' | 'slot'; readonly id: string };

/** What people and programs have set, each with who it was, and the wall time. */
export interface ShopOrder {
  readonly maintenance?: { readonly by: string; readonly sinceMs: number; readonly words?: string };
  readonly soldOut: readonly {
    readonly of: 'product' | 'slot';
    readonly id: string;
    readonly by: string;
    readonly sinceMs: number;
  }[];
}

/** Which sale a register means, and whose name it has itself: its own, or `@` and its address. */
export type SaleName = { readonly till?: string } & (
  | { readonly by: 'last' }
  /** The retrieval reference number that we printed and sent: twelve digits. */
  | { readonly by: 'rrn'; readonly rrn: string }
  /** The register's own reference, as it came with the sale. */
  | { readonly by: 'reference'; readonly reference: string }
  /**
   * The number on the slip, of which there are six digits. `digits` where the protocol has room for fewer: the newest sale
   * whose number ends with them.
   */
  | { readonly by: 'invoice'; readonly invoice: number; readonly digits?: number }
);

/** A line of what is sold: a product of the terminal's catalogue, or a line of whoever asks; 1 to 999 of it. */
export type WantedItem =
  | { readonly product: string; readonly quantity: number }
  | { readonly id?: string; readonly name: string; readonly price: Rupiah; readonly quantity: number };

/** What a register asks, in our words. The protocol's own numbers stay in its driver. */
export type RegisterQuestion =
  /**
   * `reference` where the protocol has one, at most 64 characters: it names one charge for ever (law 7). Where it has
   * none, the frame itself is the reference, for as long as its answer is not acknowledged.
   * `patienceMs` is how long the register will wait for the end of it, where it says so: the QR lives no longer.
   */
  | {
      readonly ask: 'sale';
      /** What the items come to, where it is absent. */
      readonly amount?: Rupiah;
      /** 1 to 20; where both are there, they come to the amount. */
      readonly items?: readonly WantedItem[];
      readonly reference?: string;
      /** Whose reference it is, where several tills may ask: its name, or `@` and its address. */
      readonly till?: string;
      readonly patienceMs?: number;
    }
  /** Give up the sale that this register waits for. Its own answer follows; the one to this only says "heard". */
  | { readonly ask: 'cancel'; readonly sale: SaleName }
  | { readonly ask: 'inquiry'; readonly sale: SaleName }
  /** The receipt again, marked COPY. */
  | { readonly ask: 'reprint'; readonly sale: SaleName }
  /** The whole amount back, where the merchant has refunds enabled. Answered when the gateway has said what became of it. */
  | { readonly ask: 'refund'; readonly sale: SaleName; readonly amount?: Rupiah }
  /** The open shift so far. */
  | { readonly ask: 'totals' }
  /** Closes the shift. The same frame again, while its answer is not acknowledged, closes nothing more. */
  | { readonly ask: 'endOfDay' }
  | { readonly ask: 'echo' }
  /** A program that shows the QR itself has it on its screen. */
  | { readonly ask: 'shown'; readonly sale: SaleName }
  /** Lines for the customer's screen while no sale is open; none takes them away. At most 4 of 40 characters. */
  | { readonly ask: 'display'; readonly lines: readonly string[] }
  /** Lines for our printer. At most 200 of 80 characters. */
  | { readonly ask: 'print'; readonly lines: readonly string[] }
  /** What is closed or sold out by hand. */
  | { readonly ask: 'shop'; readonly till?: string }
  | { readonly ask: 'setShop'; readonly change: ShopChange; readonly till?: string }
  /** Well-formed, but nothing that we do: answered with a plain refusal, never ignored. */
  | { readonly ask: 'unsupported'; readonly type: string }
  /** A valid frame with an impossible field (an amount that is no number, say). */
  | { readonly ask: 'invalid'; readonly why: string };

/** A sale, or whatever else was asked, as a register is told of it. */
export type RegisterResult =
  | { readonly result: 'approved'; readonly sale: RegisterSale }
  /** Asked about a sale that the customer has not paid yet. */
  | ({ readonly result: 'pending'; readonly sale: RegisterSale } & RegisterPending)
  | { readonly result: 'expired'; readonly sale: RegisterSale }
  | { readonly result: 'cancelled'; readonly sale: RegisterSale }
  /** It did not come about, and nothing was charged; `code` of the fault table says why. */
  | { readonly result: 'denied'; readonly sale: RegisterSale; readonly code: number }
  /** The gateway has not given its final status: the register must inquire. Never to be read as a failure. */
  /** With a fault's number where it was paid, and a person has to see to it: asking again changes nothing by itself. */
  | { readonly result: 'unknown'; readonly sale: RegisterSale; readonly code?: number }
  /** Paid, owed for a while, and given to the customer by a person: nothing is left to hand out, nor to pay. */
  | { readonly result: 'handedOver'; readonly sale: RegisterSale }
  /** Paid, and seen to by a person in some other way: neither to be handed out nor to be paid again. */
  | { readonly result: 'seenTo'; readonly sale: RegisterSale }
  /** Given back, all of it. `again`: it was already when the register asked. */
  | { readonly result: 'refunded'; readonly sale: RegisterSale; readonly again?: true }
  /** Not given back: refunds are off, the gateway said no (both final), or the sale is none that was paid. */
  | { readonly result: 'notRefunded'; readonly sale?: RegisterSale; readonly code: number }
  /** The reference has named another amount before: nothing was charged. */
  | { readonly result: 'conflict'; readonly sale: RegisterSale }
  | { readonly result: 'totals'; readonly shift: RegisterShift }
  | { readonly result: 'shiftClosed'; readonly shift: RegisterShift }
  /** Heard, and done or under way: cancel, display, print, reprint. */
  | { readonly result: 'done'; readonly sale?: RegisterSale }
  | { readonly result: 'shop'; readonly shop: ShopOrder }
  | { readonly result: 'busy' }
  /** Nothing was begun: there is no way to the gateway. */
  | { readonly result: 'noConnection'; readonly code: number }
  /** Nothing was begun, for any other reason. */
  | { readonly result: 'notReady'; readonly code: number }
  | { readonly result: 'noSuchSale' }
  | { readonly result: 'unsupported' }
  /** The field, where it is one: an amount outside the terminal's limits, a product that is sold out. */
  | ({ readonly result: 'invalid'; readonly why?: string; readonly code?: number } & Partial<WrongField>)
  /** `ready`: whether a sale would begin now, else the fault and its detail. `busy`: another one is open. */
  | {
      readonly result: 'echo';
      readonly ready?: true | { readonly code: number; readonly detail: string };
      readonly busy?: boolean;
    };

/** What is wrong with a message: the field, what stood there, and what may. */
export interface WrongField {
  readonly field: string;
  readonly found: string;
  readonly allowed: string;
}

/** Where a sale that is not paid yet has come to; `payload` and `untilMs` (wall) while the customer can pay. */
export interface RegisterPending {
  readonly step?: RegisterProgress['step'];
  readonly payload?: string;
  readonly untilMs?: number;
}

export interface RegisterSale {
  readonly orderId: string;
  /** What was asked. */
  readonly amount: Rupiah;
  /** What was paid, where that is another amount. */
  readonly paid?: Rupiah;
  /** Twelve digits, unique on this terminal. */
  readonly rrn: string;
  readonly approvalCode: string;
  readonly invoice: number;
  /** Wall time (ms) of the settlement, or of the answer. */
  readonly atMs: number;
  readonly issuer?: string;
  /** The register's own reference, where the protocol has one. */
  readonly reference?: string;
}

/** A shift in numbers: counts of sales and sums of whole rupiah. */
export interface RegisterShift
  extends Readonly<
    Record<'settled' | 'delivered' | 'refunded' | 'owed' | 'cancelled' | 'expired', RegisterAmount>
  > {
  readonly number: number;
  readonly openedAtMs: number;
  /** Absent while it is open. */
  readonly closedAtMs?: number;
}

export interface RegisterAmount {
  readonly count: number;
  readonly sum: number;
}

/**
 * Where the sale that a register waits for has come to. A courtesy, never proof: it is not journalled, not
 * acknowledged, and may be lost.
 */
export type RegisterProgress = {
  /** The frame in which the register asked for the sale last. */
  readonly frame: Uint8Array;
  readonly orderId: string;
  readonly amount: Rupiah;
  readonly reference?: string;
} & (
  | { readonly step: 'charging' }
  /** `payload` is the text in the QR; the QR is given up in `leftMs`. */
  | { readonly step: 'scan'; readonly payload: string; readonly leftMs: number }
  /** Given up; the gateway's final status is awaited. */
  | { readonly step: 'closing' }
);
