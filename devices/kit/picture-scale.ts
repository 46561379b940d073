import { renameSync } from 'node:fs';
import { type Fault, messageOf, refused } from '../../src/base/fault.js';
import { err, ok, type Result } from '../../src/base/result.js';
import { FAULT } from '../../src/core/fault/table.js';
import { loadSharp } from './load-sharp.js';

export interface ScaleJob {
  readonly from: string;
  readonly to: string;
  /** The longer side, in dots; that of a product's place on the largest screen when absent. */
  readonly side?: number;
}

/** The longer side, in dots: a product's place on the largest screen. */
const SIDE = 480;
/** A camera's picture has 12 million; what has more unpacks to more than a small box has. */
const MOST_PIXELS = 40_000_000;

/**
 * Makes a small JPEG of a picture: upright, on white. Only in a process of its own, which may be killed.
 * @returns where it is, or FAULT.productPicture
 */
export async function scalePicture({ from, to, side = SIDE }: ScaleJob): Promise<Result<string, Fault>> {
  // Where it cannot be loaded no picture is at fault: the process says so by its own number.
  const sharp = loadSharp();
  try {
    await sharp(from, { limitInputPixels: MOST_PIXELS, sequentialRead: true })
      .rotate()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 82 })
      .toFile(`${to}.new`);
    renameSync(`${to}.new`, to);
    return ok(to);
  } catch (thrown) {
    return err(refused(FAULT.productPicture, messageOf(thrown)));
  }
}
