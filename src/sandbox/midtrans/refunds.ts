import type { Json } from '../../base/json.js';
import { err, ok, type Result } from '../../base/result.js';
import { isRupiah, type Rupiah } from '../../base/rupiah.js';
import type { SandboxSettings } from '../settings.js';
import { grossOf, paymentOf, type Refund, refundsOf, refundTotal, type Transaction } from './transaction.js';

export interface RefundRequest {
  /** Absent: the caller leaves the key to Midtrans, so a repeat is a new refund. */
  readonly key?: string;
  /** Absent: all that is left. */
  readonly amount?: Rupiah;
  readonly reason: string;
}

export type RefundRefusal = 'notFound' | 'cannotModify' | 'duplicateKey' | 'wrongAmount';

const DAY_MS = 86_400_000;
/** The same key is a repetition of the same refund for this long, and a duplicate afterwards. */
const SAME_KEY_MS = 7 * DAY_MS;

/** Reads `refund_key`, `amount` (a number, or digits as direct refunds send them) and `reason`; all optional. */
export function readRefund(body: Json): Result<RefundRequest, readonly string[]> {
  const messages: string[] = [];
  const { refund_key: key, amount, reason } = body;
  if (key !== undefined && (typeof key !== 'string' || !/^[A-Za-z0-9_-]{1,255}$/.test(key)))
    messages.push('refund_key is invalid');
  const value = typeof amount === 'string' && /^\d+$/.test(amount) ? Number(amount) : amount;
  if (value !== undefined && value !== null && !isRupiah(value)) messages.push('amount must be an integer');
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > 255))
    messages.push('reason is invalid');
  if (messages.length > 0) return err(messages);
  return ok({
    ...(typeof key === 'string' && { key }),
    ...(isRupiah(value) && { amount: value }),
    reason: typeof reason === 'string' ? reason : '',
  });
}

/** The refund that `request` repeats; undefined when its key is new. */
export function repeatOf(
  transaction: Transaction,
  request: RefundRequest,
  wallMs: number,
): Result<Refund, 'duplicateKey'> | undefined {
  const same = refundsOf(transaction).find((refund) => refund.key === request.key);
  if (!same) return undefined;
  const repeated = request.amount === undefined || request.amount === same.amount;
  return repeated && wallMs - same.atWallMs <= SAME_KEY_MS ? ok(same) : err('duplicateKey');
}

/** Why this refund cannot be made, or undefined when it can. */
export function refuseRefund(
  transaction: Transaction,
  request: RefundRequest,
  settings: SandboxSettings,
  wallMs: number,
): RefundRefusal | undefined {
  const payment = paymentOf(transaction);
  if (!payment || transaction.state.status === 'refund' || !settings.posRefund) return 'cannotModify';
  // Refund windows: 45 days for GoPay and QRIS on-us, 7 days for QRIS off-us.
  const windowMs = (payment.transactionType === 'off-us' ? 7 : 45) * DAY_MS;
  if (wallMs - payment.atWallMs > windowMs) return 'cannotModify';
  const left = grossOf(transaction) - refundTotal(transaction);
  const amount = request.amount ?? left;
  return amount < 1 || amount > left ? 'wrongAmount' : undefined;
}
