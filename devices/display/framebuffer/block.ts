import type { Words } from '../../../src/base/screen.js';
import { inLanguages, type ShownLanguage } from '../phrases.js';

export type Sign = 'check' | 'cross' | 'warning' | 'clock' | 'wrench';

/** One thing in a column of things. Sizes are in hundredths of the screen's short side; a column may shrink them. */
export type Block =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly size: number;
      readonly bold: boolean;
      readonly color: string;
      /** Most lines that it may be broken into before it is drawn smaller. */
      readonly lines: number;
      /** A coloured field behind it. */
      readonly chip?: string;
    }
  /** `Rp` small before large digits, on one line. */
  | { readonly kind: 'amount'; readonly digits: string; readonly size: number; readonly color: string }
  | { readonly kind: 'sign'; readonly sign: Sign; readonly size: number; readonly color: string }
  /** Room that something else draws into, as wide as the column. */
  | { readonly kind: 'room'; readonly name: 'countdown'; readonly size: number }
  | { readonly kind: 'gap'; readonly size: number };

export interface Ink {
  readonly color: string;
  /** Of the second language. */
  readonly muted: string;
}

type TextOptions = Partial<Pick<Extract<Block, { kind: 'text' }>, 'bold' | 'lines' | 'chip'>>;

export function textBlock(words: string, size: number, color: string, options: TextOptions = {}): Block {
  const { bold = true, lines = 2, chip } = options;
  return {
    kind: 'text',
    text: words,
    size,
    bold,
    color,
    lines,
    ...(chip === undefined ? {} : { chip }),
  };
}

/** Both languages, the second one smaller and paler; or the one that the screen is set to. */
export function both(words: Words, language: ShownLanguage, size: number, ink: Ink, lines = 2): Block[] {
  const [first = '', second] = inLanguages(words, language);
  const blocks = [textBlock(first, size, ink.color, { lines })];
  if (second !== undefined)
    blocks.push(gap(1), textBlock(second, size * 0.62, ink.muted, { bold: false, lines }));
  return blocks;
}

/** @param formatted `Rp15.000` */
export function amountBlock(formatted: string, size: number, color: string): Block {
  return { kind: 'amount', digits: formatted.replace(/^Rp/, ''), size, color };
}

export function sign(name: Sign, size: number, color: string): Block {
  return { kind: 'sign', sign: name, size, color };
}

export function gap(size: number): Block {
  return { kind: 'gap', size };
}
