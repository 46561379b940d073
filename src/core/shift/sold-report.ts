import { isNumberedId } from '../../base/sold-item.js';
import { COUNTED, MONEY, type Money } from './shift.js';
import type { SoldLine } from './sold-line.js';

/** What a report can be split by; `hour` is that of the day. */
export const REPORT_BY = ['day', 'hour', 'product', 'slot'] as const;

export type ReportBy = (typeof REPORT_BY)[number];

type Unpaid = Exclude<(typeof COUNTED)[number], 'settled' | Money>;
const UNPAID = COUNTED.filter((line): line is Unpaid => line !== 'settled' && !isMoney(line));

/** The columns of a report, in their order; like those of the list they never change. */
export const REPORT_COLUMNS = [
  'group',
  'sales',
  'settled',
  'quantity',
  'gross',
  ...MONEY,
  ...UNPAID,
  'fee',
  'net',
] as const;

/**
 * One group. `sales`: those that a shift counts. `gross`: what was paid; delivered, refunded, owed and other are parts of
 * it, now. `fee` and `net` are there where those of each sale in it are known: a sum of some of them would look like all.
 */
export type ReportLine = { readonly group: string } & Readonly<
  Record<Exclude<(typeof REPORT_COLUMNS)[number], 'group' | 'fee' | 'net'>, number>
> & { readonly fee?: number; readonly net?: number };

interface Sums {
  readonly counts: Record<string, number>;
  fee: number | undefined;
  net: number | undefined;
}

/** Groups in memory; the words of others could make any number. */
const MOST_GROUPS = 10_000;
const NO_PRODUCT = '(none)';
const SEVERAL = '(several)';
const OTHERS = '(others)';

/** Adds up lines as they pass: what is kept depends on the groups, and not on the sales. */
export class SoldReport {
  readonly #by: ReportBy | undefined;
  readonly #groups = new Map<string, Sums>();
  readonly #total = empty();

  /** @param by undefined: all in one */
  constructor(by: ReportBy | undefined) {
    this.#by = by;
  }

  add(line: SoldLine): void {
    if (line.counts === undefined) return;
    addWhole(this.#total, line);
    if (this.#by === undefined) return;
    if (this.#by === 'product' && (line.items?.length ?? 0) > 1) return this.#addCart(line);
    addWhole(this.#group(groupOf(line, this.#by)), line);
  }

  /** Groups in the order of their names, and what they come to. */
  lines(): { readonly groups: readonly ReportLine[]; readonly total: ReportLine } {
    const groups = [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      groups: groups.map(([group, sums]) => lineOf(group, sums)),
      total: lineOf('total', this.#total),
    };
  }

  /**
   * Each product has its own part, as far as all of the sale went the same way. What nobody can tell of which of them (a part
   * given back, another amount paid, the fee) stands as that of several; so does the sale itself, which is one.
   */
  #addCart(line: SoldLine): void {
    const { items = [] } = line;
    const parts = MONEY.filter((part) => (line[part] ?? 0) > 0);
    const [only, more] = parts;
    const several = this.#group(SEVERAL);
    addWhole(several, { ...line, quantity: 0 });
    for (const { id, name, sum, quantity } of items) {
      if (line.counts !== 'settled') continue;
      const product = this.#group(productOf({ id, name }));
      count(product, 'quantity', quantity);
      const whole = only !== undefined && more === undefined && bookedOf(line) === line.amount;
      for (const column of whole ? (['gross', only] as const) : []) {
        count(product, column, sum);
        count(several, column, -sum);
      }
      product.fee = undefined;
      product.net = undefined;
    }
  }

  #group(name: string): Sums {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    if (this.#groups.size >= MOST_GROUPS && name !== OTHERS) return this.#group(OTHERS);
    const sums = empty();
    this.#groups.set(name, sums);
    return sums;
  }
}

function isMoney(line: string): line is Money {
  return (MONEY as readonly string[]).includes(line);
}

function empty(): Sums {
  return { counts: {}, fee: 0, net: 0 };
}

function count(sums: Sums, column: string, by: number): void {
  sums.counts[column] = (sums.counts[column] ?? 0) + by;
}

function bookedOf(line: SoldLine): number {
  return MONEY.reduce((sum, part) => sum + (line[part] ?? 0), 0);
}

function addWhole(sums: Sums, line: SoldLine): void {
  const { counts = '', fee, net } = line;
  count(sums, 'sales', 1);
  count(sums, counts, 1);
  if (counts !== 'settled') return;
  count(sums, 'quantity', line.quantity ?? 1);
  count(sums, 'gross', bookedOf(line));
  for (const part of MONEY) count(sums, part, line[part] ?? 0);
  sums.fee = fee === undefined || sums.fee === undefined ? undefined : sums.fee + fee;
  sums.net = net === undefined || sums.net === undefined ? undefined : sums.net + net;
}

function groupOf(line: SoldLine, by: ReportBy): string {
  switch (by) {
    case 'day':
      return line.opened.slice(0, 10);
    case 'hour':
      return `${line.opened.slice(11, 13)}:00`;
    case 'slot':
      return line.slot ?? NO_PRODUCT;
    case 'product': {
      const [item] = line.items ?? [];
      return item === undefined ? (line.products ?? NO_PRODUCT) : productOf(item);
    }
  }
}

function productOf({ id, name }: { readonly id: string; readonly name: string }): string {
  return isNumberedId(id) ? name : `${id} ${name}`;
}

function lineOf(group: string, { counts, fee, net }: Sums): ReportLine {
  const all = REPORT_COLUMNS.map((column) => [column, counts[column] ?? 0]);
  const { fee: _fee, net: _net, ...rest } = Object.fromEntries(all) as Record<string, number>;
  return {
    ...rest,
    group,
    ...(fee === undefined ? {} : { fee }),
    ...(net === undefined ? {} : { net }),
  } as ReportLine;
}
