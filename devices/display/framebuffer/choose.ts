import { formatRupiah } from '../../../src/base/rupiah.js';
import type { ChooseScreen, ShownProduct } from '../../../src/base/screen.js';
import { DISPLAY_PHRASES, inLanguages, type ShownLanguage } from '../phrases.js';
import { amountBlock, type Block, gap, type Ink, textBlock } from './block.js';
import { type Box, type Column, drawColumn, drawFirstThatFits } from './column.js';
import type { Fonts } from './fonts.js';

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
}

/** A tile of a product in which less than this many pixels are left for a letter cannot be read. */
const LEAST_WIDTH = 92;
const MOST_COLUMNS = 5;

/** Products as numbered tiles, and beside them (below them on an upright screen) the cart: for who chooses by keys. */
export function drawChoice(screen: ChooseScreen, { width, height }: Size, style: ChooseStyle): string {
  const unit = Math.min(width, height) / 100;
  const margin = 3 * unit;
  const inner: Box = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin };
  const head: Box = { ...inner, height: 15 * unit };
  const rest: Box = {
    ...inner,
    y: head.y + head.height + margin / 2,
    height: inner.height - head.height - margin / 2,
  };
  const [shelf, cart] = screen.cart === undefined ? [rest, undefined] : parted(rest, width > height, margin);
  return (
    drawHead(screen, head, unit, style) +
    tilesOf(screen, shelf, unit, style) +
    (cart === undefined ? '' : drawCart(screen, cart, unit, style))
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function parted(box: Box, wide: boolean, gapped: number): readonly [Box, Box] {
  if (wide) {
    const width = 0.36 * box.width;
    const left = { ...box, width: box.width - width - gapped };
    return [left, { ...box, x: box.x + box.width - width, width }];
  }
  const height = 0.34 * box.height;
  return [
    { ...box, height: box.height - height - gapped },
    { ...box, y: box.y + box.height - height, height },
  ];
}

/** What was typed and means, or why nothing came of it, or what to do; the page at the right. */
function drawHead(screen: ChooseScreen, box: Box, unit: number, style: ChooseStyle): string {
  const { fonts, language, ink, accent, note } = style;
  const { typed, hint, donation, page, pages } = screen;
  const where = pages > 1 ? 14 * unit : 0;
  const column: Column = { box: { ...box, width: box.width - where }, unit, align: 'start', fonts };
  const first = language === 'both' ? 'id' : language;
  const lines = (said: readonly string[], color: string): Block[] =>
    said.map((line, i) =>
      textBlock(line, i === 0 ? 7.5 : 4.6, i === 0 ? color : ink.muted, { lines: i === 0 ? 1 : 2 }),
    );
  let blocks: readonly Block[];
  if (hint !== undefined) blocks = lines(inLanguages(hint, language), note.color);
  else if (typed !== undefined) {
    const { product, amount } = typed;
    const name = product === undefined ? [] : [product.name[first]];
    const price = product?.unavailable?.[first] ?? formatted(product?.price ?? amount);
    blocks = lines([[typed.digits, ...name, ...price].join('  '), 'OK'], accent);
  } else {
    const ask = donation === undefined ? DISPLAY_PHRASES.choose : DISPLAY_PHRASES.give;
    blocks = lines(inLanguages(donation?.purpose ?? ask, language), ink.color);
  }
  const { svg } = drawColumn(blocks, column);
  if (where === 0) return svg;
  const right = { ...box, x: box.x + box.width - where, width: where };
  const pageWords = [
    textBlock(`${page}/${pages}`, 6.5, ink.color, { lines: 1 }),
    textBlock('0 >', 4.6, ink.muted),
  ];
  return svg + drawColumn(pageWords, { box: right, unit, align: 'middle', fonts }).svg;
}

function formatted(amount: ShownProduct['price'] | undefined): readonly string[] {
  return amount === undefined ? [] : [formatRupiah(amount)];
}

function tilesOf(screen: ChooseScreen, box: Box, unit: number, style: ChooseStyle): string {
  const between = 1.6 * unit;
  const { products } = screen;
  let columns = 1;
  let side = 0;
  for (let tried = 1; tried <= MOST_COLUMNS; tried += 1) {
    const rows = Math.max(2, Math.ceil(products.length / tried));
    const width = (box.width - (tried - 1) * between) / tried;
    const height = (box.height - (rows - 1) * between) / rows;
    if (tried > 1 && width < Math.max(LEAST_WIDTH, 22 * unit)) break;
    if (Math.min(width, 2 * height) <= side) continue;
    side = Math.min(width, 2 * height);
    columns = tried;
  }
  const rows = Math.max(2, Math.ceil(products.length / columns));
  const width = (box.width - (columns - 1) * between) / columns;
  const height = (box.height - (rows - 1) * between) / rows;
  return products
    .map((product, i) => {
      const x = box.x + (i % columns) * (width + between);
      const y = box.y + Math.floor(i / columns) * (height + between);
      return drawTile(product, { x, y, width, height }, unit, style, screen.donation !== undefined);
    })
    .join('');
}

function drawTile(
  product: ShownProduct,
  box: Box,
  unit: number,
  style: ChooseStyle,
  isGift: boolean,
): string {
  const { fonts, language, ink, accent, field, empty, chosen } = style;
  const { number, name, price, unavailable, inCart } = product;
  const first = language === 'both' ? 'id' : language;
  const had = unavailable === undefined;
  const cost = textBlock(
    unavailable?.[first] ?? formatRupiah(price),
    isGift ? 9 : 6,
    had ? accent : ink.muted,
    { lines: 1 },
  );
  const color = had ? ink.color : ink.muted;
  const short = isGift ? [cost] : [textBlock(name[first], 6, color), gap(0.6), cost];
  const left = 9.5 * unit;
  const inset = 1.4 * unit;
  // In a low tile there is one line, which ends where the tile does.
  const line = clipped(name[first], (box.width - left - inset) / Math.max(5 * unit, 11), fonts);
  const [, second] = inLanguages(name, language);
  const long =
    second === undefined || isGift
      ? []
      : [
          [
            textBlock(name[first], 6, color),
            textBlock(second, 4.2, ink.muted, { bold: false }),
            gap(0.6),
            cost,
          ],
        ];
  const brief = isGift ? [cost] : [textBlock(line, 5, color, { lines: 1 }), cost];
  const words = {
    x: box.x + left,
    y: box.y + inset,
    width: box.width - left - inset,
    height: box.height - 2 * inset,
  };
  const numbered = [
    textBlock(String(number), 6.5, had ? accent : ink.muted, { lines: 1 }),
    ...(inCart === undefined ? [] : [gap(1), textBlock(`${inCart}x`, 5, ink.color, { lines: 1 })]),
  ];
  const beside = { x: box.x + inset / 2, y: words.y, width: left - inset / 2, height: words.height };
  return (
    rect(box, unit, !had ? empty : inCart === undefined ? field : chosen) +
    drawColumn(numbered, { box: beside, unit, align: 'middle', fonts }).svg +
    drawFirstThatFits([...long, short, brief], { box: words, unit, align: 'start', fonts }, 0.9).svg
  );
}

/** The newest lines, as many as there is room for, and how many more there are; the sum is of all of them. */
function drawCart(screen: ChooseScreen, box: Box, unit: number, style: ChooseStyle): string {
  const { fonts, language, ink, field, note } = style;
  const lines = screen.cart?.lines ?? [];
  const first = language === 'both' ? 'id' : language;
  const inset = 2 * unit;
  const foot = lines.length === 0 ? 0 : 20 * unit;
  const place = {
    x: box.x + inset,
    y: box.y + inset,
    width: box.width - 2 * inset,
    height: box.height - 2 * inset - foot,
  };
  const each = Math.max(5 * unit, 10) * 1.3;
  const room = Math.max(1, Math.floor(place.height / each));
  const shown = lines.length <= room ? lines : lines.slice(1 - room);
  const more = lines.length - shown.length;
  const parts = [
    ...(more === 0 ? [] : [`+ ${more} ...`]),
    ...shown.map(({ quantity, name }) => `${quantity}x ${name[first]}`),
  ];
  const listed = parts.map((line, i) => {
    const y = place.y + i * each;
    const size = Math.max(5 * unit, 10);
    return `<path d="${fonts.regular.outline(clipped(line, place.width / size, fonts), place.x, y + size, size)}" fill="${ink.color}"/>`;
  });
  const ask = inLanguages(DISPLAY_PHRASES.byNumber, language);
  const nothing = ask.map((line, i) =>
    textBlock(line, i === 0 ? 5.5 : 4.4, i === 0 ? ink.color : ink.muted, { lines: 4 }),
  );
  const { cart } = screen;
  if (cart === undefined || lines.length === 0)
    return rect(box, unit, field) + drawColumn(nothing, { box: place, unit, align: 'middle', fonts }).svg;
  const below = { ...place, y: box.y + box.height - foot, height: foot - inset };
  const pay = inLanguages(DISPLAY_PHRASES.payByKey, language).join(' / ');
  const sum = [
    amountBlock(formatRupiah(cart.sum), 9.5, ink.color),
    textBlock(pay, 4.4, note.color, { lines: 1 }),
  ];
  return (
    rect(box, unit, field) +
    listed.join('') +
    drawColumn(sum, { box: below, unit, align: 'start', fonts }).svg
  );
}

/** As much of it as fits, in em. */
function clipped(line: string, width: number, { bold }: Fonts): string {
  if (bold.width(line) <= width) return line;
  let short = line;
  while (short !== '' && bold.width(`${short}...`) > width) short = short.slice(0, -1);
  return `${short.trimEnd()}...`;
}

function rect({ x, y, width, height }: Box, unit: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${1.8 * unit}" fill="${fill}"/>`;
}
