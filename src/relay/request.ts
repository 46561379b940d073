import { asObject, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { isRupiah, type Rupiah } from '../base/rupiah.js';
import { idempotencyKey } from '../midtrans/request.js';

export interface ChargeRequest {
  readonly orderId: string;
  readonly amount: Rupiah;
  /**
   * Written anew from what was checked. A body that was passed on as it came could hold a key twice, of which we
   * check one and Midtrans reads the other.
   */
  readonly body: string;
}

const UTF8 = new TextDecoder();

/** @returns the charge, or what is wrong with it. */
export function parseChargeRequest(bytes: Uint8Array): Result<ChargeRequest, string> {
  const body = parseObject(UTF8.decode(bytes));
  if (!body) return err('the body is not a JSON object');
  if (body['payment_type'] !== 'gopay' && body['payment_type'] !== 'qris')
    return err('payment_type is neither gopay nor qris');
  const details = asObject(body['transaction_details']);
  const orderId = details?.['order_id'];
  const amount = details?.['gross_amount'];
  if (typeof orderId !== 'string') return err('transaction_details.order_id is missing');
  if (!isRupiah(amount) || amount === 0)
    return err('transaction_details.gross_amount is not a positive whole number');
  return ok({ orderId, amount, body: JSON.stringify(body) });
}

/** The order that a charge's body names; undefined for a body that is refused anyway. */
export function chargedOrder(bytes: Uint8Array): string | undefined {
  const orderId = asObject(parseObject(UTF8.decode(bytes))?.['transaction_details'])?.['order_id'];
  return typeof orderId === 'string' ? orderId : undefined;
}

/**
 * Whether an Idempotency-Key names the order that the request is about: it begins with it, or it is the digest that stands
 * for a refund's longer one.
 */
export function isKeyOf(key: string, operation: string, orderId: string, body: Uint8Array): boolean {
  if (orderId !== '' && key.startsWith(`${orderId}-`)) return true;
  const refundKey = operation === 'refund' && parseObject(UTF8.decode(body))?.['refund_key'];
  return typeof refundKey === 'string' && key === idempotencyKey('refund', orderId, refundKey);
}

export interface AskedRefund {
  readonly refundKey: string;
  readonly amount: Rupiah;
  /** Written anew, as that of a charge, with the three fields that Midtrans knows. */
  readonly body: string;
}

/** @returns the refund, or what is wrong with it. */
export function parseRefundRequest(bytes: Uint8Array): Result<AskedRefund, string> {
  const body = parseObject(UTF8.decode(bytes));
  if (!body) return err('the body is not a JSON object');
  const { refund_key: key, amount, reason } = body;
  if (typeof key !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(key)) return err('refund_key is missing');
  if (!isRupiah(amount) || amount === 0) return err('amount is not a positive whole number');
  if (reason !== undefined && typeof reason !== 'string') return err('reason is not a text');
  return ok({ refundKey: key, amount, body: JSON.stringify({ refund_key: key, amount, reason }) });
}

/**
 * Whether a terminal may ask about `orderId`: its own name, a dash, and capitals and digits. That is all of our order
 * ids and the health probe, and never a transaction id, which the same paths of Midtrans would take as well.
 */
export function mayAsk(terminalId: string, orderId: string): boolean {
  return (
    orderId.startsWith(`${terminalId}-`) && /^[A-Z0-9]{1,32}$/.test(orderId.slice(terminalId.length + 1))
  );
}
