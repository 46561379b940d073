import { bookedOf } from '../sale/paid-amount.js';
import type { Sale } from '../sale/sale.js';
import { closedAs, isEnded, isSettled } from '../sale/sale.js';

/** Where the money of a settled sale is. The four add up to it, rupiah by rupiah (law 11). */
export const MONEY = ['delivered', 'refunded', 'owed', 'other'] as const;

export type Money = (typeof MONEY)[number];

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
  /** The day that is over, as `2026-11-30`, where it was closed by itself at its set time. */
  readonly day?: string;
  readonly all: Totals;
  readonly bySource: readonly { readonly source: string; readonly totals: Totals }[];
  /** What moved in this shift of the money of sales that settled in earlier ones; less than nothing where it came back. */
  readonly earlier: Totals;
  /** On the owed list when it began: what the shift before ended with. Absent in reports of earlier versions. */
  readonly owedBefore?: number;
  /** On the owed list at the end, of whatever shift. */
  readonly owed: Amount;
  /** Where the sums do not agree (law 11): which law, by number and name, and by how much. */
  readonly broken?: readonly string[];
}

type Counts = Readonly<Record<Money | `${Money}Count`, number>>;

/** Sales of a shift that are alike in source and end, as the journal adds them up. */
export interface ShiftGroup extends Counts {
  readonly source: string;
  readonly settled: 0 | 1;
  /** How they ended, where they are not settled. */
  readonly line: string | null;
  readonly count: number;
  readonly amount: number;
}

export interface ShiftBooks {
  readonly number: number;
  readonly openedAtMs: number;
  readonly groups: readonly ShiftGroup[];
  readonly moved: Counts;
  readonly owedBefore: number;
  readonly owed: Amount;
}

export function shiftReport(books: ShiftBooks): ShiftReport {
  const { number, openedAtMs, groups, moved, owedBefore, owed } = books;
  const sources = [...new Set(groups.map(({ source }) => source))].sort();
  return {
    number,
    openedAtMs,
    all: totalsOf(groups),
    bySource: sources.map((source) => ({
      source,
      totals: totalsOf(groups.filter((group) => group.source === source)),
    })),
    earlier: { ...totalsOf([]), ...moneyIn(moved) },
    owedBefore,
    owed,
  };
}

function totalsOf(groups: readonly ShiftGroup[]): Totals {
  const totals = Object.fromEntries(COUNTED.map((line) => [line, { count: 0, sum: 0 }])) as Record<
    Counted,
    Amount
  >;
  const add = (line: Counted, { count, sum }: Amount): void => {
    const before = totals[line];
    totals[line] = { count: before.count + count, sum: before.sum + sum };
  };
  for (const group of groups) {
    const { count, amount, settled, line } = group;
    const ended = COUNTED.find((counted) => counted === line);
    if (settled === 0 && ended !== undefined) add(ended, { count, sum: amount });
    if (settled === 0) continue;
    add('settled', { count, sum: amount });
    for (const [at, part] of Object.entries(moneyIn(group))) add(at as Money, part);
  }
  return totals;
}

function moneyIn(counts: Counts): Record<Money, Amount> {
  const parts = MONEY.map((line) => [line, { count: counts[`${line}Count`], sum: counts[line] }]);
  return Object.fromEntries(parts) as Record<Money, Amount>;
}

/** What a sale that has ended without money counts as; nothing where the same customer's request went on after it. */
export function lineOf(sale: Sale): Counted | null {
  const { state } = sale;
  if (!isEnded(sale) || isSettled(sale) || (state.at === 'closed' && state.followed === true)) return null;
  const how = state.at === 'closed' ? closedAs(state) : 'neverCharged';
  return how === 'neverCharged' ? 'failed' : how;
}

/**
 * Where the money of a settled sale is: refunded as far as the gateway says so, the rest where the sale stands. Money
 * that was taken and not handed over yet is owed, also while the source is still being told.
 */
export function moneyOf(sale: Sale): [Money, number][] {
  const rest = restOf(sale);
  const booked = bookedOf(sale);
  const back = rest === 'refunded' ? booked : refundedOf(sale);
  const parts: [Money, number][] = [
    ['refunded', back],
    [rest, booked - back],
  ];
  return parts.filter(([, sum]) => sum > 0);
}

/** What of it is on the owed list: what went back already is not owed a second time. */
export function owedOf(sale: Sale): number {
  return moneyOf(sale).find(([line]) => line === 'owed')?.[1] ?? 0;
}

/** What the gateway gave back of it, as far as we know; never more than was paid. */
export function refundedOf(sale: Sale): number {
  const { evidence } = sale;
  if (evidence?.status === 'refund') return bookedOf(sale);
  return evidence?.status === 'partial_refund' ? Math.min(bookedOf(sale), evidence.refundAmount ?? 0) : 0;
}

function restOf({ state }: Sale): Money {
  if (state.at === 'delivered') return 'delivered';
  // Handed over, and back with the register: until the gateway has given it back, it is sold.
  if (state.at === 'refunding' && state.why === 'returned') return 'delivered';
  return state.at === 'resolved' ? state.how : 'owed';
}
