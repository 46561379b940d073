import { type Fault, messageOf } from '../../src/base/fault.js';
import { ok, type Result } from '../../src/base/result.js';
import { loadSharp } from '../kit/load-sharp.js';
import { MOST_PIXELS, notALogo, readLogo } from '../kit/logo-file.js';
import { type Band, bandsOf, type Raster } from '../kit/raster.js';
import type { PrinterProfile } from './profiles.js';

/** 20 mm of paper at 203 dpi: a slip begins with it, each time. */
const MOST_ROWS = 160;

const SCALING_S = 10;

/** The dots of a logo on a head, and how they are sent. */
export interface PrintedLogo {
  readonly bands: readonly Band[];
  readonly dots: number;
}

/** Scales once, for each profile that the printer may turn out to have; printing only takes what is there. */
export class Logo {
  readonly #rasters: ReadonlyMap<number, Raster>;

  private constructor(rasters: ReadonlyMap<number, Raster>) {
    this.#rasters = rasters;
  }

  /** @returns FAULT.logoUnreadable, FAULT.logoRefused */
  static async scaled(path: string, profiles: readonly PrinterProfile[]): Promise<Result<Logo, Fault>> {
    const bytes = readLogo(path);
    if (!bytes.ok) return bytes;
    try {
      const widths = new Set(profiles.map(drawnWidth));
      const rasters = new Map<number, Raster>();
      for (const width of widths) {
        const doubled = profiles.some((profile) => isDoubled(profile) && drawnWidth(profile) === width);
        rasters.set(width, await rasterOf(bytes.value, width, doubled ? MOST_ROWS / 2 : MOST_ROWS));
      }
      return ok(new Logo(rasters));
    } catch (thrown) {
      return notALogo(`${path} cannot be drawn: ${messageOf(thrown)}`);
    }
  }

  /** For the head of `profile`, which was among those that it was scaled for. */
  on(profile: PrinterProfile): PrintedLogo | undefined {
    const raster = this.#rasters.get(drawnWidth(profile));
    if (raster === undefined) return undefined;
    const bands = bandsOf(raster, isDoubled(profile) ? 3 : 0, profile.bandRows);
    return { bands, dots: raster.rows * (isDoubled(profile) ? 2 : 1) };
  }
}

/** On a slow line the printer doubles each dot, as it does with the code. */
function isDoubled({ qr }: PrinterProfile): boolean {
  return qr === 'raster-double';
}

function drawnWidth(profile: PrinterProfile): number {
  return isDoubled(profile) ? Math.floor(profile.widthDots / 2) : profile.widthDots;
}

/** As wide as the head, the picture in the middle: no printer has to centre it. Never larger than it is. */
async function rasterOf(bytes: Buffer, width: number, mostRows: number): Promise<Raster> {
  const sharp = loadSharp();
  const scaled = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    .timeout({ seconds: SCALING_S })
    .rotate()
    .flatten({ background: '#ffffff' })
    .resize({ width, height: mostRows, fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .toColourspace('b-w');
  const { data, info } = await scaled.raw().toBuffer({ resolveWithObject: true });
  return dithered(data, info, width);
}

/** Floyd and Steinberg: what a dot is too dark or too light goes to its neighbours. */
function dithered(
  grey: Buffer,
  size: { readonly width: number; readonly height: number; readonly channels: number },
  width: number,
): Raster {
  const { height: rows, channels } = size;
  const bytesPerRow = Math.ceil(width / 8);
  const bits = new Uint8Array(bytesPerRow * rows);
  const left = Math.floor((width - size.width) / 2);
  const errors = new Float32Array((rows + 1) * (size.width + 2));
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < size.width; x += 1) {
      const at = y * (size.width + 2) + x + 1;
      const below = at + size.width + 2;
      const wanted = (grey[(y * size.width + x) * channels] ?? 255) + (errors[at] ?? 0);
      const isBlack = wanted < 128;
      const rest = wanted - (isBlack ? 0 : 255);
      for (const [to, share] of [
        [at + 1, 7],
        [below - 1, 3],
        [below, 5],
        [below + 1, 1],
      ] as const)
        errors[to] = (errors[to] ?? 0) + (rest * share) / 16;
      if (!isBlack) continue;
      const dot = y * bytesPerRow + ((left + x) >> 3);
      bits[dot] = (bits[dot] ?? 0) | (0x80 >> ((left + x) & 7));
    }
  return { bytesPerRow, rows, bits };
}
