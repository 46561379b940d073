import { setImmediate } from 'node:timers/promises';
import { type Fault, messageOf } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Log } from '../../src/port/log.js';
import type { QrReader } from '../../src/port/qr.js';
import { bitmapOf } from './bitmap.js';
import { loadSharp } from './load-sharp.js';
import { type DecodeAll, decoded } from './qr-decoder.js';
import { type Luma, lumaOf, otsuThreshold, type Pixels, twoTone, withFrame } from './qr-pixels.js';
import { uprightCode } from './qr-upright.js';

export interface QrPictureReaderOptions {
  readonly log: Log;
  /** A download larger than this is no QR picture. Default 2 MiB; the largest seen in the wild is about 100 kB. */
  readonly maxBytes?: number;
  /** Pixels, width times height. Default 4096 by 4096: they are shrunk while they are unpacked, so few are ever held. */
  readonly maxPixels?: number;
}

/** Magic numbers of what sharp decodes and a gateway may send. SVG is left out: it is a program, not a picture. */
const MAGIC: readonly { readonly name: string; readonly at: number; readonly bytes: readonly number[] }[] = [
  { name: 'png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { name: 'jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { name: 'gif', at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { name: 'webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  { name: 'tiff', at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] },
  { name: 'tiff', at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { name: 'bmp', at: 0, bytes: [0x42, 0x4d] },
];

/** Edge of the largest picture that is held and searched: three bytes a pixel to hold it, five to search it. */
const MOST_PX = 1600;

/** Edge of what is searched first. A payload of 512 characters takes 101 modules: twelve pixels each, or four in a poster. */
const FIRST_PX = 1200;

/** Pictures smaller than this get a second look at twice the size. */
const SMALL_PX = 400;

/**
 * Hypotheses that the decoder may try per look: by number, so that a slow Pi reads what a fast one reads. It searches in
 * turns of some 8 ms, between which the rest of the process goes on.
 */
const EFFORT = 8;

/** As long as what a sale carries: the decoder is only as warm as the largest picture that it has read. */
const WARM_UP = 'gopay-pos '.repeat(16).trim();

/** Until V8 has compiled the way that a picture takes: the second one still costs five times what the tenth does. */
const WARM_UP_ROUNDS = 10;

/** The first two are always taken: a pale code beside a black one shows in the second only. The rest if nothing shows. */
const LOOKS: readonly Look[] = [
  { name: 'framed', always: true, of: (picture) => Promise.resolve(framed(picture)) },
  {
    name: 'all that is no paper',
    always: true,
    of: (picture) => Promise.resolve(framed(twoTone(picture, picture.data.reduce(larger, 0) - PALE))),
  },
  {
    name: 'two-tone',
    of: (picture) => Promise.resolve(framed(twoTone(picture, otsuThreshold(picture)))),
  },
  { name: 'as it is', of: (picture) => Promise.resolve(picture) },
  // Takes out specks and the thin seams between tiles.
  { name: 'despeckled', of: async (picture) => framed(await lumaBy(picture, (image) => image.median(3))) },
];

/** Levels of grey below paper from which on something is printed. */
const PALE = 32;

const larger = (one: number, other: number): number => Math.max(one, other);

interface Look {
  readonly name: string;
  readonly always?: true;
  readonly of: (picture: Luma) => Promise<Luma>;
}

/**
 * Reads the payload out of a picture of a QR: PNG, JPEG, GIF, WebP, TIFF or BMP, with or without alpha, colour, frame or
 * quiet zone. The payload is then drawn anew (kit/qr-matrix.ts); the picture itself never reaches paper or screen.
 *
 * Faults: FAULT.qrNoPicture no picture (a JSON error or a web page instead; temporary, as the gateway may recover),
 * FAULT.qrPictureTooLarge too large,
 * FAULT.qrNotFound no QR in it, FAULT.qrPictureDamaged a damaged picture (temporary: a cut download),
 * FAULT.qrNotPayment the QR holds something else than 1 to 512
 * printable characters, FAULT.qrTwoCodes two codes in it.
 */
export class QrPictureReader implements QrReader {
  readonly #log: Log;
  readonly #maxBytes: number;
  readonly #maxPixels: number;
  #decode: Promise<DecodeAll> | undefined;

  constructor(options: QrPictureReaderOptions) {
    this.#log = options.log;
    this.#maxBytes = options.maxBytes ?? 2 * 1024 * 1024;
    this.#maxPixels = options.maxPixels ?? 4096 * 4096;
  }

  /**
   * Loads sharp and the decoder and reads a picture with them, so that the first customer does not wait for it (a third
   * of a second on a PC, seconds on a Pi Zero). Call it at start, or while the charge is in flight.
   * @throws when sharp or the decoder cannot be loaded: the installation is broken.
   */
  async warm(): Promise<void> {
    const sharp = loadSharp();
    const { default: encodeQR } = await import('qr');
    const png = await sharp(encodeQR(WARM_UP, 'gif', { scale: 8 }))
      .png()
      .toBuffer();
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      const read = await this.read(png, 'image/png');
      if (!read.ok || read.value !== WARM_UP) throw new Error('the QR decoder does not read its own picture');
      await setImmediate();
    }
  }

  async read(bytes: Uint8Array, contentType: string): Promise<Result<string, Fault>> {
    if (bytes.length > this.#maxBytes) {
      const detail = `a QR picture of ${bytes.length} bytes; the limit is ${this.#maxBytes}`;
      return err({ kind: 'refused', code: FAULT.qrPictureTooLarge, detail });
    }
    if (pictureKind(bytes) === undefined) {
      return err({ kind: 'temporary', code: FAULT.qrNoPicture, detail: describeOther(bytes, contentType) });
    }
    this.#decode ??= import('qr/decode.js').then(({ decodeQRBatch }) => decodeQRBatch);
    const decode = await this.#decode;
    const picture = await this.#pixels(bytes);
    if (!picture.ok) return picture;
    const upright = await readUpright(decode, picture.value);
    const texts = upright === undefined ? await this.#find(decode, lumaOf(picture.value)) : [upright];
    const { width, height } = picture.value;
    const where = `in a picture of ${width}x${height}`;
    if (texts.length === 0)
      return err({ kind: 'refused', code: FAULT.qrNotFound, detail: `no QR found ${where}` });
    if (texts.length > 1)
      return err({ kind: 'refused', code: FAULT.qrTwoCodes, detail: `more than one QR ${where}` });
    const text = texts[0]?.replace(/[\s\0]+$/, '') ?? '';
    if (!/^\P{Cc}{1,512}$/u.test(text)) {
      const detail = `the QR holds ${text.length} characters that are not 1 to 512 printable ones`;
      return err({ kind: 'refused', code: FAULT.qrNotPayment, detail });
    }
    return ok(text);
  }

  /** Unpacked by libvips in a thread of its own, line by line: what is larger than {@link MOST_PX} never exists whole. */
  async #pixels(bytes: Uint8Array): Promise<Result<Pixels, Fault>> {
    const sharp = loadSharp();
    const limits = { limitInputPixels: this.#maxPixels, failOn: 'error' } as const;
    try {
      const bitmap = bitmapOf(bytes, this.#maxPixels);
      const image = bitmap === undefined ? sharp(bytes, limits) : sharp(bitmap.data, { raw: rawOf(bitmap) });
      const { data, info } = await image
        .resize({
          width: MOST_PX,
          height: MOST_PX,
          fit: 'inside',
          withoutEnlargement: true,
          kernel: 'linear',
        })
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return ok({ width: info.width, height: info.height, channels: info.channels, data });
    } catch (thrown) {
      const detail = messageOf(thrown);
      if (/pixel limit/i.test(detail)) return err({ kind: 'refused', code: FAULT.qrPictureTooLarge, detail });
      return err({
        kind: 'temporary',
        code: FAULT.qrPictureDamaged,
        detail: `a damaged QR picture: ${detail}`,
      });
    }
  }

  /** The texts of all codes that one look sees, or more than one if two looks see different ones; none if none does. */
  async #find(decode: DecodeAll, picture: Luma): Promise<readonly string[]> {
    const longest = Math.max(picture.width, picture.height);
    const first = longest > FIRST_PX ? await resized(picture, FIRST_PX / longest) : picture;
    const found = await this.#look(decode, first, '');
    if (found.length > 0) return found;
    if (first !== picture) return this.#look(decode, picture, ' at its whole size');
    const side = Math.min(picture.width, picture.height);
    const factor = side < SMALL_PX ? Math.min(4, Math.ceil((2 * SMALL_PX) / side)) : 0.5;
    return this.#look(decode, await resized(picture, factor), ` at ${factor} times its size`);
  }

  async #look(decode: DecodeAll, picture: Luma, size: string): Promise<readonly string[]> {
    const reasons: string[] = [];
    let most: readonly string[] = [];
    for (const look of LOOKS) {
      if (most.length > 0 && look.always !== true) break;
      const seen = await decoded(decode, await look.of(picture), EFFORT);
      const all = new Set([...most, ...seen.texts]);
      if (most.length === 0 && seen.texts.length > 0 && (reasons.length > 0 || size !== ''))
        this.#log.info(`QR picture read ${look.name}${size}`);
      if (seen.texts.length === 0) reasons.push(`${look.name}: ${seen.why}`);
      most = seen.texts.length > all.size ? seen.texts : [...all];
    }
    if (most.length === 0) this.#log.debug(() => `QR picture not read${size}: ${reasons.join('; ')}`);
    return most;
  }
}

/** The short way: nearly all pictures of a gateway are read by it. */
async function readUpright(decode: DecodeAll, pixels: Pixels): Promise<string | undefined> {
  const code = uprightCode(pixels);
  return code === undefined ? undefined : (await decoded(decode, code, 1)).texts[0];
}

function resized(picture: Luma, factor: number): Promise<Luma> {
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  const kernel = factor > 1 ? 'cubic' : 'linear';
  return lumaBy(picture, (image) => image.resize(width, height, { fit: 'fill', kernel }));
}

/** A grey picture after libvips has worked on it, in its own thread. */
async function lumaBy(picture: Luma, work: (image: SharpImage) => SharpImage): Promise<Luma> {
  const image = loadSharp()(picture.data, { raw: rawOf({ ...picture, channels: 1 }) });
  const { data, info } = await work(image).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

type SharpImage = ReturnType<ReturnType<typeof loadSharp>>;

function rawOf({ width, height, channels }: Pixels) {
  return { width, height, channels: channels as 1 | 2 | 3 | 4 };
}

function framed(picture: Luma): Luma {
  return withFrame(picture, Math.max(16, Math.round(Math.min(picture.width, picture.height) / 10)));
}

function pictureKind(bytes: Uint8Array): string | undefined {
  return MAGIC.find(({ at, bytes: magic }) => magic.every((byte, i) => bytes[at + i] === byte))?.name;
}

/** Midtrans answers with JSON where the account's QRIS is not set up (midtrans-go#28), and proxies with HTML. */
function describeOther(bytes: Uint8Array, contentType: string): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096)).trim();
  const type = contentType.replace(/[^\x20-\x7e]/g, '').slice(0, 60) || 'no content type';
  if (text === '') return `an empty answer (${type}) instead of a QR picture`;
  return `no QR picture (${type}): ${jsonMessage(text) ?? printable(text)}`;
}

function jsonMessage(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const parts = ['status_code', 'status_message', 'error_messages', 'message', 'error']
      .map((name) => body[name])
      .filter((value) => value !== undefined && value !== null)
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    return parts.length === 0 ? undefined : printable(parts.join(' '));
  } catch (thrown) {
    return `${printable(text)} (${messageOf(thrown).slice(0, 60)})`;
  }
}

function printable(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160);
}
