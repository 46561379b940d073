import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { plainPng, pngOf } from '../../devices/kit/png.js';
import { lumaOf, type Pixels } from '../../devices/kit/qr-pixels.js';
import { seeded } from '../kit/qr-pictures/chance.js';
import { part, SIGNATURE, writtenPng } from '../kit/qr-pictures/png-parts.js';

/** Smooth here and wild there, so that an encoder takes different filters for different rows. */
function pixelsOf(width: number, height: number, channels: number, seed: number): Uint8Array {
  const chance = seeded(seed);
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at += 1) {
    const y = Math.floor(at / (width * channels));
    data[at] = y % 3 === 0 ? chance() * 256 : (at % (width * channels)) + 5 * y;
  }
  return data;
}

async function decodedBySharp(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** The greys are compared: the library makes three equal bytes of one grey. */
async function expectAsSharp(png: Uint8Array): Promise<void> {
  const ours = plainPng(png);
  if (ours === undefined) throw new Error('not read');
  const theirs = await decodedBySharp(png);
  expect({ width: ours.width, height: ours.height }).toEqual({ width: theirs.width, height: theirs.height });
  expect(Buffer.compare(lumaOf(ours).data, lumaOf(theirs).data)).toBe(0);
}

describe('the short way through a PNG', () => {
  it.each([1, 2, 3, 4] as const)(
    'gives the pixels that the library gives, %i bytes each',
    async (channels) => {
      for (const [width, height] of [
        [1, 1],
        [33, 17],
        [120, 64],
      ] as const) {
        const raw = { width, height, channels };
        const image = sharp(pixelsOf(width, height, channels, width), { raw });
        const grey = channels <= 2 ? image.toColourspace('b-w') : image;
        const png = await grey.png({ adaptiveFiltering: true }).toBuffer();
        await expectAsSharp(png);
        expect(plainPng(png)?.channels).toBe(channels);
      }
    },
  );

  it('takes back each of the five filters at every place of a row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom([0, 1], [2, 3], [4, 2], [6, 4]),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 1000 }),
        async ([colour = 0, samples = 1], width, filters, seed) => {
          const rows = filters.map((filter, y) => [filter, ...pixelsOf(width, 1, samples, seed + y)]);
          const data = deflateSync(Uint8Array.from(rows.flat()));
          await expectAsSharp(writtenPng({ width, height: rows.length, depth: 8, colour }, data));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([1, 2, 4, 8])('unpacks greys and palettes of %i bits', async (depth) => {
    const width = 13;
    const rowBytes = Math.ceil((width * depth) / 8);
    const rows = Uint8Array.from({ length: 5 * (rowBytes + 1) }, (_, at) =>
      at % (rowBytes + 1) === 0 ? 0 : (at * 37) & 0xff,
    );
    const size = { width, height: 5, depth };
    await expectAsSharp(writtenPng({ ...size, colour: 0 }, deflateSync(rows)));
    const colours = Uint8Array.from({ length: 3 * 2 ** depth }, (_, at) => (at * 91) & 0xff);
    const palette = part('PLTE', colours);
    await expectAsSharp(writtenPng({ ...size, colour: 3 }, deflateSync(rows), palette));
    const clear = part('tRNS', Uint8Array.of(0, 128));
    await expectAsSharp(writtenPng({ ...size, colour: 3 }, deflateSync(rows), palette, clear));
  });

  it('leaves what is not plain to the library', async () => {
    const raw = { width: 20, height: 20, channels: 3 } as const;
    const image = sharp(pixelsOf(20, 20, 3, 1), { raw });
    expect(plainPng(await image.png({ progressive: true }).toBuffer())).toBeUndefined();
    expect(plainPng(await image.toColourspace('rgb16').png().toBuffer())).toBeUndefined();
    expect(
      plainPng(
        await sharp(pixelsOf(20, 20, 3, 1), { raw })
          .jpeg()
          .toBuffer(),
      ),
    ).toBeUndefined();
    const header = { width: 2, height: 1, depth: 8, colour: 0 };
    const data = deflateSync(Uint8Array.of(0, 10, 200));
    expect(plainPng(writtenPng(header, data))).toBeDefined();
    expect(plainPng(writtenPng(header, data, part('tRNS', Uint8Array.of(0, 10))))).toBeUndefined();
    expect(plainPng(writtenPng(header, data, part('NEWX', Uint8Array.of(1))))).toBeUndefined();
    expect(plainPng(writtenPng(header, data, part('acTL', new Uint8Array(8))))).toBeUndefined();
    expect(
      plainPng(writtenPng({ ...header, colour: 3 }, data, part('PLTE', new Uint8Array(30)))),
    ).toBeUndefined();
    expect(plainPng(writtenPng({ ...header, width: 40_000, height: 40_000 }, data))).toBeUndefined();
  });

  it('leaves what is not whole to the library, wherever it was cut or changed', () => {
    const header = { width: 3, height: 2, depth: 8, colour: 0 };
    const good = writtenPng(header, deflateSync(Uint8Array.of(0, 1, 2, 3, 2, 4, 5, 6)));
    expect(plainPng(good)?.data).toEqual(Uint8Array.of(1, 2, 3, 5, 7, 9));
    for (let at = 0; at < good.length; at += 1) {
      expect(plainPng(good.subarray(0, at))).toBeUndefined();
      const changed = Uint8Array.from(good, (byte, i) => (i === at ? byte ^ 0x10 : byte));
      expect(plainPng(changed)).toBeUndefined();
    }
    const rows = Uint8Array.of(0, 1, 2, 3, 5, 4, 5, 6);
    expect(plainPng(writtenPng(header, deflateSync(rows)))).toBeUndefined();
    expect(plainPng(writtenPng({ ...header, height: 3 }, deflateSync(rows)))).toBeUndefined();
    expect(plainPng(writtenPng({ ...header, height: 1 }, deflateSync(rows)))).toBeUndefined();
    expect(plainPng(Uint8Array.from(SIGNATURE))).toBeUndefined();
  });

  it.each([1, 2, 3, 4])(
    'is read by the library where it was written by us, %i bytes a pixel',
    async (channels) => {
      const pixels = { width: 31, height: 9, channels, data: pixelsOf(31, 9, channels, channels) };
      const png = pngOf(pixels);
      expect(plainPng(png)).toEqual(pixels);
      await expectAsSharp(png);
    },
  );

  it('takes a hundred million pixels in a small file for nothing', () => {
    const data = deflateSync(new Uint8Array(50_000_000));
    expect(plainPng(writtenPng({ width: 3, height: 2, depth: 8, colour: 0 }, data))).toBeUndefined();
  });
});
