import encodeQR from 'qr';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { QrPictureReader } from '../../../devices/kit/qr-picture.js';
import { searchHere } from '../../../devices/kit/qr-search.js';
import { KeptLog } from '../../kit/kept-log.js';
import { drawPicture } from '../../kit/qr-pictures/draw.js';
import { QRIS } from '../printer/rig.js';

const PLAIN = { ecc: 'medium', px: 400, kernel: 'nearest' } as const;

function reader() {
  const log = new KeptLog();
  return { log, reader: new QrPictureReader(searchHere(log)) };
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

async function faultOf(bytes: Uint8Array, contentType: string) {
  const read = await reader().reader.read(bytes, contentType);
  if (read.ok) throw new Error(`read ${read.value}`);
  return read.error;
}

/** A Windows bitmap of a picture in black and white: the colours of the first and the second bit of its palette. */
async function bitmap(png: Uint8Array, bits: number, upright: boolean): Promise<Uint8Array> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const stride = Math.ceil((info.width * bits) / 32) * 4;
  const from = 14 + 40 + (bits <= 8 ? 8 : 0);
  const file = Buffer.alloc(from + stride * info.height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(from, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(info.width, 18);
  file.writeInt32LE(upright ? -info.height : info.height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  if (bits <= 8) file.writeUInt32LE(0x00ffffff, 58);
  for (let y = 0; y < info.height; y += 1) {
    const row = from + stride * (upright ? y : info.height - 1 - y);
    for (let x = 0; x < info.width; x += 1) {
      const isLight = (data[y * info.width + x] ?? 0) > 127;
      if (bits >= 24) file.fill(isLight ? 255 : 0, row + (x * bits) / 8, row + ((x + 1) * bits) / 8);
      else if (isLight) {
        const at = row + ((x * bits) >> 3);
        file[at] = (file[at] ?? 0) | (1 << (8 - bits - ((x * bits) & 7)));
      }
    }
  }
  return file;
}

describe('the reader of QR pictures', () => {
  it('reads its own picture in both ways when it is checked', async () => {
    expect(await reader().reader.check()).toBeUndefined();
  });

  it('says what a gateway wrote instead of a picture', async () => {
    const json = '{"status_code":"503","status_message":"QRIS is not set up","id":"x"}';
    expect(await faultOf(text(json), 'application/json')).toEqual({
      kind: 'temporary',
      code: 450,
      detail: 'no QR picture (application/json): 503 QRIS is not set up',
    });
    const broken = await faultOf(text('{"status_code":'), 'image/png');
    expect(broken).toMatchObject({ kind: 'temporary', code: 450 });
    expect(broken.detail).toContain('{"status_code":');
  });

  it('says that a proxy sent a web page, without its tags', async () => {
    const fault = await faultOf(text('<html><h1>502 Bad\r\nGateway</h1></html>'), 'text/html; charset=utf-8');
    expect(fault.detail).toBe('no QR picture (text/html; charset=utf-8): 502 Bad Gateway');
  });

  it('says that there was nothing', async () => {
    expect(await faultOf(new Uint8Array(0), '')).toMatchObject({
      code: 450,
      detail: 'an empty answer (no content type) instead of a QR picture',
    });
  });

  it('takes no SVG, which is a program and not a picture', async () => {
    const svg = encodeQR('GOPAY', 'svg');
    expect(await faultOf(text(svg), 'image/svg+xml')).toMatchObject({ code: 450 });
  });

  it('takes a picture whatever the content type says', async () => {
    const png = await drawPicture(QRIS, PLAIN, 1);
    expect(await reader().reader.read(png, 'text/plain')).toEqual({ ok: true, value: QRIS });
  });

  it('refuses what is too large in bytes, before it looks at it', async () => {
    const png = Buffer.concat([await drawPicture(QRIS, PLAIN, 1), Buffer.alloc(2 * 1024 * 1024)]);
    expect(await faultOf(png, 'image/png')).toMatchObject({ kind: 'refused', code: 451 });
  });

  it('refuses what is too large in pixels: a small file can hold a hundred million', async () => {
    const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect(bomb.length).toBeLessThan(200_000);
    expect(await faultOf(bomb, 'image/png')).toMatchObject({ kind: 'refused', code: 451 });
  });

  it('calls a cut download damaged, which may be tried again', async () => {
    const png = await drawPicture(QRIS, PLAIN, 1);
    expect(await faultOf(png.subarray(0, png.length / 2), 'image/png')).toMatchObject({
      kind: 'temporary',
      code: 453,
    });
    expect(await faultOf(png.subarray(0, 20), 'image/png')).toMatchObject({ kind: 'temporary', code: 453 });
  });

  it('finds no QR in a picture without one', async () => {
    const grey = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    expect(await faultOf(grey, 'image/png')).toMatchObject({ kind: 'refused', code: 452 });
  });

  it('hands on text in any script, without the line end behind it, and nothing unprintable', async () => {
    const coffee = await drawPicture('kopi \u2615 15000\r\n', PLAIN, 1);
    expect(await reader().reader.read(coffee, 'image/png')).toEqual({ ok: true, value: 'kopi \u2615 15000' });
    const png = await drawPicture('kopi\u0007 15000', PLAIN, 1);
    expect(await faultOf(png, 'image/png')).toMatchObject({ kind: 'refused', code: 454 });
  });

  it.each(['webp', 'tiff', 'gif', 'jpeg'] as const)('reads %s', async (format) => {
    const picture = await sharp(await drawPicture(QRIS, PLAIN, 1))
      .toFormat(format)
      .toBuffer();
    expect(await reader().reader.read(picture, 'application/octet-stream')).toEqual({
      ok: true,
      value: QRIS,
    });
  });

  it.each([1, 4, 8, 24, 32])('reads bitmaps of %i bits a pixel, either way up', async (bits) => {
    for (const upright of [false, true]) {
      const picture = await bitmap(await drawPicture(QRIS, PLAIN, 1), bits, upright);
      expect(await reader().reader.read(picture, 'image/bmp')).toEqual({ ok: true, value: QRIS });
      expect(await faultOf(picture.subarray(0, 900), 'image/bmp')).toMatchObject({ code: 453 });
    }
  });

  it('reads a picture of 3000 by 3000, whether the code fills it or lies in a poster', async () => {
    const code = await drawPicture(QRIS, { ...PLAIN, px: 600 }, 1);
    const white = { create: { width: 3000, height: 3000, channels: 3, background: '#fff' } } as const;
    const poster = await sharp(white)
      .composite([{ input: Buffer.from(code), left: 1_300, top: 700 }])
      .png()
      .toBuffer();
    const whole = await sharp(code).resize(3000, 3000, { kernel: 'nearest' }).png().toBuffer();
    for (const picture of [poster, whole])
      expect(await reader().reader.read(picture, 'image/png')).toEqual({ ok: true, value: QRIS });
  });

  describe('with two codes in the picture', () => {
    const OTHERS = QRIS.replace('789000', '780000');
    const white = { width: 1_000, height: 500, channels: 3, background: '#fff' } as const;

    async function beside(left: string, right: string, rightLook: object = {}, at = 520) {
      const codes = [
        await drawPicture(left, { ...PLAIN, px: 450 }, 1),
        await drawPicture(right, { ...PLAIN, px: 450, ...rightLook }, 2),
      ];
      const placed = codes.map((input, i) => ({
        input: Buffer.from(input),
        left: i === 0 ? 10 : at,
        top: 20,
      }));
      return sharp({ create: white }).composite(placed).png().toBuffer();
    }

    it.each([
      ['beside each other', () => beside(QRIS, OTHERS)],
      ['the other way round', () => beside(OTHERS, QRIS)],
      ['the second one small', () => beside(QRIS, OTHERS, { px: 200 })],
      ['the second one turned', () => beside(QRIS, OTHERS, { px: 330, rotate: 30 })],
      ['the second one pale', () => beside(QRIS, OTHERS, { dark: [190, 205, 215] })],
      ['the same payload twice', () => beside(QRIS, QRIS)],
      ['one inside the other', inside],
    ])('refuses it: %s', async (_what, draw) => {
      expect(await faultOf(await draw(), 'image/png')).toMatchObject({ kind: 'refused', code: 480 });
    });

    /** A small code where a logo may be: the large one's error correction mends that. */
    async function inside() {
      const large = await drawPicture(QRIS, { ...PLAIN, ecc: 'high', px: 1_400 }, 1);
      const small = await drawPicture(OTHERS, { ...PLAIN, ecc: 'low', px: 320, quiet: 2 }, 2);
      return sharp(large)
        .composite([{ input: Buffer.from(small), left: 540, top: 540 }])
        .png()
        .toBuffer();
    }
  });

  it('looks again at small, noisy and weak pictures, and logs which look found the code', async () => {
    const { reader: hard, log } = reader();
    const pictures = [
      await drawPicture(QRIS, { ...PLAIN, px: 90, kernel: 'lanczos3' }, 1),
      await drawPicture(QRIS, { ...PLAIN, ecc: 'quartile', px: 700, noise: 95, dark: [0, 174, 214] }, 2),
    ];
    for (const picture of pictures) {
      expect(await hard.read(picture, 'image/png')).toEqual({ ok: true, value: QRIS });
    }
    expect(log.lines.filter((line) => line.startsWith('info QR picture read')).length).toBe(1);
  });
});
