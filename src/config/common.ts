import { parseTerminalId } from '../base/ids.js';
import { choice, parsed, text } from '../settings/kinds.js';

/** Most that one transaction may be, by Midtrans' page on minimum and maximum amounts. */
export const PAYMENT_TYPE_MAX = { gopay: 20_000_000, qris: 10_000_000 } as const;

/** Midtrans' own expiry when none is asked for; below it, its batch scheduler does not close transactions reliably. */
export const MIDTRANS_EXPIRY_SECONDS = 900;

/** Midtrans' Core API, by environment. */
export const MIDTRANS_URL = {
  production: 'https://api.midtrans.com',
  sandbox: 'https://api.sandbox.midtrans.com',
} as const;

export function midtransUrl(environment: unknown): string {
  return environment === 'sandbox' ? MIDTRANS_URL.sandbox : MIDTRANS_URL.production;
}

/** A level of an MQTT topic: no slash, no wildcard, and no dot, which RabbitMQ reads as a separator. */
export const MERCHANT = text('1 to 64 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,64}$/);
export const TERMINAL_ID = parsed('1 to 16 of A-Z and 0-9', parseTerminalId);
export const LOG_LEVEL = choice('error', 'warn', 'info', 'debug');
