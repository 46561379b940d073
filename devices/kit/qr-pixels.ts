import { assert } from '../../src/base/assert.js';
/** Grey picture: one byte a pixel, 0 black, 255 white. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** White modules around a code that a decoder is given (ISO/IEC 18004, 6.3.8). */
const QUIET = 4;

/** A clean picture of a code of `size` modules a side, `px` pixels each, with its quiet zone. */
export function drawModules(size: number, px: number, dark: (x: number, y: number) => boolean): Luma {
  const side = (size + 2 * QUIET) * px;
  const data = new Uint8Array(side * side).fill(255);
  for (let y = 0; y < size; y += 1) {
    const from = (y + QUIET) * px * side;
    for (let x = 0; x < size; x += 1) {
      if (!dark(x, y)) continue;
      const at = from + (x + QUIET) * px;
      for (let dot = 0; dot < px; dot += 1) data[at + dot] = 0;
    }
    for (let line = 1; line < px; line += 1) data.copyWithin(from + line * side, from, from + side);
  }
  return { width: side, height: side, data };
}

/** A white frame, for pictures whose code touches the edge (Midtrans' own have no border). */
export function withFrame(picture: Luma, frame: number): Luma {
  const width = picture.width + 2 * frame;
  const height = picture.height + 2 * frame;
  const data = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < picture.height; y += 1) {
    const row = picture.data.subarray(y * picture.width, (y + 1) * picture.width);
    data.set(row, (y + frame) * width + frame);
  }
  return { width, height, data };
}

/**
 * The grey level that parts a picture's histogram best into dark and light (N. Otsu, 1979). A fixed 128 turns a code
 * in GoPay's blue (#00aed6, luma 140) wholly white.
 */
export function otsuThreshold(picture: Luma): number {
  const histogram = new Uint32Array(256);
  for (let at = 0; at < picture.data.length; at += 1) {
    const value = picture.data[at] ?? 0;
    histogram[value] = (histogram[value] ?? 0) + 1;
  }
  let sum = 0;
  for (let level = 0; level < 256; level += 1) sum += level * (histogram[level] ?? 0);
  let best = 0;
  let bestVariance = -1;
  let below = 0;
  let belowSum = 0;
  for (let level = 0; level < 256; level += 1) {
    below += histogram[level] ?? 0;
    belowSum += level * (histogram[level] ?? 0);
    const above = picture.data.length - below;
    if (below === 0 || above === 0) continue;
    const apart = belowSum / below - (sum - belowSum) / above;
    const variance = below * above * apart * apart;
    if (variance > bestVariance) {
      bestVariance = variance;
      best = level;
    }
  }
  return best;
}

/** Black up to and with `threshold`, white above. */
export function twoTone(picture: Luma, threshold: number): Luma {
  // Written out: a function for each pixel takes five times as long.
  const data = new Uint8Array(picture.data.length);
  for (let at = 0; at < data.length; at += 1) data[at] = (picture.data[at] ?? 0) <= threshold ? 0 : 255;
  return { ...picture, data };
}

/** Pixels as a decoder of picture files gives them: 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) bytes each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * Brightness of the pixel with number `index`, row by row, over white paper. By the weights of ITU-R BT.601 in 256ths; a
 * decoder does not mind, and the library's own way through linear light takes twice as long.
 */
export function lumaAt({ data, channels }: Pixels, index: number): number {
  const from = index * channels;
  const first = data[from] ?? 0;
  const grey =
    channels >= 3 ? (77 * first + 150 * (data[from + 1] ?? 0) + 29 * (data[from + 2] ?? 0)) >> 8 : first;
  if (channels === 1 || channels === 3) return grey;
  const alpha = data[from + channels - 1] ?? 0;
  return alpha === 255 ? grey : Math.round((grey * alpha + 255 * (255 - alpha)) / 255);
}

/** The brightness of every pixel. */
export function lumaOf(pixels: Pixels): Luma {
  const { width, height, channels } = pixels;
  assert(channels >= 1 && channels <= 4, `pixels of ${channels} bytes`);
  if (channels === 1) return { width, height, data: pixels.data };
  const data = new Uint8Array(width * height);
  for (let at = 0; at < data.length; at += 1) data[at] = lumaAt(pixels, at);
  return { width, height, data };
}
