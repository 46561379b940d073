import { formatRupiah } from '../../../src/base/rupiah.js';
import type { ShownProduct } from '../../../src/base/screen.js';
import { inLanguages, type ShownLanguage } from '../phrases.js';
import { type Block, gap, type Ink, textBlock } from './block.js';
import { type Box, drawColumn, drawFirstThatFits } from './column.js';
import type { Fonts } from './fonts.js';
import type { WantedPicture } from './product-pictures.js';

/** What the face to choose from is drawn with. */
export interface ChooseStyle {
  readonly language: ShownLanguage;
  readonly fonts: Fonts;
  readonly ink: Ink;
  readonly accent: string;
  readonly note: Ink;
  /** The field of a product, and of one that cannot be had now. */
  readonly field: string;
  readonly empty: string;
  /** Of what is in the cart, with the ink on it. */
  readonly chosen: string;
  /** Behind the letter of a product without a picture among those with one. */
  readonly ground: string;
}

/** A part of a drawing, and the pictures that belong into it. */
export interface Part {
  readonly svg: string;
  readonly pictures: readonly WantedPicture[];
}

/** Everything a tile is drawn from besides its product. */
export interface TileForm {
  /** Hundredths of the screen's short side. */
  readonly unit: number;
  readonly style: ChooseStyle;
  /** The products are amounts to give. */
  readonly gift: boolean;
  /** There is room for pictures, and some have one. */
  readonly pictured: boolean;
}

/** Of the height of a tile. */
const LOOK = 0.58;
/** What is written on a tile with a picture grows with the tile, up to what the screen has elsewhere. */
const PICTURED_UNITS = 40;

export function drawTile(product: ShownProduct, box: Box, form: TileForm): Part {
  const { style, unit } = form;
  const { unavailable, inCart } = product;
  const fill = unavailable !== undefined ? style.empty : inCart === undefined ? style.field : style.chosen;
  const field = roundRect(box, unit, fill);
  if (!form.pictured) return { svg: field + wordsBeside(product, box, form), pictures: [] };
  const small = { ...form, unit: Math.min(unit, box.width / PICTURED_UNITS) };
  const look = drawLook(product, box, small);
  return { svg: field + look.svg + wordsBelow(product, box, small), pictures: look.pictures };
}

export function roundRect({ x, y, width, height }: Box, unit: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${1.8 * unit}" fill="${fill}"/>`;
}

/** As much of it as fits, in em. */
export function clipped(line: string, width: number, { bold }: Fonts): string {
  if (bold.width(line) <= width) return line;
  let short = line;
  while (short !== '' && bold.width(`${short}...`) > width) short = short.slice(0, -1);
  return `${short.trimEnd()}...`;
}

/** Number at the left, name and price beside it. */
function wordsBeside(product: ShownProduct, box: Box, form: TileForm): string {
  const { unit, style } = form;
  const { fonts, ink, accent } = style;
  const { number, unavailable, inCart } = product;
  const left = 9.5 * unit;
  const inset = 1.4 * unit;
  const words = {
    x: box.x + left,
    y: box.y + inset,
    width: box.width - left - inset,
    height: box.height - 2 * inset,
  };
  const color = unavailable === undefined ? accent : ink.muted;
  const numbered = [
    textBlock(String(number), 6.5, color, { lines: 1 }),
    ...(inCart === undefined ? [] : [gap(1), textBlock(`${inCart}x`, 5, ink.color, { lines: 1 })]),
  ];
  const beside = { x: box.x + inset / 2, y: words.y, width: left - inset / 2, height: words.height };
  return (
    drawColumn(numbered, { box: beside, unit, align: 'middle', fonts }).svg +
    drawFirstThatFits(wordings(product, words.width, form), { box: words, unit, align: 'start', fonts }, 0.9)
      .svg
  );
}

/** Name and price below the picture. */
function wordsBelow(product: ShownProduct, box: Box, form: TileForm): string {
  const { unit, style } = form;
  const inset = 1.4 * unit;
  const top = LOOK * box.height + 0.6 * unit;
  const words = {
    x: box.x + inset,
    y: box.y + top,
    width: box.width - 2 * inset,
    height: box.height - top - 0.6 * unit,
  };
  const column = { box: words, unit, align: 'start', fonts: style.fonts } as const;
  return drawFirstThatFits(wordings(product, words.width, form), column, 0.9).svg;
}

/** In several lengths; where there is no room for two lines the name ends where the tile does. */
function wordings({ name, price, unavailable }: ShownProduct, width: number, form: TileForm): Block[][] {
  const { unit, style, gift, pictured } = form;
  const { language, ink, accent, fonts } = style;
  const first = language === 'both' ? 'id' : language;
  const color = unavailable === undefined ? ink.color : ink.muted;
  const cost = textBlock(
    unavailable?.[first] ?? formatRupiah(price),
    gift ? 9 : pictured ? 5.4 : 6,
    unavailable === undefined ? accent : ink.muted,
    { lines: 1 },
  );
  if (gift) return [[cost]];
  const size = pictured ? 4.8 : 6;
  const [, second] = inLanguages(name, language);
  const both =
    second === undefined ? [] : [gap(0.3), textBlock(second, 0.7 * size, ink.muted, { bold: false })];
  const least = pictured ? 4.2 : 5;
  const line = clipped(name[first], width / Math.max(least * unit, 11), fonts);
  return [
    ...(second === undefined ? [] : [[textBlock(name[first], size, color), ...both, gap(0.6), cost]]),
    [textBlock(name[first], size, color), gap(0.6), cost],
    [textBlock(line, least, color, { lines: 1 }), cost],
  ];
}

/** The picture, or the letter of the name, with the number and how many of it are in the cart upon it. */
function drawLook(
  { number, name, picture, unavailable, inCart }: ShownProduct,
  box: Box,
  form: TileForm,
): Part {
  const { unit, style } = form;
  const { fonts, language, ground, accent, ink, chosen, empty } = style;
  const place: Box = {
    x: Math.round(box.x),
    y: Math.round(box.y),
    width: Math.round(box.width),
    height: Math.round(LOOK * box.height),
  };
  const clip = `look${number}`;
  const rounded = `<clipPath id="${clip}"><path d="${roundedTop(place, 1.8 * unit)}"/></clipPath>`;
  const letter = ([...name[language === 'both' ? 'id' : language]][0] ?? '').toUpperCase();
  const initial = drawColumn([textBlock(letter, 14, accent, { lines: 1 })], {
    ...{ box: place, unit, align: 'middle', fonts },
  });
  const behind = `<rect ${at(place)} fill="${ground}"/>${picture === undefined ? initial.svg : ''}`;
  const wanted = picture === undefined ? [] : [wantedPicture(picture, place)];
  const images = wanted.map(({ mark }) => `<image ${at(place)} href="${mark}"/>`).join('');
  // Behind a veil what cannot be had: the words say why.
  const veil = unavailable === undefined ? '' : `<rect ${at(place)} fill="${empty}" opacity="0.72"/>`;
  const tag = (text: string, right: boolean, fill: string): string => {
    const height = 7.4 * unit;
    const width = Math.max(height, (fonts.bold.width(text) * 5 + 3) * unit);
    const x = right ? place.x + place.width - width - unit : place.x + unit;
    const field = { x, y: place.y + unit, width, height };
    const words = [textBlock(text, 5, ink.color, { lines: 1 })];
    return roundRect(field, unit, fill) + drawColumn(words, { box: field, unit, align: 'middle', fonts }).svg;
  };
  return {
    svg:
      `${rounded}<g clip-path="url(#${clip})">${behind}${images}${veil}</g>` +
      tag(String(number), false, empty) +
      (inCart === undefined ? '' : tag(`${inCart}x`, true, chosen)),
    pictures: wanted,
  };
}

function wantedPicture(name: string, { width, height }: Box): WantedPicture {
  return { mark: `picture:${name}:${width}x${height}`, name, width, height };
}

function at({ x, y, width, height }: Box): string {
  return `x="${x}" y="${y}" width="${width}" height="${height}"`;
}

function roundedTop({ x, y, width, height }: Box, r: number): string {
  return `M${x} ${y + height}V${y + r}a${r} ${r} 0 0 1 ${r} ${-r}H${x + width - r}a${r} ${r} 0 0 1 ${r} ${r}V${y + height}z`;
}
