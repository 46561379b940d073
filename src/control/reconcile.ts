import { type TerminalId, terminalOf } from '../base/ids.js';
import { formatRupiah } from '../base/rupiah.js';
import { type ExportFile, type ExportRow, readExport } from '../core/export-file.js';
import { compareWithExport } from '../core/reconcile.js';
import type { Sale } from '../core/sale.js';
import type { Journal } from '../journal/journal.js';
import { type Answer, type Run, refusal, type Subject } from './answer.js';
import type { Compared } from './reconciler.js';

interface Found {
  readonly with: 'gateway' | 'export';
  readonly orderId: string;
  readonly text: string;
}

/** One of the two comparisons, for a person and for a script. */
interface Part {
  readonly lines: readonly string[];
  readonly differences: readonly Found[];
  readonly notCompared: readonly Found[];
}

/** Compares a shift with the gateway, order by order, and with an export of the dashboard where there is one. */
export const reconcile: Run = (subject, { args, input }, progress) => {
  const { journal, reconciler } = subject;
  const [which] = args;
  if (args.length > 1 || (which !== undefined && !/^\d{1,9}$/.test(which)))
    return refusal('reconcile [N] [--csv FILE]: N is the number of a shift; the last closed one otherwise');
  const { current } = journal.shifts;
  const number = which === undefined ? Math.max(1, current - 1) : Number(which);
  if (number < 1 || number > current) return refusal(`there is no shift ${number}; shift ${current} is open`);
  if (reconciler.busy) return refusal('a comparison is under way already');
  const file = input === undefined ? undefined : readExport(input);
  if (file !== undefined && !file.ok) return refusal(`--csv: ${file.error}`);
  return compare(subject, number, file?.value, progress);
};

async function compare(
  subject: Subject,
  number: number,
  file: ExportFile | undefined,
  progress: (line: string) => void,
): Promise<Answer> {
  const { journal, terminal, reconciler, terminalId } = subject;
  const compared = await reconciler.compare(journal.shifts.salesOf(number), progress);
  for (const { sale, comparison } of compared)
    if (comparison.result === 'differs' && comparison.news !== undefined)
      // Only a bell: the terminal asks for itself, and believes nobody else (law 3).
      terminal.tell(sale.orderId, { type: 'rang', says: `reconcile: ${comparison.news}` });
  const parts = [withGateway(number, compared)];
  if (file !== undefined) parts.push(withExport(journal, number, terminalId, file));
  const differences = parts.flatMap((part) => part.differences);
  const notCompared = parts.flatMap((part) => part.notCompared);
  return {
    text: parts.flatMap(({ lines }) => lines).join('\n'),
    data: { shift: number, sales: compared.length, differences, notCompared, used: file?.used },
    good: differences.length === 0 && notCompared.length === 0,
  };
}

function withGateway(number: number, compared: readonly Compared[]): Part {
  const found = (result: 'differs' | 'notCompared'): Found[] =>
    compared.flatMap(({ sale, comparison }) => {
      if (comparison.result !== result) return [];
      const told = 'news' in comparison ? '. The terminal has been told to ask' : '';
      return [{ with: 'gateway' as const, orderId: sale.orderId, text: `${comparison.text}${told}` }];
    });
  const differences = found('differs');
  const notCompared = found('notCompared');
  const amounts = new Map(compared.map(({ sale }) => [sale.orderId as string, sale]));
  const same = compared.length - differences.length - notCompared.length;
  return {
    differences,
    notCompared,
    lines: [
      `shift ${number} with the gateway: ${compared.length} sales, ${same} the same, ${differences.length} differ, ${notCompared.length} not compared`,
      ...[...differences, ...notCompared].map((one) => line(one, amounts.get(one.orderId))),
    ],
  };
}

function withExport(journal: Journal, number: number, terminalId: TerminalId, file: ExportFile): Part {
  const sales = journal.shifts.salesOf(number);
  const byOrder = new Map<string, ExportRow[]>();
  for (const row of file.rows) byOrder.set(row.orderId, [...(byOrder.get(row.orderId) ?? []), row]);
  const differences: Found[] = [];
  const notCompared: Found[] = [];
  for (const sale of sales) {
    const comparison = compareWithExport(sale, byOrder.get(sale.orderId) ?? []);
    if (comparison.result === 'same') continue;
    const found = { with: 'export' as const, orderId: sale.orderId, text: comparison.text };
    (comparison.result === 'differs' ? differences : notCompared).push(found);
  }
  const rest = [...byOrder.keys()].filter((orderId) => journal.shifts.ofSale(orderId) !== number);
  const strangers = rest.filter((orderId) => terminalOf(orderId) !== terminalId);
  const unknown = rest.filter((orderId) => terminalOf(orderId) === terminalId && !journal.sale(orderId));
  for (const orderId of unknown) {
    const rows = (byOrder.get(orderId) ?? []).map(({ wireAmount, status }) => `"${status}", ${wireAmount}`);
    const text = `in the export (${rows.join('; ')}), and the journal knows nothing of it`;
    differences.push({ with: 'export', orderId, text });
  }
  const known = new Map(sales.map((sale) => [sale.orderId as string, sale]));
  const { orderId, amount, status } = file.used;
  const others = rest.length - strangers.length - unknown.length;
  return {
    differences,
    notCompared,
    lines: [
      `with the export (columns "${orderId}", "${amount}", "${status}"): ${byOrder.size} orders, ${byOrder.size - rest.length} of this shift, ${others} of other shifts, ${strangers.length} of other terminals; ${differences.length} differ, ${notCompared.length} not compared`,
      ...[...differences, ...notCompared].map((one) => line(one, known.get(one.orderId))),
    ],
  };
}

function line({ orderId, text }: Found, sale: Sale | undefined): string {
  return `  ${orderId}${sale === undefined ? '' : ` ${formatRupiah(sale.amount)}`}: ${text}`;
}
