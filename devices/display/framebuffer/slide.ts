import type { Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { DISPLAY_PHRASES, inLanguages } from '../phrases.js';
import { type Ink, textBlock } from './block.js';
import { drawColumn } from './column.js';
import type { ChooseStyle, Part } from './product-tile.js';

/** Words over a picture of the shop's own, in hundredths of the short side. */
const STRIP = { both: 25, one: 19 } as const;

/** The shop's own picture over the whole panel, and below it whose shop it is, and what to do. */
export function drawSlide(
  { shop, slide }: Extract<Screen, { show: 'idle' }>,
  { width, height }: { readonly width: number; readonly height: number },
  style: Pick<ChooseStyle, 'fonts' | 'language'> & { readonly ground: string; readonly ink: Ink },
): Part {
  if (slide === undefined) return { svg: '', pictures: [] };
  const { fonts, language, ground, ink } = style;
  const unit = Math.min(width, height) / 100;
  const mark = `picture:${slide.picture}:${width}x${height}`;
  const invites = inLanguages(slide.choose ? DISPLAY_PHRASES.byNumber : DISPLAY_PHRASES.pay, language);
  const high = (invites.length > 1 ? STRIP.both : STRIP.one) * unit;
  const strip = { x: 0, y: height - high, width, height: high };
  const words = [
    textBlock(shop, 6.5, ink.color, { lines: 1 }),
    ...invites.map((text, i) => textBlock(text, 5, i === 0 ? ink.color : ink.muted, { lines: 1 })),
  ];
  const box = {
    ...strip,
    x: 4 * unit,
    y: strip.y + 3 * unit,
    width: width - 8 * unit,
    height: high - 5 * unit,
  };
  return {
    svg:
      `<image x="0" y="0" width="${width}" height="${height}" href="${mark}"/>` +
      `<rect x="0" y="${strip.y}" width="${width}" height="${high}" fill="${ground}" opacity="0.82"/>` +
      drawColumn(words, { box, unit, align: 'start', fonts }).svg,
    pictures: [{ mark, name: slide.picture, width, height, fault: FAULT.idlePicture }],
  };
}
