import { assert } from '../../../src/base/assert.js';
import type { RegisterResult, RegisterSale } from '../../../src/base/register-words.js';
import { wrap } from './frame.js';
import { isQrisType, printable, type Question } from './message.js';
import type { FrameProfile } from './profile.js';

/** What stands in every answer, whatever was asked. */
export interface AnswerOptions {
  /** At most 15 characters. */
  readonly merchantId: string;
  /** At most 8 characters. */
  readonly terminalId: string;
  /** Default 1. */
  readonly batch?: number;
  /** Length of the approval code in answers to types 31 and 32; default 9. Some registers expect 6. */
  readonly qrisApprovalLength?: 9 | 6;
  /** What stands for the card number of a paid GoPay sale; at most 19 characters. */
  readonly maskedPan?: string;
  /** Two characters; default `08`, as QRIS answers carry it. */
  readonly issuerId?: string;
  /** Minutes from UTC to the clock of the shop: 420 (WIB, default), 480 (WITA) or 540 (WIT). */
  readonly zoneMinutes?: number;
}

/** Codes that registers of this family know. `meaning` is for logs. */
const CODES: Readonly<Record<RegisterResult['result'], { readonly code: string; readonly meaning: string }>> =
  {
    approved: { code: '00', meaning: 'approved' },
    echo: { code: '00', meaning: 'echo' },
    done: { code: '00', meaning: 'done' },
    // To a question about a sale it must not read as "paid".
    refunded: { code: 'P3', meaning: 'given back' },
    totals: { code: '00', meaning: 'totals' },
    shiftClosed: { code: '00', meaning: 'shift closed' },
    notRefunded: { code: 'aa', meaning: 'not refunded' },
    conflict: { code: 'aa', meaning: 'reference used before' },
    pending: { code: 'S3', meaning: 'not paid yet' },
    expired: { code: 'S4', meaning: 'expired' },
    denied: { code: 'S2', meaning: 'denied' },
    cancelled: { code: 'P3', meaning: 'cancelled' },
    unknown: { code: 'TO', meaning: 'outcome not known yet, inquire' },
    busy: { code: 'PT', meaning: 'busy' },
    notReady: { code: 'PT', meaning: 'not ready' },
    noConnection: { code: 'CE', meaning: 'no connection' },
    noSuchSale: { code: 'aa', meaning: 'no such sale' },
    unsupported: { code: 'aa', meaning: 'not supported' },
    invalid: { code: 'aa', meaning: 'impossible field' },
  };

/** 936009 is GoPay's number as a QRIS issuer. */
const GOPAY_PAN = '936009*************';

/** The whole frame. Pure: nothing but its arguments decides a byte, so a repeated answer is the same answer. */
export function encodeAnswer(
  question: Question,
  result: RegisterResult,
  options: AnswerOptions,
  profile: FrameProfile,
): Uint8Array {
  const sale = 'sale' in result ? result.sale : undefined;
  const paid = result.result === 'approved';
  const qris = isQrisType(question.type);
  const approvalLength = qris ? (options.qrisApprovalLength ?? 9) : 6;
  const issuer = sale?.issuer ?? '';
  const gopay = /gopay/i.test(issuer);
  const time = sale === undefined ? '0'.repeat(14) : shopTime(sale.atMs, options.zoneMinutes ?? 420);
  const fields: readonly (readonly [length: number, text: string])[] = [
    [1, String.fromCharCode(question.version)],
    [2, question.type],
    [12, amountField(question, sale, profile)],
    [12, digits(0, 12)],
    [19, paid && gopay ? (options.maskedPan ?? GOPAY_PAN) : ''],
    [4, paid ? '****' : ''],
    [2, CODES[result.result].code],
    [12, sale?.rrn ?? ''],
    [approvalLength, paid ? (sale?.approvalCode ?? '') : ''],
    [14, time],
    [15, options.merchantId],
    [8, options.terminalId],
    [1, 'N'],
    [26, paid ? issuer.toUpperCase() : ''],
    [16, ''],
    [6, digits(sale?.invoice ?? 0, 6)],
    [6, digits(options.batch ?? 1, 6)],
    [2, options.issuerId ?? '08'],
    [3, 'NNN'],
    [12, digits(0, 12)],
    [1 + 3 + 8, ''],
    [1, 'N'],
  ];
  const text = fields.map(([length, value]) => place(value, length)).join('');
  assert(text.length <= profile.answerLength, `an answer of ${text.length} characters`);
  const payload = Uint8Array.from(text.padEnd(profile.answerLength), (character) => character.charCodeAt(0));
  return wrap(payload, profile);
}

/** What an answer that was encoded here says, for the log: the code and its meanings. */
export function describeCode(code: string): string {
  const meanings = Object.values(CODES)
    .filter((entry) => entry.code === code)
    .map((entry) => entry.meaning);
  return `${printable(code)} ${meanings.length > 0 ? meanings.join(' / ') : 'unknown code'}`;
}

/**
 * A sale's answer carries the amount exactly as it was asked, even an impossible one. An inquiry is asked without an
 * amount, and gets that of the sale found.
 */
function amountField(question: Question, sale: RegisterSale | undefined, profile: FrameProfile): string {
  switch (question.type) {
    case '01':
    case '31':
      return question.amount;
    default:
      if (sale === undefined) return question.amount;
      assert(sale.amount * profile.amountScale < 1e12, `an amount beyond its field: ${sale.amount}`);
      return digits(sale.amount * profile.amountScale, 12);
  }
}

/** `YYYYMMDDhhmmss`. */
function shopTime(wallMs: number, zoneMinutes: number): string {
  return new Date(wallMs + zoneMinutes * 60_000).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** Right-justified with zeros; a number that outgrew its field keeps its last digits (invoice 1,000,000 is 000000). */
function digits(value: number, length: number): string {
  return String(value).padStart(length, '0').slice(-length);
}

function place(text: string, length: number): string {
  // The version is binary and one byte long; every other field is printable.
  return length === 1 ? text.padEnd(1) : printable(text).slice(0, length).padEnd(length);
}
