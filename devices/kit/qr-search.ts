import { type Fault, messageOf, refused, temporary } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Log } from '../../src/port/log.js';
import { bitmapOf } from './bitmap.js';
import { loadSharp } from './load-sharp.js';
import { type DecodeAll, decoded, oneText, readUpright } from './qr-decoder.js';
import type { QrSearch } from './qr-picture.js';
import { type Luma, lumaOf, otsuThreshold, type Pixels, twoTone, withFrame } from './qr-pixels.js';

/** Width times height: they are shrunk while they are unpacked, so few are ever held. */
const MOST_PIXELS = 4096 * 4096;

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

/** The first two are always taken: a pale code beside a black one shows in the second only. The rest if nothing shows. */
const LOOKS: readonly Look[] = [
  { name: 'framed', always: true, of: (picture) => Promise.resolve(framed(picture)) },
  {
    name: 'all that is no paper',
    always: true,
    of: (picture) => Promise.resolve(framed(twoTone(picture, lightestOf(picture) - PALE))),
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

interface Look {
  readonly name: string;
  readonly always?: true;
  readonly of: (picture: Luma) => Promise<Luma>;
}

/** What is told of a search: which look read it, and why the others did not. */
export type SearchLog = Pick<Log, 'info' | 'debug'>;

/** Searches in this process: for a demo, of which the sandbox has loaded libvips anyway. */
export function searchHere(log: SearchLog): QrSearch {
  return {
    here: true,
    search: (bytes) => searchPicture(bytes, log),
    prepare: () => undefined,
    stop: () => Promise.resolve(),
  };
}

/**
 * The payload of the one code in a picture, by libvips and by looking at the whole of it: up to seconds of processor time,
 * and a hundred megabytes. For a process of its own (qr-search-process.ts).
 * @returns FAULT.qrPictureTooLarge, FAULT.qrPictureDamaged (temporary: a cut download), FAULT.qrNotFound,
 *   FAULT.qrTwoCodes or FAULT.qrNotPayment
 * @throws when sharp or the decoder cannot be loaded: the installation is broken
 */
export async function searchPicture(bytes: Uint8Array, log: SearchLog): Promise<Result<string, Fault>> {
  const { decodeQRBatch } = await import('qr/decode.js');
  const picture = await pixelsOf(bytes);
  if (!picture.ok) return picture;
  const upright = await readUpright(picture.value);
  const texts = upright === undefined ? await find(decodeQRBatch, lumaOf(picture.value), log) : [upright];
  return oneText(texts, picture.value);
}

/** Unpacked by libvips in a thread of its own, line by line: what is larger than {@link MOST_PX} never exists whole. */
async function pixelsOf(bytes: Uint8Array): Promise<Result<Pixels, Fault>> {
  const sharp = loadSharp();
  const limits = { limitInputPixels: MOST_PIXELS, failOn: 'error' } as const;
  try {
    const bitmap = bitmapOf(bytes, MOST_PIXELS);
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
    if (/pixel limit/i.test(detail)) return err(refused(FAULT.qrPictureTooLarge, detail));
    return err(temporary(FAULT.qrPictureDamaged, `a damaged QR picture: ${detail}`));
  }
}

/**
 * The texts of all codes that one look sees, or more than one if two looks see different ones; none if none does. Half the
 * size takes out noise and blur; the whole size is for a small code in a poster, which is sharp.
 */
async function find(decode: DecodeAll, picture: Luma, log: SearchLog): Promise<readonly string[]> {
  const first = Math.min(1, FIRST_PX / Math.max(picture.width, picture.height));
  const side = Math.min(picture.width, picture.height);
  const second = first === 1 && side < SMALL_PX ? Math.min(4, Math.ceil((2 * SMALL_PX) / side)) : first / 2;
  for (const factor of first < 1 ? [first, second, 1] : [first, second]) {
    const seen = factor === 1 ? picture : await resized(picture, factor);
    const size = factor === first ? '' : ` at ${seen.width}x${seen.height}`;
    const looks = first < 1 && factor === 1 ? LOOKS.filter(({ always }) => always) : LOOKS;
    const found = await lookAll(decode, seen, looks, size, log);
    if (found.length > 0) return found;
  }
  return [];
}

async function lookAll(
  decode: DecodeAll,
  picture: Luma,
  looks: readonly Look[],
  size: string,
  log: SearchLog,
): Promise<readonly string[]> {
  const reasons: string[] = [];
  let most: readonly string[] = [];
  for (const look of looks) {
    if (most.length > 0 && look.always !== true) break;
    const seen = await decoded(decode, await look.of(picture), EFFORT);
    const all = new Set([...most, ...seen.texts]);
    if (most.length === 0 && seen.texts.length > 0 && (reasons.length > 0 || size !== ''))
      log.info(`QR picture read ${look.name}${size}`);
    if (seen.texts.length === 0) reasons.push(`${look.name}: ${seen.why}`);
    most = seen.texts.length > all.size ? seen.texts : [...all];
  }
  if (most.length === 0) log.debug(() => `QR picture not read${size}: ${reasons.join('; ')}`);
  return most;
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

function lightestOf({ data }: Luma): number {
  let lightest = 0;
  for (let at = 0; at < data.length; at += 1) lightest = Math.max(lightest, data[at] ?? 0);
  return lightest;
}

type SharpImage = ReturnType<ReturnType<typeof loadSharp>>;

function rawOf({ width, height, channels }: Pixels) {
  return { width, height, channels: channels as 1 | 2 | 3 | 4 };
}

function framed(picture: Luma): Luma {
  return withFrame(picture, Math.max(16, Math.round(Math.min(picture.width, picture.height) / 10)));
}
