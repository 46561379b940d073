import { hex, hexByte } from '../../../src/base/bytes.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { type BadMessage, COMMAND, readApdu } from './apdu.js';
import { digitsOf, FIELD, printableText, readApduFields, valueAt } from './fields.js';
import { nameOfCode, wordsOf } from './result-code.js';

const NAMES = wordsOf(COMMAND, {
  logOff: 'log-off',
  abortByRegister: 'abort by the register',
  accepted: 'confirmed',
  issued: 'confirmed',
});

/** `06 01 authorization, amount 000001500000, currency 0360`. Neither passwords nor card numbers are among the words. */
export function describeApdu(apdu: Uint8Array): string {
  const read = readApdu(apdu);
  if (read === undefined) return `no APDU: ${hex(apdu.subarray(0, 8))}`;
  const { command, data } = read;
  const number = `${hexByte(command >> 8)} ${hexByte(command & 0xff)}`;
  if (command >> 8 === 0x84 && command !== COMMAND.issued)
    return [`${number} refused: ${nameOfCode(command & 0xff)}`, fieldWords(data)].filter(Boolean).join(', ');
  const words = detailsOf(command, data);
  return `${number} ${NAMES.get(command) ?? 'unknown'}${words === '' ? '' : `, ${words}`}`;
}

function detailsOf(command: number, data: Uint8Array): string {
  switch (command) {
    case COMMAND.authorization:
    case COMMAND.statusInformation:
      return fieldWords(data);
    case COMMAND.reversal:
      return fieldWords(data.subarray(3));
    case COMMAND.intermediateStatus:
      return hexByte(data[0] ?? 0);
    case COMMAND.abort:
      return nameOfCode(data[0] ?? 0);
    case COMMAND.registration:
      return `config ${hexByte(data[3] ?? 0)}`;
    case COMMAND.printLine:
      return `"${printableText(data.subarray(1))}"`;
    default:
      return data.length === 0 ? '' : `${data.length} bytes`;
  }
}

function fieldWords(data: Uint8Array): string {
  const fields = readApduFields(data);
  if (typeof fields === 'string') return fields;
  const words: string[] = [];
  const result = valueAt(fields, FIELD.result)?.[0];
  if (result !== undefined) words.push(nameOfCode(result));
  for (const [name, tag] of [
    ['amount', FIELD.amount],
    ['currency', FIELD.currency],
    ['trace', FIELD.originalTrace],
    ['trace', FIELD.trace],
    ['receipt', FIELD.receipt],
  ] as const) {
    const value = valueAt(fields, tag);
    if (value !== undefined) words.push(`${name} ${digitsOf(value) ?? hex(value)}`);
  }
  return words.join(', ');
}

/** What was wrong with something that began like a message, with its number and what to look at. */
export function describeBadMessage(why: BadMessage, bytes: Uint8Array): string {
  const begins = hex(bytes.subarray(0, 8));
  switch (why) {
    case 'checksum':
      return `E${FAULT.registerChecksum} wrong checksum of ${begins}; the sum is CRC-16/KERMIT, low byte first`;
    case 'unfinished':
      return `E${FAULT.registerHalfFrame} half a message: ${bytes.length} bytes (${begins}), then silence or another`;
    case 'escape':
      return `E${FAULT.registerUnknownFrame} a single 10 within a message: ${begins}; look at baud rate and protocol`;
    case 'length':
      return `E${FAULT.registerUnknownFrame} a message that is not as long as it says: ${begins}`;
  }
}
