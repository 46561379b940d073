import { readFileSync, statSync } from 'node:fs';
import { type Fault, messageOf, refused } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';

/** A logo is a small file: more is a photograph, or made to hurt. */
const MOST_BYTES = 1_048_576;
export const MOST_PIXELS = 4_000_000;

/** What a picture says of itself in its first bytes. */
interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Whether the file can be a logo, without decoding it: there, small, a PNG or JPEG of not too many pixels.
 * @returns its bytes; FAULT.logoUnreadable, FAULT.logoRefused
 */
export function readLogo(path: string): Result<Buffer, Fault> {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) return notALogo(`${path} has ${size} bytes, and ${MOST_BYTES} are allowed`);
    bytes = readFileSync(path);
  } catch (thrown) {
    return err(refused(FAULT.logoUnreadable, messageOf(thrown)));
  }
  const size = pngSize(bytes) ?? jpegSize(bytes);
  if (size === undefined) return notALogo(`${path} is neither PNG nor JPEG`);
  const { width, height } = size;
  if (width < 1 || height < 1 || width * height > MOST_PIXELS)
    return notALogo(`${path} has ${width} x ${height} pixels, and ${MOST_PIXELS} in all are allowed`);
  return ok(bytes);
}

export function notALogo(detail: string): Result<never, Fault> {
  return err(refused(FAULT.logoRefused, detail));
}

/** PNG specification, 11.2.2: the first chunk is IHDR. */
function pngSize(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < 24 || bytes.readBigUInt64BE(0) !== 0x89504e470d0a1a0an) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** JPEG, ITU T.81, B.2.2: the frame header (SOF0 to SOF15 without DHT, JPG and DAC) behind whatever segments. */
function jpegSize(bytes: Buffer): PictureSize | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += marker === 0xff ? 1 : 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return undefined;
}
