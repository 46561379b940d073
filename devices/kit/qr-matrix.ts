import encodeQR from 'qr';
import { type Fault, refused } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';

/** A QR code as modules, without its quiet zone. */
export interface QrMatrix {
  /** Modules on a side: 21 (version 1) to 177 (version 40). */
  readonly size: number;
  /** Row by row, one byte a module, 1 is dark. */
  readonly modules: Uint8Array;
}

/** A matrix that fits, and how many dots one module takes. */
export interface FittedQr {
  readonly matrix: QrMatrix;
  readonly scale: number;
  /** Without the quiet zone. */
  readonly dots: number;
}

/** White modules around a code, on each side (ISO/IEC 18004, 6.3.8). */
export const QUIET_ZONE = 4;

/** Below three dots a module, dot gain on thermal paper closes the gaps between dark modules. */
export const MIN_SCALE = 3;

/** What a slip may carry (base/slip.ts). */
const MAX_PAYLOAD = 512;

const PRINTABLE = /^\P{Cc}+$/u;

/** Whether each character of a payload is one byte on any wire. A shop's name in another script (tag 64) is not. */
export function isAscii(payload: string): boolean {
  return /^[\x20-\x7e]+$/.test(payload);
}

/**
 * Encodes `payload` (printable, 1 to 512 bytes of UTF-8).
 * @param bytesOnly forces byte mode: the largest symbol that any encoder makes of the same payload.
 */
export function encodeQrMatrix(
  payload: string,
  correction: 'low' | 'medium',
  bytesOnly = false,
): Result<QrMatrix, Fault> {
  if (!PRINTABLE.test(payload) || Buffer.byteLength(payload) > MAX_PAYLOAD) {
    const detail = `a QR payload is printable, 1 to ${MAX_PAYLOAD} bytes, not ${payload.length} characters`;
    return err(refused(FAULT.qrNotPayment, detail));
  }
  // The library insists on a border; ours is laid around at drawing time.
  const bordered = encodeQR(payload, 'raw', {
    ecc: correction,
    border: 1,
    ...(bytesOnly ? { encoding: 'byte' } : {}),
  });
  const rows = bordered.slice(1, -1).map((row) => row.slice(1, -1));
  const modules = new Uint8Array(rows.length * rows.length);
  rows.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) modules[y * rows.length + x] = 1;
    });
  });
  return ok({ size: rows.length, modules });
}

/**
 * Whole dots a module, so that every module is equally wide, with the quiet zone of four inside `widthDots`.
 * 0 when not even one dot fits.
 */
export function scaleFor(widthDots: number, modules: number): number {
  return Math.floor(widthDots / (modules + 2 * QUIET_ZONE));
}

/**
 * The best code for a head or screen of `widthDots`: error correction M while a module gets at least three dots,
 * else L.
 * @param maxDots the symbol is drawn no larger than this without its quiet zone, as long as a module keeps four dots.
 * @returns FAULT.qrTooWide when even L gets less than three dots a module, FAULT.qrNotPayment when the payload is
 *   none.
 */
export function fitQr(payload: string, widthDots: number, maxDots = widthDots): Result<FittedQr, Fault> {
  for (const correction of ['medium', 'low'] as const) {
    const encoded = encodeQrMatrix(payload, correction);
    if (!encoded.ok) return encoded;
    const matrix = encoded.value;
    const widest = scaleFor(widthDots, matrix.size);
    if (widest < MIN_SCALE) continue;
    const comfortable = Math.max(MIN_SCALE + 1, Math.floor(maxDots / matrix.size));
    const scale = Math.min(widest, comfortable);
    return ok({ matrix, scale, dots: scale * matrix.size });
  }
  const detail = `a QR of ${payload.length} characters does not fit ${widthDots} dots with ${MIN_SCALE} dots a module`;
  return err(refused(FAULT.qrTooWide, detail));
}
