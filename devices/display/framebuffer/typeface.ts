import { inflateSync } from 'node:zlib';
import { type Contour, contoursOf, type Outlines, pathOf } from './outline.js';

interface Glyph {
  /** How far the next one is, in em. */
  readonly advance: number;
  readonly contours: readonly Contour[];
}

/** Capitals of the fonts that we depend on are this high, in em; text is centred by them. */
export const CAP_HEIGHT = 0.727;

/** One weight of a font, read from its file(s): a large alphabet comes in several. Looked up in their order. */
export class Typeface {
  readonly #parts: readonly Part[];
  readonly #glyphs = new Map<string, Glyph>();

  /** @throws Error for a file that is no WOFF font with TrueType outlines */
  constructor(files: readonly Uint8Array[]) {
    this.#parts = files.map((file) => new Part(file));
  }

  /** Whether there is a glyph for this character, and not the box that stands for those there is none for. */
  has(char: string): boolean {
    return this.#find(char) !== undefined;
  }

  /** Width of `text` in em. */
  width(text: string): number {
    let sum = 0;
    for (const char of text) sum += this.#glyph(char).advance;
    return sum;
  }

  /**
   * Path data for SVG.
   * @param x,y where the baseline begins, in pixels
   * @param size of an em, in pixels
   */
  outline(text: string, x: number, y: number, size: number): string {
    let path = '';
    let at = x;
    for (const char of text) {
      const { advance, contours } = this.#glyph(char);
      const from = at;
      const place = (px: number, py: number): string => `${round(from + px * size)} ${round(y - py * size)}`;
      for (const contour of contours) path += pathOf(contour, place);
      at += advance * size;
    }
    return path;
  }

  #find(char: string): { readonly part: Part; readonly id: number } | undefined {
    const code = char.codePointAt(0) ?? 0;
    for (const part of this.#parts) {
      const id = part.glyphOf(code);
      if (id !== 0) return { part, id };
    }
    return undefined;
  }

  #glyph(char: string): Glyph {
    const known = this.#glyphs.get(char);
    if (known !== undefined) return known;
    const [first] = this.#parts;
    // What the font does not have is drawn as its box (glyph 0), never left out: that it is missing must be seen.
    const found = this.#find(char) ?? (first === undefined ? undefined : { part: first, id: 0 });
    const glyph = found === undefined ? { advance: 0, contours: [] } : found.part.glyph(found.id);
    this.#glyphs.set(char, glyph);
    return glyph;
  }
}

/** One file of a font. */
class Part {
  readonly #unitsPerEm: number;
  readonly #outlines: Outlines;
  readonly #hmtx: DataView;
  readonly #metrics: number;
  readonly #cmap: DataView;

  constructor(file: Uint8Array) {
    const tables = readWoff(file);
    const table = (tag: string): DataView => {
      const found = tables.get(tag);
      if (found === undefined) throw new Error(`a font without the table ${tag}`);
      return found;
    };
    const head = table('head');
    this.#unitsPerEm = head.getUint16(18);
    if (head.getInt16(50) !== 0) throw new Error('a font with offsets of four bytes');
    this.#outlines = { glyf: table('glyf'), loca: table('loca') };
    this.#metrics = table('hhea').getUint16(34);
    this.#hmtx = table('hmtx');
    this.#cmap = segmentsOf(table('cmap'));
  }

  /** By the segments of a `cmap` of format 4. @returns 0 when this file has no such character */
  glyphOf(code: number): number {
    const cmap = this.#cmap;
    if (code > 0xffff) return 0;
    const doubled = cmap.getUint16(6);
    for (let i = 0; i < doubled; i += 2) {
      if (cmap.getUint16(14 + i) < code) continue;
      const start = cmap.getUint16(16 + doubled + i);
      if (start > code) return 0;
      const delta = cmap.getUint16(16 + 2 * doubled + i);
      const rangeAt = 16 + 3 * doubled + i;
      const range = cmap.getUint16(rangeAt);
      if (range === 0) return (code + delta) & 0xffff;
      const id = cmap.getUint16(rangeAt + range + 2 * (code - start));
      return id === 0 ? 0 : (id + delta) & 0xffff;
    }
    return 0;
  }

  glyph(id: number): Glyph {
    const units = this.#unitsPerEm;
    const advance = this.#hmtx.getUint16(4 * Math.min(id, this.#metrics - 1)) / units;
    const contours = contoursOf(this.#outlines, id).map((contour) =>
      contour.map(({ x, y, on }) => ({ x: x / units, y: y / units, on })),
    );
    return { advance, contours };
  }
}

/** The subtable for Unicode in 16 bits (format 4), which every font for the web has. */
function segmentsOf(cmap: DataView): DataView {
  const count = cmap.getUint16(2);
  for (let i = 0; i < count; i += 1) {
    const offset = cmap.getUint32(4 + 8 * i + 4);
    if (cmap.getUint16(offset) === 4) return new DataView(cmap.buffer, cmap.byteOffset + offset);
  }
  throw new Error('a font without a cmap of format 4');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The tables of a font by their four-letter tags. */
type FontTables = ReadonlyMap<string, DataView>;

const HEADER = 44;
const ENTRY = 20;
const SIGNATURE = 0x774f4646;

/**
 * Unpacks a font file of the Web Open Font Format 1.0 (W3C, sections 3 to 5): a directory, and tables that are each
 * deflated where that made them shorter.
 * @throws Error for anything else, and for a file that was cut off.
 */
export function readWoff(file: Uint8Array): FontTables {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER || view.getUint32(0) !== SIGNATURE) throw new Error('not a WOFF 1.0 file');
  if (view.getUint32(8) !== file.length) throw new Error('a WOFF file that was cut off');
  const tables = new Map<string, DataView>();
  const count = view.getUint16(12);
  for (let i = 0; i < count; i += 1) {
    const at = HEADER + i * ENTRY;
    const tag = String.fromCharCode(...file.subarray(at, at + 4));
    const offset = view.getUint32(at + 4);
    const packed = file.subarray(offset, offset + view.getUint32(at + 8));
    const length = view.getUint32(at + 12);
    const table = packed.length < length ? inflateSync(packed) : packed;
    if (table.length !== length) throw new Error(`table ${tag} has ${table.length} bytes, not ${length}`);
    tables.set(tag, new DataView(table.buffer, table.byteOffset, table.byteLength));
  }
  return tables;
}
