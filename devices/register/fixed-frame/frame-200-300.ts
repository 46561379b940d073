import { hexByte, latin1 } from '../../../src/base/bytes.js';
import { digits, type Placed, panOf, placeAll, scaled, shopTime } from './fields.js';
import type { FrameAnswerOptions, FrameProfile, FrameType, Question, Told } from './profile.js';

/** A type is one binary byte; here it is written as two hex digits. */
const TYPES_A: Readonly<Record<string, FrameType>> = {
  '01': { name: 'sale', means: 'sale' },
  '02': { name: 'instalment' },
  '03': { name: 'void', means: 'refund' },
  '04': { name: 'generate QR', means: 'sale' },
  '05': { name: 'QRIS status', means: 'inquiry' },
  '06': { name: 'QRIS refund', means: 'refund' },
  '0E': { name: 'contactless' },
  '0F': { name: 'sale with tip' },
  '10': { name: 'key-in' },
  '11': { name: 'logon', means: 'echo' },
  '12': { name: 'settlement', means: 'settlement' },
  '14': { name: 'reprint last', means: 'reprint' },
  '15': { name: 'reprint', means: 'reprint' },
  '16': { name: 'detail report' },
  '17': { name: 'summary report', means: 'totals' },
  '1C': { name: 'QRIS detail report' },
  '1D': { name: 'QRIS summary report', means: 'totals' },
};

const TYPES_B: Readonly<Record<string, FrameType>> = {
  '01': { name: 'sale', means: 'sale' },
  '02': { name: 'instalment' },
  '03': { name: 'void', means: 'refund' },
  '04': { name: 'refund', means: 'refund' },
  '05': { name: 'QRIS sale', means: 'sale' },
  '06': { name: 'QRIS status', means: 'inquiry' },
  '07': { name: 'QRIS refund', means: 'refund' },
  '08': { name: 'points' },
  '09': { name: 'host test', means: 'echo' },
  '0A': { name: 'QRIS of the customer' },
  '0B': { name: 'settlement', means: 'settlement' },
  '0C': { name: 'reprint', means: 'reprint' },
  '0D': { name: 'report', means: 'totals' },
  '0E': { name: 'logon', means: 'echo' },
};

interface Layout {
  /** Where an answer has the fields that the log shows. */
  readonly places: Readonly<Record<'amountAt' | 'codeAt' | 'rrnAt', number>>;
  readonly fields: (answer: Answer) => readonly Placed[];
}

const LAYOUT_A: Layout = {
  places: { amountAt: 68, codeAt: 159, rrnAt: 161 },
  fields: (a) => [
    [8, a.terminalId],
    [15, a.merchantId],
    [6, a.batch],
    [25, a.issuer],
    [6, a.trace],
    [6, a.trace],
    [1, ''],
    [12, a.amount],
    [12, a.total],
    [19, a.pan],
    [26, ''],
    [8, a.date],
    [6, a.time],
    [8, a.approval],
    [2, a.told.code],
    [12, a.rrn],
    [12 + 19, ''],
    [12, digits(0, 12)],
    [84, a.told.text],
  ],
};

const LAYOUT_B: Layout = {
  places: { amountAt: 37, codeAt: 138, rrnAt: 140 },
  fields: (a) => [
    [8, a.terminalId],
    [15, a.merchantId],
    [6, a.trace],
    [6, a.trace],
    [1, ''],
    [12, a.amount],
    [12, digits(0, 12)],
    [12, a.total],
    [19, a.pan],
    [26, a.issuer],
    [8, a.date],
    [6, a.time],
    [6, a.approval],
    [2, a.told.code],
    [12, a.rrn],
    [6 + 2 + 12 + 9 + 11 + 9, ''],
    [99, a.told.text],
  ],
};

/** Questions of 200 bytes, answers of 300, checksum with STX, amounts with two decimals. */
function profile(types: FrameProfile['types'], layout: Layout): FrameProfile {
  return {
    framing: { by: 'length', questionLength: 200, answerLength: 300 },
    checksumFrom: 0,
    amountScale: 100,
    shortIsInvoice: true,
    codes: 'plain',
    refusalsAcknowledged: true,
    types,
    hexTypes: true,
    typeOf: (payload) => hexByte(payload[0] ?? 0),
    read,
    compose: (question, told, options) => compose(question, told, options, layout),
    answerFields: (payload) => {
      const text = latin1(payload);
      const { amountAt, codeAt, rrnAt } = layout.places;
      return {
        amount: text.slice(amountAt, amountAt + 12),
        code: text.slice(codeAt, codeAt + 2),
        rrn: text.slice(rrnAt, rrnAt + 12).replace(/\0/g, ''),
      };
    },
  };
}

/** With batch and additional amount. Profile `bri`. */
export const FRAME_200_300_A = profile(TYPES_A, LAYOUT_A);

/** Other types, and an answer without batch. Profile `cimb`. */
export const FRAME_200_300_B = profile(TYPES_B, LAYOUT_B);

/**
 * Two layouts of questions are about, and both profiles take both: amount, additional amount and a number of twelve
 * digits; or amount and a number of six, then NULs. Only the former has digits where the latter has its NULs.
 */
function read(payload: Uint8Array): Question {
  const text = (from: number, length: number): string => latin1(payload.subarray(from, from + length));
  const isLong = /^\d{24}$/.test(text(13, 24));
  return {
    version: 0,
    type: hexByte(payload[0] ?? 0),
    amount: text(1, 12),
    otherAmount: isLong ? text(13, 12) : '',
    reference: isLong ? text(25, 12) : text(13, 6),
    invoice: '',
  };
}

function compose(question: Question, told: Told, options: FrameAnswerOptions, layout: Layout): Uint8Array {
  const fields = layout.fields(answerOf(question, told, options));
  const payload = placeAll([[1, ' '], ...fields], 300, '\0');
  payload[0] = Number.parseInt(question.type, 16);
  return payload;
}

type Answer = ReturnType<typeof answerOf>;

/** What both layouts say, cut to nothing where real terminals say nothing. */
function answerOf(question: Question, told: Told, options: FrameAnswerOptions) {
  const { paid, shift } = told;
  // Real terminals leave all but the amounts away from a refusal; what may still be paid can be asked for by its number.
  const full = told.code !== 'ER';
  const found = full ? told.sale : undefined;
  const atMs = full ? told.atMs : undefined;
  const stamp = atMs === undefined ? '' : shopTime(atMs, options.zoneMinutes);
  const amount = amountField(question, told);
  return {
    told,
    terminalId: full ? options.terminalId : '',
    merchantId: full ? options.merchantId : '',
    batch: full ? digits(shift?.number ?? options.batch ?? 1, 6) : '',
    issuer: (paid?.issuer ?? '').toUpperCase(),
    trace: found === undefined ? '' : digits(found.invoice, 6),
    amount,
    total: shift === undefined ? amount : sumField(shift.settled.sum),
    pan: panOf(paid?.issuer ?? '', options.maskedPan),
    date: stamp.slice(0, 8),
    time: stamp.slice(8),
    approval: paid?.approvalCode ?? '',
    rrn: found?.rrn ?? '',
  };
}

/** As in every profile: a sale's amount as it was asked, any other that of the sale found. */
function amountField(question: Question, { means, sale }: Told): string {
  if (means !== 'sale' && sale !== undefined) return scaled(sale.amount, 100);
  return /^\0*$/.test(question.amount) ? digits(0, 12) : question.amount;
}

/** The sum of a shift has no bound; one that does not fit is left away rather than cut. */
function sumField(rupiah: number): string {
  return rupiah < 1e10 ? scaled(rupiah, 100) : '';
}
