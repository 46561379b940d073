import { formatRupiah, rupiah } from '../../../src/base/rupiah.js';
import type { ChooseScreen, ShownProduct } from '../../../src/base/screen.js';
import { DISPLAY_PHRASES, inLanguages } from '../phrases.js';
import { amountBlock, type Block, textBlock } from './block.js';
import { type Box, type Column, drawColumn } from './column.js';
import { type ChooseStyle, clipped, drawTile, type Part, roundRect } from './product-tile.js';

/** A tile of a product in which less than this many pixels are left for a letter cannot be read. */
const LEAST_WIDTH = 92;
const MOST_COLUMNS = 5;
/** A tile that is less wide or high than that, in pixels, has its words alone. */
const LEAST_LOOK = 100;
/** A cart of so many em has its prices beside the names. */
const WITH_PRICES = 17;

/** Products as numbered tiles, and beside them (below them on an upright screen) the cart: for who chooses by keys. */
export function drawChoice(screen: ChooseScreen, { width, height }: Size, style: ChooseStyle): Part {
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
  const tiles = tilesOf(screen, shelf, unit, style);
  const beside = cart === undefined ? '' : drawCart(screen, cart, unit, style);
  return { svg: drawHead(screen, head, unit, style) + tiles.svg + beside, pictures: tiles.pictures };
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

/** Where the tiles go: in as many columns as make them largest, with room for pictures or without. */
function tilesOf(screen: ChooseScreen, box: Box, unit: number, style: ChooseStyle): Part {
  const { products } = screen;
  const gift = screen.donation !== undefined;
  const upright = products.some(({ picture }) => picture !== undefined)
    ? gridOf(products.length, box, unit, 0.8)
    : undefined;
  const pictured = upright !== undefined && upright.width >= LEAST_LOOK && upright.height >= LEAST_LOOK;
  const { columns, between, width, height } = pictured ? upright : gridOf(products.length, box, unit, 2);
  const parts = products.map((product, i) => {
    const x = box.x + (i % columns) * (width + between);
    const y = box.y + Math.floor(i / columns) * (height + between);
    return drawTile(product, { x, y, width, height }, { unit, style, gift, pictured });
  });
  return {
    svg: parts.map(({ svg }) => svg).join(''),
    pictures: parts.flatMap(({ pictures }) => pictures),
  };
}

/** @param wide how many times as wide as high a tile is at its best */
function gridOf(count: number, box: Box, unit: number, wide: number) {
  const between = 1.6 * unit;
  const gridIn = (columns: number) => {
    const rows = Math.max(2, Math.ceil(count / columns));
    const width = (box.width - (columns - 1) * between) / columns;
    const height = (box.height - (rows - 1) * between) / rows;
    return { columns, between, width, height };
  };
  let best = gridIn(1);
  for (let columns = 2; columns <= MOST_COLUMNS; columns += 1) {
    const tried = gridIn(columns);
    if (tried.width < Math.max(LEAST_WIDTH, 22 * unit)) break;
    if (Math.min(tried.width, wide * tried.height) > Math.min(best.width, wide * best.height)) best = tried;
  }
  return best;
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
  const size = Math.max(4.4 * unit, 10);
  const each = size * 1.35;
  const room = Math.max(1, Math.floor(place.height / each));
  const shown = lines.length <= room ? lines : lines.slice(1 - room);
  const more = lines.length - shown.length;
  const wide = place.width / size;
  const listed = [
    ...(more === 0 ? [] : [{ words: `+ ${more} ...`, cost: '' }]),
    ...shown.map(({ quantity, name, price, unavailable }) => ({
      words: `${quantity}x ${name[first]}`,
      cost: unavailable?.[first] ?? (wide < WITH_PRICES ? '' : formatRupiah(rupiah(quantity * price))),
    })),
  ].map(({ words, cost }, i) => {
    const y = place.y + i * each + size;
    const taken = fonts.regular.width(cost);
    const left = clipped(words, wide - (cost === '' ? 0 : taken + 1), fonts);
    const outlines =
      fonts.regular.outline(left, place.x, y, size) +
      fonts.regular.outline(cost, place.x + place.width - taken * size, y, size);
    return `<path d="${outlines}" fill="${ink.color}"/>`;
  });
  const ask = inLanguages(DISPLAY_PHRASES.byNumber, language);
  const nothing = ask.map((line, i) =>
    textBlock(line, i === 0 ? 5.5 : 4.4, i === 0 ? ink.color : ink.muted, { lines: 4 }),
  );
  const { cart } = screen;
  if (cart === undefined || lines.length === 0)
    return (
      roundRect(box, unit, field) + drawColumn(nothing, { box: place, unit, align: 'middle', fonts }).svg
    );
  const below = { ...place, y: box.y + box.height - foot, height: foot - inset };
  const pay = inLanguages(DISPLAY_PHRASES.payByKey, language).join(' / ');
  const sum = [
    amountBlock(formatRupiah(cart.sum), 9.5, ink.color),
    textBlock(pay, 4.4, note.color, { lines: 1 }),
  ];
  return (
    roundRect(box, unit, field) +
    listed.join('') +
    drawColumn(sum, { box: below, unit, align: 'start', fonts }).svg
  );
}
