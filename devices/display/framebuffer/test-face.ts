import { TEST_PAYLOAD, TEST_WORDS } from '../phrases.js';
import { gap, textBlock } from './block.js';
import type { Face, Size } from './blocks.js';
import { drawColumn } from './column.js';
import type { Fonts } from './fonts.js';
import { fitScreenQr } from './screen-qr.js';

/** Wrong order of red and blue, missing bits and a wrong stride are seen at a glance in these. */
const BARS: readonly (readonly [color: string, name: string, ink: string])[] = [
  ['#ff0000', 'RED', '#ffffff'],
  ['#00ff00', 'GREEN', '#000000'],
  ['#0000ff', 'BLUE', '#ffffff'],
  ['#ffffff', 'WHITE', '#000000'],
];
const GREYS = 16;

/** A one-pixel frame at the very edge, colour bars, greys, what the kernel says of the screen, and a harmless code. */
export function testFace(size: Size, lines: readonly string[], fonts: Fonts): Face {
  const { width, height } = size;
  const unit = Math.min(width, height) / 100;
  const middle = { unit, align: 'middle', fonts } as const;
  const bars = 14 * unit;
  const bar = (width - 6) / BARS.length;
  const colours = BARS.map(([color, name, ink], i) => {
    const box = { x: 3 + i * bar, y: 3, width: bar, height: bars };
    const label = drawColumn([textBlock(name, 5, ink, { lines: 1 })], { ...middle, box }).svg;
    return `<rect x="${box.x}" y="3" width="${bar}" height="${bars}" fill="${color}"/>${label}`;
  });
  const step = (width - 6) / GREYS;
  const greys = Array.from({ length: GREYS }, (_, i) => {
    const level = Math.round((255 * i) / (GREYS - 1));
    return `<rect x="${3 + i * step}" y="${3 + bars}" width="${step + 1}" height="${6 * unit}" fill="rgb(${level},${level},${level})"/>`;
  });
  const top = 3 + bars + 8 * unit;
  const wide = width > height;
  const rest = height - top - 3 * unit;
  const fitted = fitScreenQr(
    TEST_PAYLOAD,
    Math.floor(wide ? Math.min(rest, width / 2) : Math.min(rest / 2, width)),
  );
  const side = fitted.ok ? fitted.value.side : 0;
  const at = { x: wide ? Math.floor(3 * unit) : Math.floor((width - side) / 2), y: Math.floor(top) };
  const box = wide
    ? { x: at.x + side + 3 * unit, y: top, width: width - at.x - side - 6 * unit, height: rest }
    : { x: 3 * unit, y: top + side, width: width - 6 * unit, height: rest - side };
  const words = [TEST_WORDS.id, TEST_WORDS.en].map((line) => textBlock(line, 7, '#000000', { lines: 3 }));
  const facts = lines.flatMap((line) => [
    gap(1.5),
    textBlock(line, 4.5, '#33444b', { bold: false, lines: 2 }),
  ]);
  const { svg } = drawColumn([...words, gap(2), ...facts], { ...middle, box });
  const frame = `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" fill="none" stroke="#ff0000" stroke-width="1" shape-rendering="crispEdges"/>`;
  const paper = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  const body = paper + colours.join('') + greys.join('') + svg + frame;
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`,
    ...(fitted.ok ? { qr: { ...fitted.value, ...at } } : {}),
  };
}
