import type { Rupiah } from '../../base/rupiah.js';
import type { PaymentType } from '../settings.js';

export interface Payment {
  readonly atWallMs: number;
  /** `qris` when a gopay charge was paid by scanning its QR, which is what customers of a terminal do. */
  readonly paymentType: PaymentType;
  readonly issuer: string;
  readonly transactionType: 'on-us' | 'off-us';
  readonly crossReference: string;
  /** What the customer paid, where that is not the amount of the charge. */
  readonly other?: OtherAmount;
}

/** `customerFee`: a switch of the dashboard puts it on top, and the status names it. */
export interface OtherAmount {
  readonly gross: Rupiah;
  readonly customerFee?: Rupiah;
}

export interface Refund {
  readonly chargebackId: number;
  readonly chargebackUuid: string;
  readonly key: string;
  readonly amount: Rupiah;
  readonly reason: string;
  readonly method: 'online' | 'offline';
  readonly atWallMs: number;
  readonly bankConfirmedWallMs?: number;
}

export type TransactionState =
  | { readonly status: 'pending' }
  | { readonly status: 'deny'; readonly code: string; readonly message: string }
  | { readonly status: 'cancel' | 'expire' }
  | { readonly status: 'settlement'; readonly payment: Payment }
  | {
      readonly status: 'partial_refund' | 'refund';
      readonly payment: Payment;
      readonly refunds: readonly Refund[];
    };

export type SandboxStatus = TransactionState['status'];

export const STATUSES: readonly SandboxStatus[] = [
  'pending',
  'deny',
  'cancel',
  'expire',
  'settlement',
  'partial_refund',
  'refund',
];

export interface Transaction {
  readonly transactionId: string;
  readonly orderId: string;
  readonly amount: Rupiah;
  readonly chargedAs: PaymentType;
  readonly acquirer: string;
  readonly createdWallMs: number;
  readonly expiresWallMs: number;
  /** EMV payload of the QR. */
  readonly payload: string;
  /** Tag 62-50 of the payload: what a scan is recognised by. */
  readonly payloadReference: string;
  /** Id in the deep link of a gopay charge. */
  readonly deeplinkId: string;
  /** Id in the path of the framed picture, `A1...ID`. */
  readonly frameId: string;
  readonly customFields: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** X-POP-ID of the charge. */
  readonly popId?: string;
  /** Where the notifications of this transaction go. */
  readonly notifyUrls: readonly string[];
  readonly state: TransactionState;
  /** Each status with the time at which it was reached, the first one first. */
  readonly history: readonly { readonly status: SandboxStatus; readonly atWallMs: number }[];
  /** Attempts of the customer that the wallet refused: seen in the wallet only, never by the merchant. */
  readonly failedAttempts: number;
}

export function paymentOf(transaction: Transaction): Payment | undefined {
  return 'payment' in transaction.state ? transaction.state.payment : undefined;
}

/** `gross_amount`: of the charge, and once it is paid what was paid. */
export function grossOf(transaction: Transaction): Rupiah {
  return paymentOf(transaction)?.other?.gross ?? transaction.amount;
}

export function refundsOf(transaction: Transaction): readonly Refund[] {
  return 'refunds' in transaction.state ? transaction.state.refunds : [];
}

export function refundTotal(transaction: Transaction): number {
  return refundsOf(transaction).reduce((sum, refund) => sum + refund.amount, 0);
}

/** `gopay` or `qris`, as status and notification say it. */
export function paymentTypeOf(transaction: Transaction): PaymentType {
  return paymentOf(transaction)?.paymentType ?? transaction.chargedAs;
}
