import { createHash } from 'node:crypto';
import { assert } from '../base/assert.js';
import type { ChargeOrder } from '../base/gateway-answer.js';
import type { Rupiah } from '../base/rupiah.js';
import type { HttpRequest } from './exchange.js';

/** What the shop wants on its dashboard and reports. GoPay needs none of it. */
export interface Customer {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** 5 to 19 characters. */
  readonly phone?: string;
}

/** What is the same in every charge of one terminal. */
export interface ChargeTemplate {
  /**
   * `gopay`, or `qris`: payable by any QRIS app, and its answer carries `qr_string`, which spares the download of
   * the picture.
   */
  readonly paymentType: 'gopay' | 'qris';
  /** 20 s to 7 days. Midtrans' own default is 15 minutes; its scheduler is late with anything shorter. */
  readonly customExpirySeconds?: number;
  /** Name of the one item of a sale that does not say what it is for; no item is sent without it. Cut at 50 characters. */
  readonly itemName?: string;
  readonly customer?: Customer;
  /** Any JSON; comes back in the status and in notifications. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const EXPIRY_MIN_SECONDS = 20;
const EXPIRY_MAX_SECONDS = 7 * 24 * 3600;
const IDEMPOTENCY_KEY_LIMIT = 46;

/** What is asked to see that the gateway answers. No sale has this id. */
export function healthOrderId(asker: string): string {
  return `${asker}-HEALTH`;
}

/** A request of the Core API with what each of them carries. */
export function coreApiRequest(
  method: HttpRequest['method'],
  url: string,
  authorization: string,
  { body, headers }: { readonly body?: string; readonly headers?: HttpRequest['headers'] },
): HttpRequest {
  return {
    method,
    url,
    headers: {
      Authorization: authorization,
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  };
}

/** @throws Misuse when a value is outside of Midtrans' bounds. */
export function checkTemplate(template: ChargeTemplate): void {
  const seconds = template.customExpirySeconds;
  assert(
    seconds === undefined ||
      (Number.isInteger(seconds) && seconds >= EXPIRY_MIN_SECONDS && seconds <= EXPIRY_MAX_SECONDS),
    `customExpirySeconds is ${EXPIRY_MIN_SECONDS} to ${EXPIRY_MAX_SECONDS}, not ${seconds}`,
  );
}

/** The body of POST /v2/charge. Amounts are JSON integers: Midtrans refuses decimals. */
export function chargeRequestBody(order: ChargeOrder, template: ChargeTemplate): string {
  const { orderId, amount } = order;
  return JSON.stringify({
    payment_type: template.paymentType,
    transaction_details: { order_id: orderId, gross_amount: amount },
    item_details: itemDetails(order, template),
    customer_details:
      template.customer && Object.keys(template.customer).length > 0
        ? customerOf(template.customer)
        : undefined,
    qris: template.paymentType === 'qris' ? { acquirer: 'gopay' } : undefined,
    // Without order_time the time runs from Midtrans' transaction_time; ours may be years off (no clock in a Pi).
    custom_expiry:
      template.customExpirySeconds === undefined
        ? undefined
        : { expiry_duration: template.customExpirySeconds, unit: 'second' },
    custom_field1: order.terminalId.slice(0, 255),
    custom_field2: order.source.slice(0, 255),
    custom_field3: order.reference?.slice(0, 255),
    metadata: template.metadata,
  });
}

/** Midtrans refuses items that do not add up to the amount; id and name have 50 characters at most. */
function itemDetails({ amount, items }: ChargeOrder, { itemName }: ChargeTemplate): object[] | undefined {
  if (items !== undefined)
    return items.map(({ id, name, price, quantity, group }) => ({
      id: cut(id),
      price,
      quantity,
      name: cut(name.id),
      category: group === undefined ? undefined : cut(group),
    }));
  return itemName === undefined
    ? undefined
    : [{ id: 'sale', price: amount, quantity: 1, name: cut(itemName) }];
}

/** By characters: half of one is none, and Midtrans counts whole ones. */
function cut(text: string): string {
  return [...text].slice(0, 50).join('');
}

export function refundRequestBody(refundKey: string, amount: Rupiah, reason: string): string {
  return JSON.stringify({ refund_key: refundKey, amount, reason: reason.slice(0, 255) });
}

/**
 * A key for POSTs other than a charge. Midtrans' keys are global over all endpoints, so the operation is part of it:
 * a charge's key on a cancel would bring back the charge's answer. Longer than 46 characters and it is ignored in
 * silence, so a long one becomes its own digest.
 */
export function idempotencyKey(
  operation: 'cancel' | 'expire' | 'refund',
  ...parts: readonly string[]
): string {
  const plain = [...parts, operation.charAt(0)].join('-');
  if (plain.length <= IDEMPOTENCY_KEY_LIMIT) return plain;
  const digest = createHash('sha256')
    .update([operation, ...parts].join('\0'), 'utf8')
    .digest('base64url');
  return `${digest}-${operation.charAt(0)}`;
}

export function checkIdempotencyKey(key: string): void {
  assert(/^[\x21-\x7e]{1,46}$/.test(key), 'an Idempotency-Key has 1 to 46 printable characters');
}

function customerOf(customer: Customer) {
  return {
    first_name: customer.firstName,
    last_name: customer.lastName,
    email: customer.email,
    phone: customer.phone,
  };
}
