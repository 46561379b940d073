import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** Pixels a side of the cells that are compared: some letters of small print, a stroke of large print. */
const CELL = 8;
/**
 * How far the mean of a cell may be from the kept one, of 255, in any of red, green and blue. Measured: what WebP loses
 * is up to 16, slightly hinted letters in place of unhinted ones up to 11. Another word, colour or place is 30 to 200;
 * another digit of an amount 10 to 80, so the words themselves are for kiosk-faces.test.ts.
 */
const FAR = 26;

/** A small picture: three bytes a pixel. */
export class Tile {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;

  constructor(width: number, height: number, data: Buffer) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  /** Cells that are far from those of `other`, as `x,y` in pixels. All of them where the sizes differ. */
  farFrom(other: Tile): string[] {
    const far: string[] = [];
    for (let y = 0; y < this.height; y += CELL)
      for (let x = 0; x < this.width; x += CELL) {
        const theirs = other.#mean(x, y);
        if (this.#mean(x, y).some((mean, channel) => Math.abs(mean - (theirs[channel] ?? 0)) > FAR))
          far.push(`${x},${y}`);
      }
    return far;
  }

  #mean(left: number, top: number): number[] {
    const sums = [0, 0, 0];
    const right = Math.min(left + CELL, this.width);
    const bottom = Math.min(top + CELL, this.height);
    for (let y = top; y < bottom; y += 1)
      for (let x = left; x < right; x += 1)
        for (const channel of [0, 1, 2])
          sums[channel] = (sums[channel] ?? 0) + (this.data[(y * this.width + x) * 3 + channel] ?? 0);
    return sums.map((sum) => sum / ((right - left) * (bottom - top)));
  }
}

const COLUMNS = 4;
const GAP = 4;
/** Of 100: small print stays readable, and the means of cells are those of the screenshot within two or three. */
const WEBP_QUALITY = 80;

function pathOf(name: string): string {
  return fileURLToPath(new URL(`__screens__/${name}.webp`, import.meta.url));
}

/** Keeps pictures of one size in one file, four in a row, in some 25 kB. */
export async function keepSheet(name: string, tiles: readonly Tile[]): Promise<void> {
  const [first] = tiles;
  if (!first) throw new Error(`no pictures for ${name}`);
  const width = COLUMNS * (first.width + GAP) - GAP;
  const height = Math.ceil(tiles.length / COLUMNS) * (first.height + GAP) - GAP;
  const sheet = sharp({ create: { width, height, channels: 3, background: '#808080' } }).composite(
    tiles.map((tile, index) => ({
      input: tile.data,
      raw: { width: tile.width, height: tile.height, channels: 3 },
      left: (index % COLUMNS) * (tile.width + GAP),
      top: Math.floor(index / COLUMNS) * (tile.height + GAP),
    })),
  );
  writeFileSync(
    pathOf(name),
    await sheet.webp({ quality: WEBP_QUALITY, effort: 6, smartSubsample: true }).toBuffer(),
  );
}

/** The pictures of a sheet, cut to the size of `like`. */
export async function readSheet(name: string, like: readonly Tile[]): Promise<Tile[]> {
  const [first] = like;
  if (!first) throw new Error(`no pictures for ${name}`);
  const { width, height } = first;
  const file = readFileSync(pathOf(name));
  return Promise.all(
    like.map(async (_, index) => {
      const left = (index % COLUMNS) * (width + GAP);
      const top = Math.floor(index / COLUMNS) * (height + GAP);
      const data = await sharp(file).removeAlpha().extract({ left, top, width, height }).raw().toBuffer();
      return new Tile(width, height, data);
    }),
  );
}
