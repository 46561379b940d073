import { loadSharp } from '../kit/load-sharp.js';
import type { DotRow } from './sheet.js';

/** White beside the print on each side: paper is wider than the head. */
const MARGIN = 24;
const GAP = 32;

/** One piece of paper. */
export class PaperSlip {
  /** Counts up from 1; 0 is what still hangs in the printer. */
  readonly id: number;
  /** False when it has to be torn off. */
  readonly cut: boolean;
  /** Line by line, with `[qr ...]` and `[raster WxH]` in place of pictures. */
  readonly text: string;
  readonly widthDots: number;
  /** One byte a dot, 1 is black; `widthDots` times the number of rows. */
  readonly dots: Uint8Array;

  constructor(slip: {
    readonly id: number;
    readonly cut: boolean;
    readonly text: string;
    readonly widthDots: number;
    readonly rows: readonly DotRow[];
  }) {
    this.id = slip.id;
    this.cut = slip.cut;
    this.text = slip.text;
    this.widthDots = slip.widthDots;
    this.dots = new Uint8Array(slip.widthDots * slip.rows.length);
    slip.rows.forEach((row, y) => {
      this.dots.set(row, y * slip.widthDots);
    });
  }

  get rows(): number {
    return this.dots.length / this.widthDots;
  }

  /** As a picture of the paper, one pixel a dot. */
  png(): Promise<Uint8Array> {
    return papersToPng([this]);
  }
}

/** Pieces of paper one below the other. @throws when there is none. */
export async function papersToPng(slips: readonly PaperSlip[]): Promise<Uint8Array> {
  const width = Math.max(...slips.map(({ widthDots }) => widthDots)) + 2 * MARGIN;
  const height = slips.reduce((sum, { rows }) => sum + rows + 2 * MARGIN + GAP, -GAP);
  const pixels = new Uint8Array(width * height).fill(0xc8);
  let top = 0;
  for (const slip of slips) {
    const bottom = top + slip.rows + 2 * MARGIN;
    pixels.fill(0xff, top * width, bottom * width);
    for (let y = 0; y < slip.rows; y += 1) {
      for (let x = 0; x < slip.widthDots; x += 1) {
        const black = slip.dots[y * slip.widthDots + x] === 1;
        if (black) pixels[(top + MARGIN + y) * width + MARGIN + x] = 0x1a;
      }
    }
    top = bottom + GAP;
  }
  const png = await loadSharp()(pixels, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return Uint8Array.from(png);
}
