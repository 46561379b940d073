import { crc16ccittOf, hex } from '../../base/bytes.js';
import type { Merchant, SandboxSettings } from '../settings.js';

/** NNS of GoPay as acquirer; the merchant PAN begins with it. */
const GOPAY_NNS = '93600914';

/** The digit that makes `digits` followed by it pass the Luhn test (ISO/IEC 7812-1 annex B). */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - i));
    const weighed = i % 2 === 0 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Merchant PAN, tag 26-01: NNS, `3`, the nine digits of the merchant id, check digit. */
export function merchantPan(merchantId: string): string {
  const nine = merchantId.replace(/\D/g, '').padStart(9, '0').slice(-9);
  const body = `${GOPAY_NNS}3${nine}`;
  return body + luhnDigit(body);
}

/** `text` and the tag 63 over it: CRC-16/CCITT-FALSE, four upper-case hex digits (EMVCo MPM 4.7.3). */
export function withCrc(text: string): string {
  const open = `${text}6304`;
  const crc = crc16ccittOf(open);
  return open + hex(Uint8Array.of(crc >> 8, crc & 0xff)).toUpperCase();
}

function field(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(2, '0')}${value}`;
}

/** EMV alphanumeric special, upper bound as given: what scanners refuse is replaced, not dropped, so lengths stay. */
function plain(text: string, max: number): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^ -~]/g, '?')
    .slice(0, max);
}

export interface PayloadFields {
  readonly merchant: Merchant;
  readonly settings: SandboxSettings;
  /** Whole rupiah. */
  readonly amount: number;
  /** UUID of tag 62-50. */
  readonly reference: string;
}

/** The dynamic QRIS payload in Midtrans' tag order: 00 01 26 51 52 53 58 59 60 61 54 62 63. */
export function buildPayload({ merchant, settings, amount, reference }: PayloadFields): string {
  const account = [
    field('00', 'COM.GO-JEK.WWW'),
    field('01', merchantPan(merchant.merchantId)),
    field('02', merchant.merchantId),
    field('03', settings.merchantCriteria),
  ];
  const national = [
    field('00', 'ID.CO.QRIS.WWW'),
    field('02', settings.nationalMerchantId),
    field('03', settings.merchantCriteria),
  ];
  return withCrc(
    [
      field('00', '01'),
      field('01', '12'),
      field('26', account.join('')),
      field('51', national.join('')),
      field('52', settings.categoryCode),
      field('53', '360'),
      field('58', 'ID'),
      field('59', plain(merchant.merchantName, 25)),
      field('60', plain(merchant.merchantCity, 15)),
      field('61', settings.postalCode),
      field('54', `${amount}.00`),
      field('62', field('50', reference) + field('07', 'A01')),
    ].join(''),
  );
}

/** Tag to value, one level deep; undefined when the lengths do not work out. */
export function readTags(text: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const head = text.slice(at, at + 4);
    if (!/^\d{4}$/.test(head)) return undefined;
    const length = Number(head.slice(2));
    const value = text.slice(at + 4, at + 4 + length);
    if (value.length !== length) return undefined;
    tags.set(head.slice(0, 2), value);
    at += 4 + length;
  }
  return tags;
}

/** What a wallet makes of a scanned text: reference and amount, or undefined when it is no sound QRIS payload. */
export function readPayload(
  text: string,
): { readonly reference: string; readonly amount: string } | undefined {
  const tags = readTags(text);
  if (tags === undefined || withCrc(text.slice(0, -8)) !== text) return undefined;
  const reference = readTags(tags.get('62') ?? '')?.get('50');
  const amount = tags.get('54');
  return reference === undefined || amount === undefined ? undefined : { reference, amount };
}
