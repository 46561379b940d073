import { isSettled, type Sale } from '../core/sale/sale.js';
import type { Terminal } from '../terminal/terminal.js';
import {
  type ControlAnswer,
  type Family,
  misused,
  NEVER,
  refusal,
  type SayProgress,
  type Subject,
} from './answer.js';
import { ShiftFindings } from './findings.js';
import type { Compared } from './reconciler.js';

/** Sales that one answer carries to a caller who compares them with an export: some hundred kilobytes. */
const PAGE = 200;

/**
 * Compares a shift with the gateway, order by order. With an export of the dashboard the caller's own process compares
 * (reconcile-export.ts): it asks for the sales page by page, and which orders the journal knows.
 */
export const reconcile: Family = {
  help: [
    {
      usage: 'reconcile [N] [--csv FILE]',
      about: 'compares a shift (the last closed one) with Midtrans, and with an export (CSV)',
      afar: NEVER,
    },
  ],
  run: (subject, { args, input = '' }, progress) => {
    const [which, part, after, ...rest] = args;
    if (rest.length > 0 || [which, after].some((word) => word !== undefined && !/^\d{1,12}$/.test(word)))
      return misused(reconcile);
    const { current } = subject.journal.shifts;
    const number = which === undefined ? Math.max(1, current - 1) : Number(which);
    if (number < 1 || number > current)
      return refusal(`there is no shift ${number}; shift ${current} is open`);
    if (part === 'sales') return salesOf(subject, number, Number(after ?? 0));
    if (part === 'orders') return ordersOf(subject, number, input);
    if (part === 'ring') return ring(subject, input);
    if (part !== undefined) return misused(reconcile);
    if (subject.reconciler.busy) return refusal('a comparison is under way already');
    return compare(subject, number, progress);
  },
};

async function compare(subject: Subject, number: number, progress: SayProgress): Promise<ControlAnswer> {
  const { terminal, reconciler } = subject;
  const found = new ShiftFindings('gateway');
  await reconciler.compare(
    number,
    (one) => {
      const { sale, comparison } = one;
      found.count();
      if (comparison.result === 'same') return;
      const told = learnFrom(terminal, one) ? '. The terminal has been told' : '';
      found.add(comparison.result, sale, `${comparison.text}${told}`);
    },
    progress,
  );
  const { all, differ, notCompared } = found;
  const head = `shift ${number} with the gateway: ${all} sales, ${all - differ - notCompared} the same, ${differ} differ, ${notCompared} not compared`;
  return {
    text: [head, ...found.lines].join('\n'),
    data: { shift: number, sales: all, differences: found.differences, notCompared: found.unknown },
    good: found.good,
  };
}

/**
 * Hands the terminal what the gateway said and it has not heard. Our own client asked by the order's id, as the terminal
 * would have, and it is judged there as any other answer.
 */
export function learnFrom(
  terminal: Pick<Terminal, 'tell'>,
  { sale, comparison, outcome }: Compared,
): boolean {
  if (comparison.result !== 'differs' || comparison.news === undefined || outcome === undefined) return false;
  terminal.tell(sale.orderId, { type: 'statusAnswered', outcome });
  return true;
}

/** What the caller compares with the export. */
export interface SalesPage {
  readonly terminalId: string;
  readonly sales: readonly Sale[];
  /** Where the next page begins; absent after the last. */
  readonly next?: number;
}

function salesOf({ journal, terminalId }: Subject, number: number, after: number): ControlAnswer {
  const { sales, next } = journal.shifts.page(number, after, PAGE);
  const page: SalesPage = { terminalId, sales, ...(next === undefined ? {} : { next }) };
  return { text: `${sales.length} sales`, data: page, good: true };
}

/** Of the orders in `input`, one a line: those of other shifts, and those that the journal knows nothing of. */
export interface OrdersPage {
  readonly others: number;
  readonly unknown: readonly string[];
  /** Of the others, those that are not paid here. */
  readonly unpaid: readonly string[];
}

function ordersOf({ journal }: Subject, number: number, input: string): ControlAnswer {
  const rest = input
    .split('\n')
    .filter((orderId) => orderId !== '' && journal.shifts.ofSale(orderId) !== number);
  const unknown = rest.filter((orderId) => !journal.knows(orderId));
  const unpaid = rest.filter((orderId) => isUnpaid(journal.sale(orderId)));
  const page: OrdersPage = { others: rest.length - unknown.length, unknown, unpaid };
  return { text: `${unknown.length} unknown orders`, data: page, good: true };
}

function isUnpaid(sale: Sale | undefined): boolean {
  return sale !== undefined && !isSettled(sale);
}

/** The export has them as paid. Only a hint: the terminal asks for itself, and believes nothing else (law 3). */
function ring({ terminal, journal }: Subject, input: string): ControlAnswer {
  const orders = input.split('\n').filter((orderId) => isUnpaid(journal.sale(orderId)));
  for (const orderId of orders) terminal.tell(orderId, { type: 'notified', hint: 'reconcile: settlement' });
  return { text: `${orders.length} orders`, data: { orders }, good: true };
}
