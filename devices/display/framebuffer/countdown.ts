import { minutes } from '../phrases.js';
import { ACCENT, type CountdownPlace, INK, WARN } from './blocks.js';
import type { Box } from './column.js';
import type { Fonts } from './fonts.js';
import { type Color, colorOf, Picture, rasterOf } from './picture.js';
import { CAP_HEIGHT } from './typeface.js';

/** From here on it is drawn as a warning. */
const URGENT_MS = 30_000;
/** Digits are set in cells of one width, so that nothing jumps; the colon behind them is narrower. */
const SIGNS = '0123456789:';
const WHITE = '#ffffff';
const TRACK = '#2b5060';

/** The digits of one size, drawn once: a tick copies them. */
interface Digits {
  readonly height: number;
  readonly cell: number;
  readonly colon: number;
  readonly calm: Picture;
  readonly urgent: Picture;
}

/** The countdown: digits over a bar that gets shorter. Draws into a field of its own, so that a tick is cheap. */
export class Countdown {
  readonly #fonts: Fonts;
  #digits: Digits | undefined;

  constructor(fonts: Fonts) {
    this.#fonts = fonts;
  }

  /** Draws what later ticks copy from. Called again with the same field, it does nothing. */
  async prepare(field: Box): Promise<void> {
    const height = Math.round(field.height * 0.66);
    if (this.#digits?.height === height) return;
    const font = this.#fonts.bold;
    const size = height / (CAP_HEIGHT * 1.3);
    const cell = Math.ceil(Math.max(...[...'0123456789'].map((char) => font.width(char))) * size);
    const colon = Math.ceil(font.width(':') * size);
    const strip = (color: string): Promise<Picture> => {
      const y = height / 2 + (size * CAP_HEIGHT) / 2;
      const glyphs = [...SIGNS].map((char, i) =>
        font.outline(char, i * cell + ((i < 10 ? cell : colon) - font.width(char) * size) / 2, y, size),
      );
      const width = 10 * cell + colon;
      return rasterOf(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${INK}"/><path d="${glyphs.join('')}" fill="${color}"/></svg>`,
      );
    };
    this.#digits = { height, cell, colon, calm: await strip(WHITE), urgent: await strip(WARN) };
  }

  /** @returns the field of `place`, to be laid over the face */
  draw({ box, align }: CountdownPlace, leftMs: number, lifeMs: number): Picture {
    const picture = new Picture(box.width, box.height);
    picture.fill({ x: 0, y: 0, width: box.width, height: box.height }, colorOf(INK));
    const urgent = leftMs <= URGENT_MS;
    this.#write(picture, minutes(leftMs), urgent, align);
    const bar = Math.max(3, Math.round(box.height * 0.14));
    const top = box.height - bar - 1;
    const left = Math.round((box.width * Math.min(leftMs, lifeMs)) / Math.max(1, lifeMs));
    const line = (width: number, color: Color): void =>
      picture.fill({ x: 0, y: top, width, height: bar }, color);
    line(box.width, colorOf(TRACK));
    line(left, colorOf(urgent ? WARN : ACCENT));
    return picture;
  }

  #write(picture: Picture, text: string, urgent: boolean, align: 'start' | 'middle'): void {
    const digits = this.#digits;
    if (digits === undefined) return;
    const { cell, colon, height } = digits;
    const source = urgent ? digits.urgent : digits.calm;
    const widths = [...text].map((char) => (char === ':' ? colon : cell));
    const total = widths.reduce((sum, width) => sum + width, 0);
    // A life of hours on the smallest screen: the bar alone says it.
    if (total > picture.width) return;
    let x = align === 'middle' ? Math.floor((picture.width - total) / 2) : 0;
    [...text].forEach((char, i) => {
      const width = widths[i] ?? cell;
      picture.copy(source, { x: SIGNS.indexOf(char) * cell, y: 0, width, height }, x, 0);
      x += width;
    });
  }
}
