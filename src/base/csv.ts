/** A line of a CSV text, with the number of the line on which it begins, from 1. */
export interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
  /** A quoted cell that nothing ends: what came after it is in it. */
  readonly open?: true;
}

/**
 * RFC 4180, with any separator, a line at a time: quoted cells may hold it, line ends and doubled quotes. Empty lines are
 * left out; a byte order mark in front is none of its text.
 */
export function* readCsv(text: string, separator: string): Generator<CsvLine, undefined> {
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begun = 1;
  const isLine = (): boolean => cells.push(cell) > 1 || cell !== '';
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const ends = sign === '\n' || (sign === '\r' && text.charAt(at + 1) !== '\n');
    if (ends) line += 1;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === separator) {
      cells.push(cell);
      cell = '';
    } else if (sign === '\n' || sign === '\r') {
      if (isLine()) yield { line: begun, cells };
      begun = line;
      cells = [];
      cell = '';
    } else cell += sign;
  }
  if (isLine()) yield { line: begun, cells, ...(quoted ? { open: true } : {}) };
}

/** Where a spreadsheet takes a text for a formula: also the wide signs of East Asian keyboards, and behind blanks. */
const FORMULA = /^\s*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/;

/**
 * A line as a spreadsheet opens it, by RFC 4180. A text that would be a formula there gets an apostrophe in front, since names
 * of products and words of registers come from outside; numbers stay numbers. What is not known is an empty cell.
 */
export function csvLine(cells: readonly (string | number | undefined)[], separator: string): string {
  return `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\r\n`;
}

function csvCell(cell: string | number | undefined, separator: string): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  const quoted = harmless.includes(separator) || /["\r\n]|^\s|\s$/.test(harmless);
  return quoted ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
