import { bookedOf } from './paid.js';
import type { Sale } from './sale.js';
import { isSettled } from './sale.js';

/** Where the money of a settled sale is. The four add up to it, rupiah by rupiah (law 11). */
export const MONEY = ['delivered', 'refunded', 'owed', 'other'] as const;

/** What a shift counts. `other`: taken off the owed list in another way. `failed`: nothing came into being. */
export const COUNTED = ['settled', ...MONEY, 'cancelled', 'expired', 'denied', 'failed'] as const;

export type Counted = (typeof COUNTED)[number];

/** How many sales, and how many rupiah. A sale of which a part was refunded counts on two lines. */
export interface Amount {
  readonly count: number;
  readonly sum: number;
}

export type Totals = Readonly<Record<Counted, Amount>>;

export interface ShiftReport {
  readonly number: number;
  /** Wall time. */
  readonly openedAtMs: number;
  /** Absent while it is open. */
  readonly closedAtMs?: number;
  readonly closedBy?: string;
  readonly all: Totals;
  readonly bySource: readonly { readonly source: string; readonly totals: Totals }[];
  /** Settled in an earlier shift, and delivered or taken off the owed list in this one. */
  readonly earlier: Totals;
  /** On the owed list at the end, of whatever shift. */
  readonly owed: Amount;
}

export interface ShiftBooks {
  readonly number: number;
  readonly openedAtMs: number;
  readonly sales: readonly Sale[];
  readonly earlier: readonly Sale[];
  readonly owed: readonly Sale[];
}

export function shiftReport(books: ShiftBooks): ShiftReport {
  const { number, openedAtMs, sales, earlier, owed } = books;
  const sources = [...new Set(sales.map(sourceOf))].sort();
  return {
    number,
    openedAtMs,
    all: totalsOf(sales),
    bySource: sources.map((source) => ({
      source,
      totals: totalsOf(sales.filter((sale) => sourceOf(sale) === source)),
    })),
    earlier: totalsOf(earlier),
    owed: totalsOf(owed).owed,
  };
}

function sourceOf({ source }: Sale): string {
  return `${source.kind} ${source.name}`;
}

function totalsOf(sales: readonly Sale[]): Totals {
  const totals = Object.fromEntries(COUNTED.map((line) => [line, { count: 0, sum: 0 }])) as Record<
    Counted,
    { count: number; sum: number }
  >;
  for (const sale of sales)
    for (const [line, sum] of linesOf(sale)) {
      totals[line].count += 1;
      totals[line].sum += sum;
    }
  return totals;
}

function linesOf(sale: Sale): [Counted, number][] {
  if (!isSettled(sale)) return [[unpaid(sale), sale.amount]];
  return [['settled', bookedOf(sale)], ...moneyOf(sale)];
}

function unpaid({ state }: Sale): Counted {
  if (state.at !== 'closed' || state.how === 'neverCharged') return 'failed';
  return state.how;
}

/**
 * Where the money of a settled sale is: refunded as far as the gateway says so, the rest where the sale stands. Money
 * that was taken and not handed over yet is owed, also while the source is still being told.
 */
export function moneyOf(sale: Sale): [(typeof MONEY)[number], number][] {
  const rest = restOf(sale);
  const booked = bookedOf(sale);
  const back = rest === 'refunded' ? booked : refundedOf(sale);
  const parts: [(typeof MONEY)[number], number][] = [
    ['refunded', back],
    [rest, booked - back],
  ];
  return parts.filter(([, sum]) => sum > 0);
}

/** What the gateway gave back of it, as far as we know; never more than was paid. */
export function refundedOf(sale: Sale): number {
  const { evidence } = sale;
  if (evidence?.status === 'refund') return bookedOf(sale);
  return evidence?.status === 'partial_refund' ? Math.min(bookedOf(sale), evidence.refundAmount ?? 0) : 0;
}

function restOf({ state }: Sale): (typeof MONEY)[number] {
  if (state.at === 'delivered') return 'delivered';
  // Handed over, and back with the register: until the gateway has given it back, it is sold.
  if (state.at === 'refunding' && state.why === 'returned') return 'delivered';
  return state.at === 'cleared' ? state.how : 'owed';
}
