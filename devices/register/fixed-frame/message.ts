import type { RegisterQuestion } from '../../../src/base/register-words.js';
import { parseRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import { unwrap } from './frame.js';
import type { FrameProfile } from './profile.js';

/** The fields of a question that we look at. Offsets count from the first byte of the payload. */
export interface Question {
  /** One binary byte; 3 is the first that knows QRIS. Echoed in the answer. */
  readonly version: number;
  readonly type: string;
  /** Twelve characters as they came; echoed in the answer, because registers compare it with their bill. */
  readonly amount: string;
  readonly otherAmount: string;
  /** Twelve characters: the RRN in an inquiry. */
  readonly reference: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '01': 'sale',
  '02': 'sale with other amount',
  '03': 'refund',
  '05': 'card verification',
  '06': 'card sale',
  '10': 'settlement',
  '17': 'echo test',
  '19': 'reprint',
  '21': 'card top-up',
  '25': 'card information',
  '31': 'QRIS sale',
  '32': 'QRIS inquiry',
  '36': 'card balance',
};

/** The name of a transaction type, for logs. */
export function nameOfType(type: string): string {
  return TYPES[type] ?? 'unknown type';
}

/** Types whose answers have the long approval code, and whose later fields therefore sit three further on. */
export function isQrisType(type: string): boolean {
  return type === '31' || type === '32';
}

export function readQuestion(frame: Uint8Array): Question {
  const payload = unwrap(frame);
  const text = (from: number, length: number): string => latin1(payload.subarray(from, from + length));
  return {
    version: payload[0] ?? 0,
    type: text(1, 2),
    amount: text(3, 12),
    otherAmount: text(15, 12),
    reference: text(84, 12),
  };
}

/** What the question asks of the terminal. Every question is answered: what we do not do is `unsupported`. */
export function asQuestion(question: Question, profile: FrameProfile): RegisterQuestion {
  switch (question.type) {
    case '01':
    case '31':
      return sale(question, profile);
    case '32':
      return inquiry(question.reference);
    case '17':
      return { ask: 'echo' };
    case '19':
      return { ask: 'reprint', sale: { by: 'last' } };
    default:
      return { ask: 'unsupported', type: printable(question.type) };
  }
}

/** Whole rupiah of an amount field, or in words what is wrong with it. */
export function readAmount(field: string, profile: FrameProfile): Rupiah | string {
  if (!/^\d{12}$/.test(field)) return `the amount is not twelve digits: "${printable(field)}"`;
  const decimals = profile.amountScale === 100 ? 2 : 0;
  if (!field.endsWith('0'.repeat(decimals))) return `rupiah have no cents: "${field}"`;
  const amount = parseRupiah(field.slice(0, 12 - decimals));
  if (amount === undefined || amount === 0) return 'the amount is zero';
  return amount;
}

/** Control and non-ASCII characters as `?`, so that a frame cannot put its own lines into the log. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function sale(question: Question, profile: FrameProfile): RegisterQuestion {
  const amount = readAmount(question.amount, profile);
  if (typeof amount === 'string') return { ask: 'invalid', why: amount };
  // A tip or cash-out that we would not collect: better no sale than one of the wrong amount.
  if (/^\d{12}$/.test(question.otherAmount) && /[1-9]/.test(question.otherAmount))
    return { ask: 'invalid', why: `an other amount is not possible: "${question.otherAmount}"` };
  return { ask: 'sale', amount };
}

/** A register that never got our answer does not know the RRN: spaces, NULs or zeros then ask for the last sale. */
function inquiry(reference: string): RegisterQuestion {
  const rrn = reference.replace(/\0/g, ' ').trim();
  if (rrn === '' || /^0+$/.test(rrn)) return { ask: 'inquiry', sale: { by: 'last' } };
  if (!/^\d{1,12}$/.test(rrn))
    return { ask: 'invalid', why: `the reference is not digits: "${printable(reference)}"` };
  return { ask: 'inquiry', sale: { by: 'rrn', rrn: rrn.padStart(12, '0') } };
}

/** One character a byte: every byte survives. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
