import { formatWib } from '../../base/time.js';
import { paymentOf, paymentTypeOf, refundsOf, refundTotal, type Transaction } from './transaction.js';

export type TransactionView = ReturnType<typeof transactionView>;

/** A transaction as the control API and the phone page show it. Amounts in whole rupiah, times WIB; `...Ms` since 1970. */
export function transactionView(transaction: Transaction, wallMs: number) {
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
