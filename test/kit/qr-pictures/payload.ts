import { crc16ccitt } from '../../../src/base/bytes.js';

function field(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(2, '0')}${value}`;
}

/** A QRIS payload in Midtrans' tag order with a right CRC. Longer names make larger symbols. */
export function qris(amount: number, merchant: string, city: string, reference: string): string {
  const body = [
    field('00', '01'),
    field('01', '12'),
    field(
      '26',
      field('00', 'COM.GO-JEK.WWW') +
        field('01', '9360091434905263034') +
        field('02', 'G490526303') +
        field('03', 'UKE'),
    ),
    field('51', field('00', 'ID.CO.QRIS.WWW') + field('02', 'AID060733612866') + field('03', 'UKE')),
    field('52', '3414'),
    field('53', '360'),
    field('58', 'ID'),
    field('59', merchant),
    field('60', city),
    field('61', '40284'),
    field('54', `${amount}.00`),
    field('62', field('50', reference) + field('07', 'A01')),
    '6304',
  ].join('');
  const crc = crc16ccitt(new TextEncoder().encode(body));
  return body + crc.toString(16).toUpperCase().padStart(4, '0');
}
