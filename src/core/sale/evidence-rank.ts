import type { Evidence, TransactionStatus } from '../../base/evidence.js';
import type { Fault } from '../../base/fault.js';
import type { StatusOutcome } from '../../base/gateway-answer.js';
import { FAULT } from '../fault/table.js';
import { isOurAmount } from './paid-amount.js';
import { isSettled, type Sale } from './sale.js';

const RANK: Readonly<Record<TransactionStatus, number>> = {
  other: 0,
  pending: 1,
  expire: 2,
  cancel: 2,
  deny: 2,
  failure: 2,
  settlement: 3,
  partial_refund: 4,
  refund: 5,
};

export function rank(evidence: Evidence | undefined): number {
  return evidence === undefined ? -1 : RANK[evidence.status];
}

/** Whether `fresh` says more than `known`: a higher status, or the same with more of the money given back. */
export function isNews(known: Evidence | undefined, fresh: Evidence): boolean {
  if (rank(fresh) !== rank(known)) return rank(fresh) > rank(known);
  return backIn(fresh) > backIn(known);
}

/** Keeps the higher status: duplicates, delays and reordering cannot move a sale backwards, nor money that went back. */
export function merge(known: Evidence | undefined, fresh: Evidence): Evidence {
  if (known === undefined || isNews(known, fresh)) return fresh;
  return rank(fresh) === rank(known) && backIn(fresh) === backIn(known) ? fresh : known;
}

function backIn(evidence: Evidence | undefined): number {
  return evidence?.refundAmount ?? 0;
}

/** Settled in the sense of law 4: the status, and no fraud verdict against it. */
export function settles(evidence: Evidence): boolean {
  return evidence.status === 'settlement' && (evidence.fraud === undefined || evidence.fraud === 'accept');
}

/**
 * Why `evidence` is not about this sale, or undefined when it is (law 4). The amount is no part of that: what was paid for
 * our order is ours to account for, whatever it is (law 5; see paid.ts). It does not change any more once it was paid.
 */
export function mismatch(sale: Sale, evidence: Evidence): string | undefined {
  if (evidence.orderId !== sale.orderId) return `it is about order ${evidence.orderId}`;
  const paid = isSettled(sale) ? sale.evidence : undefined;
  if (paid !== undefined && !isSameAmount(sale, paid, evidence))
    return `it is about ${evidence.currency} ${evidence.wireAmount}, paid were ${paid.currency} ${paid.wireAmount}`;
  const known = sale.evidence?.transactionId;
  if (known !== undefined && known !== evidence.transactionId)
    return `it is about transaction ${evidence.transactionId}, ours is ${known}`;
  return undefined;
}

function isSameAmount(sale: Sale, paid: Evidence, said: Evidence): boolean {
  if (isOurAmount(sale, paid)) return isOurAmount(sale, said);
  return paid.amount === said.amount && paid.currency === said.currency;
}

/**
 * An answer as far as it may be believed: evidence about something else, with a status that we do not know or with a
 * settlement that the fraud check did not accept, counts as no answer.
 */
export function judge<Outcome extends StatusOutcome | { readonly kind: 'cannotModify' }>(
  sale: Sale,
  outcome: Outcome,
): Outcome | Extract<StatusOutcome, { kind: 'unknown' }> {
  if (outcome.kind !== 'evidence') return outcome;
  const { evidence } = outcome;
  const wrong = mismatch(sale, evidence);
  if (wrong !== undefined)
    return unknown(FAULT.answerMismatch, `the gateway's answer is not about this sale: ${wrong}`);
  if (evidence.status === 'other')
    return unknown(FAULT.statusUnknown, `unknown transaction_status "${evidence.wireStatus}"`);
  if (evidence.status === 'settlement' && !settles(evidence))
    return unknown(FAULT.fraudVerdict, `settlement with fraud_status "${evidence.fraud ?? ''}"`);
  return outcome;
}

function unknown(code: number, detail: string): Extract<StatusOutcome, { kind: 'unknown' }> {
  return { kind: 'unknown', fault: { kind: 'unanswered', code, detail } };
}

/**
 * A refused credential (401) names no order, and is what any request gets: the answer to another one would hide a charge
 * that exists. The other refusals are answers that only a charge can have.
 */
export function mayBeAnothers({ code }: Fault): boolean {
  return code === FAULT.keyRefused;
}
