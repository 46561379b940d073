import { crc16ccittOf } from '../base/bytes.js';
import type { Fault } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import type { Rupiah } from '../base/rupiah.js';

/** What matters of an EMVCo merchant-presented QR (QRIS is one). */
export interface EmvQr {
  /** Tag 54 verbatim. */
  readonly amount?: string;
  /** Tag 53: ISO 4217 numeric. */
  readonly currency?: string;
  readonly merchantName?: string;
  /** Tag 26-02 of a GoPay code: Midtrans' merchant id. */
  readonly merchantId?: string;
}

const MAX_LENGTH = 512;

/** Splits a TLV run of two-digit tags and lengths; undefined when it does not come out even. */
function fields(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const head = text.slice(at, at + 4);
    if (!/^\d{4}$/.test(head)) return undefined;
    const tag = head.slice(0, 2);
    const length = Number(head.slice(2));
    const value = text.slice(at + 4, at + 4 + length);
    if (value.length !== length || found.has(tag)) return undefined;
    found.set(tag, value);
    at += 4 + length;
  }
  return found;
}

/** Parses an EMV payload and checks its CRC (tag 63, CRC-16/CCITT-FALSE over all before the four digits). */
export function parseEmv(payload: string): Result<EmvQr, string> {
  if (payload.length > MAX_LENGTH) return err(`longer than ${MAX_LENGTH} characters`);
  if (!/^[\x20-\x7e]+$/.test(payload)) return err('not plain ASCII');
  const crc = /^(.*6304)([0-9A-Fa-f]{4})$/s.exec(payload);
  if (crc?.[1] === undefined || crc[2] === undefined) return err('does not end in a CRC (tag 63)');
  const sum = crc16ccittOf(crc[1]);
  if (sum !== Number.parseInt(crc[2], 16)) return err(`CRC is ${crc[2]}, computed ${sum.toString(16)}`);
  const tags = fields(payload);
  if (tags?.get('00') !== '01') return err('not an EMV QR payload');
  const gopay = fields(tags.get('26') ?? '');
  const [amount, currency, merchantName, merchantId] = [
    tags.get('54'),
    tags.get('53'),
    tags.get('59'),
    gopay?.get('02'),
  ];
  return ok({
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(merchantName === undefined ? {} : { merchantName }),
    ...(merchantId === undefined ? {} : { merchantId }),
  });
}

/** `15000`, `15000.00` and `15000.` are the same amount; anything with cents is not ours. */
function emvAmount(text: string): number | undefined {
  const match = /^(\d{1,13})(?:\.0{0,2})?$/.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/**
 * Whether a QR asks for exactly our money: nobody sees one that does not (E455).
 * @param merchantId checked where it is configured and where the payload names one.
 */
export function checkQr(payload: string, amount: Rupiah, merchantId?: string): Result<EmvQr, Fault> {
  const bad = (detail: string): Result<EmvQr, Fault> => err({ kind: 'refused', code: 455, detail });
  const parsed = parseEmv(payload);
  if (!parsed.ok) return bad(`QR payload ${parsed.error}`);
  const { value } = parsed;
  if (value.currency !== '360') return bad(`QR currency is ${value.currency ?? 'missing'}, not 360 (IDR)`);
  if (value.amount === undefined) return bad('QR names no amount');
  if (emvAmount(value.amount) !== amount) return bad(`QR asks ${value.amount}, the sale is ${amount}`);
  if (merchantId !== undefined && value.merchantId !== undefined && value.merchantId !== merchantId)
    return bad(`QR is of merchant ${value.merchantId}, not ${merchantId}`);
  return parsed;
}
