import { latin1 } from '../../../src/base/bytes.js';
import { digits, panOf, placeAll, scaled, shopTime } from './fields.js';
import type { FrameAnswerOptions, FrameProfile, FrameType, Question, Told, TypeMeaning } from './profile.js';

/** Types whose answers have the long approval code, and whose later fields therefore sit three further on. */
const QRIS_TYPES = ['31', '32'];

const TYPES: Readonly<Record<string, FrameType>> = {
  '01': { name: 'sale', means: 'sale' },
  '02': { name: 'sale with other amount' },
  '03': { name: 'refund', means: 'refund' },
  '05': { name: 'card verification' },
  '06': { name: 'card sale' },
  '10': { name: 'settlement', means: 'settlement' },
  '17': { name: 'echo test', means: 'echo' },
  '19': { name: 'reprint', means: 'reprint' },
  '21': { name: 'card top-up' },
  '25': { name: 'card information' },
  '31': { name: 'QRIS sale', means: 'sale' },
  '32': { name: 'QRIS inquiry', means: 'inquiry' },
  '36': { name: 'card balance' },
};

/** Questions of 150 bytes, answers of 200, checksum without STX, amounts with two decimals. Profile `bca`. */
export const FRAME_150_200: FrameProfile = {
  framing: { by: 'length', questionLength: 150, answerLength: 200 },
  checksumFrom: 1,
  amountScale: 100,
  shortIsInvoice: false,
  codes: 'detailed',
  refusalsAcknowledged: true,
  types: TYPES,
  hexTypes: false,
  typeOf: (payload) => latin1(payload.subarray(1, 3)),
  read,
  compose,
  answerFields: (payload) => {
    const text = latin1(payload);
    return {
      amount: text.slice(3, 15),
      code: text.slice(50, 52),
      rrn: text.slice(52, 64).trim(),
    };
  },
};

function read(payload: Uint8Array, means: TypeMeaning | undefined): Question {
  const text = (from: number, length: number): string => latin1(payload.subarray(from, from + length));
  return {
    version: payload[0] ?? 0,
    type: text(1, 2),
    amount: text(3, 12),
    otherAmount: text(15, 12),
    // A reprint is of the last sale here, whatever a register has left in the other fields.
    reference: means === 'reprint' ? '' : text(84, 12),
    invoice: means === 'refund' ? text(52, 6) : '',
  };
}

function compose(question: Question, told: Told, options: FrameAnswerOptions): Uint8Array {
  const { sale, paid, atMs } = told;
  const approvalLength = QRIS_TYPES.includes(question.type) ? (options.qrisApprovalLength ?? 9) : 6;
  const issuer = sale?.issuer ?? '';
  const payload = placeAll(
    [
      [1, ' '],
      [2, question.type],
      [12, amountField(question, told)],
      [12, digits(0, 12)],
      [19, paid ? panOf(issuer, options.maskedPan) : ''],
      [4, paid ? '****' : ''],
      [2, told.code],
      [12, sale?.rrn ?? ''],
      [approvalLength, paid?.approvalCode ?? ''],
      [14, atMs === undefined ? digits(0, 14) : shopTime(atMs, options.zoneMinutes)],
      [15, options.merchantId],
      [8, options.terminalId],
      [1, 'N'],
      [26, paid ? issuer.toUpperCase() : ''],
      [16, ''],
      [6, digits(sale?.invoice ?? 0, 6)],
      [6, digits(told.shift?.number ?? options.batch ?? 1, 6)],
      [2, '08'],
      [3, 'NNN'],
      [12, digits(0, 12)],
      [1 + 3 + 8, ''],
      [1, 'N'],
    ],
    200,
    ' ',
  );
  payload[0] = question.version;
  return payload;
}

/**
 * A sale's answer carries the amount exactly as it was asked, even an impossible one. An inquiry is asked without an
 * amount, and gets that of the sale found.
 */
function amountField(question: Question, { means, sale }: Told): string {
  return means === 'sale' || sale === undefined ? question.amount : scaled(sale.amount, 100);
}
