import type { Luma } from './qr-pixels.js';

type FinderPoint = import('qr/decode.js').FinderPoint;
export type DecodeAll = typeof import('qr/decode.js').decodeQRBatch;

/** A look's bound by time, for pictures made to be searched for ever: full of finder patterns. */
const LOOK_MS = 1_500;

/**
 * All codes that the decoder finds, and why not one more: FAULT.qrNotFound says so when there is none at all. Once
 * a code is found the
 * decoder leaves its place alone; a second one inside it is seen when the finder patterns of the first are painted over.
 */
export async function decoded(decode: DecodeAll, picture: Luma, effort: number) {
  const finders: FinderPoint[] = [];
  const search = async ({ width, height, data }: Luma) => {
    const [results] = await decode([{ width, height, data }], {
      ...{ format: 'I420', effort, timeLimit: LOOK_MS, maxSize: { width, height } },
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
