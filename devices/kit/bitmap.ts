import { assert } from '../../src/base/assert.js';
import type { Pixels } from './qr-pixels.js';

/** BITMAPFILEHEADER and the least of the info headers that Windows writes. */
const LEAST_BYTES = 14 + 40;

/** Compression: none, and none with masks for 32 bits, which all writers set to the usual order. */
const PLAIN = [0, 3];

/**
 * The pixels of a Windows bitmap (BMP), which libvips does not read: uncompressed, 1, 4, 8, 24 or 32 bits a pixel.
 * @returns undefined for anything that does not begin as one.
 * @throws Error for a bitmap that is cut, compressed, or larger than `maxPixels` ("pixel limit").
 */
export function bitmapOf(bytes: Uint8Array, maxPixels: number): Pixels | undefined {
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) return undefined;
  if (bytes.length < LEAST_BYTES) throw new Error('a cut bitmap');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getInt32(18, true);
  // Negative: the first line is the uppermost one.
  const lines = view.getInt32(22, true);
  const height = Math.abs(lines);
  const bits = view.getUint16(28, true);
  if (!PLAIN.includes(view.getUint32(30, true)) || ![1, 4, 8, 24, 32].includes(bits))
    throw new Error(`a bitmap of ${bits} bits a pixel, compression ${view.getUint32(30, true)}`);
  if (width < 1 || height < 1) throw new Error('a bitmap without pixels');
  if (width * height > maxPixels) throw new Error('a bitmap over the pixel limit');
  const from = view.getUint32(10, true);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (from + stride * height > bytes.length) throw new Error('a cut bitmap');
  const palette = 14 + view.getUint32(14, true);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const row = from + stride * (lines < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x += 1) {
      const at = bits >= 24 ? row + (x * bits) / 8 : palette + 4 * indexAt(bytes, row, x, bits);
      const to = (y * width + x) * 3;
      // Stored blue, green, red.
      data[to] = bytes[at + 2] ?? 0;
      data[to + 1] = bytes[at + 1] ?? 0;
      data[to + 2] = bytes[at] ?? 0;
    }
  }
  return { width, height, channels: 3, data };
}

/** The number of a pixel's colour in the palette: the leftmost pixel stands in the highest bits of its byte. */
function indexAt(bytes: Uint8Array, row: number, x: number, bits: number): number {
  assert(bits <= 8, 'a pixel of one byte or less');
  const byte = bytes[row + ((x * bits) >> 3)] ?? 0;
  return (byte >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
}
