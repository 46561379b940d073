import { hash, timingSafeEqual } from 'node:crypto';

/** The strings exactly as they stood in the message: `"10000.00"` signed as `10000` does not match. */
export interface SignedFields {
  readonly orderId: string;
  readonly statusCode: string;
  readonly grossAmount: string;
}

/**
 * Midtrans' `signature_key`: lower-case hex of SHA-512 over order_id, status_code, gross_amount and the server key,
 * joined without a separator. It covers neither `transaction_status` nor `transaction_id`, so it proves where a
 * message comes from and not what it says (law 3).
 */
export function signatureOf(fields: SignedFields, serverKey: string): string {
  const text = fields.orderId + fields.statusCode + fields.grossAmount + serverKey;
  return hash('sha512', text);
}

/** Compares in constant time, so that the answer's delay tells nothing of the right signature. */
export function signatureMatches(fields: SignedFields, signatureKey: string, serverKey: string): boolean {
  const expected = Buffer.from(signatureOf(fields, serverKey), 'utf8');
  const given = Buffer.from(signatureKey, 'utf8');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
