import { parseTerminalId } from '../base/ids.js';
import { choice, integer, list, parsed, text } from './kinds.js';
import { caller, host, path } from './places.js';
import { defaulted } from './schema.js';

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

export const BAUD = choice(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200);
export const DEVICE = path();
export const PORT = integer(1, 65_535);
/** A port that we listen on; 0 lets the system choose. */
export const OWN_PORT = integer(0, 65_535);
/** A level of an MQTT topic: no slash, no wildcard, and no dot, which RabbitMQ reads as a separator. */
export const MERCHANT = text('1 to 64 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,64}$/);
export const TERMINAL_ID = parsed('1 to 16 of A-Z and 0-9', parseTerminalId);
export const LOG_LEVEL = choice('error', 'warn', 'info', 'debug');

/** Where registers and machines dial: nobody but this machine, unless somebody says who. */
export const LISTEN = defaulted(
  host(),
  '127.0.0.1',
  'Address to listen on. Another than a loopback address needs callers.',
);
export const CALLERS = defaulted(
  list(caller(), 16),
  [],
  'Who may call besides this machine: their addresses. What they send carries no password, so keep them on a network of their own; what is said on this line gives no money back.',
);
