import { err, ok, type Result } from '../../../src/base/result.js';
import { encodeQrMatrix, MIN_SCALE, type QrMatrix, QUIET_ZONE, scaleFor } from '../../kit/qr-matrix.js';
import type { Picture } from './picture.js';

export interface FittedScreenQr {
  readonly matrix: QrMatrix;
  /** Whole pixels a module. */
  readonly scale: number;
  /** With its quiet zone. */
  readonly side: number;
}

export interface PlacedQr extends FittedScreenQr {
  /** Left upper corner of the quiet zone. */
  readonly x: number;
  readonly y: number;
}

/** Screens have no dot gain: on the smallest ones two pixels a module are still read, from nearby. */
const FEWEST_PIXELS = 2;

/**
 * The code for a square of `most` pixels: error correction M while a module gets three pixels, then L, and at last L with
 * two pixels.
 * @returns in words why there is none
 */
export function fitScreenQr(payload: string, most: number): Result<FittedScreenQr, string> {
  const ways = [
    ['medium', MIN_SCALE],
    ['low', MIN_SCALE],
    ['low', FEWEST_PIXELS],
  ] as const;
  for (const [correction, fewest] of ways) {
    const encoded = encodeQrMatrix(payload, correction);
    if (!encoded.ok) return err(encoded.error.detail);
    const matrix = encoded.value;
    const scale = scaleFor(most, matrix.size);
    if (scale >= fewest) return ok({ matrix, scale, side: (matrix.size + 2 * QUIET_ZONE) * scale });
  }
  return err(`a QR of ${payload.length} characters does not fit ${most} pixels`);
}

/** Black and white and nothing between: each module is exactly `scale` pixels wide and high. */
export function paintQr(picture: Picture, { matrix, scale, side, x, y }: PlacedQr): void {
  picture.fill({ x, y, width: side, height: side }, [255, 255, 255]);
  const from = QUIET_ZONE * scale;
  for (let row = 0; row < matrix.size; row += 1) {
    for (let column = 0; column < matrix.size; column += 1) {
      if (matrix.modules[row * matrix.size + column] !== 1) continue;
      const start = column;
      while (column + 1 < matrix.size && matrix.modules[row * matrix.size + column + 1] === 1) column += 1;
      const run = {
        x: x + from + start * scale,
        y: y + from + row * scale,
        width: (column + 1 - start) * scale,
        height: scale,
      };
      picture.fill(run, [0, 0, 0]);
    }
  }
}
