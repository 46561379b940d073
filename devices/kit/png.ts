import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { Pixels } from './qr-pixels.js';

/** Bytes that every PNG begins with. */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Larger ones go the usual way: this one holds up everything else of the process, 3 ms for so many pixels on a PC. */
const MAX_PIXELS = 1_500_000;

/** Samples a pixel by colour type (PNG 3rd edition, 11.2.1); 3 is an index into a palette. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;
/** Colour types of one to four samples a pixel. */
const COLOURS = [0, 4, 2, 6];

interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4 or 8. */
  readonly depth: number;
  readonly colour: number;
}

interface Chunks {
  readonly header: Header;
  /** Red, green and blue of each colour, in bytes. */
  readonly palette: Uint8Array | undefined;
  /** Alpha of the first colours of the palette. */
  readonly alpha: Uint8Array | undefined;
  readonly data: readonly Uint8Array[];
}

/**
 * Pixels of a plain PNG, as gateways make them: whole, up to eight bits a sample, not interlaced. Less than half
 * the time of the library that decodes everything where rows are stored as they are, as much where they are predicted; and
 * its 10 to 15 MB are then never loaded.
 *
 * Sums, lengths and the order of the parts are checked (W3C, PNG 3rd edition).
 * @returns undefined for whatever is not plain or not sound: the library decodes it, or says what is wrong with it.
 */
export function plainPng(bytes: Uint8Array): Pixels | undefined {
  const chunks = chunksOf(bytes);
  if (chunks === undefined) return undefined;
  const { header, palette } = chunks;
  const samples = SAMPLES[header.colour] ?? 0;
  const rowBytes = Math.ceil((header.width * samples * header.depth) / 8);
  const packed = inflated(chunks.data, (rowBytes + 1) * header.height);
  if (packed === undefined) return undefined;
  const back = Math.max(1, (samples * header.depth) / 8);
  const rows = unfiltered(packed, rowBytes, header.height, back);
  if (rows === undefined) return undefined;
  if (header.colour === PALETTE)
    return palette && coloured(header, indices(header, rows, rowBytes), palette, chunks.alpha);
  const { width, height } = header;
  if (header.depth === 8) return { width, height, channels: samples, data: rows };
  const white = 2 ** header.depth - 1;
  return { width, height, channels: 1, data: indices(header, rows, rowBytes).map((v) => (v * 255) / white) };
}

function chunksOf(bytes: Uint8Array): Chunks | undefined {
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let alpha: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return undefined;
    if (view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) return undefined;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, end);
    at = end + 4;
    if (name === 'IHDR') header = headerOf(content);
    if (header === undefined) return undefined;
    if (name === 'PLTE') palette = content;
    else if (name === 'tRNS') alpha = content;
    else if (name === 'IDAT') data.push(content);
    else if (name === 'IEND') {
      // Transparency of one grey level or colour is for the library.
      return alpha !== undefined && header.colour !== PALETTE ? undefined : { header, palette, alpha, data };
    }
    // A part that must be understood, and the parts of an animation, are for the library.
    else if (name !== 'IHDR' && (/^[A-Z]/.test(name) || /^(acTL|fcTL|fdAT)$/.test(name))) return undefined;
  }
  return undefined;
}

function headerOf(content: Uint8Array): Header | undefined {
  if (content.length !== 13) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colour = 0, compression, filter, interlace] = content.subarray(8);
  if (compression !== 0 || filter !== 0 || interlace !== 0) return undefined;
  const isIndexed = colour === 0 || colour === PALETTE;
  if (!(isIndexed ? [1, 2, 4, 8] : [8]).includes(depth) || SAMPLES[colour] === undefined) return undefined;
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) return undefined;
  return { width, height, depth, colour };
}

/** @returns undefined unless it is `size` bytes and its own sum is right */
function inflated(parts: readonly Uint8Array[], size: number): Uint8Array | undefined {
  const [first] = parts;
  try {
    const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
    const packed = inflateSync(whole, { maxOutputLength: size, chunkSize: Math.max(64, size) });
    return packed.length === size ? packed : undefined;
  } catch (thrown) {
    // Cut, damaged or more than it said.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

/** Takes back what was done to each row before packing (PNG 3rd edition, 9.2). `back`: bytes to the pixel on the left. */
function unfiltered(
  packed: Uint8Array,
  rowBytes: number,
  height: number,
  back: number,
): Uint8Array | undefined {
  const rows = new Uint8Array(rowBytes * height);
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y += 1) {
    const from = y * (rowBytes + 1) + 1;
    const row = rows.subarray(y * rowBytes, (y + 1) * rowBytes);
    row.set(packed.subarray(from, from + rowBytes));
    switch (packed[from - 1]) {
      case 0:
        break;
      case 1:
        for (let i = back; i < rowBytes; i += 1) row[i] = (row[i] ?? 0) + (row[i - back] ?? 0);
        break;
      case 2:
        for (let i = 0; i < rowBytes; i += 1) row[i] = (row[i] ?? 0) + (above[i] ?? 0);
        break;
      case 3:
        addMean(row, above, back);
        break;
      case 4:
        addPaeth(row, above, back);
        break;
      default:
        return undefined;
    }
    above = row;
  }
  return rows;
}

function addMean(row: Uint8Array, above: Uint8Array, back: number): void {
  for (let i = 0; i < row.length; i += 1) {
    const left = i < back ? 0 : (row[i - back] ?? 0);
    row[i] = (row[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
  }
}

/** The neighbour that is nearest to left + above - diagonal; of equals the first (A. W. Paeth, 1991). */
function addPaeth(row: Uint8Array, above: Uint8Array, back: number): void {
  for (let i = 0; i < row.length; i += 1) {
    const left = i < back ? 0 : (row[i - back] ?? 0);
    const up = above[i] ?? 0;
    const diagonal = i < back ? 0 : (above[i - back] ?? 0);
    const toLeft = Math.abs(up - diagonal);
    const toUp = Math.abs(left - diagonal);
    const toDiagonal = Math.abs(left + up - 2 * diagonal);
    const nearest = toLeft <= toUp && toLeft <= toDiagonal ? left : toUp <= toDiagonal ? up : diagonal;
    row[i] = (row[i] ?? 0) + nearest;
  }
}

/** One byte a pixel out of one, two, four or eight bits, the leftmost pixel in the highest. */
function indices({ width, height, depth }: Header, rows: Uint8Array, rowBytes: number): Uint8Array {
  if (depth === 8) return rows;
  const each = new Uint8Array(width * height);
  const mask = 2 ** depth - 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const bit = x * depth;
      const byte = rows[y * rowBytes + (bit >> 3)] ?? 0;
      each[y * width + x] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return each;
}

/** @returns undefined when a pixel has a colour that the palette lacks */
function coloured(
  { width, height }: Header,
  each: Uint8Array,
  palette: Uint8Array,
  alpha: Uint8Array | undefined,
): Pixels | undefined {
  const channels = alpha === undefined ? 3 : 4;
  const data = new Uint8Array(each.length * channels);
  for (let at = 0; at < each.length; at += 1) {
    const index = each[at] ?? 0;
    if (3 * index + 3 > palette.length) return undefined;
    for (let i = 0; i < 3; i += 1) data[at * channels + i] = palette[3 * index + i] ?? 0;
    if (alpha !== undefined) data[at * channels + 3] = alpha[index] ?? 255;
  }
  return { width, height, channels, data };
}

/** Pixels as a PNG of eight bits a sample, rows as they are. */
export function pngOf({ width, height, channels, data }: Pixels): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, COLOURS[channels - 1] ?? 0], 8);
  const rowBytes = width * channels;
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y += 1)
    rows.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array(0))];
  return Buffer.concat([Uint8Array.from(SIGNATURE), ...parts]);
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(Buffer.from(name, 'latin1'), 4);
  bytes.set(content, 8);
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)));
  return bytes;
}
