import { hash } from 'node:crypto';

/**
 * Midtrans' `signature_key`: SHA-512 over the four strings, joined without separators, in lower-case hex. The strings
 * are those of the very message that carries it: `"15000.00"`, never 15000.
 */
export function sandboxSignature(
  orderId: string,
  statusCode: string,
  grossAmount: string,
  serverKey: string,
): string {
  return hash('sha512', `${orderId}${statusCode}${grossAmount}${serverKey}`);
}
