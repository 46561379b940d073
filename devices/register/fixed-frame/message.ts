import { printable } from '../../../src/base/bytes.js';
import type { RegisterQuestion, RegisterResult, SaleName } from '../../../src/base/register-messages.js';
import { parseRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import { codeAndText } from './codes.js';

import { unwrap, wrapFrame } from './frame.js';
import type { FrameAnswerOptions, FrameProfile, Question, TypeMeaning } from './profile.js';

/** The name of a transaction type, for logs. */
export function nameOfType(type: string, profile: FrameProfile): string {
  return profile.types[type]?.name ?? 'unknown type';
}

export function readQuestion(frame: Uint8Array, profile: FrameProfile): Question {
  const payload = unwrap(frame, profile);
  return profile.read(payload, profile.types[profile.typeOf(payload)]?.means);
}

/** What the question asks of the terminal. Every question is answered: what we do not do is `unsupported`. */
export function asQuestion(question: Question, profile: FrameProfile): RegisterQuestion {
  const means = profile.types[question.type]?.means;
  switch (means) {
    case 'sale':
      return sale(question, profile);
    case 'inquiry':
    case 'reprint': {
      const named = nameOf(question, profile);
      if (typeof named === 'string') return { ask: 'invalid', why: named };
      // A register that never got our answer does not know the RRN: without one it means the last sale.
      return { ask: means, sale: named ?? { by: 'last' } };
    }
    case 'refund':
      return refund(question, profile);
    case 'settlement':
      return { ask: 'endOfDay' };
    case 'totals':
    case 'echo':
      return { ask: means };
    case undefined:
      return { ask: 'unsupported', type: printable(question.type) };
  }
}

/** The whole frame of an answer. Pure: nothing but its arguments decides a byte, so a repeated answer is the same. */
export function encodeAnswer(
  question: Question,
  result: RegisterResult,
  options: FrameAnswerOptions,
  profile: FrameProfile,
): Uint8Array {
  const means: TypeMeaning | undefined = profile.types[question.type]?.means;
  return wrapFrame(profile.compose(question, codeAndText(result, means, profile), options), profile);
}

/** Whole rupiah of an amount field, or in words what is wrong with it. */
export function readFrameAmount(field: string, profile: Pick<FrameProfile, 'amountScale'>): Rupiah | string {
  if (!/^\d{12}$/.test(field)) return `the amount is not twelve digits: "${printable(field.slice(0, 12))}"`;
  const decimals = profile.amountScale === 100 ? 2 : 0;
  if (!field.endsWith('0'.repeat(decimals))) return `rupiah have no cents: "${field}"`;
  const amount = parseRupiah(field.slice(0, 12 - decimals));
  if (amount === undefined || amount === 0) return 'the amount is zero';
  return amount;
}

function sale(question: Question, profile: FrameProfile): RegisterQuestion {
  const amount = readFrameAmount(question.amount, profile);
  if (typeof amount === 'string') return { ask: 'invalid', why: amount };
  // A tip or cash-out that we would not collect: better no sale than one of the wrong amount.
  if (/^\d{12}$/.test(question.otherAmount) && /[1-9]/.test(question.otherAmount))
    return { ask: 'invalid', why: `an other amount is not possible: "${question.otherAmount}"` };
  return { ask: 'sale', amount };
}

/** Money goes back only for a sale that is named: "the last one" could be another customer's by now. */
function refund(question: Question, profile: FrameProfile): RegisterQuestion {
  const named = nameOf(question, profile);
  if (typeof named === 'string') return { ask: 'invalid', why: named };
  if (named === undefined) return { ask: 'invalid', why: 'a refund has to name its sale' };
  if (isBlank(question.amount)) return { ask: 'refund', sale: named };
  const amount = readFrameAmount(question.amount, profile);
  return typeof amount === 'string'
    ? { ask: 'invalid', why: amount }
    : { ask: 'refund', sale: named, amount };
}

/** The sale that is meant, nothing where none is named, or in words what is wrong with the name. */
function nameOf(question: Question, profile: FrameProfile): SaleName | string | undefined {
  const { reference, invoice } = question;
  const field = isBlank(reference) ? invoice : reference;
  if (isBlank(field)) return undefined;
  const number = field.replace(/\0/g, ' ').trim();
  if (!/^\d{1,12}$/.test(number))
    return `the reference is no number of up to twelve digits: "${printable(field.slice(0, 12))}"`;
  // Our RRN begins with the year's last digit and the day, so one of six digits is none.
  if (field !== reference || (profile.shortIsInvoice && /^0*\d{1,6}$/.test(number)))
    return { by: 'invoice', invoice: Number(number) };
  return { by: 'rrn', rrn: number.padStart(12, '0') };
}

/** Spaces, NULs and zeros alone name nothing. */
function isBlank(field: string): boolean {
  return /^[\0 0]*$/.test(field);
}
