import { type Fault, refused } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import type { Luma, Pixels } from './qr-pixels.js';
import { uprightCode } from './qr-upright.js';

type FinderPoint = import('qr/decode.js').FinderPoint;
export type DecodeAll = typeof import('qr/decode.js').decodeQRBatch;

/** By number alone: a slow Pi reads what a fast one reads, and who runs this bounds the time. */
const timeLimit = Number.POSITIVE_INFINITY;

/**
 * All codes that the decoder finds, and why not one more: FAULT.qrNotFound says so when there is none at all. Once
 * a code is found the
 * decoder leaves its place alone; a second one inside it is seen when the finder patterns of the first are painted over.
 */
export async function decoded(decode: DecodeAll, picture: Luma, effort: number) {
  const finders: FinderPoint[] = [];
  const search = async ({ width, height, data }: Luma) => {
    const [results] = await decode([{ width, height, data }], {
      ...{ format: 'I420', effort, timeLimit, maxSize: { width, height } },
      pointsOnDetect: ({ tl, tr, bl }, result) => {
        if (typeof result === 'string') finders.push(tl, tr, bl);
      },
    });
    return results ?? [];
  };
  const first = await search(picture);
  const more = finders.length === 0 ? [] : await search(painted(picture, finders));
  const texts = [...first, ...more].filter((result) => typeof result === 'string');
  const why = first.find((result) => result instanceof Error)?.message ?? '';
  return { texts, why };
}

/** White where finder patterns are, each seven modules wide. */
function painted(picture: Luma, finders: readonly FinderPoint[]): Luma {
  const data = Uint8Array.from(picture.data);
  for (const { x, y, moduleSize } of finders) {
    const from = Math.max(0, Math.floor(x - 4.5 * moduleSize));
    const to = Math.min(picture.width, Math.ceil(x + 4.5 * moduleSize));
    const last = Math.min(picture.height, Math.ceil(y + 4.5 * moduleSize));
    for (let line = Math.max(0, Math.floor(y - 4.5 * moduleSize)); line < last; line += 1)
      data.fill(255, line * picture.width + from, line * picture.width + to);
  }
  return { ...picture, data };
}

/** The short way: nearly all pictures of a gateway are read by it. @returns undefined where the whole has to be searched */
export async function readUpright(pixels: Pixels): Promise<string | undefined> {
  const code = uprightCode(pixels);
  if (code === undefined) return undefined;
  const { decodeQR } = await import('qr/decode.js');
  try {
    return decodeQR(code, { format: 'I420', effort: 1, timeLimit });
  } catch {
    // That decoder throws for "not read": more is wrong than the error correction mends. The search has the last word.
    return undefined;
  }
}

/** @returns FAULT.qrNotFound, FAULT.qrTwoCodes, or FAULT.qrNotPayment for what is not 1 to 512 printable characters */
export function oneText(
  texts: readonly string[],
  { width, height }: Pick<Pixels, 'width' | 'height'>,
): Result<string, Fault> {
  const where = `in a picture of ${width}x${height}`;
  if (texts.length === 0) return err(refused(FAULT.qrNotFound, `no QR found ${where}`));
  if (texts.length > 1) return err(refused(FAULT.qrTwoCodes, `more than one QR ${where}`));
  const text = texts[0]?.replace(/[\s\0]+$/, '') ?? '';
  if (/^\P{Cc}{1,512}$/u.test(text)) return ok(text);
  const detail = `the QR holds ${text.length} characters that are not 1 to 512 printable ones`;
  return err(refused(FAULT.qrNotPayment, detail));
}
