import fc from 'fast-check';
import encodeQR from 'qr';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { QrPictureReader } from '../../../devices/kit/qr-picture.js';
import { type Luma, lumaOf, type Pixels } from '../../../devices/kit/qr-pixels.js';
import { searchHere } from '../../../devices/kit/qr-search.js';
import { uprightCode } from '../../../devices/kit/qr-upright.js';
import { KeptLog } from '../../kit/kept-log.js';
import { seeded } from '../../kit/qr-pictures/chance.js';
import { drawPicture } from '../../kit/qr-pictures/draw.js';
import { qrPictures } from '../../kit/qr-pictures/pictures.js';
import { QRIS } from '../printer/rig.js';

const PLAIN = { ecc: 'medium', px: 400, kernel: 'nearest' } as const;

async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** That decoder throws for "nothing found". */
function read(picture: Luma | undefined): string | undefined {
  if (picture === undefined) return undefined;
  try {
    return decodeQR(picture, { format: 'I420', effort: 8, timeLimit: Number.POSITIVE_INFINITY });
  } catch {
    return undefined;
  }
}

/** A code of six pixels a module, of which some modules are the wrong way round. */
function spoilt(payload: string, flips: number, seed: number): Pixels {
  const scale = 6;
  const rows = encodeQR(payload, 'raw', { ecc: 'medium', border: 4 });
  const chance = seeded(seed);
  for (let flip = 0; flip < flips; flip += 1) {
    const at = (): number => 4 + Math.floor(chance() * (rows.length - 8));
    const [x, y] = [at(), at()];
    const row = rows[y];
    if (row !== undefined) row[x] = !row[x];
  }
  const side = rows.length * scale;
  const data = Uint8Array.from({ length: side * side }, (_, at) => {
    const dark = rows[Math.floor(at / side / scale)]?.[Math.floor((at % side) / scale)];
    return dark === true ? 0 : 255;
  });
  return { width: side, height: side, channels: 1, data };
}

describe('the short way to a code that stands upright', () => {
  it('reads most of the set, and nothing else than what is there', async () => {
    const found: string[] = [];
    for (const { name, payload, bytes } of await qrPictures()) {
      const text = read(uprightCode(await pixelsOf(bytes)));
      if (text === undefined) continue;
      expect([name, text]).toEqual([name, payload]);
      found.push(name);
    }
    expect(found.length).toBeGreaterThanOrEqual(40);
  });

  it('is not taken for a code that is turned, mirrored, light on dark, or has something beside it', async () => {
    const png = await drawPicture(QRIS, PLAIN, 1);
    expect(read(uprightCode(await pixelsOf(png)))).toBe(QRIS);
    const dot = { create: { width: 9, height: 9, channels: 3, background: '#000' } } as const;
    for (const other of [
      sharp(png).rotate(90),
      sharp(png).rotate(2, { background: '#fff' }),
      sharp(png).flop(),
      sharp(png).removeAlpha().negate(),
      sharp(png)
        .extend({ left: 300, background: '#fff' })
        .composite([{ input: dot, left: 20, top: 30 }]),
      sharp(png)
        .extend({ left: 400, background: '#fff' })
        .composite([{ input: Buffer.from(png), left: 0, top: 0 }]),
      sharp(png).linear(0.1, 200),
    ])
      expect(uprightCode(await pixelsOf(await other.png().toBuffer()))).toBeUndefined();
  });

  it('finds nothing in grey, in noise, in text and in almost nothing', () => {
    for (const side of [1, 2, 20, 400]) {
      const chance = seeded(side);
      const noise = Uint8Array.from({ length: side * side }, () => chance() * 256);
      for (const data of [noise, noise.map(() => 128), noise.map((v) => (v > 250 ? 0 : 255))])
        expect(uprightCode({ width: side, height: side, channels: 1, data })).toBeUndefined();
    }
  });

  it('never reads what is not there: spoilt as much as may be, a code is read right or not at all', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)),
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (payload, flips, seed) => {
          const pixels = spoilt(payload, flips, seed);
          const short = read(uprightCode(pixels));
          if (short === undefined) return;
          expect(short).toBe(payload);
          expect(read(lumaOf(pixels))).toBe(payload);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives way to the whole search, which reads the other pictures as before', async () => {
    const reader = new QrPictureReader(searchHere(new KeptLog()));
    const turned = await sharp(await drawPicture(QRIS, PLAIN, 1))
      .rotate(90)
      .png()
      .toBuffer();
    expect(await reader.read(turned, 'image/png')).toEqual({ ok: true, value: QRIS });
  });
});
