import type { Block, Sign } from './block.js';
import type { Fonts } from './fonts.js';
import { CAP_HEIGHT, type Typeface } from './typeface.js';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawn {
  readonly svg: string;
  /** Where the countdown goes, on whole pixels. */
  readonly room: Box | undefined;
  /** By how much everything was shrunk, 1 for not at all; 0 when it is cut off even so. */
  readonly scale: number;
}

/** Where blocks are drawn, and how. */
export interface Column {
  readonly box: Box;
  /** Pixels of one hundredth of the screen's short side. */
  readonly unit: number;
  readonly align: 'start' | 'middle';
  readonly fonts: Fonts;
}

/** A block as it will be drawn: how high it is, and how. */
interface Measured {
  readonly height: number;
  readonly draw: (top: number) => string;
  readonly room?: (top: number) => Box;
}

/** Height of a line of text, in em. */
const LINE = 1.22;
const CURRENCY = 0.62;
/** Less cannot be read. In pixels. */
const SMALLEST = 9;

/**
 * Draws `blocks` one below the other, centred in the height of `box`. Everything is shrunk by the same factor until it
 * fits; a text that is too wide for its lines even so is shrunk alone.
 */
export function drawColumn(blocks: readonly Block[], column: Column): Drawn {
  const { box, unit } = column;
  let measured: Measured[] = [];
  let total = 0;
  let scale = 1;
  for (; scale > 0.3; scale *= 0.94) {
    measured = blocks.map((block) => measure(block, { ...column, unit: unit * scale }));
    total = measured.reduce((sum, { height }) => sum + height, 0);
    if (total <= box.height) break;
  }
  let top = box.y + Math.max(0, (box.height - total) / 2);
  let svg = '';
  let room: Box | undefined;
  for (const block of measured) {
    svg += block.draw(top);
    room ??= block.room?.(top);
    top += block.height;
  }
  return { svg, room, scale: total <= box.height ? scale : 0 };
}

/** Below this it is better to leave something out than to shrink everything. */
const COMFORTABLE = 0.75;

/**
 * Draws the first of `choices` that need not be shrunk to less than `least`: what comes first says most. The last one is
 * drawn anyway.
 */
export function drawFirstThatFits(
  choices: readonly (readonly Block[])[],
  column: Column,
  least = COMFORTABLE,
): Drawn {
  let drawn: Drawn = { svg: '', room: undefined, scale: 0 };
  for (const blocks of choices) {
    drawn = drawColumn(blocks, column);
    if (drawn.scale >= least) break;
  }
  return drawn;
}

function measure(block: Block, column: Column): Measured {
  const { box, align } = column;
  const size = block.size * column.unit;
  switch (block.kind) {
    case 'gap':
      return { height: size, draw: () => '' };
    case 'room': {
      const height = Math.round(size);
      return {
        height,
        draw: () => '',
        room: (top) => ({
          x: Math.round(box.x),
          y: Math.round(top),
          width: Math.floor(box.width),
          height,
        }),
      };
    }
    case 'sign': {
      const x = align === 'middle' ? box.x + (box.width - size) / 2 : box.x;
      return { height: size, draw: (top) => signPath(block.sign, x, top, size, block.color) };
    }
    case 'amount':
      return measureAmount(block, size, column);
    case 'text':
      return measureText(block, size, column);
  }
}

function measureAmount(
  { digits, color }: Extract<Block, { kind: 'amount' }>,
  wanted: number,
  { box, align, fonts: { bold: font } }: Column,
): Measured {
  const currency = font.width('Rp ') * CURRENCY;
  const em = currency + font.width(digits);
  const size = Math.min(wanted, box.width / em);
  const x = startOf(box, em * size, align);
  return {
    height: size * 1.1,
    draw: (top) => {
      const y = top + size * (0.55 + CAP_HEIGHT / 2);
      const small = font.outline('Rp', x, y, size * CURRENCY);
      return path(small + font.outline(digits, x + currency * size, y, size), color);
    },
  };
}

function measureText(
  block: Extract<Block, { kind: 'text' }>,
  wanted: number,
  { box, align, fonts }: Column,
): Measured {
  const font = block.bold ? fonts.bold : fonts.regular;
  const inset = block.chip === undefined ? 0 : wanted * 0.7;
  const width = box.width - 2 * inset;
  let size = Math.max(wanted, SMALLEST);
  let lines = breakLines(block.text, width / size, block.lines, font);
  while (lines === undefined && size > SMALLEST / 2) {
    size *= 0.94;
    lines = breakLines(block.text, width / size, block.lines, font);
  }
  const shown = lines ?? [block.text];
  const height = shown.length * size * LINE + (block.chip === undefined ? 0 : size * 0.5);
  const widest = Math.max(...shown.map((line) => font.width(line))) * size;
  const draw = (top: number): string => {
    const first = top + (height - shown.length * size * LINE) / 2 + size * (LINE / 2 + CAP_HEIGHT / 2);
    const outlines = shown.map((line, i) =>
      font.outline(line, startOf(box, font.width(line) * size, align), first + i * size * LINE, size),
    );
    const left = startOf(box, widest, align) - inset;
    const field =
      block.chip === undefined
        ? ''
        : `<rect x="${left}" y="${top}" width="${widest + 2 * inset}" height="${height}" rx="${size * 0.35}" fill="${block.chip}"/>`;
    return field + path(outlines.join(''), block.color);
  };
  return { height, draw };
}

function startOf(box: Box, width: number, align: Column['align']): number {
  return align === 'middle' ? box.x + (box.width - width) / 2 : box.x;
}

function path(data: string, color: string): string {
  return data === '' ? '' : `<path d="${data}" fill="${color}"/>`;
}

/** Broken at blanks. @returns undefined when it takes more than `most` lines, or one word is too wide; `width` in em */
function breakLines(words: string, width: number, most: number, font: Typeface): string[] | undefined {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (font.width(longer) <= width) {
      line = longer;
      continue;
    }
    if (line === '' || font.width(word) > width) return undefined;
    lines.push(line);
    line = word;
  }
  lines.push(line);
  return lines.length <= most ? lines : undefined;
}

const STROKES: Readonly<Record<Sign, string>> = {
  check: '<circle cx="50" cy="50" r="45"/><path d="m28 52 15 15 30-33"/>',
  cross: '<circle cx="50" cy="50" r="45"/><path d="m34 34 32 32m0-32L34 66"/>',
  warning: '<path d="M50 8 96 90H4z"/><path d="M50 38v26m0 12v1"/>',
  clock: '<circle cx="50" cy="50" r="45"/><path d="M50 22v28l18 12"/>',
  wrench:
    '<path d="M84 24 70 38l-9-1-1-9 14-14a25 25 0 0 0-32 32L13 75a8.5 8.5 0 0 0 12 12l29-29a25 25 0 0 0 30-34z"/>',
};

/** A sign that is understood without reading, drawn with a stroke of one color into a square of `size` pixels. */
function signPath(sign: Sign, x: number, y: number, size: number, color: string): string {
  const place = `translate(${x} ${y}) scale(${size / 100})`;
  return `<g transform="${place}" fill="none" stroke="${color}" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">${STROKES[sign]}</g>`;
}
