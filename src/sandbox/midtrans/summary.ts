import {
  grossOf,
  paymentOf,
  refundTotal,
  type SandboxStatus,
  STATUSES,
  type Transaction,
} from './transaction.js';

export interface Summary {
  readonly count: Readonly<Record<SandboxStatus, number>>;
  /** Sum of `gross_amount` by status. */
  readonly sum: Readonly<Record<SandboxStatus, number>>;
  /** Ever paid, refunded or not. */
  readonly paid: number;
  readonly refunded: number;
  readonly failedAttempts: number;
  /** Transactions that were forgotten for age; they are in none of the figures above. */
  readonly forgotten: number;
}

/** The money of all transactions. */
export function summarise(transactions: readonly Transaction[], forgotten: number): Summary {
  const count = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<SandboxStatus, number>;
  const sum = { ...count };
  const total = { paid: 0, refunded: 0, failedAttempts: 0 };
  for (const transaction of transactions) {
    count[transaction.state.status] += 1;
    sum[transaction.state.status] += grossOf(transaction);
    if (paymentOf(transaction)) total.paid += grossOf(transaction);
    total.refunded += refundTotal(transaction);
    total.failedAttempts += transaction.failedAttempts;
  }
  return { count, sum, ...total, forgotten };
}
