import { hex } from '../../../src/base/bytes.js';
import { formatRupiah } from '../../../src/base/rupiah.js';
import { describeCode } from './answer.js';
import { ACK, type BadFrame, checksumOf, NAK, unwrap } from './frame.js';
import { nameOfType, printable, readAmount, readQuestion } from './message.js';
import type { FrameProfile } from './profile.js';

/** Frames as one log line each. Card numbers, which a register may send in a question, are never among the words. */

/** `QRIS sale (31) Rp15.000, version 3`. */
export function describeQuestion(frame: Uint8Array, profile: FrameProfile): string {
  const { version, type, amount, reference } = readQuestion(frame);
  const read = readAmount(amount, profile);
  const sum = typeof read === 'string' ? `amount "${printable(amount)}"` : formatRupiah(read);
  const rrn = printable(reference).trim() === '' ? '' : `, reference ${printable(reference).trim()}`;
  return `${nameOfType(type)} (${printable(type)}) ${sum}${rrn}, version ${version}`;
}

/** `QRIS sale (31) Rp15.000: 00 approved / echo, RRN 000000000042`. */
export function describeAnswer(frame: Uint8Array, profile: FrameProfile): string {
  const payload = unwrap(frame);
  const text = (from: number, to: number): string => String.fromCharCode(...payload.subarray(from, to));
  const read = readAmount(text(3, 15), profile);
  const sum = typeof read === 'string' ? 'no amount' : formatRupiah(read);
  const rrn = text(52, 64).trim();
  const type = text(1, 3);
  return `${nameOfType(type)} (${printable(type)}) ${sum}: ${describeCode(text(50, 52))}${rrn === '' ? '' : `, RRN ${rrn}`}`;
}

/** What was wrong with something that began like a frame, with its number and what to look at. */
export function describeBad(why: BadFrame, bytes: Uint8Array, profile: FrameProfile): string {
  switch (why) {
    case 'checksum':
      return `E205 ${describeChecksum(bytes, profile)}; if this register cannot do better, set lrc = "warn"`;
    case 'unfinished':
      return `E206 half a frame: ${bytes.length} of ${profile.questionLength + 5} bytes, then silence`;
    case 'length':
      return `E207 not a length of ${profile.questionLength}: ${hex(bytes.subarray(0, 8))}; look at baud rate and protocol`;
    case 'end':
      return `E207 longer than its length says: ${hex(bytes.subarray(0, 8))}`;
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
