import { asObject, type Json } from '../../base/json.js';
import { err, ok, type Result } from '../../base/result.js';
import { isRupiah, type Rupiah } from '../../base/rupiah.js';
import { asText } from '../http/json.js';
import type { PaymentType, SandboxSettings } from '../settings.js';

export interface SandboxCharge {
  readonly paymentType: PaymentType;
  readonly orderId: string;
  readonly amount: Rupiah;
  readonly acquirer: string;
  readonly expiresWallMs: number;
  readonly customFields: Readonly<Record<string, string>>;
  readonly metadata?: Json;
}

export type ChargeRefusal =
  | { readonly code: '400'; readonly messages: readonly string[] }
  /** The merchant has no access to this payment type. */
  | { readonly code: '402' };

const ACQUIRERS = ['gopay', 'airpay shopee'];
const UNIT_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const MIN_EXPIRY_MS = 20_000;
const DAY_MS = 86_400_000;
const CUSTOM_FIELDS = ['custom_field1', 'custom_field2', 'custom_field3'];

/**
 * Reads a charge as Midtrans documents it: order id up to 50 characters, amount a whole JSON number from 1, the items
 * summing up to it, a life of 20 seconds to 7 days (ShopeePay 5 days). All that is wrong is named at once.
 */
export function readCharge(
  body: Json,
  settings: SandboxSettings,
  wallMs: number,
): Result<SandboxCharge, ChargeRefusal> {
  const messages: string[] = [];
  const type = body['payment_type'];
  if (type === undefined || type === null || type === '') messages.push('payment_type is required');
  else if (typeof type !== 'string') messages.push('payment_type must be a string');
  const known = settings.activated.find((name) => name === type);
  if (messages.length === 0 && known === undefined) return err({ code: '402' });
  const details = asObject(body['transaction_details']);
  if (details === undefined) messages.push('transaction_details is required');
  const reading = { settings, wallMs, messages };
  const orderId = details && readOrderId(details, reading);
  const amount = details && readAmount(details, known, reading);
  if (amount !== undefined) checkItems(body['item_details'], amount, messages);
  const acquirer = readAcquirer(body['qris'], messages);
  const expiresWallMs = readExpiry(body['custom_expiry'], acquirer, reading);
  const customFields = readCustomFields(body, messages);
  const metadata = asObject(body['metadata']);
  if (body['metadata'] !== undefined && metadata === undefined) messages.push('metadata must be an object');
  if (messages.length > 0 || known === undefined || orderId === undefined || amount === undefined)
    return err({ code: '400', messages });
  return ok({
    paymentType: known,
    orderId,
    amount,
    acquirer,
    expiresWallMs,
    customFields,
    ...(metadata && { metadata }),
  });
}

/** By what is read, and what was found wrong so far. */
interface Reading {
  readonly settings: SandboxSettings;
  readonly wallMs: number;
  readonly messages: string[];
}

function readOrderId(details: Json, { settings, messages }: Reading): string | undefined {
  const value = details['order_id'];
  const name = 'transaction_details.order_id';
  if (value === undefined || value === null || value === '') messages.push(`${name} is required`);
  else if (typeof value !== 'string') messages.push(`${name} must be a string`);
  else if (value.length > 50) messages.push(`${name} too long`);
  else if (settings.strictOrderId && !/^[A-Za-z0-9._~-]+$/.test(value))
    messages.push(`${name} contains illegal characters`);
  else return value;
  return undefined;
}

function readAmount(details: Json, type: PaymentType | undefined, reading: Reading): Rupiah | undefined {
  const { settings, messages } = reading;
  const value = details['gross_amount'];
  const name = 'transaction_details.gross_amount';
  if (value === undefined || value === null) messages.push(`${name} is required`);
  else if (typeof value !== 'number' || !Number.isInteger(value)) messages.push(`${name} must be an integer`);
  else if (value < 1) messages.push(`${name} must be equal or greater than 1`);
  else if (!isRupiah(value) || (type && value > settings.maxAmount[type]))
    messages.push(
      `${name} must be less than or equal to ${type ? settings.maxAmount[type] : 999_999_999_999}`,
    );
  else return value;
  return undefined;
}

function checkItems(value: unknown, amount: Rupiah, messages: string[]): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    messages.push('item_details must be an array');
    return;
  }
  const before = messages.length;
  let sum = 0;
  for (const [index, entry] of value.entries()) {
    const item = asObject(entry) ?? {};
    const name = `item_details[${index}]`;
    const price = item['price'];
    const quantity = item['quantity'];
    if (!isInteger(price)) messages.push(`${name}.price must be an integer`);
    if (!isInteger(quantity)) messages.push(`${name}.quantity must be an integer`);
    if (!asText(item['name'])) messages.push(`${name}.name is required`);
    if (isInteger(price) && isInteger(quantity)) sum += price * quantity;
  }
  if (messages.length === before && sum !== amount)
    messages.push('transaction_details.gross_amount is not equal to the sum of item_details');
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function readAcquirer(value: unknown, messages: string[]): string {
  const acquirer = asObject(value)?.['acquirer'] ?? 'gopay';
  if (typeof acquirer === 'string' && ACQUIRERS.includes(acquirer)) return acquirer;
  messages.push('qris.acquirer is invalid');
  return 'gopay';
}

function readExpiry(value: unknown, acquirer: string, { settings, wallMs, messages }: Reading): number {
  const fallback = wallMs + settings.defaultExpiryMs;
  if (value === undefined || value === null) return fallback;
  const expiry = asObject(value);
  const duration = Number(expiry?.['expiry_duration']);
  const unitMs = UNIT_MS[String(expiry?.['unit'] ?? 'minute')];
  const startMs = readOrderTime(expiry?.['order_time'], wallMs);
  if (!Number.isInteger(duration) || duration < 1) messages.push('custom_expiry.expiry_duration is invalid');
  else if (unitMs === undefined) messages.push('custom_expiry.unit is invalid');
  else if (startMs === undefined) messages.push('custom_expiry.order_time is invalid');
  else {
    const durationMs = duration * unitMs;
    const longestMs = (acquirer === 'airpay shopee' ? 5 : 7) * DAY_MS;
    if (durationMs < MIN_EXPIRY_MS) messages.push('custom_expiry is too short, the minimum is 20 seconds');
    else if (startMs + durationMs <= wallMs) messages.push('custom_expiry is in the past');
    else if (durationMs > longestMs || startMs + durationMs > wallMs + longestMs)
      messages.push(`custom_expiry is too long, the maximum is ${longestMs / DAY_MS} days`);
    else return startMs + durationMs;
  }
  return fallback;
}

/** `yyyy-MM-dd HH:mm:ss Z` with a zone, unlike every other time of the API. */
function readOrderTime(value: unknown, wallMs: number): number | undefined {
  if (value === undefined || value === null) return wallMs;
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(String(value));
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}${match[3]}:${match[4]}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function readCustomFields(body: Json, messages: string[]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const name of CUSTOM_FIELDS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') messages.push(`${name} must be a string`);
    else if (value.length > 255) messages.push(`${name} too long`);
    else fields[name] = value;
  }
  return fields;
}
