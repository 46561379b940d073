import { latin1, printable } from '../../../src/base/bytes.js';
import { digits, panOf, shopTime } from './fields.js';
import type { FrameAnswerOptions, FrameProfile, FrameType, Question, Told, TypeMeaning } from './profile.js';

/** Type and sub-type together. Only these two are documented anywhere; the rest is for the settings. */
const TYPES: Readonly<Record<string, FrameType>> = {
  '10': { name: 'sale', means: 'sale' },
  ';0': { name: 'echo test', means: 'echo' },
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Frames without a length, whole rupiah, checksum without STX, answers of fields between bars. Profile `mandiri`. */
export const FRAME_PIPES: FrameProfile = {
  framing: { by: 'etx', longestPayload: 256 },
  checksumFrom: 1,
  amountScale: 1,
  shortIsInvoice: true,
  codes: 'plain',
  // The published client acknowledges an answer with an approval code, and closes its port after any other.
  refusalsAcknowledged: false,
  types: TYPES,
  hexTypes: false,
  typeOf: (payload) => latin1(payload.subarray(1, 3)),
  read,
  compose,
  answerFields: (payload) => {
    const fields = latin1(payload.subarray(5)).split('|');
    return {
      amount: (fields[12] ?? '').padStart(12, '0'),
      code: latin1(payload.subarray(3, 5)),
      rrn: fields[10] ?? '',
    };
  },
};

/** A sale's data is its amount; that of the types that only settings know names a sale. */
function read(payload: Uint8Array, means: TypeMeaning | undefined): Question {
  const data = latin1(payload.subarray(3));
  const sells = means === 'sale';
  return {
    version: payload[0] ?? 0,
    type: latin1(payload.subarray(1, 3)),
    amount: sells ? data : '',
    otherAmount: '',
    reference: sells || means === undefined ? '' : data,
    invoice: '',
  };
}

/** Number of the trace, RRN and approval code stay away from whatever is no yes, as from real terminals. */
function compose(question: Question, told: Told, options: FrameAnswerOptions): Uint8Array {
  const { paid, atMs } = told;
  const issuer = paid?.issuer ?? '';
  const fields = [
    options.terminalId,
    options.merchantId,
    issuer === '' ? '' : issuer.toUpperCase().padEnd(15),
    panOf(issuer, options.maskedPan),
    paid === undefined ? '' : 'QR',
    paid === undefined ? '' : told.means === 'refund' ? 'REFUND' : 'SALE',
    digits(told.shift?.number ?? options.batch ?? 1, 6),
    paid === undefined ? '' : digits(paid.invoice, 6),
    ...(atMs === undefined ? ['', ''] : dateAndTime(shopTime(atMs, options.zoneMinutes))),
    paid?.rrn ?? '',
    paid?.approvalCode ?? '',
    amountField(question, told),
  ];
  // A bar in a field would move every field behind it.
  const text = fields.map((field) => printable(field).replace(/\|/g, '/')).join('|');
  const payload = Uint8Array.from(`?${printable(question.type)}${told.code}${text}`, (c) => c.charCodeAt(0));
  payload[0] = question.version;
  return payload;
}

/** Without leading zeros. */
function amountField(question: Question, { means, sale }: Told): string {
  if (means !== 'sale' && sale !== undefined) return String(sale.amount);
  return question.amount.replace(/^0+(?=.)/, '').slice(0, 12) || '0';
}

/** `10 Jan 2024` and `13:07:28`. */
function dateAndTime(stamp: string): [string, string] {
  const [year, month, day] = [stamp.slice(0, 4), Number(stamp.slice(4, 6)), stamp.slice(6, 8)];
  const time = `${stamp.slice(8, 10)}:${stamp.slice(10, 12)}:${stamp.slice(12, 14)}`;
  return [`${day} ${MONTHS[month - 1]} ${year}`, time];
}
