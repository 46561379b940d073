import { crc16ccitt } from '../../base/bytes.js';
import type { Fault } from '../../base/fault.js';
import { err, ok, type Result } from '../../base/result.js';
import type { Rupiah } from '../../base/rupiah.js';
import type { QrOwner } from '../../base/screen.js';
import { FAULT } from '../fault/table.js';

/** Tags of an EMVCo merchant-presented QR (QRIS is one), by their two digits, in their order. */
type Tags = ReadonlyMap<string, string>;

/** Why a QR is not shown. The number tells customer and technician which. */
type Wrong = readonly [code: number, detail: string] | undefined;

/** Who is to be paid, as far as anything but the QR names it. */
export interface Payee {
  /** `gateway.merchant_id`: the QR must carry it. */
  readonly configured?: string | undefined;
  /** `merchant_id` of the gateway's own answers about this sale. */
  readonly answered?: string | undefined;
}

const MAX_BYTES = 512;

/** Payload format indicator 01, which every EMV QR begins with. */
const EMV_START = '000201';

/** Of the template of the national repository, sub-tag 00: what makes a code one of QRIS. */
const QRIS = 'ID.CO.QRIS.WWW';

/** Merchant name at most 25 characters by EMVCo (tag 59), national id 15 (51-02); more is no name. */
const NAME_MOST = 40;

/** GoPay's globally unique identifier, sub-tag 00 of its account. */
const GOPAY = 'COM.GO-JEK.WWW';

/** The national repository's template: not a payee of its own, but the number of the merchant for all of them. */
const NATIONAL = '51';

/** Midtrans' merchant ids as GoPay's codes carry them. Others (`M099098` in its samples) are names of another kind. */
export const GOPAY_MERCHANT = /^G(\d{9})$/;

/** Merchant PAN, 26-01: GoPay's NNS, `3`, the nine digits of the merchant id, with or without a check digit. */
const GOPAY_PAN = /^936009143(\d{9})\d?$/;

const UTF8 = new TextEncoder();

/**
 * A payload as it is shown, if it asks for exactly our money and for our merchant; no other one is shown.
 *
 * @param read what the picture or the charge's answer held; blanks and line ends behind it are not the payload's.
 * @returns FAULT.qrNotPayment no payment code, FAULT.qrMismatch another amount, FAULT.qrCurrency another currency,
 *   FAULT.qrPayee another payee, FAULT.qrTip a tip or a fee on top, FAULT.qrDamaged not sound in itself, FAULT.qrCountry
 *   another country. All are `refused`: the same code says the same again.
 */
export function checkQr(read: string, amount: Rupiah, payee: Payee = {}): Result<string, Fault> {
  const payload = read.replace(/[\s\0]+$/, '');
  const wrong = wrongIn(payload, amount, payee);
  return wrong === undefined ? ok(payload) : err({ kind: 'refused', code: wrong[0], detail: wrong[1] });
}

function wrongIn(payload: string, amount: Rupiah, payee: Payee): Wrong {
  if (!payload.startsWith(EMV_START)) return [FAULT.qrNotPayment, 'the QR is no EMV payment code'];
  const bytes = UTF8.encode(payload);
  if (bytes.length > MAX_BYTES) return [FAULT.qrDamaged, `the QR payload is longer than ${MAX_BYTES} bytes`];
  if (/[\p{Cc}\p{Cs}\ufffd]/u.test(payload))
    return [FAULT.qrDamaged, 'the QR payload has unprintable characters'];
  const crc = /6304([0-9A-Fa-f]{4})$/.exec(payload)?.[1];
  if (crc === undefined) return [FAULT.qrDamaged, 'the QR payload does not end in a CRC (tag 63)'];
  const sum = crc16ccitt(bytes.subarray(0, -4));
  if (sum !== Number.parseInt(crc, 16))
    return [FAULT.qrDamaged, `the CRC of the QR payload is ${crc}, computed ${sum.toString(16)}`];
  const readings = readingsOf(payload, bytes)
    .map(tagsOf)
    .filter((tags) => tags !== undefined);
  if (readings.length === 0)
    return [FAULT.qrDamaged, 'the lengths in the QR payload do not work out, or a tag is doubled'];
  for (const tags of readings) {
    const wrong = wrongMoney(tags, amount) ?? wrongPayee(tags, payee);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/**
 * What a checked payload says of the one who is paid: the sign, merchant's name (tag 59) and national id (51-02), for
 * people. What a code does not say, or says in what cannot be shown, is left out.
 */
export function ownerOf(payload: string): QrOwner {
  const bytes = UTF8.encode(payload);
  const readings = readingsOf(payload, bytes).map(tagsOf);
  const read = readings.findIndex((found) => found !== undefined);
  const tags = readings[read];
  if (tags === undefined) return {};
  const national = fields(tags.get(NATIONAL) ?? '');
  const name = shownText(read === 2 ? textOfBytes(tags.get('59') ?? '') : tags.get('59'));
  const nmid = /^[A-Z0-9]{4,20}$/.exec(national?.get('02') ?? '')?.[0];
  return {
    ...(national?.get('00')?.toUpperCase() === QRIS ? { qris: true } : {}),
    ...(name === undefined ? {} : { name }),
    ...(nmid === undefined ? {} : { nmid }),
  };
}

/** Of a reading that has a character for each byte. */
function textOfBytes(units: string): string {
  return new TextDecoder().decode(Uint8Array.from(units, (unit) => unit.charCodeAt(0)));
}

/** One line without what turns text round or hides it. */
function shownText(text: string | undefined): string | undefined {
  const line = text?.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim() ?? '';
  return line === '' || [...line].length > NAME_MOST ? undefined : line;
}

/**
 * EMVCo counts lengths in characters, and there are makers that count bytes. They differ in another script (tag 64)
 * only; a code that can be read both ways has to be right both ways, since it is not known which way a wallet takes.
 */
function readingsOf(payload: string, bytes: Uint8Array): readonly string[] {
  if (bytes.length === payload.length) return [payload];
  // One unit of the string for each character, for each UTF-16 unit, for each byte.
  return [payload.replace(/[^\0-\uffff]/gu, '?'), payload, String.fromCharCode(...bytes)];
}

/** Which tags hold tags that a wallet pays by: the accounts, additional data, the name in another script. */
const isTemplate = (tag: string): boolean => (tag >= '26' && tag <= NATIONAL) || tag === '62' || tag === '64';

/** The tags of a whole payload; undefined unless it comes out even, its templates do, and tag 63 is the last. */
function tagsOf(text: string): Tags | undefined {
  const tags = fields(text);
  if (tags === undefined || [...tags.keys()].at(-1) !== '63') return undefined;
  for (const [tag, value] of tags) if (isTemplate(tag) && fields(value) === undefined) return undefined;
  return tags;
}

/** Splits a TLV run of two-digit tags and lengths; undefined when it does not come out even or repeats a tag. */
function fields(text: string): Tags | undefined {
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    for (let i = at; i < at + 4; i += 1) if (!isDigit(text.charCodeAt(i))) return undefined;
    const tag = text.slice(at, at + 2);
    const length = Number(text.slice(at + 2, at + 4));
    const value = text.slice(at + 4, at + 4 + length);
    if (value.length !== length || found.has(tag)) return undefined;
    found.set(tag, value);
    at += 4 + length;
  }
  return found;
}

/** @param code NaN behind the end */
function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function wrongMoney(tags: Tags, amount: Rupiah): Wrong {
  const [currency, country, asked] = [tags.get('53'), tags.get('58'), tags.get('54')];
  if (currency !== '360')
    return [FAULT.qrCurrency, `the QR's currency is ${currency ?? 'missing'}, not 360 (IDR)`];
  if (country !== undefined && country !== 'ID')
    return [FAULT.qrCountry, `the QR's country is ${country}, not ID`];
  if (asked === undefined) return [FAULT.qrMismatch, 'the QR names no amount'];
  if (emvAmount(asked) !== amount) return [FAULT.qrMismatch, `the QR asks ${asked}, the sale is ${amount}`];
  // Also where it would come to nothing: wallets ask for a tip at 55 = 01, and Midtrans writes none of them.
  const more = ['55', '56', '57'].filter((tag) => tags.has(tag));
  if (more.length > 0)
    return [
      FAULT.qrTip,
      `the QR asks for more: ${more.map((tag) => `tag ${tag} = ${tags.get(tag)}`).join(', ')}`,
    ];
  return undefined;
}

/** `15000`, `15000.00` and `15000.` are the same amount; anything with cents is not ours. */
function emvAmount(text: string): number | undefined {
  const match = /^(\d{1,13})(?:\.0{0,2})?$/.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/**
 * What can be compared, is: GoPay's merchant id (26-02) and the digits of it in the PAN that routes the money (26-01). The
 * national id (51-02), name, city and category stand in no answer of the gateway, and a shop may change them.
 */
function wrongPayee(tags: Tags, { configured, answered }: Payee): Wrong {
  const payee = (detail: string): Wrong => [FAULT.qrPayee, detail];
  if (configured !== undefined && answered !== undefined && configured !== answered)
    return payee(`the gateway charged for merchant ${answered}, gateway.merchant_id is ${configured}`);
  const expected = configured ?? (GOPAY_MERCHANT.test(answered ?? '') ? answered : undefined);
  const accounts = [...tags].filter(([tag]) => tag >= '02' && tag < NATIONAL);
  // A wallet takes the account that it knows: with two of them, who is paid depends on the customer.
  if (accounts.length > 1)
    return payee(`the QR names ${accounts.length} accounts: tags ${accounts.map(([tag]) => tag).join(', ')}`);
  const account = fields(accounts[0]?.[1] ?? '');
  const owner = account?.get('00');
  if (owner?.toUpperCase() !== GOPAY)
    return expected === undefined
      ? undefined
      : payee(`the QR is of ${owner ?? 'nobody'}, not of merchant ${expected} at GoPay`);
  const id = account?.get('02');
  const pan = GOPAY_PAN.exec(account?.get('01') ?? '')?.[1];
  const named = id ?? (pan && `G${pan}`);
  if (expected !== undefined && named !== expected)
    return payee(`the QR is of merchant ${named ?? 'without a name'}, not ${expected}`);
  const digits = GOPAY_MERCHANT.exec(named ?? '')?.[1];
  if (pan !== undefined && digits !== undefined && pan !== digits)
    return payee(`the QR pays the account of G${pan}, and calls itself ${named}`);
  return undefined;
}
