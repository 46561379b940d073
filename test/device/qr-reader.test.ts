import encodeQR from 'qr';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { QrPictureReader } from '../../devices/kit/qr-picture.js';
import { drawPicture } from '../kit/qr-pictures/draw.js';
import { KeptLog, QRIS } from './printer-rig.js';

const PLAIN = { ecc: 'medium', px: 400, kernel: 'nearest' } as const;

function reader(options: { maxBytes?: number; maxPixels?: number } = {}) {
  const log = new KeptLog();
  return { log, reader: new QrPictureReader({ log, ...options }) };
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

async function faultOf(bytes: Uint8Array, contentType: string, options = {}) {
  const read = await reader(options).reader.read(bytes, contentType);
  if (read.ok) throw new Error(`read ${read.value}`);
  return read.error;
}

describe('the reader of QR pictures', () => {
  it('reads its own test picture when it warms up', async () => {
    await reader().reader.warm();
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
    const png = await drawPicture(QRIS, PLAIN, 1);
    expect(await faultOf(png, 'image/png', { maxBytes: 100 })).toMatchObject({ kind: 'refused', code: 451 });
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

  it('hands on no text that is not printable ASCII', async () => {
    const png = await drawPicture('kopi \u2615 15000', PLAIN, 1);
    expect(await faultOf(png, 'image/png')).toMatchObject({ kind: 'refused', code: 454 });
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
    expect(log.lines.filter((line) => line.startsWith('info QR picture read')).length).toBe(2);
  });
});
