import { loadSharp } from '../../kit/load-sharp.js';
import { Picture } from './picture.js';

/** Turns a drawing into pixels. Loads sharp with the first one, so that a terminal without such a screen does not carry it. */
export class ScreenRaster {
  /** @throws Error when sharp cannot be loaded or refuses the drawing: the installation is broken */
  async draw(svg: string): Promise<Picture> {
    const sharp = loadSharp();
    const drawn = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = drawn.info;
    return new Picture(width, height, drawn.data);
  }
}
