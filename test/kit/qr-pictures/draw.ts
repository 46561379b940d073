import encodeQR from 'qr';
import sharp, { type Sharp } from 'sharp';
import { CELL_WIDTH, rowOf } from '../../../devices/simulated-printer/font.js';
import { seeded } from './chance.js';

type Rgb = readonly [number, number, number];

/** How a picture differs from a plain black code on white. */
export interface Look {
  readonly ecc: 'low' | 'medium' | 'quartile' | 'high';
  readonly version?: number;
  /** Side of the whole picture in pixels. */
  readonly px: number;
  /** How the drawing is brought to that side. */
  readonly kernel: 'nearest' | 'cubic' | 'lanczos3';
  /** Modules of white around; Midtrans' own pictures have none. */
  readonly quiet?: number;
  readonly dark?: Rgb;
  readonly light?: Rgb;
  /** A square in the middle, as a fraction of the side. */
  readonly logo?: number;
  readonly dots?: 'square' | 'round';
  /** White lines of one pixel between the modules of every so many: tiles that do not quite meet. */
  readonly seams?: number;
  readonly frame?: boolean;
  readonly blur?: number;
  /** Greatest change of a pixel, 0 to 255. */
  readonly noise?: number;
  readonly rotate?: number;
  readonly format?: 'png' | 'jpeg' | 'webp' | 'gif';
  readonly quality?: number;
  /** Light parts are transparent instead of white. */
  readonly alpha?: boolean;
}

/** Pixels a module in the drawing before it is brought to size. */
const FINE = 8;

/** Draws `payload` as a picture file. The same arguments give the same pixels. */
export async function drawPicture(payload: string, look: Look, seed: number): Promise<Uint8Array> {
  const quiet = look.quiet ?? 4;
  const { pixels, side } = drawFine(payload, look, quiet);
  let picture = sharp(pixels, { raw: { width: side, height: side, channels: 4 } }).resize(look.px, look.px, {
    kernel: look.kernel,
    fit: 'fill',
  });
  if (look.blur !== undefined) picture = sharp(await picture.png().toBuffer()).blur(look.blur);
  if (look.frame === true) picture = sharp(await framed(await picture.png().toBuffer(), look.px));
  if (look.noise !== undefined) picture = await noisy(picture, look.noise, seeded(seed));
  if (look.rotate !== undefined) {
    picture = sharp(await picture.png().toBuffer()).rotate(look.rotate, { background: '#ffffff' });
  }
  switch (look.format ?? 'png') {
    case 'jpeg':
      return new Uint8Array(
        await picture
          .flatten({ background: '#ffffff' })
          .jpeg({ quality: look.quality ?? 80 })
          .toBuffer(),
      );
    case 'webp':
      return new Uint8Array(await picture.webp({ quality: look.quality ?? 80 }).toBuffer());
    case 'gif':
      return new Uint8Array(await picture.gif().toBuffer());
    case 'png':
      return new Uint8Array(await picture.png().toBuffer());
  }
}

function drawFine(payload: string, look: Look, quiet: number): { pixels: Uint8Array; side: number } {
  const bordered = encodeQR(payload, 'raw', {
    ecc: look.ecc,
    border: 1,
    ...(look.version === undefined ? {} : { version: look.version }),
  });
  const modules = bordered.slice(1, -1).map((row) => row.slice(1, -1));
  const side = (modules.length + 2 * quiet) * FINE;
  const pixels = new Uint8Array(side * side * 4);
  const words = new Uint32Array(pixels.buffer);
  const word = ([red, green, blue]: Rgb, alpha: number): number =>
    ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  const dark = look.dark ?? [0, 0, 0];
  words.fill(word(look.light ?? [255, 255, 255], look.alpha === true ? 0 : 255));
  const ink = (x: number, y: number, colour: Rgb): void => {
    words[y * side + x] = word(colour, 255);
  };
  modules.forEach((row, my) => {
    row.forEach((isDark, mx) => {
      if (!isDark) return;
      for (let dy = 0; dy < FINE; dy += 1) {
        for (let dx = 0; dx < FINE; dx += 1) {
          const fromCentre = Math.hypot(dx - FINE / 2 + 0.5, dy - FINE / 2 + 0.5);
          if (look.dots === 'round' && fromCentre > FINE / 2 - 0.4) continue;
          ink((mx + quiet) * FINE + dx, (my + quiet) * FINE + dy, dark);
        }
      }
    });
  });
  if (look.seams !== undefined) drawSeams(side, look.seams, (x, y) => ink(x, y, [255, 255, 255]));
  if (look.logo !== undefined) drawLogo(side, look.logo, ink);
  return { pixels, side };
}

function drawSeams(side: number, every: number, white: (x: number, y: number) => void): void {
  for (let at = every * FINE; at < side; at += every * FINE) {
    for (let along = 0; along < side; along += 1) {
      white(at, along);
      white(along, at);
    }
  }
}

/** A white square with a coloured ring in it, as wallets put their sign into the middle. */
function drawLogo(side: number, fraction: number, ink: (x: number, y: number, colour: Rgb) => void): void {
  const half = (side * fraction) / 2;
  const centre = side / 2;
  for (let y = Math.floor(centre - half); y < centre + half; y += 1) {
    for (let x = Math.floor(centre - half); x < centre + half; x += 1) {
      const away = Math.hypot(x - centre, y - centre);
      const ring = away < half * 0.8 && away > half * 0.4;
      ink(x, y, ring ? [0, 174, 214] : [255, 255, 255]);
    }
  }
}

/** The merchant's name above, a line of text below and a thick border, as the printed QRIS standee has. */
async function framed(png: Uint8Array, px: number): Promise<Uint8Array> {
  const border = 10;
  const band = 48;
  const width = px + 2 * border + 40;
  const height = px + 2 * border + 2 * band + 40;
  const pixels = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const edge = Math.min(x, y, width - 1 - x, height - 1 - y);
      if (edge < border) pixels[y * width + x] = 0x30;
    }
  }
  writeText(pixels, width, 'QRIS WARUNG BU SITI', 24, 20);
  writeText(pixels, width, 'NMID: ID1020304050607', 24, height - 50);
  const base = sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('srgb');
  const sheet = await base.png().toBuffer();
  const composed = sharp(sheet).composite([
    { input: Buffer.from(png), left: border + 20, top: border + band + 20 },
  ]);
  return new Uint8Array(await composed.png().toBuffer());
}

function writeText(pixels: Uint8Array, width: number, text: string, left: number, top: number): void {
  [...text].forEach((char, i) => {
    for (let y = 0; y < 24; y += 1) {
      for (let x = 0; x < 12; x += 1) {
        const at = left + 12 * i + x;
        if (at < width && rowOf(char.charCodeAt(0), y, true) & (1 << (CELL_WIDTH - 1 - x)))
          pixels[(top + y) * width + at] = 0;
      }
    }
  });
}

async function noisy(picture: Sharp, most: number, chance: () => number): Promise<Sharp> {
  const flat = picture.flatten({ background: '#ffffff' }).removeAlpha();
  const { data, info } = await flat.raw().toBuffer({ resolveWithObject: true });
  const changed = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 1) changed[i] = (data[i] ?? 0) + (chance() * 2 - 1) * most;
  const { width, height, channels } = info;
  return sharp(new Uint8Array(changed), { raw: { width, height, channels } });
}
