import { setImmediate } from 'node:timers/promises';
import { type Fault, messageOf } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import type { Log } from '../../src/port/log.js';
import type { QrReader } from '../../src/port/qr.js';
import { loadSharp } from './load-sharp.js';
import {
  despeckled,
  type Luma,
  lumaOf,
  otsuThreshold,
  type Pixels,
  twoTone,
  withFrame,
} from './qr-pixels.js';
import { uprightCode } from './qr-upright.js';

export interface QrPictureReaderOptions {
  readonly log: Log;
  /** A download larger than this is no QR picture. Default 2 MiB; the largest seen in the wild is about 100 kB. */
  readonly maxBytes?: number;
  /** Pixels, width times height. Default 6 million: a decoder needs five bytes for each, and a Pi has 512 MB. */
  readonly maxPixels?: number;
}

type Decode = typeof import('qr/decode.js').decodeQR;

/** Magic numbers of what sharp decodes and a gateway may send. SVG is left out: it is a program, not a picture. */
const MAGIC: readonly { readonly name: string; readonly at: number; readonly bytes: readonly number[] }[] = [
  { name: 'png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { name: 'jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { name: 'gif', at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { name: 'webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
];

/** Pictures smaller than this get a second look at twice the size. */
const SMALL_PX = 400;

/**
 * Hypotheses that the decoder may try per look. Bounded by number and not by time, so that a slow Pi reads what a fast
 * one reads; a picture of pure noise takes 0.5 s on a PC, a usual one 4 ms.
 */
const EFFORT = 8;

/** As long as what a sale carries: the decoder is only as warm as the largest picture that it has read. */
const WARM_UP = 'gopay-pos '.repeat(16).trim();

/** Until V8 has compiled the way that a picture takes: the second one still costs five times what the tenth does. */
const WARM_UP_ROUNDS = 10;

/** Kinder looks first: each is tried only when those before found nothing. */
const LOOKS: readonly { readonly name: string; readonly of: (picture: Luma) => Luma }[] = [
  { name: 'as it is', of: (picture) => picture },
  { name: 'framed', of: framed },
  { name: 'two-tone', of: (picture) => framed(twoTone(picture, otsuThreshold(picture))) },
  { name: 'despeckled', of: (picture) => framed(despeckled(picture)) },
];

/**
 * Reads the payload out of a picture of a QR: PNG, JPEG, GIF or WebP, with or without alpha, colour, frame or quiet
 * zone. The payload is then drawn anew (kit/qr-matrix.ts); the picture itself never reaches paper or screen.
 *
 * Faults: E450 no picture (a JSON error or a web page instead; temporary, as the gateway may recover), E451 too
 * large, E452 no QR in it, E453 a damaged picture (temporary: a cut download), E454 the QR holds something else
 * than printable ASCII.
 */
export class QrPictureReader implements QrReader {
  readonly #log: Log;
  readonly #maxBytes: number;
  readonly #maxPixels: number;
  #decode: Promise<Decode> | undefined;

  constructor(options: QrPictureReaderOptions) {
    this.#log = options.log;
    this.#maxBytes = options.maxBytes ?? 2 * 1024 * 1024;
    this.#maxPixels = options.maxPixels ?? 6_000_000;
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
      return err({ kind: 'refused', code: 451, detail });
    }
    if (pictureKind(bytes) === undefined) {
      return err({ kind: 'temporary', code: 450, detail: describeOther(bytes, contentType) });
    }
    this.#decode ??= import('qr/decode.js').then(({ decodeQR }) => decodeQR);
    const decode = await this.#decode;
    const picture = await this.#pixels(bytes);
    if (!picture.ok) return picture;
    const text = readUpright(decode, picture.value) ?? (await this.#find(decode, lumaOf(picture.value)));
    if (text === undefined) {
      const { width, height } = picture.value;
      return err({ kind: 'refused', code: 452, detail: `no QR found in a picture of ${width}x${height}` });
    }
    if (!/^[\x20-\x7e]{1,512}$/.test(text)) {
      const detail = `the QR holds ${text.length} characters that are not 1 to 512 of printable ASCII`;
      return err({ kind: 'refused', code: 454, detail });
    }
    return ok(text);
  }

  async #pixels(bytes: Uint8Array): Promise<Result<Pixels, Fault>> {
    const sharp = loadSharp();
    try {
      const { data, info } = await sharp(bytes, { limitInputPixels: this.#maxPixels, failOn: 'error' })
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return ok({ width: info.width, height: info.height, channels: info.channels, data });
    } catch (thrown) {
      const detail = messageOf(thrown);
      if (/pixel limit/i.test(detail)) return err({ kind: 'refused', code: 451, detail });
      return err({ kind: 'temporary', code: 453, detail: `a damaged QR picture: ${detail}` });
    }
  }

  async #find(decode: Decode, picture: Luma): Promise<string | undefined> {
    const found = await this.#look(decode, picture, '');
    if (found !== undefined) return found;
    const side = Math.min(picture.width, picture.height);
    const factor = side < SMALL_PX ? Math.min(4, Math.ceil((2 * SMALL_PX) / side)) : 0.5;
    const width = Math.max(1, Math.round(picture.width * factor));
    const height = Math.max(1, Math.round(picture.height * factor));
    const raw = { width: picture.width, height: picture.height, channels: 1 } as const;
    const sharp = loadSharp();
    const data = await sharp(picture.data, { raw })
      .resize(width, height, { fit: 'fill', kernel: factor > 1 ? 'cubic' : 'linear' })
      .greyscale()
      .raw()
      .toBuffer();
    return this.#look(decode, { width, height, data }, ` at ${factor} times its size`);
  }

  async #look(decode: Decode, picture: Luma, size: string): Promise<string | undefined> {
    const reasons: string[] = [];
    for (const look of LOOKS) {
      const seen = decoded(decode, look.of(picture), EFFORT);
      if (seen.ok) {
        if (reasons.length > 0 || size !== '') this.#log.info(`QR picture read ${look.name}${size}`);
        return seen.value;
      }
      reasons.push(`${look.name}: ${seen.error}`);
      // Other work of the process gets its turn between two looks.
      await setImmediate();
    }
    this.#log.debug(() => `QR picture not read${size}: ${reasons.join('; ')}`);
    return undefined;
  }
}

/** The short way: nearly all pictures of a gateway are read by it. */
function readUpright(decode: Decode, pixels: Pixels): string | undefined {
  const code = uprightCode(pixels);
  if (code === undefined) return undefined;
  const seen = decoded(decode, code, 1);
  return seen.ok ? seen.value : undefined;
}

/** @returns why not: the decoder throws for "nothing found", the next look may find it, and E452 says so when none does */
function decoded(decode: Decode, { width, height, data }: Luma, effort: number): Result<string, string> {
  try {
    const options = { format: 'I420', effort, timeLimit: Number.POSITIVE_INFINITY } as const;
    return ok(decode({ width, height, data }, options));
  } catch (thrown) {
    return err(messageOf(thrown));
  }
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
