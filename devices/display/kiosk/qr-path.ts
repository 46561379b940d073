import { err, ok, type Result } from '../../../src/base/result.js';
import { encodeQrMatrix, type QrMatrix, QUIET_ZONE } from '../../kit/qr-matrix.js';

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

/**
 * @param payload the EMV text, 1 to 512 characters.
 * @returns the module-exact drawings, or in words why there is none.
 */
export function qrPath(payload: string): Result<QrPaths, string> {
  const medium = encodeQrMatrix(payload, 'medium');
  const low = encodeQrMatrix(payload, 'low');
  if (!medium.ok) return err(medium.error.detail);
  const drawn = pathOf(medium.value);
  return ok(low.ok && low.value.size < medium.value.size ? { ...drawn, low: pathOf(low.value) } : drawn);
}

function pathOf({ size, modules }: QrMatrix): QrPath {
  let path = '';
  for (let at = 0; at < modules.length; at += 1) {
    if (modules[at] !== 1) continue;
    const [x, y] = [at % size, Math.floor(at / size)];
    let end = at + 1;
    while (end % size !== 0 && modules[end] === 1) end += 1;
    path += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h${end - at}v1h-${end - at}z`;
    at = end - 1;
  }
  return { modules: size + 2 * QUIET_ZONE, path };
}
