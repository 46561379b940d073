import type { RegisterProgress } from '../../../src/base/register-messages.js';
import { formatRupiah } from '../../../src/base/rupiah.js';
import { ascii, FIELD, tlv } from './fields.js';
import { asQrBlock } from './receipt.js';
import type { Registration } from './registration.js';

const STATUS = {
  /** "Insert card", which here means: scan the QR. */
  scan: 0x0a,
  pleaseWait: 0x0e,
  ownText: 0xff,
} as const;

/** Minutes (BCD) that the register shall wait from each intermediate status on. They come every half minute. */
const WAIT_MINUTES = 0x03;

export const PLEASE_WAIT: readonly number[] = [STATUS.pleaseWait];

/** The data of the 04 FF that tells the register where its sale has come to: text where it knows containers. */
export function statusData(told: RegisterProgress, registration: Registration): readonly number[] {
  if (told.step !== 'scan') return PLEASE_WAIT;
  if (!registration.containers) return [STATUS.scan];
  const lines = ['Pindai QR / Scan the QR', formatRupiah(told.amount)];
  const texts = tlv(0x24, ...lines.map((line) => tlv(0x07, ascii(line))));
  return [STATUS.ownText, WAIT_MINUTES, ...tlv(FIELD.tlv, texts)];
}

/** The QR for the register's printer; nothing where it did not ask for that, takes no APDU that long, or gets no ASCII. */
export function qrFor(told: RegisterProgress, registration: Registration): Uint8Array | undefined {
  if (told.step !== 'scan' || !registration.printsQr || !registration.textBlocks) return undefined;
  if (/[^ -~]/.test(told.payload)) return undefined;
  const block = asQrBlock(['PINDAI UNTUK MEMBAYAR', 'SCAN TO PAY', formatRupiah(told.amount)], told.payload);
  return block.length > (registration.longestApdu ?? Number.POSITIVE_INFINITY) ? undefined : block;
}
