import { dirname, join } from 'node:path';
import { readCsv } from '../base/csv.js';
import { err, ok, type Result } from '../base/result.js';
import type { Product } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import { shown } from '../settings/shown.js';
import { Findings } from './findings.js';
import type { Places } from './locate.js';
import { type ConfigProblem, inOrder } from './problem.js';
import { readProductFile, SAVE_AS_UTF8, unreadable } from './product-file.js';
import { productContradictions } from './product-rules.js';
import { PRODUCT_KEYS, PRODUCT_TABLE, type ProductRow, productsOf } from './product-table.js';
import { readTable } from './read.js';
import { nearest } from './suggest.js';
import type { TerminalConfig } from './terminal-tables.js';

/** 500 products in few words have 50 kB; what is larger than this does not fit through the technician's door. */
const LARGEST = 200_000;

/** A file with more mistakes than this is another one. */
const MOST_PROBLEMS = 200;

type Around = Pick<TerminalConfig, 'vending' | 'sale' | 'catalogue' | 'product' | 'journal'>;

/** Where the file of products is. */
export function productFile({ catalogue, journal }: Pick<Around, 'catalogue' | 'journal'>): string {
  return (catalogue.enabled ? catalogue.file : undefined) ?? join(journal.directory, 'products.csv');
}

/**
 * The products of the configuration: of terminal.toml, and of the file beside it.
 * @returns every mistake of the file at once, with its line; no file at all is no mistake, unless one is named
 */
export function loadProducts(
  config: Around,
  file = productFile(config),
): Result<readonly Product[], readonly ConfigProblem[]> {
  const text = readProductFile(file);
  if (!text.ok)
    return text.error.gone === true && (!config.catalogue.enabled || config.catalogue.file === undefined)
      ? ok(productsOf(config.product, dirname(productFile(config))))
      : err([text.error]);
  const rows = checkProducts(text.value, config);
  return rows.ok ? ok(productsOf([...config.product, ...rows.value], dirname(productFile(config)))) : rows;
}

/**
 * Reads a CSV of products: comma, semicolon or tab between the cells, the keys of `[[product]]` as headings, in any order;
 * an empty cell is a key that is not there. `around` is what it is to stand beside, where that is known. Names every mistake at once, in the order of the lines. Pure; never throws.
 */
export function checkProducts(
  text: string,
  around: Omit<Around, 'journal'> | undefined,
): Result<readonly ProductRow[], readonly ConfigProblem[]> {
  if (text.length > LARGEST) return err([unreadable(`${text.length} characters`, `at most ${LARGEST}`)]);
  if (text.includes('\0')) return err([unreadable('a byte 0', SAVE_AS_UTF8)]);
  const { head, rows, lines, problems } = rowsOf(text);
  if (head === undefined) return err(problems);
  // What is about the file as a whole stands at its headings.
  const lineOf: Places['lineOf'] = ([, i]) => (typeof i === 'number' ? lines[i] : head);
  const places = { statements: [], lineOf };
  const placeOf = (row: number): string => `line ${lines[row]}`;
  const findings = new Findings({ product: PRODUCT_TABLE }, places);
  findings.problems.push(...problems);
  // The reader has built each row by the table, from which its type is made.
  const read = readTable('product', ['product'], PRODUCT_TABLE, rows, findings) as readonly ProductRow[];
  for (const found of productContradictions(read, around, around?.product, placeOf))
    findings.contradiction(found);
  const sorted = inOrder(findings.problems).slice(0, MOST_PROBLEMS).map(hinted);
  return sorted.length > 0 ? err(sorted) : ok(read);
}

/** What spreadsheets and people write otherwise than TOML does. */
function hinted(problem: ConfigProblem): ConfigProblem {
  if (problem.code !== FAULT.configType) return problem;
  if (problem.key.endsWith('.price'))
    return { ...problem, hint: 'Digits alone, without Rp, dots or commas: 5000.' };
  return problem.key.endsWith('.sold_out')
    ? { ...problem, hint: 'In this file also ya, tidak, yes, no.' }
    : problem;
}

const NEEDED = Object.entries(PRODUCT_TABLE.keys)
  .filter(([, { presence }]) => presence.is === 'required')
  .map(([name]) => name);

interface RawRows {
  /** The line of the headings. */
  readonly head: number | undefined;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** On which each row begins. */
  readonly lines: readonly number[];
  readonly problems: readonly ConfigProblem[];
}

function rowsOf(text: string): RawRows {
  const [first = ''] = text.split(/\r?\n|\r/, 1);
  const separator = [';', '\t', ','].find((sign) => first.includes(sign)) ?? ',';
  const problems: ConfigProblem[] = [];
  const rows: Record<string, unknown>[] = [];
  const lines: number[] = [];
  let columns: readonly (string | undefined)[] | undefined;
  let head: number | undefined;
  for (const { line, cells, open } of readCsv(text, separator)) {
    if (open)
      problems.push(
        form(
          line,
          'a quotation mark that is not closed',
          'a cell that ends with a quotation mark of its own',
        ),
      );
    if (columns === undefined) {
      head = line;
      columns = columnsOf(cells, line, problems);
      continue;
    }
    // What spreadsheets leave of rows that were emptied.
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (cells.length !== columns.length)
      problems.push(
        form(
          line,
          `${cells.length} cells`,
          `${columns.length}, as there are headings; a cell that holds ${JSON.stringify(separator)} stands in quotation marks`,
        ),
      );
    lines.push(line);
    rows.push(rowOf(columns, cells));
  }
  if (head === undefined)
    problems.push(unreadable('nothing', 'a line of headings, and one for each product'));
  else if (rows.length === 0) problems.push(unreadable('headings alone', 'a line for each product'));
  return { head, rows, lines, problems };
}

function form(line: number, found: string, allowed: string): ConfigProblem {
  return { code: FAULT.productFileForm, line, key: '', found, allowed };
}

/** The key of each column; undefined for one that is none of ours, which is told once. */
function columnsOf(
  cells: readonly string[],
  line: number,
  problems: ConfigProblem[],
): readonly (string | undefined)[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const isKey = (name: string): boolean => (PRODUCT_KEYS as readonly string[]).includes(name);
  const allowed = PRODUCT_KEYS.join(', ');
  for (const [i, name] of names.entries()) {
    if (name === '') problems.push(form(line, `no heading over column ${i + 1}`, allowed));
    else if (!isKey(name)) {
      const near = nearest(name, PRODUCT_KEYS);
      const hint = near === undefined ? {} : { hint: `Did you mean ${near}?` };
      problems.push({ ...form(line, `the heading ${shown(name)}`, allowed), ...hint });
    } else if (names.indexOf(name) !== i)
      problems.push(form(line, `the heading ${shown(name)} a second time`, 'each heading once'));
  }
  for (const needed of NEEDED)
    if (!names.includes(needed))
      problems.push(form(line, `no column ${needed}`, `at least ${NEEDED.join(', ')}`));
  return names.map((name, i) => (isKey(name) && names.indexOf(name) === i ? name : undefined));
}

function rowOf(columns: readonly (string | undefined)[], cells: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [i, name] of columns.entries()) {
    const cell = (cells[i] ?? '').trim();
    if (name !== undefined && cell !== '') row[name] = cellValue(name, cell);
  }
  return row;
}

/** As TOML would have it: a number where the key takes one, true and false as spreadsheets of both languages write them. */
function cellValue(name: string, cell: string): unknown {
  const tried = PRODUCT_TABLE.keys[name as keyof typeof PRODUCT_TABLE.keys].kind.read('');
  const takesText = tried.ok || tried.error.every(({ code }) => code !== FAULT.configType);
  if (takesText) return cell;
  if (/^-?\d{1,15}$/.test(cell)) return BigInt(cell);
  const word = cell.toLowerCase();
  if (['true', 'yes', 'ya'].includes(word)) return true;
  return ['false', 'no', 'tidak'].includes(word) ? false : cell;
}

/** The line and the picture of each row of a file without mistakes that has one. */
export function picturesIn(text: string): readonly { readonly line?: number; readonly picture: string }[] {
  const { rows, lines } = rowsOf(text);
  return rows.flatMap(({ picture }, i) =>
    typeof picture === 'string' ? [{ line: lines[i] ?? 1, picture }] : [],
  );
}
