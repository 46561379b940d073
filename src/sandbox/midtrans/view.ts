import { formatWib } from '../../base/time.js';
import {
  paymentOf,
  paymentTypeOf,
  refundsOf,
  refundTotal,
  type SandboxStatus,
  type Transaction,
} from './transaction.js';

/** A transaction as the control API and the phone page show it. Amounts in whole rupiah, times WIB; `...Ms` since 1970. */
export interface TransactionView {
  readonly transactionId: string;
  readonly orderId: string;
  readonly amount: number;
  readonly status: SandboxStatus;
  readonly paymentType: string;
  readonly deeplinkId: string;
  readonly payload: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly expiresInMs: number;
  readonly settledAt?: string;
  readonly issuer?: string;
  readonly refunded: number;
  readonly refunds: readonly { readonly key: string; readonly amount: number; readonly reason: string }[];
  readonly failedAttempts: number;
  readonly notifyUrls: readonly string[];
  readonly customFields: Readonly<Record<string, string>>;
  readonly history: readonly {
    readonly status: SandboxStatus;
    readonly at: string;
    readonly atWallMs: number;
  }[];
}

export function transactionView(transaction: Transaction, wallMs: number): TransactionView {
  const payment = paymentOf(transaction);
  return {
    transactionId: transaction.transactionId,
    orderId: transaction.orderId,
    amount: transaction.amount,
    status: transaction.state.status,
    paymentType: paymentTypeOf(transaction),
    deeplinkId: transaction.deeplinkId,
    payload: transaction.payload,
    createdAt: formatWib(transaction.createdWallMs),
    expiresAt: formatWib(transaction.expiresWallMs),
    expiresInMs: Math.max(0, Math.round(transaction.expiresWallMs - wallMs)),
    ...(payment && { settledAt: formatWib(payment.atWallMs), issuer: payment.issuer }),
    refunded: refundTotal(transaction),
    refunds: refundsOf(transaction).map(({ key, amount, reason }) => ({ key, amount, reason })),
    failedAttempts: transaction.failedAttempts,
    notifyUrls: transaction.notifyUrls,
    customFields: transaction.customFields,
    history: transaction.history.map(({ status, atWallMs }) => ({
      status,
      at: formatWib(atWallMs),
      atWallMs,
    })),
  };
}
