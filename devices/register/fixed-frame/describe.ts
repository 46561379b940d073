import { hex, printable } from '../../../src/base/bytes.js';
import { formatRupiah } from '../../../src/base/rupiah.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { describeCode } from './codes.js';

import { ACK, type BadFrame, checksumOf, longest, NAK, unwrap } from './frame.js';
import { nameOfType, readFrameAmount, readQuestion } from './message.js';
import type { FrameProfile } from './profile.js';

/** Frames as one log line each. Card numbers, which a register may send in a question, are never among the words. */

/** `QRIS sale (31) Rp15.000, version 3`. */
export function describeQuestion(frame: Uint8Array, profile: FrameProfile): string {
  const { version, type, amount, reference, invoice } = readQuestion(frame, profile);
  const read = readFrameAmount(amount, profile);
  const sum = typeof read === 'string' ? shown(amount) : formatRupiah(read);
  const said = [
    `${nameOfType(type, profile)} (${printable(type)}) ${sum}`,
    ...named('reference', reference),
    ...named('invoice', invoice),
    ...(version === 0 ? [] : [`version ${version}`]),
  ];
  return said.join(', ');
}

/** `QRIS sale (31) Rp15.000: 00 approved / echo, RRN 000000000042`. */
export function describeFrameAnswer(frame: Uint8Array, profile: FrameProfile): string {
  const payload = unwrap(frame, profile);
  const type = profile.typeOf(payload);
  const { amount, code, rrn } = profile.answerFields(payload);
  const read = readFrameAmount(amount, profile);
  const sum = typeof read === 'string' ? 'no amount' : formatRupiah(read);
  const about = `${nameOfType(type, profile)} (${printable(type)}) ${sum}`;
  return `${about}: ${describeCode(code, profile)}${rrn === '' ? '' : `, RRN ${printable(rrn)}`}`;
}

/** What was wrong with something that began like a frame, with its number and what to look at. */
export function describeBadFrame(why: BadFrame, bytes: Uint8Array, profile: FrameProfile): string {
  const { framing } = profile;
  const sized = framing.by === 'length';
  const begins = hex(bytes.subarray(0, 8));
  const unknown = (what: string): string => `E${FAULT.registerUnknownFrame} ${what}`;
  switch (why) {
    case 'checksum':
      return `E${FAULT.registerChecksum} ${describeChecksum(bytes, profile)}; if this register cannot do better, set lrc = "warn"`;
    case 'unfinished': {
      const half = sized ? `of ${longest(framing)} bytes` : 'bytes without ETX and checksum';
      return `E${FAULT.registerHalfFrame} half a frame: ${bytes.length} ${half}, then silence`;
    }
    case 'head': {
      const head = sized ? `a length of ${framing.questionLength}` : 'version 01 and a type';
      return unknown(`not ${head}: ${begins}; look at baud rate and profile`);
    }
    case 'end':
      if (sized) return unknown(`longer than its length says: ${begins}`);
      return unknown(`no ETX after printable text: ${begins}; look at baud rate and profile`);
  }
}

/** `checksum 31, not 12`, and whether it looks like the two-characters mistake. */
export function describeChecksum(frame: Uint8Array, profile: FrameProfile): string {
  const sent = frame[frame.length - 1] ?? 0;
  const right = checksumOf(frame, profile.checksumFrom);
  const character = String.fromCharCode(sent);
  const asText = /[0-9a-fA-F]/.test(character) ? ` (perhaps sent as text, "${character}.")` : '';
  return `checksum ${hex(Uint8Array.of(sent))}, not ${hex(Uint8Array.of(right))}${asText}`;
}

export function describeControl(byte: number): string {
  if (byte === ACK) return 'ACK';
  return byte === NAK ? 'NAK' : hex(Uint8Array.of(byte));
}

/** No more than an amount has: a register that puts a card number there must not find it in the log. */
function shown(amount: string): string {
  return `amount "${printable(amount.slice(0, 12))}"`;
}

function named(word: string, field: string): string[] {
  const text = printable(field.replace(/\0/g, ' ')).trim().slice(0, 12);
  return text === '' || /^0+$/.test(text) ? [] : [`${word} ${text}`];
}
