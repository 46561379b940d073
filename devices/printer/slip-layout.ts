import type { Slip, SlipLine } from '../../src/base/slip.js';
import { toAscii } from '../kit/ascii.js';

/** One line of paper, or one thing that is no text. Text fits its columns: half as many when `big`. */
export type PaperLine =
  | {
      readonly put: 'text';
      readonly text: string;
      readonly align: 'left' | 'centre' | 'right';
      readonly big: boolean;
      readonly bold: boolean;
    }
  | { readonly put: 'rule' }
  | { readonly put: 'feed'; readonly lines: number }
  | { readonly put: 'qr'; readonly payload: string };

/** Fewer columns than this beside the right part of a pair, and the right part moves to a line of its own. */
const NARROWEST_LEFT = 8;

/** Wraps a slip for paper of `columns` characters (16 or more). No character but blanks is ever lost. */
export function layoutSlip(slip: Slip, columns: number): PaperLine[] {
  return slip.lines.flatMap((line) => layoutLine(line, columns));
}

function layoutLine(line: SlipLine, columns: number): PaperLine[] {
  switch (line.put) {
    case 'text': {
      const big = line.size === 'big';
      const width = big ? Math.floor(columns / 2) : columns;
      const align = line.align ?? 'left';
      return (line.columns ? keepColumns(line.text, width) : wrapText(line.text, width)).map((text) => ({
        put: 'text',
        text,
        align,
        big,
        bold: line.bold ?? false,
      }));
    }
    case 'pair':
      return layoutPair(line.left, line.right, columns, line.bold ?? false);
    case 'rule':
      return [{ put: 'rule' }];
    case 'feed':
      return [{ put: 'feed', lines: Math.max(0, Math.min(20, Math.floor(line.lines))) }];
    case 'qr':
      return [line];
  }
}

/**
 * The left part wraps in the room that the right one leaves, set in by the blanks that it begins with; the right part
 * stands on the last line.
 */
function layoutPair(left: string, right: string, columns: number, bold: boolean): PaperLine[] {
  const text = (line: string): PaperLine => ({ put: 'text', text: line, align: 'left', big: false, bold });
  const rightText = collapse(right);
  const room = columns - rightText.length - 1;
  const indent = /^ */.exec(left)?.[0] ?? '';
  const leftFits = indent.length + collapse(left).length <= room;
  if (room < NARROWEST_LEFT && !leftFits) {
    const rights = wrapText(right, columns).map((line) => text(line.padStart(columns)));
    return [...wrapText(left, columns).map(text), ...rights];
  }
  const lefts = wrapText(left, room - indent.length).map((line) => indent + line);
  const last = lefts.pop() ?? '';
  return [...lefts.map(text), text(last.padEnd(columns - rightText.length) + rightText)];
}

/**
 * Breaks at blanks; a word longer than a line is broken at a hyphen or where the line ends. Line feeds in the text are kept, blank
 * lines included.
 */
export function wrapText(text: string, width: number): string[] {
  return toAscii(text)
    .split('\n')
    .flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/ +/).filter((part) => part !== '')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (rest.length > width) {
      const end = endOfPiece(rest, width);
      lines.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    line = rest;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/**
 * A line that was laid out elsewhere, blanks and all. Where the paper is narrower, its widest gap gives way first, so
 * that what stood at the right edge still does; what does not fit even so is wrapped.
 */
function keepColumns(text: string, width: number): string[] {
  return toAscii(text)
    .split('\n')
    .flatMap((line) => {
      const parts = line.trimEnd().match(/ +|[^ ]+/g) ?? [];
      for (let over = line.trimEnd().length - width; over > 0; over -= 1) {
        const gaps = parts.map((part) => (part.startsWith(' ') ? part.length : 0));
        const widest = Math.max(...gaps);
        if (widest < 2) return wrapText(line, width);
        parts[gaps.lastIndexOf(widest)] = ' '.repeat(widest - 1);
      }
      return [parts.join('')];
    });
}

/** After the last hyphen that lets the rest fit one line, as in an order id; otherwise where the line ends. */
function endOfPiece(word: string, width: number): number {
  const hyphen = word.lastIndexOf('-', width - 1) + 1;
  return hyphen > 0 && word.length - hyphen <= width ? hyphen : width;
}

function collapse(text: string): string {
  return toAscii(text).replace(/\s+/g, ' ').trim();
}
