import { setImmediate } from 'node:timers/promises';
import { type Fault, messageOf, refused, temporary } from '../../src/base/fault.js';
import { err, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { QrReader } from '../../src/port/qr.js';
import { collectGarbage } from './collect-garbage.js';
import { loadSharp } from './load-sharp.js';
import { oneText, readUpright } from './qr-decoder.js';
import { encodeQrMatrix } from './qr-matrix.js';
import { drawModules } from './qr-pixels.js';

/** A download larger than this is no QR picture: the largest seen in the wild is about 100 kB. */
const MOST_BYTES = 2 * 1024 * 1024;

/** As long as what a sale carries: the decoder is only as warm as the largest picture that it has read. */
const OWN_TEXT = 'gopay-pos '.repeat(16).trim();

/** Until V8 has compiled the way that a picture takes: the second one still costs five times what the tenth does. */
const WARM_UP_ROUNDS = 10;

/** Width times height of what is unpacked in the terminal's own memory, up to four bytes each. */
const SHORT_PIXELS = 1_500_000;

interface Magic {
  readonly at: number;
  readonly bytes: readonly number[];
}

/** How the usual picture begins: PNG, JPEG. */
const USUAL: readonly Magic[] = [
  { at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { at: 0, bytes: [0xff, 0xd8, 0xff] },
];

/** The others that are decoded and a gateway may send. SVG is left out: it is a program, not a picture. */
const OTHERS: readonly Magic[] = [
  { at: 0, bytes: [0x47, 0x49, 0x46, 0x38] }, // GIF
  { at: 8, bytes: [0x57, 0x45, 0x42, 0x50] }, // WebP
  { at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] }, // TIFF
  { at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] }, // TIFF
  { at: 0, bytes: [0x42, 0x4d] }, // BMP
];

/** Searches the whole of a picture of any kind: seconds of processor time, so not in this process (qr-search-process.ts). */
export interface QrSearch {
  /** It is done in this process, a demo's: that is large anyway, and nobody waits for its first picture. */
  readonly here?: true;
  /** @returns the text of the one code in it, or the faults of searchPicture in qr-search.ts; FAULT.qrSearchFailed */
  search(bytes: Uint8Array): Promise<Result<string, Fault>>;
  /** One is about to come. */
  prepare(): void;
  stop(): Promise<void>;
}

/**
 * Reads the payload out of a picture of a QR: PNG, JPEG, GIF, WebP, TIFF or BMP, with or without alpha, colour, frame or
 * quiet zone. The payload is then drawn anew (kit/qr-matrix.ts); the picture itself never reaches paper or screen.
 *
 * The usual picture, a PNG or JPEG of modest size with an upright code and nothing beside it, is read here in milliseconds;
 * all others are handed to a search.
 *
 * Faults: FAULT.qrNoPicture no picture (a JSON error or a web page instead; temporary, as the gateway may recover),
 * FAULT.qrPictureTooLarge, and those of {@link QrSearch}.
 */
export class QrPictureReader implements QrReader {
  readonly #search: QrSearch;
  /** Whether the last picture was searched: the next one most likely will be. */
  #searched = false;

  constructor(search: QrSearch) {
    this.#search = search;
  }

  async read(bytes: Uint8Array, contentType: string): Promise<Result<string, Fault>> {
    if (bytes.length > MOST_BYTES)
      return err(
        refused(FAULT.qrPictureTooLarge, `a QR picture of ${bytes.length} bytes; the limit is ${MOST_BYTES}`),
      );
    if (!begins(bytes, [...USUAL, ...OTHERS]))
      return err(temporary(FAULT.qrNoPicture, describeOther(bytes, contentType)));
    const short = await readShort(bytes);
    this.#searched = short === undefined;
    return short ?? this.#search.search(bytes);
  }

  /**
   * Loads both ways and reads a picture of our own with them, so that the first customer neither waits for that nor finds
   * out that the installation is broken.
   * @returns what is wrong with them
   */
  async check(): Promise<Fault | undefined> {
    // Not while the process starts, which is held up by it a fifth of its time.
    await setImmediate();
    try {
      const picture = await ownPicture();
      for (let round = 0; round < (this.#search.here ? 1 : WARM_UP_ROUNDS); round += 1) {
        const read = await readShort(picture);
        if (read?.ok !== true || read.value !== OWN_TEXT) throw new Error('it does not read its own picture');
        await setImmediate();
      }
      if (!this.#search.here) collectGarbage();
      const searched = await this.#search.search(picture);
      return searched.ok ? undefined : searched.error;
    } catch (thrown) {
      return temporary(FAULT.qrSearchFailed, `the QR decoder: ${messageOf(thrown)}`);
    }
  }

  /** A sale begins: what the last picture needed is made ready while the charge is under way. */
  prepare(): void {
    if (this.#searched) this.#search.prepare();
  }

  stop(): Promise<void> {
    return this.#search.stop();
  }
}

async function readShort(bytes: Uint8Array): Promise<Result<string, Fault> | undefined> {
  if (!begins(bytes, USUAL)) return undefined;
  try {
    // By libvips in a thread of its own.
    const image = loadSharp()(bytes, { limitInputPixels: SHORT_PIXELS, failOn: 'error' });
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const text = await readUpright({ ...info, data });
    return text === undefined ? undefined : oneText([text], info);
  } catch {
    // Too large, damaged, or sharp cannot be loaded: the search says what it is.
    return undefined;
  }
}

/** @throws when sharp cannot be loaded */
async function ownPicture(): Promise<Uint8Array> {
  const encoded = encodeQrMatrix(OWN_TEXT, 'medium');
  if (!encoded.ok) throw new Error(encoded.error.detail);
  const { size, modules } = encoded.value;
  const { width, height, data } = drawModules(size, 8, (x, y) => modules[y * size + x] === 1);
  return loadSharp()(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

function begins(bytes: Uint8Array, kinds: readonly Magic[]): boolean {
  return kinds.some(({ at, bytes: magic }) => magic.every((byte, i) => bytes[at + i] === byte));
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
