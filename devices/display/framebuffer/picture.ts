import { loadSharp } from '../../kit/load-sharp.js';
import type { Box } from './column.js';

/** Red, green, blue, 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number];

/** `#5fd4f4` */
export function colorOf(hash: string): Color {
  const value = Number.parseInt(hash.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** Pixels in rows, four bytes each: red, green, blue, and one that says nothing. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;

  /** @param bytes as many as the size asks for; a copy is not made */
  constructor(width: number, height: number, bytes = new Uint8Array(4 * width * height)) {
    this.width = width;
    this.height = height;
    this.bytes = bytes;
  }

  /** Whole pixels only; what lies outside is left out. */
  fill(box: Box, [red, green, blue]: Color): void {
    const left = Math.max(0, box.x);
    const right = Math.min(this.width, box.x + box.width);
    const bottom = Math.min(this.height, box.y + box.height);
    for (let y = Math.max(0, box.y); y < bottom; y += 1) {
      let at = 4 * (y * this.width + left);
      for (let x = left; x < right; x += 1) {
        this.bytes[at] = red;
        this.bytes[at + 1] = green;
        this.bytes[at + 2] = blue;
        at += 4;
      }
    }
  }

  /** Copies `from` of another picture to `x`, `y`. Both lie inside. */
  copy(source: Picture, from: Box, x: number, y: number): void {
    for (let row = 0; row < from.height; row += 1) {
      const start = 4 * ((from.y + row) * source.width + from.x);
      const line = source.bytes.subarray(start, start + 4 * from.width);
      this.bytes.set(line, 4 * ((y + row) * this.width + x));
    }
  }
}

/**
 * Turns a drawing into pixels.
 * @throws Error when sharp cannot be loaded or refuses the drawing: the installation is broken
 */
export async function rasterOf(svg: string): Promise<Picture> {
  const sharp = loadSharp();
  const drawn = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return new Picture(drawn.info.width, drawn.info.height, drawn.data);
}
