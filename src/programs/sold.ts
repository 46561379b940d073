import { once } from 'node:events';
import { csvLine } from '../base/csv.js';
import { Failure } from '../base/fault.js';
import { formatRupiah, type Rupiah } from '../base/rupiah.js';
import { askTerminal } from '../control/client.js';
import { noSuchShift, selectorsIn, soldPage } from '../control/sales.js';
import { FAULT } from '../core/fault/table.js';
import { selectionOf } from '../core/shift/selection.js';
import { SOLD_COLUMNS, type SoldLine, type SoldTerms } from '../core/shift/sold-line.js';
import {
  REPORT_BY,
  REPORT_COLUMNS,
  type ReportBy,
  type ReportLine,
  SoldReport,
} from '../core/shift/sold-report.js';
import { EXIT } from '../host/process.js';
import { readStopped } from '../journal/journal-file.js';
import { SOLD_BEGIN, type SoldMark } from '../journal/sold.js';
import { Usage } from './arguments.js';
import type { Options } from './usage.js';

/**
 * What spreadsheets of Indonesia take for the end of a cell: there the comma is in the amounts. With the byte order mark a
 * spreadsheet knows that the text is UTF-8.
 */
const SEPARATOR = ';';
const BYTE_ORDER_MARK = '\uFEFF';
/** Sales of a stopped terminal that are read at a time: it could not start meanwhile. */
const STOPPED_PAGE = 1_000;

/** Where the sales are: behind the socket of a running terminal, or in its journal. */
export interface SoldPlace {
  readonly socket: string;
  /** Undefined where only a socket was named. */
  readonly stopped: { readonly directory: string; readonly terms: SoldTerms } | undefined;
}

export interface SoldOutput {
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Ends quietly where nobody reads any more, as `| head` does, with the code that a shell has for that. */
export async function runSold(
  command: 'sales' | 'report',
  values: Options,
  place: SoldPlace,
  output: SoldOutput,
): Promise<number> {
  const out = new Outlet(output);
  const checked = selectionOf(selectorsIn(values), 'WIB');
  if (!checked.ok) throw new Usage(checked.error);
  if (values['csv'] !== undefined && values['json'] !== undefined)
    throw new Usage('one of --csv and --json: not both');
  try {
    const refused = command === 'sales' ? await list(values, place, out) : await sum(values, place, out);
    if (refused === undefined) return EXIT.ok;
    process.stderr.write(`gopay-pos: ${refused}\n`);
    return EXIT.failed;
  } catch (thrown) {
    if (thrown instanceof NobodyReads) return EXIT.pipeClosed;
    throw thrown;
  }
}

async function list(values: Options, place: SoldPlace, out: Outlet): Promise<string | undefined> {
  const toText = formOf(values);
  if (values['csv'] !== undefined) await out.write(`${BYTE_ORDER_MARK}${csvLine(SOLD_COLUMNS, SEPARATOR)}`);
  return eachPage('sales', values, place, async (lines) => {
    await out.write(lines.map(toText).join(''));
  });
}

async function sum(values: Options, place: SoldPlace, out: Outlet): Promise<string | undefined> {
  const report = new SoldReport(reportBy(values['by']));
  const refused = await eachPage('report', values, place, async (lines) => {
    for (const line of lines) report.add(line);
  });
  if (refused !== undefined) return refused;
  await out.write(sumText(report, values));
  return undefined;
}

function sumText(report: SoldReport, values: Options): string {
  const by = reportBy(values['by']);
  const { groups, total } = report.lines();
  if (values['json'] !== undefined) return `${JSON.stringify({ by: by ?? null, groups, total })}\n`;
  if (values['csv'] === undefined) return table(by, groups, total);
  const rows = [...groups, total].map((line) => REPORT_COLUMNS.map((column) => line[column]));
  return BYTE_ORDER_MARK + [REPORT_COLUMNS, ...rows].map((row) => csvLine(row, SEPARATOR)).join('');
}

/** The same of lines that are all there, for a person. */
export function soldText(
  command: 'sales' | 'report',
  by: string | undefined,
  lines: readonly SoldLine[],
): string {
  if (command === 'sales') return lines.map(sentence).join('');
  const report = new SoldReport(reportBy(by));
  for (const line of lines) report.add(line);
  return sumText(report, by === undefined ? {} : { by });
}

function reportBy(given: string | undefined): ReportBy | undefined {
  const by = REPORT_BY.find((known) => known === given);
  if (given !== undefined && by === undefined)
    throw new Usage(`--by ${given}: one of ${REPORT_BY.join(', ')}`);
  return by;
}

/** @returns why it is refused */
async function eachPage(
  command: string,
  values: Options,
  place: SoldPlace,
  take: (lines: readonly SoldLine[]) => Promise<void>,
): Promise<string | undefined> {
  let begun = false;
  try {
    const answer = await askTerminal(place.socket, command, [], {
      flags: selectorsIn(values) as Record<string, string>,
      part: async (part) => {
        begun = true;
        await take(part as readonly SoldLine[]);
      },
    });
    return answer.good ? undefined : answer.text;
  } catch (thrown) {
    const away = thrown instanceof Failure && thrown.fault.code === FAULT.noTerminalAnswers;
    if (!away || begun || place.stopped === undefined) throw thrown;
  }
  return eachStoppedPage(values, place.stopped, take);
}

async function eachStoppedPage(
  values: Options,
  { directory, terms }: NonNullable<SoldPlace['stopped']>,
  take: (lines: readonly SoldLine[]) => Promise<void>,
): Promise<string | undefined> {
  const selection = selectionOf(selectorsIn(values), terms.zone);
  if (!selection.ok) return selection.error;
  for (let after: SoldMark | undefined = SOLD_BEGIN; after !== undefined; ) {
    const from: SoldMark = after;
    const read = readStopped(directory, ({ sold, shift }) => {
      const missing = noSuchShift(selection.value, shift);
      return missing ?? soldPage(sold, selection.value, from, STOPPED_PAGE, terms);
    });
    if (typeof read === 'string') return read;
    await take(read.lines);
    after = read.next;
  }
  return undefined;
}

function formOf(values: Options): (line: SoldLine) => string {
  if (values['csv'] !== undefined)
    return (line) =>
      csvLine(
        SOLD_COLUMNS.map((column) => line[column]),
        SEPARATOR,
      );
  if (values['json'] === undefined) return sentence;
  return ({ counts: _counts, items: _items, offset, ...line }) => {
    const { opened, paid, ...rest } = line;
    const zoned = (time: string): string => `${time.replace(' ', 'T')}${offset}`;
    const times = { opened: zoned(opened), ...(paid === undefined ? {} : { paid: zoned(paid) }) };
    return `${JSON.stringify({ ...times, ...rest })}\n`;
  };
}

/** For a person: what is asked of a list first. */
function sentence(line: SoldLine): string {
  const { no = 0, state, why, source, source_name: name, till, ref, products, slot } = line;
  const { method = '', issuer = '' } = line;
  const amount = rupiahOf(line.amount).padStart(12);
  const what = [products, slot === undefined ? undefined : `slot ${slot}`].filter(
    (part) => part !== undefined,
  );
  const parts = [
    `${line.opened.slice(0, 16)}  No. ${String(no).padStart(6, '0')} ${amount}  `,
    `${why === undefined ? state : `${state} (${why})`}`.padEnd(24),
    [...new Set([source, name, till, ref])]
      .filter((part) => part !== undefined)
      .join(' ')
      .padEnd(18),
    [...what, method, issuer].filter((part) => part !== '').join(', '),
  ];
  return `${parts.join(' ').trimEnd()}\n`;
}

function table(by: ReportBy | undefined, groups: readonly ReportLine[], total: ReportLine): string {
  // A product of a cart is no sale of its own; how many were sold is.
  const pieces = by === 'product' ? (['quantity'] as const) : [];
  const head = [by ?? '', 'sales', 'paid', ...pieces, 'gross', 'refunded', 'owed', 'fee', 'net'];
  const cells = (line: ReportLine): string[] => [
    line.group,
    String(line.sales),
    String(line.settled),
    ...pieces.map((column) => String(line[column])),
    ...[line.gross, line.refunded, line.owed, line.fee, line.net].map((sum) =>
      sum === undefined ? '-' : rupiahOf(sum),
    ),
  ];
  const rows = [head, ...groups.map(cells), cells(total)];
  const widths = head.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const text = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return `${rows.map(text).join('\n')}\n`;
}

function rupiahOf(sum: number): string {
  return `${sum < 0 ? '-' : ''}${formatRupiah(Math.abs(sum) as Rupiah)}`;
}

class NobodyReads extends Error {}

/** Where lines go, no faster than they are read there. */
class Outlet {
  readonly #output: SoldOutput;
  #error: (Error & { readonly code?: string }) | undefined;

  constructor(output: SoldOutput) {
    this.#output = output;
    output.on('error', (error) => {
      this.#error = error;
    });
  }

  /** @throws NobodyReads where the reader has gone; an Error of the system otherwise */
  async write(text: string): Promise<void> {
    this.#check();
    if (text === '' || this.#output.write(text)) return;
    // What failed stands in #error, and is thrown from there.
    await once(this.#output as never, 'drain').catch(() => undefined);
    this.#check();
  }

  #check(): void {
    if (this.#error === undefined) return;
    throw this.#error.code === 'EPIPE' ? new NobodyReads() : this.#error;
  }
}
