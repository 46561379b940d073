import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Fault, messageOf, refused, temporary } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { FAULT } from '../../../src/core/fault/table.js';

/** How the pixels of a framebuffer lie in memory. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** 16: RGB565; 32: XRGB8888. Both little-endian. */
  readonly bitsPerPixel: 16 | 32;
  /** Bytes from the beginning of one row to that of the next. */
  readonly stride: number;
}

/** Larger is no screen of a shop, and would ask for more memory than the box has. In pixels on a side. */
const LARGEST = 4096;

/**
 * What the kernel says of a framebuffer below `/sys/class/graphics` (Documentation/fb/api.rst).
 * @param device `/dev/fb0`, or a link to it
 * @returns FAULT.framebufferMissing when there is no such framebuffer, FAULT.framebufferFormat when its pixels are
 *   of a kind that we do not draw
 */
export async function readGeometry(device: string, sysfs: string): Promise<Result<Geometry, Fault>> {
  const said = new Map<string, string>();
  try {
    const folder = join(sysfs, basename(await realpath(device)));
    for (const name of ['virtual_size', 'bits_per_pixel', 'stride'])
      said.set(name, (await readFile(join(folder, name), 'utf8')).trim());
  } catch (thrown) {
    return err(temporary(FAULT.framebufferMissing, messageOf(thrown)));
  }
  const [width = 0, height = 0] = (said.get('virtual_size') ?? '').split(',').map(whole);
  const bits = whole(said.get('bits_per_pixel') ?? '');
  const stride = whole(said.get('stride') ?? '');
  const words = [...said].map(([name, value]) => `${name} ${value}`).join(', ');
  const wrong = (why: string): Result<never, Fault> =>
    err(refused(FAULT.framebufferFormat, `${device}: ${why} (${words})`));
  if (bits !== 16 && bits !== 32) return wrong('16 or 32 bits a pixel can be drawn');
  if (width < 160 || height < 120 || width > LARGEST || height > LARGEST)
    return wrong(`160x120 to ${LARGEST}x${LARGEST} pixels can be drawn`);
  if (stride < (width * bits) / 8) return wrong('a row is longer than its stride');
  return ok({ width, height, bitsPerPixel: bits, stride });
}

function whole(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
