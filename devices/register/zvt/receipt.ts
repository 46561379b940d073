import type { RegisterSale, RegisterShift } from '../../../src/base/register-messages.js';
import { formatRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import { COMMAND, makeApdu } from './apdu.js';
import { ascii, FIELD, tlv } from './fields.js';

/** A line for the register's printer; `big` is twice as high and wide, and has half the columns. */
export interface ReceiptLine {
  readonly text: string;
  readonly as?: 'centred' | 'big';
}

/** The narrowest printer that registers have. */
const COLUMNS = 24;

/** Of a line: centred (4x), double width (x2), double height (x1), last line (8x, which cuts). */
const ATTRIBUTE = { normal: 0x00, centred: 0x40, big: 0x70, last: 0x81 } as const;

/** Which receipt it is: for the customer, or of the terminal's own affairs. */
export const RECEIPT_TYPE = { customer: 2, administration: 3 } as const;

export type Heading = 'paid' | 'copy' | 'refunded' | 'refundedCopy';

export function saleReceipt(sale: RegisterSale, heading: Heading, zoneMinutes: number): ReceiptLine[] {
  const refunded = heading === 'refunded' || heading === 'refundedCopy';
  const copy = heading === 'copy' || heading === 'refundedCopy';
  return [
    // First: a paper that breaks off after a line must not pass for an original.
    ...(copy ? [{ text: '* SALINAN / COPY *', as: 'centred' } as const] : []),
    { text: refunded ? 'DIKEMBALIKAN / REFUNDED' : 'LUNAS / PAID', as: 'centred' },
    { text: formatRupiah(sale.amount), as: 'big' },
    ...pair('Cara bayar', issuerOf(sale)),
    ...pair('No.', String(sale.invoice).padStart(6, '0')),
    ...pair('RRN', sale.rrn),
    ...pair('Waktu', shopTime(sale.atMs, zoneMinutes)),
    ...folded(sale.orderId),
  ];
}

export function shiftReceipt(shift: RegisterShift, zoneMinutes: number): ReceiptLine[] {
  const sum = (name: string, { count, sum: rupiah }: RegisterShift['settled']): ReceiptLine[] => [
    { text: `${name} (${count})` },
    { text: formatRupiah(rupiah as Rupiah).padStart(COLUMNS) },
  ];
  return [
    { text: `SHIFT ${shift.number}`, as: 'centred' },
    { text: shift.closedAtMs === undefined ? 'belum ditutup / open' : 'ditutup / closed', as: 'centred' },
    ...pair('Mulai', shopTime(shift.openedAtMs, zoneMinutes)),
    ...(shift.closedAtMs === undefined ? [] : pair('Tutup', shopTime(shift.closedAtMs, zoneMinutes))),
    ...sum('Lunas / paid', shift.settled),
    ...sum('Diserahkan / delivered', shift.delivered),
    ...sum('Kembali / refunded', shift.refunded),
    ...sum('Terutang / owed', shift.owed),
    ...sum('Batal / cancelled', shift.cancelled),
    ...sum('Lewat waktu / expired', shift.expired),
  ];
}

/** One 06 D1 a line, the last of which cuts. */
export function asPrintLines(lines: readonly ReceiptLine[]): Uint8Array[] {
  const all = lines.map(({ text, as }) =>
    makeApdu(COMMAND.printLine, [ATTRIBUTE[as ?? 'normal']], ascii(text)),
  );
  return [...all, makeApdu(COMMAND.printLine, [ATTRIBUTE.last])];
}

/** The same as one 06 D3. Its lines have no attributes of their own: who knows text blocks lays them out itself. */
export function asTextBlock(
  lines: readonly ReceiptLine[],
  type: number,
  middle: readonly number[] = [],
): Uint8Array {
  const texts = lines.flatMap(({ text }) => tlv(0x07, ascii(text)));
  const block = tlv(0x25, texts, middle, tlv(0x09, [ATTRIBUTE.last]));
  return makeApdu(COMMAND.printTextBlock, tlv(FIELD.tlv, tlv(0x1f07, [type]), block));
}

/** The QR of a sale for the register's printer, below a line or two; 0A is error correction M. */
export function asQrBlock(lines: readonly string[], payload: string): Uint8Array {
  const code = tlv(0xe3, tlv(0x1f2e, [0x0a]), tlv(0x1f2f, ascii(payload)));
  return asTextBlock(
    lines.map((text) => ({ text })),
    RECEIPT_TYPE.customer,
    code,
  );
}

/** `GOPAY`: who issued the money, as far as the gateway said. */
export function issuerOf({ issuer }: RegisterSale): string {
  return (issuer ?? 'QRIS').toUpperCase();
}

/** `15/01/2026 10:15`. */
function shopTime(wallMs: number, zoneMinutes: number): string {
  const [year, month, day, hour, minute] = new Date(wallMs + zoneMinutes * 60_000).toISOString().split(/\D/);
  return `${day}/${month}/${year} ${hour}:${minute}`;
}

/** Name at the left and value at the right, on two lines where one is too narrow. */
function pair(name: string, value: string): ReceiptLine[] {
  const room = COLUMNS - name.length;
  if (value.length < room) return [{ text: name + value.padStart(room) }];
  return [{ text: name }, ...folded(value)];
}

function folded(text: string): ReceiptLine[] {
  return (text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? []).map((part) => ({ text: part }));
}
