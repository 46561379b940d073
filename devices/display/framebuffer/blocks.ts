import { formatRupiah } from '../../../src/base/rupiah.js';
import type { Help, Screen } from '../../../src/base/screen.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { ScreenWords } from '../../kit/device.js';
import { MIN_SCALE } from '../../kit/qr-matrix.js';
import { DISPLAY_PHRASES, inLanguages, ownerLines, type ShownLanguage } from '../phrases.js';
import { amountBlock, type Block, both, gap, type Ink, sign, textBlock } from './block.js';
import { drawChoice } from './choose.js';
import { type Box, drawColumn, drawFirstThatFits } from './column.js';
import type { Fonts } from './fonts.js';
import type { WantedPicture } from './product-pictures.js';
import { fitScreenQr, type PlacedQr } from './screen-qr.js';
import { drawSlide } from './slide.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the countdown goes, over {@link INK}, and where in it the digits stand. */
export interface CountdownPlace {
  readonly box: Box;
  readonly align: 'start' | 'middle';
}

/** What one screen looks like: a drawing, and what is painted over it dot by dot. */
export interface Face {
  readonly svg: string;
  readonly qr?: PlacedQr;
  readonly countdown?: CountdownPlace;
  /** What stands for itself in the drawing until it is loaded. */
  readonly pictures?: readonly WantedPicture[];
  /** Why there is no QR although there should be. */
  readonly wrong?: string;
}

export interface Style extends ScreenWords {
  readonly fonts: Fonts;
}

/** The colours of the terminal page, so that two screens of one shop look alike. */
export const INK = '#0c2430';
export const ACCENT = '#5fd4f4';
export const WARN = '#ffc53d';
const PAPER = '#eef2f3';
const CHIP = '#d3dde0';
const GO = '#0a7a45';
const GO_DEEP = '#075c34';
const STOP = '#b3261e';
const WARN_INK = '#2e2100';
const WHITE = '#ffffff';

const ON_INK: Ink = { color: WHITE, muted: '#a9c3cd' };
const ON_PAPER: Ink = { color: INK, muted: '#4c616a' };
const ON_GO: Ink = { color: WHITE, muted: '#d7f2e3' };
const ON_WARN: Ink = { color: WARN_INK, muted: '#5a4300' };
const LABEL: Ink = { color: ACCENT, muted: ACCENT };
const NOTE: Ink = { color: WARN, muted: WARN };
const CHOOSE_COLORS = {
  ...{ ink: ON_INK, accent: ACCENT, note: NOTE },
  ...{ field: '#1b3f50', empty: '#12303e', chosen: GO_DEEP, ground: '#28566a' },
};

/** Draws `screen` at `size`. Pure: the same screen gives the same drawing. */
export function blocksOf(screen: Screen, size: Size, style: Style): Face {
  const { language } = style;
  switch (screen.show) {
    case 'idle': {
      if (screen.slide !== undefined) {
        const look = { fonts: style.fonts, language, ground: INK, ink: ON_INK };
        const shop = screen.shop === '' ? style.shop : screen.shop;
        const { svg, pictures } = drawSlide({ ...screen, shop }, size, look);
        return { svg: sheet(size, INK, svg), pictures };
      }
      return column(size, INK, idleBlocks(screen, style), style);
    }
    case 'choose': {
      const { svg, pictures } = drawChoice(screen, size, { ...CHOOSE_COLORS, language, fonts: style.fonts });
      return { svg: sheet(size, INK, svg), pictures };
    }
    case 'entering': {
      const typed = screen.amount > 0;
      const label = typed ? DISPLAY_PHRASES.amount : DISPLAY_PHRASES.type;
      const digits = amountBlock(formatRupiah(screen.amount), 26, typed ? WHITE : ON_INK.muted);
      const hint = screen.hint === undefined ? [] : [gap(5), ...both(screen.hint, language, 6, NOTE, 3)];
      return column(size, INK, [...both(label, language, 7, LABEL), gap(3), digits, ...hint], style);
    }
    case 'wait': {
      const total = amountBlock(formatRupiah(screen.amount), 20, WHITE);
      return column(size, INK, [total, gap(6), ...both(screen.words, language, 9, ON_INK, 3)], style);
    }
    case 'scan':
      return scanFace(screen, size, style);
    case 'paid':
      return screen.receipt === undefined
        ? column(size, GO, paidBlocks(screen, language), style)
        : endFace(size, GO, (spoken) => paidBlocks(screen, spoken), { ink: ON_GO, ...screen }, style);
    case 'closed':
      return endFace(
        size,
        PAPER,
        (spoken) => closedBlocks(screen, spoken),
        { ink: ON_PAPER, ...screen },
        style,
      );
    case 'owed':
      return endFace(size, WARN, (spoken) => owedBlocks(screen, spoken), { ink: ON_WARN, ...screen }, style);
    case 'outOfService': {
      const told = (spoken: ShownLanguage): Block[] => outOfServiceBlocks(screen, spoken);
      return endFace(size, PAPER, told, { ink: ON_PAPER, ...screen }, style);
    }
  }
}

/** The register's lines are what the customer looks at, where there are some. */
function idleBlocks(screen: Extract<Screen, { show: 'idle' }>, { language, shop }: Style): Block[] {
  const { lines = [], note } = screen;
  const bill = lines.map((line) => textBlock(line, 5.5, WHITE, { lines: 1 }));
  return [
    textBlock(screen.shop === '' ? shop : screen.shop, lines.length > 0 ? 9 : 15, WHITE, { lines: 3 }),
    gap(5),
    ...(lines.length > 0 ? bill : both(DISPLAY_PHRASES.pay, language, 6.5, ON_INK)),
    gap(6),
    textBlock(screen.terminal, 4, ON_INK.muted),
    ...(note === undefined ? [] : [gap(4), ...both(note, language, 4.5, NOTE, 3)]),
  ];
}

function paidBlocks(screen: Extract<Screen, { show: 'paid' }>, language: ShownLanguage): Block[] {
  const [first = '', second] = inLanguages(DISPLAY_PHRASES.paid, language);
  return [
    ...(screen.receipt === undefined ? [sign('check', 24, WHITE), gap(3)] : []),
    textBlock(first, 24, WHITE, { lines: 1 }),
    ...(second === undefined ? [] : [gap(1), textBlock(second, 8, WHITE, { lines: 1 })]),
    gap(2),
    amountBlock(formatRupiah(screen.amount), 14, WHITE),
    ...screen.notes.flatMap((note) => [gap(2), ...both(note, language, 5.5, ON_GO, 3)]),
    // What stands in the receipt need not be written down.
    ...quotable(screen, WHITE, GO_DEEP, screen.receipt !== undefined),
  ];
}

function closedBlocks(screen: Extract<Screen, { show: 'closed' }>, language: ShownLanguage): Block[] {
  const { code, notes = [] } = screen;
  // Law 2: what is not known yet must not look like a no.
  const mark = screen.unsure ? sign('warning', 22, STOP) : sign('cross', notes.length === 0 ? 22 : 12, STOP);
  const verdict = screen.unsure ? [] : both(DISPLAY_PHRASES.notPaid, language, 4.5, ON_PAPER);
  return [
    mark,
    gap(3),
    ...both(screen.words, language, 8.5, ON_PAPER, 4),
    gap(3),
    ...verdict,
    amountBlock(formatRupiah(screen.amount), 9, INK),
    ...(code === undefined ? [] : [gap(3), textBlock(`E${code}`, 6, INK, { chip: CHIP })]),
    ...notes.flatMap((note) => [gap(2), ...both(note, language, 4.5, ON_PAPER, 3)]),
    ...quotable(screen, INK, CHIP),
  ];
}

function owedBlocks(screen: Extract<Screen, { show: 'owed' }>, language: ShownLanguage): Block[] {
  return [
    sign('warning', 18, WARN_INK),
    gap(2),
    ...both(DISPLAY_PHRASES.received, language, 6, ON_WARN),
    gap(2),
    amountBlock(formatRupiah(screen.amount), 13, WARN_INK),
    gap(2),
    ...both(screen.words, language, 7, ON_WARN, 5),
    ...quotable(screen, WARN_INK, '#fff0cc'),
  ];
}

function outOfServiceBlocks(
  screen: Extract<Screen, { show: 'outOfService' }>,
  language: ShownLanguage,
): Block[] {
  const { closed, code, notes = [] } = screen;
  if (closed !== undefined)
    return [
      sign(closed.why === 'hours' ? 'clock' : 'wrench', 20, WARN_INK),
      gap(3),
      textBlock(closed.shop, 5.5, ON_PAPER.muted, { lines: 2 }),
      gap(2),
      ...both(screen.words, language, 11, ON_PAPER, 3),
      ...notes.flatMap((note) => [gap(4), ...both(note, language, 6.5, ON_PAPER, 4)]),
    ];
  return [
    sign('warning', 22, STOP),
    gap(3),
    ...both(DISPLAY_PHRASES.outOfService, language, 6, ON_PAPER),
    gap(4),
    ...both(screen.words, language, 9, ON_PAPER, 4),
    ...(code === undefined ? [] : [gap(4), textBlock(`E${code}`, 9, INK, { chip: CHIP })]),
  ];
}

/** What a customer says on the telephone: the short number, and under it the order id. */
function quotable(
  { number, orderId }: { readonly number?: string; readonly orderId?: string },
  color: string,
  chip: string,
  numberOnly = false,
): Block[] {
  if (orderId === undefined) return [];
  const short =
    number === undefined ? [] : [gap(3), textBlock(`No. ${number}`, 7, color, { chip, lines: 1 })];
  if (numberOnly) return short;
  const size = number === undefined ? 5 : 4;
  return [...short, gap(2), textBlock(orderId, size, color, { chip, lines: 1 })];
}

interface End {
  readonly show: Screen['show'];
  readonly ink: Ink;
  readonly help?: Help;
  readonly receipt?: string;
}

/**
 * An end with whom to call below it, and beside it the code that opens WhatsApp, or the receipt, on a screen that is not too small for one.
 * The second language gives way before all of it gets small.
 */
function endFace(
  size: Size,
  background: string,
  told: (language: ShownLanguage) => readonly Block[],
  end: End,
  style: Style,
): Face {
  const { language, fonts } = style;
  const { help, ink, receipt } = end;
  const unit = unitOf(size);
  const contact = (help?.lines ?? []).map((line) => textBlock(line, 5, ink.color, { lines: 1 }));
  const below = contact.length === 0 ? [] : [gap(3), ...contact];
  const first = language === 'both' ? 'id' : language;
  const choices = [[...told(language), ...below]];
  if (help !== undefined || receipt !== undefined) choices.push([...told(first), ...below]);
  const { code, rest } = endCode(size, end);
  const margin = 5 * unit;
  const column = { box: inside(rest, margin), unit, align: 'middle', fonts } as const;
  const { svg } = drawFirstThatFits(choices, column, SMALL_IN_BOTH);
  if (code === undefined) return { svg: sheet(size, background, svg) };
  const said = help?.link === undefined ? DISPLAY_PHRASES.takeReceipt : DISPLAY_PHRASES.writeToUs;
  const words = both(said, language, 4.5, ink, 2);
  const under = {
    x: code.x,
    y: code.y + code.side,
    width: code.side,
    height: size.height - code.y - code.side,
  };
  const label = drawColumn(words, { box: inside(under, unit), unit, align: 'middle', fonts });
  return { svg: sheet(size, background, svg + label.svg), qr: code };
}

/** A language is left out only where both of them would be smaller than that. */
const SMALL_IN_BOTH = 0.55;

/** Of the short side, for the words under the code. */
const UNDER_CODE = 12;

/** Parts of width and height that the code may take, and of the width of an upright screen. */
const BESIDE_WORDS = [0.36, 0.6, 0.42] as const;
const BESIDE_PAID = [0.42, 0.62, 0.6] as const;
/** LUNAS is short: where the code would be read from nearby only, it gets most of the screen. */
const BEFORE_PAID = [0.66, 0.88, 0.62] as const;

function fitEndCode({ width, height }: Size, link: string, show: Screen['show']) {
  const within = ([ofWidth, ofHeight, ofUpright]: readonly [number, number, number]) => {
    const most = width > height ? Math.min(ofWidth * width, ofHeight * height) : ofUpright * width;
    return fitScreenQr(link, Math.floor(most));
  };
  if (show !== 'paid') return within(BESIDE_WORDS);
  const fitted = within(BESIDE_PAID);
  return fitted.ok && fitted.value.scale >= MIN_SCALE ? fitted : within(BEFORE_PAID);
}

/** At the right edge, or at the lower one of an upright screen; `rest` is the room that is left. */
function endCode(size: Size, { show, help, receipt }: End): { readonly code?: PlacedQr; readonly rest: Box } {
  const { width, height } = size;
  const whole: Box = { x: 0, y: 0, width, height };
  const link = help?.link ?? receipt;
  if (link === undefined) return { rest: whole };
  const unit = unitOf(size);
  const margin = Math.round(4 * unit);
  const wide = width > height;
  const fitted = fitEndCode(size, link, show);
  if (!fitted.ok) return { rest: whole };
  const { side } = fitted.value;
  if (wide) {
    const at = { x: width - margin - side, y: Math.floor((height - side - UNDER_CODE * unit) / 2) };
    return { code: { ...fitted.value, ...at }, rest: { ...whole, width: at.x } };
  }
  const y = Math.floor(height - margin - side - UNDER_CODE * unit);
  const at = { x: Math.floor((width - side) / 2), y };
  return { code: { ...fitted.value, ...at }, rest: { ...whole, height: y } };
}

function column(size: Size, background: string, blocks: readonly Block[], style: Style): Face {
  const unit = unitOf(size);
  const box = inside({ x: 0, y: 0, ...size }, 5 * unit);
  const { svg } = drawColumn(blocks, { box, unit, align: 'middle', fonts: style.fonts });
  return { svg: sheet(size, background, svg) };
}

/** The code as large as it goes on the left (or in the middle of an upright screen), all words beside it. */
function scanFace(screen: Extract<Screen, { show: 'scan' }>, size: Size, style: Style): Face {
  const unit = unitOf(size);
  const margin = Math.round(3 * unit);
  const { fonts } = style;
  const wide = size.width > size.height;
  // Two thirds of the long side at most: the amount has to be read as well.
  const most = Math.floor(
    Math.min(Math.min(size.width, size.height) - 2 * margin, 0.66 * Math.max(size.width, size.height)),
  );
  const fitted = fitScreenQr(screen.payload, most);
  const side = fitted.ok ? fitted.value.side : most;
  const top = wide ? Math.floor((size.height - side) / 2) : undefined;
  const rest = size.height - side - 2 * margin;
  const at = {
    x: wide ? margin : Math.floor((size.width - side) / 2),
    y: top ?? margin + Math.floor(rest * 0.36),
  };
  const { head, feet } = scanBlocks(screen, style.language, fitted.ok);
  const draw = (choices: readonly (readonly Block[])[], box: Box, align: 'start' | 'middle') =>
    drawFirstThatFits(choices, { box: inside(box, margin), unit, align, fonts });
  const beside: Box = { x: at.x + side, y: 0, width: size.width - at.x - side, height: size.height };
  const above: Box = { x: 0, y: 0, width: size.width, height: at.y };
  const below: Box = { x: 0, y: at.y + side, width: size.width, height: size.height - at.y - side };
  const parts = wide
    ? [
        draw(
          feet.map((foot) => [...head, gap(4), ...foot]),
          beside,
          'start',
        ),
      ]
    : [draw([head], above, 'middle'), draw(feet, below, 'middle')];
  const words = parts.map(({ svg }) => svg).join('');
  const room = parts.find((part) => part.room !== undefined)?.room;
  const align = wide ? 'start' : 'middle';
  const countdown = room === undefined ? {} : { countdown: { box: room, align } as const };
  if (fitted.ok) return { svg: sheet(size, INK, words), qr: { ...fitted.value, ...at }, ...countdown };
  const place: Box = { ...at, width: side, height: side };
  const instead = both(DISPLAY_PHRASES.noCode, style.language, 8, ON_PAPER, 4);
  const number = [gap(3), textBlock(`E${FAULT.qrNotDrawable}`, 8, INK)];
  const { svg } = drawColumn([...instead, ...number], {
    box: inside(place, margin),
    unit,
    align: 'middle',
    fonts,
  });
  const field = `<rect x="${at.x}" y="${at.y}" width="${side}" height="${side}" fill="${PAPER}"/>`;
  return { svg: sheet(size, INK, words + field + svg), wrong: fitted.error, ...countdown };
}

/** What stands under the amount, in several lengths: a small screen leaves out what the customer knows anyway. */
function scanBlocks(screen: Extract<Screen, { show: 'scan' }>, language: ShownLanguage, payable: boolean) {
  const whose = ownerLines(screen);
  const head = [
    ...both(DISPLAY_PHRASES.scan, language, 7, LABEL),
    gap(2),
    amountBlock(formatRupiah(screen.amount), 15, WHITE),
    ...(whose.length === 0 ? [] : [gap(2)]),
    ...whose.map((line, i) =>
      textBlock(line, i === 0 ? 5 : 4.4, i === 0 ? WHITE : ON_INK.muted, { lines: 1 }),
    ),
  ];
  const noted = (spoken: ShownLanguage): Block[] =>
    screen.notes.flatMap((note) => [gap(3), ...both(note, spoken, 5, NOTE, 4)]);
  const first = language === 'both' ? 'id' : language;
  const countdown: Block = { kind: 'room', name: 'countdown', size: 15 };
  const how = payable ? [gap(4), ...both(DISPLAY_PHRASES.how, language, 5.5, ON_INK, 3)] : [];
  const feet = [
    [countdown, ...how, ...noted(language)],
    [countdown, ...noted(language)],
    [countdown, ...noted(first)],
  ];
  return { head, feet };
}

/** What comes in the place of a code whose life has ended (law 10): it may not be paid any more. */
export function timeUp(screen: Extract<Screen, { show: 'scan' }>): Screen {
  return { show: 'wait', amount: screen.amount, words: DISPLAY_PHRASES.timeUp };
}

function unitOf({ width, height }: Size): number {
  return Math.min(width, height) / 100;
}

function inside({ x, y, width, height }: Box, margin: number): Box {
  return { x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin };
}

function sheet({ width, height }: Size, background: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${background}"/>${body}</svg>`;
}
