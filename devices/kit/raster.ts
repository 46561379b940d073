import { assert } from '../../src/base/assert.js';
import type { QrMatrix } from './qr-matrix.js';

/** One bit a dot, 1 is black, the leftmost dot in the highest bit: the order of `GS v 0`. */
export interface Raster {
  readonly bytesPerRow: number;
  readonly rows: number;
  readonly bits: Uint8Array;
}

/** A piece of a raster that is sent as one `GS v 0` command. */
export interface Band extends Raster {
  /** 0: a dot is a dot. 3: the printer doubles width and height, so a quarter of the bytes cross a slow line. */
  readonly mode: 0 | 3;
}

/** More rows than this in one command overrun the image memory of cheap printers, and take long to pad out when cut. */
export const BAND_ROWS = 128;

/**
 * Draws a matrix with `scale` dots a module.
 * @param leftDots white dots before the first module; whole bytes are saved on the right.
 */
export function drawMatrix(matrix: QrMatrix, scale: number, leftDots = 0): Raster {
  assert(Number.isInteger(scale) && scale >= 1, `not a number of dots a module: ${scale}`);
  const bytesPerRow = Math.ceil((leftDots + matrix.size * scale) / 8);
  const rows = matrix.size * scale;
  const bits = new Uint8Array(bytesPerRow * rows);
  for (let y = 0; y < matrix.size; y += 1) {
    const row = bits.subarray(y * scale * bytesPerRow, (y * scale + 1) * bytesPerRow);
    for (let x = 0; x < matrix.size; x += 1) {
      if (matrix.modules[y * matrix.size + x] !== 1) continue;
      const from = leftDots + x * scale;
      for (let dot = from; dot < from + scale; dot += 1)
        row[dot >> 3] = (row[dot >> 3] ?? 0) | (0x80 >> (dot & 7));
    }
    for (let again = 1; again < scale; again += 1) bits.set(row, (y * scale + again) * bytesPerRow);
  }
  return { bytesPerRow, rows, bits };
}

/** White dots on the left that centre `dots` on a head of `widthDots`. */
function centring(widthDots: number, dots: number): number {
  return Math.max(0, Math.floor((widthDots - dots) / 2));
}

/** Cuts a raster into bands of at most `most` rows. An interrupted band is the most that can be swallowed. */
export function bandsOf(raster: Raster, mode: 0 | 3, most = BAND_ROWS): Band[] {
  const bands: Band[] = [];
  for (let from = 0; from < raster.rows; from += most) {
    const rows = Math.min(most, raster.rows - from);
    const bits = raster.bits.subarray(from * raster.bytesPerRow, (from + rows) * raster.bytesPerRow);
    bands.push({ mode, bytesPerRow: raster.bytesPerRow, rows, bits });
  }
  return bands;
}

/**
 * A matrix as bands for a head of `widthDots`.
 * @param slowLine draws at half the scale and lets the printer double it (`GS v 0` with m=3). An odd scale gives way
 *   by one; where half would be less than two dots, the raster stays single.
 * @param centred whether the raster brings its own left margin; otherwise the printer's alignment has to do it.
 */
export function qrBands(
  matrix: QrMatrix,
  scale: number,
  layout: {
    readonly widthDots: number;
    readonly slowLine: boolean;
    readonly centred: boolean;
    readonly bandRows?: number;
  },
): Band[] {
  const double = layout.slowLine && scale >= 4;
  const drawn = double ? Math.floor(scale / 2) : scale;
  const width = double ? Math.floor(layout.widthDots / 2) : layout.widthDots;
  const left = layout.centred ? centring(width, drawn * matrix.size) : 0;
  return bandsOf(drawMatrix(matrix, drawn, left), double ? 3 : 0, layout.bandRows);
}
