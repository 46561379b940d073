import { hex, hexByte } from '../../../src/base/bytes.js';
import type { RegisterQuestion } from '../../../src/base/register-messages.js';
import { parseRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import type { ValuesOf } from '../../../src/settings/schema.js';
import type { ANSWER_IDS } from '../settings.js';
import { type Apdu, COMMAND, readApdu } from './apdu.js';
import {
  type ApduField,
  digitsOf,
  FIELD,
  printableText,
  readApduFields,
  readTlv,
  valueAt,
} from './fields.js';
import { readRegistration } from './registration.js';
import { RESULT } from './result-code.js';

/** What differs between the shops and registers that speak ZVT. */
export interface ZvtSettings extends ValuesOf<typeof ANSWER_IDS> {
  /** Numeric ISO 4217 code, four digits: what an amount without a currency is read as. 0360 is the rupiah. */
  readonly currency: string;
  /** Decimals of the amounts on the wire: 2 after ISO 4217, 0 for registers that send whole rupiah. */
  readonly minorUnits: 2 | 0;
  /** Minutes from UTC to the shop's clocks. */
  readonly zoneMinutes: number;
}

/** A question that is answered with `84 code 00`: which code, and for the log why. */
export interface Refusal {
  readonly code: number;
  readonly why: string;
}

/** A frame that is no APDU has command 0: nothing that we do. */
export function questionApdu(frame: Uint8Array): Apdu {
  return readApdu(frame) ?? { command: 0, data: new Uint8Array() };
}

/** What the question asks of the terminal. `patienceMs` is how long this register waits without a message from us. */
export function asQuestion(
  { command, data }: Apdu,
  settings: ZvtSettings,
  patienceMs?: number,
): RegisterQuestion {
  switch (command) {
    case COMMAND.authorization: {
      const sale = readSale(data, settings);
      if ('why' in sale) return { ask: 'invalid', why: sale.why };
      return { ask: 'sale', amount: sale.amount, ...(patienceMs === undefined ? {} : { patienceMs }) };
    }
    case COMMAND.abortByRegister:
      return { ask: 'cancel', sale: { by: 'last' } };
    case COMMAND.reversal:
      return reversal(data, settings);
    case COMMAND.registration: {
      const refused = refusedRegistration(data, settings);
      return refused === undefined ? { ask: 'echo' } : { ask: 'invalid', why: refused.why };
    }
    case COMMAND.statusEnquiry:
    case COMMAND.logOff:
    case COMMAND.diagnosis:
    case COMMAND.initialisation:
    case COMMAND.setDateAndTime:
      return { ask: 'echo' };
    case COMMAND.endOfDay:
      return { ask: 'endOfDay' };
    case COMMAND.sendTurnover:
    case COMMAND.printTurnover:
      return { ask: 'totals' };
    case COMMAND.repeatReceipt:
      return { ask: 'reprint', sale: { by: 'last' } };
    case COMMAND.printTextBlock:
      return print(data);
    default:
      return { ask: 'unsupported', type: `${hexByte(command >> 8)} ${hexByte(command & 0xff)}` };
  }
}

/** The amount of an authorization, in whole rupiah. */
export function readSale(data: Uint8Array, settings: ZvtSettings): { readonly amount: Rupiah } | Refusal {
  const fields = readApduFields(data);
  if (typeof fields === 'string') return { code: RESULT.protocolError, why: fields };
  const currency = valueAt(fields, FIELD.currency);
  if (currency !== undefined && digitsOf(currency) !== settings.currency)
    return {
      code: RESULT.currencyNotPossible,
      why: `currency ${hex(currency)}, not ${settings.currency}`,
    };
  const amount = readAmount(fields, settings);
  if (amount === undefined) return { code: RESULT.protocolError, why: 'no amount' };
  if (typeof amount === 'string') return { code: RESULT.protocolError, why: amount };
  if (amount === 0) return { code: RESULT.amountTooSmall, why: 'the amount is zero' };
  return { amount };
}

/** @returns what is wrong with the currency of a registration; nothing where there is none, or the right one */
export function refusedRegistration(data: Uint8Array, settings: ZvtSettings): Refusal | undefined {
  const read = readRegistration(data);
  if (typeof read === 'string') return { code: RESULT.protocolError, why: read };
  if (read.currency === undefined || read.currency === settings.currency) return undefined;
  return { code: RESULT.wrongCurrency, why: `currency ${read.currency}, not ${settings.currency}` };
}

/** Undefined where there is no amount, words where it is none that we could collect. */
function readAmount(fields: readonly ApduField[], settings: ZvtSettings): Rupiah | string | undefined {
  const value = valueAt(fields, FIELD.amount);
  if (value === undefined) return undefined;
  const digits = digitsOf(value);
  if (digits === undefined) return 'the amount is not twelve digits';
  const cents = '0'.repeat(settings.minorUnits);
  if (!digits.endsWith(cents)) return `rupiah have no cents: ${digits}`;
  return parseRupiah(digits.slice(0, digits.length - cents.length)) ?? `no amount: ${digits}`;
}

/**
 * The sale is named by the trace number (six digits) where the register sends it, else by the receipt number, which has
 * room for four.
 */
function reversal(data: Uint8Array, settings: ZvtSettings): RegisterQuestion {
  // The password is three bytes without a tag.
  const fields = readApduFields(data.subarray(3));
  if (data.length < 3 || typeof fields === 'string')
    return { ask: 'invalid', why: typeof fields === 'string' ? fields : 'a reversal without a password' };
  const trace = valueAt(fields, FIELD.originalTrace) ?? valueAt(fields, FIELD.trace);
  const number = trace ?? valueAt(fields, FIELD.receipt);
  const digits = number && digitsOf(number);
  if (digits === undefined) return { ask: 'invalid', why: 'a reversal without a receipt number' };
  const amount = readAmount(fields, settings);
  if (typeof amount === 'string') return { ask: 'invalid', why: amount };
  const sale = { by: 'invoice', invoice: Number(digits), digits: digits.length } as const;
  return { ask: 'refund', sale, ...(amount === undefined ? {} : { amount }) };
}

/** A block of text for our printer: the container's tag 25 has the lines as tags 07. */
function print(data: Uint8Array): RegisterQuestion {
  const container = readTlv(data)?.find(({ tag }) => tag === FIELD.tlv);
  const block = container && readTlv(container.value)?.find(({ tag }) => tag === 0x25);
  const parts = block && readTlv(block.value);
  if (parts === undefined) return { ask: 'invalid', why: 'no block of text' };
  const lines = parts.filter(({ tag }) => tag === 0x07).map(({ value }) => printableText(value).slice(0, 80));
  if (lines.length > 200) return { ask: 'invalid', why: `${lines.length} lines` };
  return { ask: 'print', lines };
}
