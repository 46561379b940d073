import type { Evidence, QrSource } from './evidence.js';
import type { Fault } from './fault.js';
import type { Rupiah } from './rupiah.js';
import type { SoldItem } from './sold-item.js';

export interface ChargeOrder {
  readonly orderId: string;
  readonly amount: Rupiah;
  /** What it is for; comes to `amount`. */
  readonly items?: readonly SoldItem[];
  /** At most 46 characters; Midtrans ignores longer ones. Fixed in the journal before the first byte leaves. */
  readonly idempotencyKey: string;
  /** Where the sale came from, for `custom_field1` (terminal), `2` (source) and `3` (reference of a register or program, or the products). */
  readonly terminalId: string;
  readonly source: string;
  readonly reference?: string;
}

/**
 * The answer to POST /v2/charge. `refused` is said only where the gateway's status means that no transaction exists (400,
 * 401, 402, 410, 413). 406, an odd 202, HTML, 429, 5xx, a lost answer: all `unknown`, and the status is asked.
 */
export type ChargeOutcome =
  | { readonly kind: 'created'; readonly evidence: Evidence; readonly qr: QrSource }
  /** `deny`: final for this order id. `retriable` for channel code 900, under a new order id. */
  | { readonly kind: 'denied'; readonly code: string; readonly message: string; readonly retriable: boolean }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'unknown'; readonly fault: Fault };

export type StatusOutcome =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  /** 404: the gateway has no such transaction (now; the charge may still be on its way). */
  | { readonly kind: 'notFound' }
  | { readonly kind: 'unknown'; readonly fault: Fault };

/** The answer to POST cancel and POST expire. `cannotModify` (412) reads: ask, it may just have been paid. */
export type CloseOutcome = StatusOutcome | { readonly kind: 'cannotModify' };

/** The answer to POST refund. `rejected` is a final no (412, 414, 406, a 202 that left it settled). */
export type RefundOutcome =
  | { readonly kind: 'refunded'; readonly evidence: Evidence }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly fault: Fault };

export type PictureOutcome =
  | { readonly kind: 'picture'; readonly bytes: Uint8Array; readonly contentType: string }
  | { readonly kind: 'none'; readonly fault: Fault };

/** A cheap authenticated request that moves nothing. */
export interface GatewayHealth {
  readonly fault?: Fault;
  /** Gateway's `Date` less our wall clock; undefined when it sent none. */
  readonly clockSkewMs?: number;
  /** How old this word of the gateway is: a relay asks once for all. */
  readonly ageMs: number;
}
