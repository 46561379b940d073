import type { RegisterResult, RegisterSale, RegisterShift } from '../../../src/base/register-messages.js';
import type { Rupiah } from '../../../src/base/rupiah.js';
import { PRINTER_FAULTS } from '../../../src/core/fault/printer.js';
import { isOf } from '../../../src/core/fault/table.js';
import { ACCEPTED, type Apdu, COMMAND, makeApdu, refusalApdu } from './apdu.js';
import { ascii, bcd, countOf, FIELD, field, readApduFields, tlv, valueAt } from './fields.js';
import { questionApdu, readSale, refusedRegistration, type ZvtSettings } from './question.js';
import {
  asPrintLines,
  asTextBlock,
  type Heading,
  issuerOf,
  RECEIPT_TYPE,
  type ReceiptLine,
  saleReceipt,
  shiftReceipt,
} from './receipt.js';
import { readRegistration } from './registration.js';
import { RESULT } from './result-code.js';
import { packScript, type Script } from './script.js';

/** Bytes of the one receipt number that the paper has room for are two: four digits. */
const RECEIPT_DIGITS = 2;
const SOFTWARE = 'gopay-pos 1';
/** Bit of the service byte of a status enquiry. */
const STATUS_ALONE = 0x02;
const CEILING = 10_000_000;

/** Results after which the same request is another sale, once the register has heard them. */
const ENDS: ReadonlySet<RegisterResult['result']> = new Set([
  'approved',
  'expired',
  'cancelled',
  'denied',
  'refunded',
  'handedOver',
  'seenTo',
]);

/** Pure: the same frame and result give the same bytes, whatever has happened in between. */
export function encodeAnswer(frame: Uint8Array, result: RegisterResult, settings: ZvtSettings): Uint8Array {
  const question = questionApdu(frame);
  const answers = answersTo(question, result, settings);
  // How a sale ended is heard only where the status information says so: "no copy" and "no reversal" do not.
  const told = answers.some((apdu) => apdu[0] === 0x04 && apdu[1] === 0x0f);
  const weight: Script['weight'] = ENDS.has(result.result) && !told ? 'courtesy' : 'proof';
  return packScript({ weight, question: frame, answers });
}

function answersTo(question: Apdu, result: RegisterResult, settings: ZvtSettings): readonly Uint8Array[] {
  switch (question.command) {
    case COMMAND.authorization:
      return payment(question, result, settings);
    case COMMAND.reversal:
      return reversal(result, settings);
    case COMMAND.repeatReceipt:
      return repeatReceipt(result, settings);
    case COMMAND.endOfDay:
    case COMMAND.sendTurnover:
    case COMMAND.printTurnover:
      return shift(question, result, settings);
    case COMMAND.abortByRegister:
      return [heard(result)];
    case COMMAND.registration:
      return registration(question, result, settings);
    case COMMAND.statusEnquiry:
      // At the end its status byte.
      return accepted(
        makeApdu(COMMAND.completion, softwareFor(question), [
          result.result === 'echo' ? 0x00 : codeOf(result),
        ]),
      );
    case COMMAND.logOff:
    case COMMAND.printLine:
    case COMMAND.printTextBlock:
      return [heard(result)];
    case COMMAND.diagnosis:
    case COMMAND.initialisation:
    case COMMAND.setDateAndTime:
      return result.result === 'echo'
        ? accepted(makeApdu(COMMAND.completion))
        : [refusalApdu(codeOf(result))];
    default:
      return [refusalApdu(RESULT.notPossible)];
  }
}

function payment({ data }: Apdu, result: RegisterResult, settings: ZvtSettings): readonly Uint8Array[] {
  const sale = readSale(data, settings);
  switch (result.result) {
    case 'approved':
    case 'handedOver':
    // There is no code for "paid, and seen to in some other way"; every other one makes the register charge again.
    case 'seenTo':
      return withReceipt(result.sale, 'paid', settings);
    case 'busy':
      return [refusalApdu(RESULT.pleaseWait)];
    case 'unsupported':
      return [refusalApdu(RESULT.notPossible)];
    case 'invalid':
      if ('why' in sale) return [refusalApdu(sale.code)];
      return [refusalApdu(sale.amount > CEILING ? RESULT.amountTooLarge : RESULT.amountTooSmall)];
    default:
      return failed(codeOf(result), 'sale' in result ? result.sale : undefined, settings);
  }
}

function reversal(result: RegisterResult, settings: ZvtSettings): readonly Uint8Array[] {
  switch (result.result) {
    case 'refunded':
      return withReceipt(result.sale, result.again ? 'refundedCopy' : 'refunded', settings);
    case 'unknown':
    case 'pending':
      return aborted(RESULT.pleaseWait);
    case 'busy':
      return [refusalApdu(RESULT.pleaseWait)];
    case 'invalid':
      return [refusalApdu(RESULT.protocolError)];
    default:
      return aborted(RESULT.reversalNotPossible);
  }
}

function repeatReceipt(result: RegisterResult, settings: ZvtSettings): readonly Uint8Array[] {
  switch (result.result) {
    case 'approved':
    case 'handedOver':
    case 'seenTo':
      return withReceipt(result.sale, 'copy', settings);
    case 'busy':
      return [refusalApdu(RESULT.pleaseWait)];
    default:
      return aborted(RESULT.notPossible);
  }
}

function shift({ command }: Apdu, result: RegisterResult, settings: ZvtSettings): readonly Uint8Array[] {
  if (result.result === 'busy') return [refusalApdu(RESULT.pleaseWait)];
  if (result.result !== 'shiftClosed' && result.result !== 'totals')
    return aborted(command === COMMAND.endOfDay ? RESULT.endOfDayNotPossible : RESULT.notPossible);
  const sum = command === COMMAND.printTurnover ? [] : [turnover(result.shift, settings)];
  const lines = shiftReceipt(result.shift, settings.zoneMinutes);
  const printed = command === COMMAND.sendTurnover ? [] : receipt(lines, RECEIPT_TYPE.administration);
  return accepted(...sum, ...printed, makeApdu(COMMAND.completion));
}

function registration({ data }: Apdu, result: RegisterResult, settings: ZvtSettings): readonly Uint8Array[] {
  const refused = refusedRegistration(data, settings);
  const currency = bcd(settings.currency, 2);
  if (refused?.code === RESULT.wrongCurrency) return [makeApdu(0x841e, [RESULT.wrongCurrency], currency)];
  if (refused !== undefined || result.result !== 'echo') return [refusalApdu(RESULT.protocolError)];
  const read = readRegistration(data);
  // Of the commands that it permits, the one that we make use of.
  const blocks = typeof read !== 'string' && read.registration.textBlocks;
  const permitted = blocks ? tlv(FIELD.tlv, tlv(0x26, tlv(0x0a, [0x06, 0xd3]))) : [];
  return accepted(
    makeApdu(
      COMMAND.completion,
      field(FIELD.paymentType, [0]),
      field(FIELD.terminalId, terminalId(settings)),
      field(FIELD.currency, currency),
      permitted,
    ),
  );
}

/** Replies that are all there is. A payment that is over cannot be aborted any more, and is not. */
function heard(result: RegisterResult): Uint8Array {
  switch (result.result) {
    case 'approved':
    case 'handedOver':
    case 'seenTo':
      return refusalApdu(RESULT.notPossible);
    case 'unsupported':
    case 'invalid':
    case 'busy':
    case 'notReady':
      return refusalApdu(codeOf(result));
    default:
      return Uint8Array.from(ACCEPTED);
  }
}

const CODES: { readonly [R in RegisterResult['result']]?: number } = {
  expired: RESULT.aborted,
  cancelled: RESULT.aborted,
  refunded: RESULT.aborted,
  denied: RESULT.denied,
  // There is no code for "not known yet"; this one tells it to ask again, and the same request gets the end of it.
  unknown: RESULT.pleaseWait,
  pending: RESULT.pleaseWait,
  busy: RESULT.pleaseWait,
  noConnection: RESULT.noConnection,
  notReady: RESULT.outOfOrder,
  unsupported: RESULT.notPossible,
  invalid: RESULT.protocolError,
  conflict: RESULT.protocolError,
};

/** Field 27 of what became of a sale that was not paid. */
function codeOf(result: RegisterResult): number {
  if (result.result === 'notReady' && isOf(PRINTER_FAULTS, result.code)) return RESULT.printerNotReady;
  return CODES[result.result] ?? RESULT.systemError;
}

/** Our version, unless the service byte behind the password (field 03, bit 02) asks for the status alone. */
function softwareFor({ data }: Apdu): readonly number[] {
  const fields = readApduFields(data.subarray(3));
  const [service = 0] = typeof fields === 'string' ? [] : (valueAt(fields, FIELD.service) ?? []);
  return (service & STATUS_ALONE) !== 0 ? [] : [...countOf(SOFTWARE.length, 3), ...ascii(SOFTWARE)];
}

function accepted(...answers: readonly Uint8Array[]): readonly Uint8Array[] {
  return [Uint8Array.from(ACCEPTED), ...answers];
}

function aborted(code: number): readonly Uint8Array[] {
  return accepted(makeApdu(COMMAND.abort, [code]));
}

function failed(code: number, sale: RegisterSale | undefined, settings: ZvtSettings): readonly Uint8Array[] {
  const told =
    sale === undefined
      ? makeApdu(COMMAND.statusInformation, field(FIELD.result, [code]))
      : statusInformation(code, sale, settings);
  return accepted(told, makeApdu(COMMAND.abort, [code]));
}

/** What was paid or given back: in fields, and on paper. */
function withReceipt(sale: RegisterSale, heading: Heading, settings: ZvtSettings): readonly Uint8Array[] {
  return accepted(
    statusInformation(RESULT.paid, sale, settings),
    ...receipt(saleReceipt(sale, heading, settings.zoneMinutes), RECEIPT_TYPE.customer),
    makeApdu(COMMAND.completion),
  );
}

/** Both shapes of it; what the register did not ask for is left out when it is sent. */
function receipt(lines: readonly ReceiptLine[], type: number): readonly Uint8Array[] {
  return [...asPrintLines(lines), asTextBlock(lines, type)];
}

/** Always with its currency: what a register takes an amount without one for is not known. */
function statusInformation(code: number, sale: RegisterSale, settings: ZvtSettings): Uint8Array {
  const paid = code === RESULT.paid;
  return makeApdu(
    COMMAND.statusInformation,
    field(FIELD.result, [code]),
    field(FIELD.amount, amountField(sale.amount, settings)),
    field(FIELD.currency, bcd(settings.currency, 2)),
    field(FIELD.trace, bcd(sale.invoice, 3)),
    at(sale.atMs, settings),
    settings.merchantId ? field(FIELD.merchantId, ascii(settings.merchantId.padEnd(15).slice(0, 15))) : [],
    field(FIELD.receipt, bcd(sale.invoice, RECEIPT_DIGITS)),
    // Names of kinds of cards end with a zero byte.
    paid && sale.issuer !== undefined
      ? [...field(FIELD.cardType, [0]), ...field(FIELD.cardName, [...ascii(issuerOf(sale)).slice(0, 30), 0])]
      : [],
  );
}

function turnover(closed: RegisterShift, settings: ZvtSettings): Uint8Array {
  return makeApdu(
    COMMAND.statusInformation,
    field(FIELD.result, [RESULT.paid]),
    field(FIELD.amount, amountField(closed.settled.sum, settings)),
    field(FIELD.currency, bcd(settings.currency, 2)),
    at(closed.closedAtMs ?? closed.openedAtMs, settings),
  );
}

function amountField(amount: Rupiah | number, { minorUnits }: ZvtSettings): number[] {
  return bcd(`${amount}${'0'.repeat(minorUnits)}`, 6);
}

function terminalId(settings: ZvtSettings): number[] {
  return bcd(settings.terminalId.replace(/\D/g, ''), 4);
}

/** `hhmmss` and `MMDD` on the shop's wall, and which terminal. */
function at(wallMs: number, settings: ZvtSettings): number[] {
  const digits = new Date(wallMs + settings.zoneMinutes * 60_000).toISOString().replace(/\D/g, '');
  return [
    ...field(FIELD.time, bcd(digits.slice(8, 14), 3)),
    ...field(FIELD.date, bcd(digits.slice(4, 8), 2)),
    ...field(FIELD.terminalId, terminalId(settings)),
  ];
}
