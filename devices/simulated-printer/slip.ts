import { loadSharp } from '../kit/load-sharp.js';
import type { DotRow } from './sheet.js';

/** White beside the print on each side: paper is wider than the head. */
const MARGIN = 24;
const GAP = 32;

/** One piece of paper. */
export interface PaperSlip {
  /** Counts up from 1; 0 is what still hangs in the printer. */
  readonly id: number;
  /** False when it has to be torn off. */
  readonly cut: boolean;
  /** Line by line, with `[qr ...]` and `[raster WxH]` in place of pictures. */
  readonly text: string;
  readonly widthDots: number;
  readonly rows: number;
  /** One byte a dot, 1 is black; `widthDots` times the number of rows. */
  readonly dots: Uint8Array;
  /** As a picture of the paper, one pixel a dot. */
  png(): Promise<Uint8Array>;
}

export function paperSlip(
  about: Pick<PaperSlip, 'id' | 'cut' | 'text' | 'widthDots'>,
  rows: readonly DotRow[],
): PaperSlip {
  const dots = new Uint8Array(about.widthDots * rows.length);
  rows.forEach((row, y) => {
    dots.set(row, y * about.widthDots);
  });
  const slip: PaperSlip = { ...about, rows: rows.length, dots, png: () => papersToPng([slip]) };
  return slip;
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
