import { type Evidence, KNOWN_STATUSES, type QrSource } from '../base/evidence.js';
import { type Fault, unanswered } from '../base/fault.js';
import { asObject, type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { isRupiah, parseWireAmount, type Rupiah } from '../base/rupiah.js';
import { FAULT } from '../core/fault/table.js';
import { boundedLine } from './faults.js';

/** A JSON answer of the Core API whose meaning is still to be judged (classify.ts). */
export interface GatewayBody {
  readonly httpStatus: number;
  /**
   * `status_code` of the body; undefined when it has none, as in the rate limiter's own answer. The body's code and
   * not the HTTP status tells the outcome: 404, 406, 407, 412 and 414 all come with HTTP 200.
   */
  readonly bodyCode?: string;
  /** `status_code`, or the HTTP status where there is none. */
  readonly code: string;
  /** `status_message`, or `message` of the rate limiter; one line. */
  readonly message: string;
  readonly validation: readonly string[];
  readonly channelCode?: string;
  readonly body: Json;
}

const OPTIONAL = [
  ['paymentType', 'payment_type'],
  ['merchantId', 'merchant_id'],
  ['transactionTime', 'transaction_time'],
  ['settlementTime', 'settlement_time'],
  ['expiryTime', 'expiry_time'],
  ['expiryTime', 'expire_time'],
  ['issuer', 'issuer'],
  ['acquirer', 'acquirer'],
  ['crossReference', 'merchant_cross_reference_id'],
] as const satisfies readonly (readonly [keyof Evidence, string])[];

/**
 * @returns FAULT.captivePortal for what a network with a login answers in the place of the gateway, FAULT.answerUnreadable for
 *   whatever else is not a JSON object: nothing at all, half an answer.
 */
export function parseAnswer(httpStatus: number, text: string): Result<GatewayBody, Fault> {
  const body = parseObject(text);
  if (!body) {
    const code = isOfPortal(httpStatus, text) ? FAULT.captivePortal : FAULT.answerUnreadable;
    return err(unanswered(code, `HTTP ${httpStatus} without a JSON object: ${excerpt(text)}`));
  }
  const bodyCode = codeText(body['status_code']);
  const validation = body['validation_messages'];
  const channelCode = codeText(body['channel_response_code']);
  return ok({
    httpStatus,
    ...(bodyCode === undefined ? {} : { bodyCode }),
    code: bodyCode ?? String(httpStatus),
    message: boundedLine(textOf(body['status_message']) ?? textOf(body['message']) ?? ''),
    validation: Array.isArray(validation) ? validation.map((one) => boundedLine(String(one))) : [],
    ...(channelCode === undefined ? {} : { channelCode }),
    body,
  });
}

/**
 * The answer as evidence, or the name of the first field that is missing or impossible. Unknown keys are of no
 * interest; missing optional ones are normal (Midtrans' own samples disagree on nearly all of them).
 */
export function parseEvidence(answer: GatewayBody): Result<Evidence, string> {
  const { body } = answer;
  const orderId = textOf(body['order_id']);
  if (orderId === undefined) return err('order_id');
  const transactionId = textOf(body['transaction_id']);
  if (transactionId === undefined) return err('transaction_id');
  const wireStatus = textOf(body['transaction_status']);
  if (wireStatus === undefined) return err('transaction_status');
  const amount = parseWireAmount(body['gross_amount']);
  if (amount === undefined) return err(`gross_amount ${boundedLine(String(body['gross_amount']))}`);
  const refundAmount = refundAmountOf(body);
  const evidence: { -readonly [K in keyof Evidence]: Evidence[K] } = {
    orderId,
    transactionId,
    // Compared without case: a documented answer has `PENDING`.
    status: KNOWN_STATUSES.find((known) => known === wireStatus.toLowerCase()) ?? 'other',
    wireStatus,
    statusCode: answer.code,
    statusMessage: answer.message,
    amount,
    wireAmount: String(body['gross_amount']),
    currency: textOf(body['currency'])?.toUpperCase() ?? 'IDR',
  };
  const fraud = textOf(body['fraud_status'])?.toLowerCase();
  if (fraud !== undefined) evidence.fraud = fraud;
  for (const [key, name] of OPTIONAL) {
    const text = textOf(body[name]);
    // Recordings say expiry_time; the OpenAPI sample of the reference says expire_time.
    if (text !== undefined) evidence[key] ??= text;
  }
  if (refundAmount !== undefined) evidence.refundAmount = refundAmount;
  const fee = customerFeeOf(body, amount);
  if (fee !== undefined) evidence.customerFee = fee;
  return ok(evidence);
}

/**
 * Everything that went back so far: `refund_amount`, or the sum of `refunds[]` where that is more. Recordings have both, one
 * or the other; the amounts are texts and numbers.
 */
function refundAmountOf(body: Json): Rupiah | undefined {
  const refunds = Array.isArray(body['refunds']) ? body['refunds'] : [];
  const parts = refunds.map((refund: unknown) => parseWireAmount(asObject(refund)?.['refund_amount']) ?? 0);
  const listed = parts.reduce((sum: number, part) => sum + part, 0);
  const said = parseWireAmount(body['refund_amount']);
  const most = Math.max(listed, said ?? 0);
  return isRupiah(most) && (most > 0 || said !== undefined) ? most : said;
}

/**
 * `metadata.extra_info.gross_amount_info`, where a merchant lets customers pay the fee. Only what adds up to `gross` is
 * believed: a fee that is larger than the difference would explain away money that is missing.
 */
function customerFeeOf(body: Json, gross: Rupiah): Rupiah | undefined {
  const info = asObject(asObject(asObject(body['metadata'])?.['extra_info'])?.['gross_amount_info']);
  if (info === undefined) return undefined;
  const original = parseWireAmount(info['original_amount']);
  const fee = parseWireAmount(info['customer_imposed_payment_fee']);
  if (original === undefined || fee === undefined || original + fee !== gross) return undefined;
  return parseWireAmount(info['gross_amount'] ?? gross) === gross ? fee : undefined;
}

/** Where the QR is. Actions are found by name: their order and number have changed over the years. */
export function parseQrSource(body: Json): QrSource {
  const payload = textOf(body['qr_string']);
  // The plain picture first: the v2 one has the QRIS frame around the code.
  const pictureUrl = actionUrl(body, 'generate-qr-code') ?? actionUrl(body, 'generate-qr-code-v2');
  return {
    ...(payload === undefined ? {} : { payload }),
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
  };
}

/** The http(s) address of the action called `name`. */
export function actionUrl(body: Json, name: string): string | undefined {
  const actions = body['actions'];
  if (!Array.isArray(actions)) return undefined;
  for (const action of actions) {
    const { name: called, url: written } = asObject(action) ?? {};
    const url = called === name ? textOf(written) : undefined;
    if (url !== undefined && /^https?:\/\//i.test(url)) return url;
  }
  return undefined;
}

/** No gateway sends us elsewhere, or has a page for people; 511 is of RFC 6585. */
function isOfPortal(httpStatus: number, text: string): boolean {
  if (httpStatus === 511 || (httpStatus >= 300 && httpStatus < 400)) return true;
  return httpStatus === 200 && /^\s*<(!doctype html|html|head|body|meta|script)\b/i.test(text);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Codes are strings in every sample; a number would mean the same. */
function codeText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return textOf(value);
}

function excerpt(text: string): string {
  return text.trim() === '' ? '(empty)' : boundedLine(text.slice(0, 400)).slice(0, 120);
}
