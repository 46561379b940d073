import type { Rupiah } from './rupiah.js';

/** What a register asks, in our words. The protocol's own numbers stay in its driver. */
export type RegisterQuestion =
  /** `reference` where the protocol has one; the fixed frame has none, then the frame itself is the reference. */
  | { readonly ask: 'sale'; readonly amount: Rupiah; readonly reference?: string }
  /** By the retrieval reference number (RRN) that we printed and sent, or of the last sale when absent. */
  | { readonly ask: 'inquiry'; readonly rrn?: string }
  | { readonly ask: 'reprint' }
  | { readonly ask: 'echo' }
  /** Well-formed, but nothing that we do: answered with a plain refusal, never ignored. */
  | { readonly ask: 'unsupported'; readonly type: string }
  /** A valid frame with an impossible field (an amount that is no number, say). */
  | { readonly ask: 'invalid'; readonly why: string };

/** A sale as a register is told of it. */
export type RegisterResult =
  | { readonly result: 'approved'; readonly sale: RegisterSale }
  /** Asked about a sale that the customer has not paid yet. */
  | { readonly result: 'pending'; readonly sale: RegisterSale }
  | { readonly result: 'expired'; readonly sale: RegisterSale }
  | { readonly result: 'cancelled'; readonly sale: RegisterSale }
  | { readonly result: 'denied'; readonly sale: RegisterSale }
  /** The gateway has not given its last word: the register must inquire. Never to be read as a failure. */
  | { readonly result: 'unknown'; readonly sale: RegisterSale }
  | { readonly result: 'busy' }
  | { readonly result: 'noConnection' }
  | { readonly result: 'notReady'; readonly code: number }
  | { readonly result: 'noSuchSale' }
  | { readonly result: 'unsupported' }
  | { readonly result: 'invalid' }
  | { readonly result: 'echo' };

export interface RegisterSale {
  readonly orderId: string;
  readonly amount: Rupiah;
  /** Twelve digits, unique on this terminal. */
  readonly rrn: string;
  readonly approvalCode: string;
  readonly invoice: number;
  /** Wall time (ms) of the settlement, or of the answer. */
  readonly atMs: number;
  readonly issuer?: string;
}
