import { FAULT, faultOf } from '../../../src/core/fault/table.js';
import type { JsonAnswer } from '../json/answer.js';
import { busy, malformed, notReady, type Problem, tooMany } from './problem.js';

export type SaleOrProblem = { readonly sale: object } | { readonly problem: Problem };

/**
 * What an answer of the JSON protocol is over HTTP: a sale as it stands, or a problem. The field names are the protocol's
 * own; `state` is its `code`, or `step` while the sale is pending.
 */
export function outcomeOf(answer: JsonAnswer): SaleOrProblem {
  const { code, field, found, allowed, why, fault } = answer;
  switch (code) {
    case 'conflict':
      return { problem: conflict(answer) };
    case 'busy':
      return { problem: why === undefined ? busy() : tooMany(why) };
    case 'no_connection':
    case 'not_ready':
      return { problem: notReady(fault ?? `E${FAULT.registerNotConnected}`) };
    case 'no_such_sale':
      return { problem: missing('no sale has this ref') };
    case 'not_refunded':
      return { problem: notRefunded(answer) };
    case 'invalid':
    case 'unsupported': {
      const wrong = { field: field ?? 'body', found: found ?? 'it', allowed: allowed ?? why ?? '' };
      const own = fault === undefined ? {} : { code: Number(fault.slice(1)) };
      return { problem: { ...malformed(wrong), status: 422, ...own } };
    }
    default:
      return { sale: saleOf(answer) };
  }
}

export function missing(detail: string): Problem {
  return { status: 404, code: FAULT.apiNoSuchSale, detail };
}

function conflict(answer: JsonAnswer): Problem {
  const { ref, amount } = (answer.sale ?? {}) as { readonly ref?: string; readonly amount?: number };
  return {
    status: 409,
    code: FAULT.apiRefUsed,
    detail: 'this ref was used for another amount or other items',
    field: 'ref',
    found: JSON.stringify(ref ?? answer.ref),
    allowed: `amount ${amount ?? '?'} and the items for which it was used; or another ref`,
  };
}

function notRefunded(answer: JsonAnswer): Problem {
  const code = Number((answer.fault ?? '').slice(1));
  return {
    status: 409,
    code,
    // Of what is not known there is no such answer: it is "unknown".
    detail:
      code === FAULT.refundFailed
        ? 'the gateway refused the refund; gopay-pos why has its words'
        : faultOf(code).cause.en,
    ...(answer.sale === undefined ? {} : { sale: answer.sale }),
  };
}

function saleOf({ till, ref, code, step, qr, until, fault, why, sale, ack }: JsonAnswer): object {
  // "Heard" of a cancel: its QR is being closed.
  const state = code === 'pending' ? step : code === 'done' ? 'closing' : code;
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(till === undefined ? {} : { till }),
    state,
    ...sale,
    ...(qr === undefined ? {} : { qr }),
    ...(until === undefined ? {} : { until }),
    ...(fault === undefined ? {} : { fault }),
    ...(why === undefined ? {} : { why }),
    ...(ack === undefined ? {} : { ack }),
  };
}
