import type { Rupiah } from './rupiah.js';
import type { Given } from './sold-item.js';

/** What a vending machine wants to be paid for. */
export interface VendRequest {
  readonly amount: Rupiah;
  /** The slot, as the machine names it; absent where it does not say. At most 16 characters. */
  readonly item?: string;
  /** What the machine calls the product, for screen and slip. At most 40 characters. */
  readonly product?: string;
  /** What is given in the place of the amount's worth: what the customer chose at the terminal, one entry a piece. */
  readonly gives?: readonly Given[];
  /**
   * Names this request among all of this machine, for ever. The machine's own operation number where its protocol has
   * one that it was given and repeats after a power cut; else one that the driver makes up for each request (never used
   * twice). src/core/source/same-request.ts says which.
   */
  readonly reference: string;
  /** It was chosen at the terminal: the machine has not asked, and gives from `item` when it is told to. */
  readonly driven?: true;
  /** The machine counts its requests by itself: no later one is known to be this one, and it is told "paid" once. */
  readonly counted?: true;
  /** How long the machine waits for the answer, where that is known: the QR lives no longer. */
  readonly patienceMs?: number;
}

/** Why a machine gets nothing for its request. */
export type VendDenial =
  /** Another sale holds the terminal (law 8). */
  | { readonly why: 'busy' }
  /** Below, above, or no multiple of what one pulse is worth. */
  | { readonly why: 'amount'; readonly detail: string }
  /** The slot failed too often and waits for a technician. */
  | { readonly why: 'slot' }
  /** A person said so; another slot may be chosen. */
  | { readonly why: 'soldOut' }
  /** A leg is missing (law 9). */
  | { readonly why: 'notReady'; readonly code: number }
  | { readonly why: 'cancelled' }
  | { readonly why: 'expired' }
  /** The gateway denied it, or the charge failed. */
  | { readonly why: 'failed'; readonly code: number }
  /** How it ended at the gateway is not known yet. The machine gives nothing; money that comes is owed. */
  | { readonly why: 'unknown'; readonly code: number }
  /** It was paid, and cannot be vended any more: it is on the owed list, or was given back. */
  | { readonly why: 'over' };

/** What became of the goods. `unknown`: sent, and it is not known whether they fell. `partly`: some of it, and certainly not the rest. */
export interface VendOutcome {
  readonly vend: 'done' | 'partly' | 'failed' | 'unknown';
  readonly detail: string;
  /** Of a machine that gives at several places, and names them: what became of each that was tried. */
  readonly places?: readonly { readonly place: string; readonly good: boolean }[];
}
