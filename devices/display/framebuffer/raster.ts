import { Picture } from './picture.js';

type Sharp = typeof import('sharp').default;

/** Turns a drawing into pixels. Loads sharp with the first one, so that a terminal without such a screen does not carry it. */
export class Raster {
  #sharp: Promise<Sharp> | undefined;

  /** @throws Error when sharp cannot be loaded or refuses the drawing: the installation is broken */
  async draw(svg: string): Promise<Picture> {
    this.#sharp ??= load();
    const sharp = await this.#sharp;
    const drawn = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = drawn.info;
    return new Picture(width, height, drawn.data);
  }
}

async function load(): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // No drawing comes twice, and one thread is enough: both would only keep memory.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}
