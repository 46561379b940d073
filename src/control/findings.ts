import { formatRupiah } from '../base/rupiah.js';
import type { Sale } from '../core/sale/sale.js';

/** ShiftFindings that are told one by one; the rest are counted. A month without a network is no reason to run out of memory. */
const MOST = 1_000;

export interface Found {
  readonly with: 'gateway' | 'export';
  readonly orderId: string;
  readonly text: string;
}

/** What a comparison came to, for a person and for a script. */
export class ShiftFindings {
  /** Sales that were compared, or were to be. */
  all = 0;
  differ = 0;
  notCompared = 0;
  readonly differences: Found[] = [];
  readonly unknown: Found[] = [];
  readonly #with: Found['with'];
  readonly #lines = { differs: [] as string[], notCompared: [] as string[] };

  constructor(other: Found['with']) {
    this.#with = other;
  }

  count(): void {
    this.all += 1;
  }

  add(result: 'differs' | 'notCompared', of: Sale | string, text: string): void {
    const known = result === 'differs' ? this.differences : this.unknown;
    if (result === 'differs') this.differ += 1;
    else this.notCompared += 1;
    if (known.length >= MOST) return;
    const orderId = typeof of === 'string' ? of : of.orderId;
    known.push({ with: this.#with, orderId, text });
    const amount = typeof of === 'string' ? '' : ` ${formatRupiah(of.amount)}`;
    this.#lines[result].push(`  ${orderId}${amount}: ${text}`);
  }

  get lines(): string[] {
    const more = this.differ + this.notCompared - this.differences.length - this.unknown.length;
    const rest = more === 0 ? [] : [`  and ${more} more`];
    return [...this.#lines.differs, ...this.#lines.notCompared, ...rest];
  }

  get good(): boolean {
    return this.differ === 0 && this.notCompared === 0;
  }
}
