import { encodeQR } from 'qr';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { type Fault, messageOf } from '../../base/fault.js';
import { err, ok, type Result } from '../../base/result.js';
import { FAULT } from '../../core/fault/table.js';

/** Edge of the picture in pixels, roughly: modules are whole pixels. */
const EDGE_PX = 500;
/** A photo larger than this is no photo of a QR. */
const MAX_PIXELS = 60_000_000;
/** The decoder's own bound on extra effort; far beyond what a photo takes, so a slow machine still reads it. */
const DECODE_MS = 10_000;

/** PNG of the QR without a border, one bit of information a pixel, about 500 pixels wide. */
export async function qrPng(payload: string): Promise<Buffer> {
  const modules = borderless(payload);
  const scale = Math.max(1, Math.round(EDGE_PX / modules.length));
  const edge = modules.length * scale;
  const pixels = new Uint8Array(edge * edge).fill(255);
  for (const [y, row] of modules.entries())
    for (const [x, dark] of row.entries())
      if (dark)
        for (let line = 0; line < scale; line += 1) {
          const start = (y * scale + line) * edge + x * scale;
          pixels.fill(0, start, start + scale);
        }
  return sharp(pixels, { raw: { width: edge, height: edge, channels: 1 } })
    .png()
    .toBuffer();
}

/** The picture of `generate-qr-code-v2`: the same QR in a white frame with a coloured edge. */
export async function framedQrPng(payload: string): Promise<Buffer> {
  const white = { r: 255, g: 255, b: 255 };
  const inner = await sharp(await qrPng(payload))
    .extend({ top: 60, bottom: 60, left: 60, right: 60, background: white })
    .toColourspace('srgb')
    .png()
    .toBuffer();
  const red = { r: 237, g: 28, b: 36 };
  return sharp(inner).extend({ top: 24, bottom: 24, left: 12, right: 12, background: red }).png().toBuffer();
}

/** Reads the QR in a photo or screenshot: what a wallet's camera does. FAULT.sandboxNoQr: no picture, or no QR in it. */
export async function readQr(picture: Uint8Array): Promise<Result<string, Fault>> {
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: MAX_PIXELS })
      .rotate()
      .resize({ width: 1600, height: 1600, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .extend({ top: 40, bottom: 40, left: 40, right: 40, background: '#fff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return ok(decodeQR({ width: info.width, height: info.height, data }, { timeLimit: DECODE_MS }));
  } catch (thrown) {
    return err({ kind: 'refused', code: FAULT.sandboxNoQr, detail: messageOf(thrown) });
  }
}

/** The encoder draws a border of at least one module; it is cut off here. */
function borderless(payload: string): readonly (readonly boolean[])[] {
  const bordered = encodeQR(payload, 'raw', { ecc: 'medium', border: 1 });
  return bordered.slice(1, -1).map((row) => row.slice(1, -1));
}
