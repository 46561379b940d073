import { encodeQR } from 'qr';
import { messageOf } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';

/** A QR as a page draws it: one path in a square of `modules` units, each unit one module. */
export interface QrPath {
  /** Modules on one side, the quiet zone of four on both sides included. */
  readonly modules: number;
  /** SVG path data of the dark modules: runs along each row, on whole units, so every edge can be crisp. */
  readonly path: string;
}

/** At error correction M, and at L where that takes fewer modules: for screens on which M would be too small. */
export interface QrPaths extends QrPath {
  readonly low?: QrPath;
}

/** ISO/IEC 18004 section 5.3.8 asks for four light modules on each side. */
const QUIET_MODULES = 4;
/** As long as an EMV payload may be (base/slip.ts); the encoder would take up to 2331 bytes at level M. */
const LONGEST_PAYLOAD = 512;

/**
 * @param payload the EMV text, 1 to 512 characters.
 * @returns the module-exact drawings, or in words why there is none.
 */
export function qrPath(payload: string): Result<QrPaths, string> {
  if (payload.length === 0 || payload.length > LONGEST_PAYLOAD)
    return err(`a payload of ${payload.length} characters, 1 to ${LONGEST_PAYLOAD} can be drawn`);
  try {
    const [medium, low] = [drawn(payload, 'medium'), drawn(payload, 'low')];
    return ok(low.modules < medium.modules ? { ...medium, low } : medium);
  } catch (thrown) {
    return err(`the encoder refused the payload: ${messageOf(thrown)}`);
  }
}

function drawn(payload: string, ecc: 'medium' | 'low'): QrPath {
  const rows = encodeQR(payload, 'raw', { ecc, border: QUIET_MODULES });
  return { modules: rows.length, path: rows.map(rowPath).join('') };
}

function rowPath(row: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x += 1) {
    if (row[x] !== true) continue;
    const from = x;
    while (row[x + 1] === true) x += 1;
    path += `M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`;
  }
  return path;
}
