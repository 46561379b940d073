import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect } from 'vitest';
import { Tile } from '../../browser/tile.js';

/** Set to make the pictures anew. Whoever does so looks at them before they are committed. */
export const UPDATE = process.env['UPDATE_SCREENS'] === '1';

/** One screen in a picture of a page: where, and how large there. */
export interface Placed {
  readonly png: Uint8Array;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Screens on grey, as a README shows them.
 * @param name from the top of the repository
 */
export async function expectPagePicture(
  name: string,
  size: { readonly width: number; readonly height: number },
  screens: readonly Placed[],
): Promise<void> {
  const path = fileURLToPath(new URL(`../../../${name}`, import.meta.url));
  const input = await Promise.all(
    screens.map(async ({ png, width, height, left, top }) => ({
      input: await sharp(png).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }).png().toBuffer(),
      ...{ left, top },
    })),
  );
  const made = await sharp({ create: { ...size, channels: 3, background: '#8fa3ab' } })
    .composite(input)
    .png({ palette: true, colours: 256, dither: 0.4, compressionLevel: 9, effort: 10 })
    .toBuffer();
  if (UPDATE) writeFileSync(path, made);
  const [now, kept] = await Promise.all([tileOf(made), tileOf(readFileSync(path))]);
  const far = now.farFrom(kept);
  expect(
    { cells: far.length, first: far[0] },
    `${name} is not of this code: UPDATE_SCREENS=1, and look at it`,
  ).toEqual({ cells: 0, first: undefined });
}

async function tileOf(png: Uint8Array): Promise<Tile> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return new Tile(info.width, info.height, data);
}

/** The drawings of products as a cache keeps photographs of them. */
export async function keepDrawings(
  folder: string,
  drawings: readonly { readonly file: string; readonly svg: string }[],
): Promise<void> {
  for (const { file, svg } of drawings)
    writeFileSync(`${folder}/${file}`, await sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer());
}
