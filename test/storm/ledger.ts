import { isSettled } from '../../src/core/sale/sale.js';
import { shiftName } from '../../src/core/text/shift-report.js';
import { TERMINAL } from './cloud.js';
import type { StormJournal } from './disk.js';
import type { Laws } from './laws.js';
import type { Story } from './story.js';

interface LedgerParts {
  readonly laws: Laws;
  readonly story: Story;
}

interface Told {
  readonly id: string;
  readonly type: string;
  readonly sale?: { readonly order_id: string };
  readonly shift?: { readonly number: number };
  /** Of a machine's slots, in a sale. */
  readonly vend?: { readonly order_id: string };
}

/** In which order they can happen to a sale, each once. */
const ORDER = ['sale.paid', 'sale.owed', 'sale.delivered', 'sale.refunded'];

/** What somebody was told of sales and shifts, who does something about each id once. */
export class Ledger {
  readonly #parts: LedgerParts;
  readonly #whose: string;
  /** What was told, by its id; and the id by which each thing of a sale was booked. */
  readonly #had = new Set<string>();
  readonly #booked = new Map<string, string>();
  /** The last that was told of each sale. */
  readonly #last = new Map<string, string>();
  /** The id by which each shift was told to be closed. */
  readonly #shifts = new Map<number, string>();

  constructor(parts: LedgerParts, whose: string) {
    this.#parts = parts;
    this.#whose = whose;
  }

  /** Law 1: what leaves is true of what is on disk, also where the power goes in this moment. */
  leaves(body: string): void {
    const { laws } = this.#parts;
    const { type, sale, vend } = JSON.parse(body) as Told;
    const order = (sale ?? vend)?.order_id;
    if (order === undefined) return;
    const known = laws.sales.get(order);
    if (known === undefined || !isSettled(known))
      laws.broken('law 1', `${type} of ${order} leaves, which is ${known?.state.at} on disk`);
  }

  /** @returns whether it is new */
  takes(id: string, body: string): boolean {
    const { laws, story } = this.#parts;
    const told = JSON.parse(body) as Told;
    story.say(() => `${this.#whose} are told ${told.type} by ${id}`);
    if (told.id !== id) laws.broken('law 7', `${id} says that it is ${told.id}`);
    if (this.#had.has(id)) return false;
    this.#had.add(id);
    if (told.shift !== undefined) this.#closed(told.shift, id);
    else if (told.vend === undefined) this.#ofSale(told, id);
    return true;
  }

  #ofSale(told: Told, id: string): void {
    const { laws } = this.#parts;
    const order = told.sale?.order_id ?? '';
    this.#inOrder(told, order);
    const what = `${order} ${told.type}`;
    const before = this.#booked.get(what);
    if (before !== undefined) laws.broken('law 6', `${what} is booked by ${before} and by ${id}`);
    this.#booked.set(what, id);
    if (told.type !== 'sale.paid') return;
    const sale = laws.sales.get(order);
    if (sale === undefined || !isSettled(sale))
      laws.broken('law 4', `${this.#whose} hear that ${order} is paid`);
  }

  #inOrder({ id, type }: Told, order: string): void {
    const before = this.#last.get(order);
    this.#last.set(order, type);
    const isFirst = before === undefined;
    if (isFirst ? type !== 'sale.paid' : ORDER.indexOf(before) > ORDER.indexOf(type))
      this.#parts.laws.broken('law 6', `${id} comes after ${before ?? 'nothing'}`);
  }

  #closed({ number }: { readonly number: number }, id: string): void {
    const before = this.#shifts.get(number);
    if (before !== undefined)
      this.#parts.laws.broken('law 11', `shift ${number} is told by ${before} and by ${id}`);
    this.#shifts.set(number, id);
  }

  /** Each settled sale and each closed shift was told, or is going to be. */
  atTheEnd(journal: StormJournal): void {
    const { laws } = this.#parts;
    const waits = (of: string, what: string): boolean =>
      journal.webhooks.byId(of).some(({ kind, dueMs }) => kind === what && dueMs !== null);
    for (let number = 1; number < journal.shifts.current; number += 1)
      if (!this.#shifts.has(number) && !waits(shiftName(TERMINAL, number), 'shift.closed'))
        laws.broken('law 5', `the ${this.#whose} were never told that shift ${number} is closed`);
    for (const { orderId } of [...laws.sales.values()].filter(isSettled))
      if (!this.#booked.has(`${orderId} sale.paid`) && !waits(orderId, 'paid'))
        laws.broken('law 5', `the ${this.#whose} were never told that ${orderId} is paid`);
  }
}
