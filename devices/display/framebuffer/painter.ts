import type { Fault } from '../../../src/base/fault.js';
import type { Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { blocksOf, type Face, type Style, timeUp } from './blocks.js';
import type { Canvas, Span } from './canvas.js';
import { Countdown } from './countdown.js';
import { type Picture, rasterOf } from './picture.js';
import type { ProductPictures } from './product-pictures.js';
import { paintQr } from './screen-qr.js';
import { testFace } from './test-face.js';

/** What the canvas shows now: kept, so that a tick draws its few pixels and nothing else. */
interface Painted {
  readonly face: Face;
  readonly screen: Screen;
}

export interface Stroke {
  readonly span: Span;
  /** FAULT.qrNotDrawable, in words, where there is no QR although the screen asks for one. */
  readonly wrong?: { readonly code: number; readonly detail: string };
}

/** Draws screens into a canvas: whole ones, and the countdown alone. */
export class Painter {
  readonly #style: Style;
  readonly #countdown: Countdown;
  readonly #failed: (fault: Fault) => void;
  #pictures: ProductPictures | undefined;
  #painted: Painted | undefined;

  /** @param failed a picture of a product cannot be shown */
  constructor(style: Style, failed: (fault: Fault) => void) {
    this.#style = style;
    this.#failed = failed;
    this.#countdown = new Countdown(style.fonts);
  }

  /** @throws Error when sharp cannot draw: the installation is broken */
  async paint(canvas: Canvas, screen: Screen): Promise<Stroke> {
    const over = screen.show === 'scan' && screen.leftMs <= 0;
    const face = blocksOf(over ? timeUp(screen) : screen, canvas.size, this.#style);
    const picture = await drawn(await this.#withPictures(face));
    if (face.countdown !== undefined && screen.show === 'scan') {
      await this.#countdown.prepare(face.countdown.box);
      const { box } = face.countdown;
      const count = this.#countdown.draw(face.countdown, screen.leftMs, screen.lifeMs);
      picture.copy(count, { x: 0, y: 0, width: box.width, height: box.height }, box.x, box.y);
    }
    this.#painted = { face, screen };
    const span = canvas.lay(picture, 0, 0);
    return face.wrong === undefined
      ? { span }
      : { span, wrong: { code: FAULT.qrNotDrawable, detail: face.wrong } };
  }

  /** What a shop without pictures of its products needs none of is loaded with the first one. */
  async #withPictures(face: Face): Promise<Face> {
    const { pictures: folder } = this.#style;
    if (folder === undefined || face.pictures === undefined || face.pictures.length === 0) return face;
    if (this.#pictures === undefined) {
      const { ProductPictures } = await import('./product-pictures.js');
      this.#pictures = new ProductPictures(folder, this.#failed);
    }
    return { ...face, svg: await this.#pictures.into(face.svg, face.pictures) };
  }

  /** The countdown of the screen that was painted last. @returns undefined where there is none */
  tick(canvas: Canvas, leftMs: number): Span | undefined {
    const { face, screen } = this.#painted ?? {};
    if (face?.countdown === undefined || screen?.show !== 'scan') return undefined;
    const { x, y } = face.countdown.box;
    return canvas.lay(this.#countdown.draw(face.countdown, leftMs, screen.lifeMs), x, y);
  }

  /** A page for a technician's eyes: edges, colours, both languages, a code. */
  async test(canvas: Canvas, lines: readonly string[]): Promise<Stroke> {
    this.#painted = undefined;
    const picture = await drawn(testFace(canvas.size, lines, this.#style.fonts));
    return { span: canvas.lay(picture, 0, 0) };
  }
}

async function drawn({ svg, qr }: Face): Promise<Picture> {
  const picture = await rasterOf(svg);
  if (qr !== undefined) paintQr(picture, qr);
  return picture;
}
