import { type Fault, refused, temporary, unanswered } from '../base/fault.js';
import type { ChargeOutcome, CloseOutcome, RefundOutcome, StatusOutcome } from '../base/gateway-answer.js';
import type { Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { type GatewayBody, parseAnswer, parseEvidence, parseQrSource } from './wire.js';

/** GoPay's GENERIC_SERVICE_ERROR: intermittent, and worth a new charge under a new order id. */
const CHANNEL_INTERMITTENT = '900';

/** The codes of port/gateway.ts that mean "no transaction exists", with their fault number. */
const REFUSALS: Readonly<Record<string, number>> = {
  '400': FAULT.saleRefused,
  '401': FAULT.keyRefused,
  '402': FAULT.paymentTypeOff,
  '410': FAULT.merchantDeactivated,
  '413': FAULT.saleRefused,
};

type Unknown = Extract<StatusOutcome, { kind: 'unknown' }>;

/** What came back, as `classify` understands it; unknown where it is no answer of the gateway. */
export function classified<Outcome>(
  came: Result<{ readonly status: number; readonly text: string }, Fault>,
  classify: (answer: GatewayBody) => Outcome,
): Outcome | Unknown {
  const parsed = came.ok ? parseAnswer(came.value.status, came.value.text) : came;
  if (!parsed.ok) return unknown(parsed.error);
  return isTrustworthy(parsed.value) ? classify(parsed.value) : unknown(faultOf(parsed.value));
}

function unknown(fault: Fault): Unknown {
  return { kind: 'unknown', fault };
}

/** @param orderId that was asked for. */
export function classifyCharge(orderId: string, answer: GatewayBody): ChargeOutcome {
  const evidence = parseEvidence(answer);
  if (isDenied(answer)) return denied(orderId, answer);
  if (isCreated(answer) && evidence.ok && evidence.value.status !== 'other')
    return { kind: 'created', evidence: evidence.value, qr: parseQrSource(answer.body) };
  if (isCreated(answer)) {
    const what = evidence.ok ? `transaction_status ${evidence.value.wireStatus}` : evidence.error;
    return unknown(unanswered(FAULT.answerUnreadable, `${describe(answer)}, no usable ${what}`));
  }
  const fault = faultOf(answer);
  return fault.kind === 'refused' ? { kind: 'refused', fault } : unknown(fault);
}

/** The answer to cancel and to expire. */
export function classifyClose(answer: GatewayBody): CloseOutcome {
  return answer.bodyCode === '412' ? { kind: 'cannotModify' } : classifyStatus(answer);
}

export function classifyRefund(answer: GatewayBody): RefundOutcome {
  const evidence = parseEvidence(answer);
  if (evidence.ok && (evidence.value.status === 'refund' || evidence.value.status === 'partial_refund'))
    return { kind: 'refunded', evidence: evidence.value };
  const leftSettled = answer.code === '202' && evidence.ok && evidence.value.status === 'settlement';
  // A refused credential (401) says nothing about the refund: with the right key the same request may work.
  const isFinal = ['400', '402', '404', '406', '410', '412', '413', '414'].includes(answer.bodyCode ?? '');
  if (leftSettled || isFinal) return { kind: 'rejected', code: answer.code, message: messageOf(answer) };
  return unknown(faultOf(answer));
}

export function classifyStatus(answer: GatewayBody): StatusOutcome {
  // Only the body's own 404 counts: a bare HTTP 404 is a wrong address or a router, and would close a live sale.
  if (answer.bodyCode === '404') return { kind: 'notFound' };
  const evidence = parseEvidence(answer);
  if (evidence.ok) return { kind: 'evidence', evidence: evidence.value };
  if (!/^(200|201|202|407)$/.test(answer.code)) return unknown(faultOf(answer));
  return unknown(unanswered(FAULT.answerUnreadable, `${describe(answer)}, no usable ${evidence.error}`));
}

/**
 * Whether the HTTP status lets the body speak: 2xx and 4xx do. What a 3xx or 5xx carries was written by a proxy on
 * the way, or by a gateway in trouble.
 */
function isTrustworthy(answer: GatewayBody): boolean {
  return (
    (answer.httpStatus >= 200 && answer.httpStatus < 300) ||
    (answer.httpStatus >= 400 && answer.httpStatus < 500)
  );
}

function isCreated(answer: GatewayBody): boolean {
  return answer.httpStatus < 300 && (answer.code === '201' || answer.code === '200');
}

/** By `transaction_status`, never by the code: 202 is also the answer while an earlier try is still in process. */
function isDenied(answer: GatewayBody): boolean {
  return String(answer.body['transaction_status'] ?? '').toLowerCase() === 'deny';
}

/** A denial is final, so it must be about our order; only a fragment of the body is documented, without an id. */
function denied(orderId: string, answer: GatewayBody): ChargeOutcome {
  const named = answer.body['order_id'];
  if (named !== undefined && named !== orderId)
    return unknown(unanswered(FAULT.answerUnexpected, `${describe(answer)}: denies another order`));
  const code = answer.channelCode ?? answer.code;
  return { kind: 'denied', code, message: answer.message, retriable: code === CHANNEL_INTERMITTENT };
}

/** What an answer without usable evidence means. */
function faultOf(answer: GatewayBody): Fault {
  const detail = describe(answer);
  if (answer.httpStatus >= 500) return unanswered(FAULT.gatewayTrouble, detail);
  if (!isTrustworthy(answer)) return unanswered(FAULT.answerUnexpected, detail);
  if (answer.code === '400' && saysOrderExists(answer)) return unanswered(FAULT.chargeConflict, detail);
  const refusal = REFUSALS[answer.code];
  if (refusal !== undefined) return refused(refusal, detail);
  if (answer.code === '429') return temporary(FAULT.tooManyRequests, detail);
  if (answer.code === '406' || answer.code === '202') return unanswered(FAULT.chargeConflict, detail);
  if (/^5\d\d$/.test(answer.code)) return unanswered(FAULT.gatewayTrouble, detail);
  return unanswered(FAULT.answerUnexpected, detail);
}

/**
 * Midtrans' checkout API reports a used order id as 400 ("transaction_details.order_id sudah digunakan"), and the
 * Core API as 406. Either way a transaction exists, which is the opposite of refused.
 */
function saysOrderExists(answer: GatewayBody): boolean {
  const text = [answer.message, ...answer.validation].join(' ');
  return /order_id/i.test(text) && /sudah|already|taken|used|utilized|duplicate|exist/i.test(text);
}

function messageOf(answer: GatewayBody): string {
  return [answer.message, ...answer.validation].filter((one) => one !== '').join('; ');
}

function describe(answer: GatewayBody): string {
  return `HTTP ${answer.httpStatus}, ${answer.bodyCode ?? 'no status_code'} ${messageOf(answer)}`.trimEnd();
}
