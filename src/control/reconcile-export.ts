import { terminalOf } from '../base/ids.js';
import { type ExportFile, type ExportRow, readExport } from '../core/shift/export-file.js';
import { compareWithExport, isPaidInExport } from '../core/shift/reconcile.js';
import { type ControlAnswer, refusal, type SayProgress } from './answer.js';
import type { askTerminal } from './client.js';
import { ShiftFindings } from './findings.js';
import type { OrdersPage, SalesPage } from './reconcile.js';

/** Orders that are asked about at once: some ten kilobytes. */
const ORDERS = 500;

/** A question to the running terminal; bound to its socket. */
export type Ask = (
  command: string,
  args: readonly string[],
  how?: NonNullable<Parameters<typeof askTerminal>[3]>,
) => Promise<ControlAnswer>;

/**
 * Compares a shift with the gateway, and with an export of the dashboard. The export is read and compared here, in the
 * caller's process: the daemon only hands out its sales, page by page, whatever the size of either.
 * @param args of the command, at most the number of a shift
 */
export async function reconcileWithExport(
  ask: Ask,
  args: readonly string[],
  text: string,
  progress: SayProgress,
): Promise<ControlAnswer> {
  const file = readExport(text);
  if (!file.ok) return refusal(`--csv: ${file.error}`);
  const gateway = await ask('reconcile', args, { progress });
  const shift = (gateway.data as { shift?: number } | null)?.shift;
  if (shift === undefined) return gateway;
  const data = gateway.data as { differences: unknown[]; notCompared: unknown[] };
  const compared = await compareExport(ask, shift, file.value);
  const { found } = compared;
  return {
    text: [gateway.text, compared.head, ...found.lines].join('\n'),
    data: {
      ...data,
      differences: [...data.differences, ...found.differences],
      notCompared: [...data.notCompared, ...found.unknown],
      used: file.value.used,
    },
    good: gateway.good && found.good,
  };
}

async function compareExport(
  ask: Ask,
  shift: number,
  { rows, used }: ExportFile,
): Promise<{ readonly head: string; readonly found: ShiftFindings }> {
  const byOrder = new Map<string, ExportRow[]>();
  for (const row of rows) {
    const known = byOrder.get(row.orderId);
    if (known === undefined) byOrder.set(row.orderId, [row]);
    else known.push(row);
  }
  const orders = byOrder.size;
  const found = new ShiftFindings('export');
  let terminalId = '';
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = (await ask('reconcile', [String(shift), 'sales', String(after)])).data as SalesPage;
    for (const sale of page.sales) {
      found.count();
      const comparison = compareWithExport(sale, byOrder.get(sale.orderId) ?? []);
      byOrder.delete(sale.orderId);
      if (comparison.result !== 'same') found.add(comparison.result, sale, comparison.text);
    }
    terminalId = page.terminalId;
    after = page.next;
  }
  const ours = [...byOrder.keys()].filter((orderId) => terminalOf(orderId) === terminalId);
  let others = 0;
  for (let at = 0; at < ours.length; at += ORDERS) {
    const input = ours.slice(at, at + ORDERS).join('\n');
    const page = (await ask('reconcile', [String(shift), 'orders'], { input })).data as OrdersPage;
    others += page.others;
    // The last net: what settled when it was not looked for any more, in whatever shift it was closed.
    const late = page.unpaid.filter((orderId) => isPaidInExport(byOrder.get(orderId) ?? []));
    if (late.length > 0) await ask('reconcile', [String(shift), 'ring'], { input: late.join('\n') });
    for (const orderId of late)
      found.add(
        'differs',
        orderId,
        `${LATE}, ${quoted(byOrder.get(orderId) ?? [])}. The terminal has been told to ask`,
      );
    for (const orderId of page.unknown)
      found.add('differs', orderId, unknownWords(byOrder.get(orderId) ?? []));
  }
  const strangers = byOrder.size - ours.length;
  const head = `with the export (columns "${used.orderId}", "${used.amount}", "${used.status}"): ${orders} orders, ${orders - byOrder.size} of this shift, ${others} of other shifts, ${strangers} of other terminals; ${found.differ} differ, ${found.notCompared} not compared`;
  return { head, found };
}

const LATE = 'PAID in the export, and not paid here, in another shift';

function unknownWords(rows: readonly ExportRow[]): string {
  return `in the export (${quoted(rows)}), and the journal knows nothing of it`;
}

function quoted(rows: readonly ExportRow[]): string {
  return rows.map(({ wireAmount, status }) => `"${status}", ${wireAmount}`).join('; ');
}
