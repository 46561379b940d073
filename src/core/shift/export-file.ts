import { type CsvLine, readCsv } from '../../base/csv.js';
import { err, ok, type Result } from '../../base/result.js';

/** One line of the dashboard's export. */
export interface ExportRow {
  readonly orderId: string;
  /** Whole rupiah; undefined where the cell holds no such amount. */
  readonly amount: number | undefined;
  readonly wireAmount: string;
  readonly status: string;
}

export interface ExportFile {
  /** Headers of the columns that were used, as they are written. */
  readonly used: Columns<string>;
  readonly rows: readonly ExportRow[];
}

/** Names of columns, without case, blanks and signs; the first that is there is used. */
const COLUMNS = {
  orderId: ['orderid', 'merchantorderid', 'ordernumber', 'order'],
  amount: ['grossamount', 'transactionamount', 'amount', 'totalamount', 'total', 'nominal'],
  status: ['transactionstatus', 'paymentstatus', 'status'],
} as const;

/** Something for each of the three. */
type Columns<T> = Readonly<Record<keyof typeof COLUMNS, T>>;

/** Exports may begin with lines about themselves. */
const HEAD_LINES = 10;

/**
 * Reads a CSV export of Midtrans' dashboard, whose columns differ by page and year: comma, semicolon or tab between the
 * cells, columns by their headers.
 * @returns an error that names the headers found, where one of the three columns is not among them
 */
export function readExport(text: string): Result<ExportFile, string> {
  let heard: readonly string[] = [];
  for (const separator of [',', ';', '\t']) {
    const lines = readCsv(text, separator);
    for (let at = 0; at < HEAD_LINES; at += 1) {
      const { value: read, done } = lines.next();
      if (done === true) break;
      const { cells } = read;
      const found = columnsOf(cells);
      if (found !== undefined) return ok(readRows(cells, found, lines));
      if (cells.length > heard.length) heard = cells;
    }
  }
  const names = heard.map((cell) => `"${cell.trim().slice(0, 40)}"`).slice(0, 30);
  return err(
    `no columns for order id, amount and status were found; the columns are ${names.join(', ') || 'none'}`,
  );
}

function eachColumn<T>(of: (name: keyof typeof COLUMNS) => T): Columns<T> {
  return { orderId: of('orderId'), amount: of('amount'), status: of('status') };
}

function columnsOf(cells: readonly string[]): Columns<number> | undefined {
  const names = cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ''));
  const found = eachColumn(
    (column) => COLUMNS[column].map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1,
  );
  return Object.values(found).includes(-1) ? undefined : found;
}

function readRows(head: readonly string[], at: Columns<number>, lines: Iterable<CsvLine>): ExportFile {
  const cell = (cells: readonly string[], column: number): string => (cells[column] ?? '').trim();
  const rows: ExportRow[] = [];
  for (const { cells } of lines) {
    const wireAmount = cell(cells, at.amount);
    const orderId = cell(cells, at.orderId).replace(/^'/, '');
    if (orderId === '') continue;
    rows.push({ orderId, amount: readExportAmount(wireAmount), wireAmount, status: cell(cells, at.status) });
  }
  return { used: eachColumn((column) => cell(head, at[column])), rows };
}

/** `15000`, `15000.00`, `15,000.00`, `Rp15.000`, `IDR 15.000,00`: whole rupiah, or undefined. */
export function readExportAmount(text: string): number | undefined {
  const bare = text.replace(/^(rp|idr)\.?/i, '').replace(/[\s\u00A0]/g, '');
  const match = /^(\d{1,3}(?:([.,])\d{3}(?:\2\d{3})*)?|\d+)(?:[.,]0{1,2})?$/.exec(bare);
  return match?.[1] === undefined ? undefined : Number(match[1].replace(/[.,]/g, ''));
}
