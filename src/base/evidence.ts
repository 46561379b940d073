import type { Rupiah } from './rupiah.js';

/** Midtrans' `transaction_status`, lower case. */
export const KNOWN_STATUSES = [
  ...(['pending', 'settlement', 'expire', 'cancel', 'deny', 'failure'] as const),
  ...(['partial_refund', 'refund'] as const),
] as const;
/** `other` is whatever they invent next: shown, never acted on. */
export type TransactionStatus = (typeof KNOWN_STATUSES)[number] | 'other';

/** One answer of the gateway about one transaction, parsed once at the door (midtrans/wire.ts). */
export interface Evidence {
  readonly orderId: string;
  readonly transactionId: string;
  readonly status: TransactionStatus;
  /** `transaction_status` as it came. */
  readonly wireStatus: string;
  /** `status_code` as it came; it differs by channel (407 on GET, 202 in a notification): never decide on it. */
  readonly statusCode: string;
  readonly statusMessage: string;
  /** What the customer pays: the fee that is put on top included, where there is one. */
  readonly amount: Rupiah;
  /** The part of `amount` that a switch of the dashboard puts on top of the charge; absent where none is named. */
  readonly customerFee?: Rupiah;
  /** `gross_amount` verbatim (`"15000.00"`): signatures are computed over this string. */
  readonly wireAmount: string;
  /** `IDR`, also when the answer leaves it out (Midtrans' own samples do). */
  readonly currency: string;
  /** `fraud_status` in lower case; undefined when absent. */
  readonly fraud?: string;
  /** `gopay` charges paid by scanning come back as `qris`. */
  readonly paymentType?: string;
  readonly merchantId?: string;
  /** WIB, `YYYY-MM-DD HH:MM:SS`. */
  readonly transactionTime?: string;
  readonly settlementTime?: string;
  readonly expiryTime?: string;
  readonly issuer?: string;
  readonly acquirer?: string;
  /** `merchant_cross_reference_id`: what Midtrans and the wallet both have in their books. */
  readonly crossReference?: string;
  /** Cumulative, when there were refunds. */
  readonly refundAmount?: Rupiah;
}

/** Where the QR of a transaction can be had. `payload` spares the download. */
export interface QrSource {
  readonly payload?: string;
  readonly pictureUrl?: string;
}
