import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Sale } from '../core/sale/sale.js';
import { approvalOf } from '../core/source/register-result.js';
import { NUMBER_SQL, Statements } from './statements.js';

/** Sales of before this table that one step looks through. */
const STEP = 500;

/**
 * Finds a sale by a number of somebody else's that stands on its slips or in its answers: Midtrans' transaction id, the
 * wallet's reference, the approval code, the register's own. Six bytes of a digest each, and not the text, which the sale has.
 */
export class Numbers {
  readonly #statements: Statements<typeof NUMBER_SQL>;
  readonly #toSale: (row: unknown) => Sale;

  constructor(db: Database.Database, toSale: (row: unknown) => Sale) {
    this.#statements = new Statements(db, NUMBER_SQL);
    this.#toSale = toSale;
  }

  /** What is new of `sale` since `before`. Within the transaction that writes it. */
  write(before: Sale | undefined, sale: Sale): void {
    if (before !== undefined && sameNumbers(before, sale)) return;
    const known = before === undefined ? [] : numbersOf(before);
    for (const number of numbersOf(sale))
      if (!known.includes(number)) this.#statements.of('add').run(digestOf(number), sale.invoice);
  }

  /** The sales that bear it, newest first. */
  find(number: string): Sale[] {
    const wanted = plain(number);
    const sales = this.#statements.of('find').all(digestOf(wanted)).map(this.#toSale);
    return sales.filter((sale) => numbersOf(sale).includes(wanted));
  }

  /** How many sales of before this table have not been looked through: their numbers are not found yet. */
  get unread(): number {
    return Number((this.#statements.of('unread').get() as { readonly value: string | null }).value ?? 0);
  }

  /** Looks through some of those, newest first. Within a transaction. */
  readSome(): void {
    const upTo = this.unread;
    const rows = this.#statements.of('unreadSales').all(upTo, STEP);
    const sales = rows.map(this.#toSale);
    for (const sale of sales) this.write(undefined, sale);
    const oldest = sales.at(-1)?.invoice ?? 1;
    if (oldest <= 1 || rows.length < STEP) this.#statements.of('allRead').run();
    else this.#statements.of('readTo').run(String(oldest - 1));
  }
}

/** Most steps of a sale leave the gateway's answer as it is, or bring one like it. */
function sameNumbers(before: Sale, sale: Sale): boolean {
  return (
    before.source === sale.source &&
    before.evidence?.transactionId === sale.evidence?.transactionId &&
    before.evidence?.crossReference === sale.evidence?.crossReference &&
    transactionIn(before) === transactionIn(sale)
  );
}

function transactionIn({ state }: Sale): string | undefined {
  return 'transactionId' in state ? state.transactionId : undefined;
}

function numbersOf(sale: Sale): string[] {
  const { evidence, source } = sale;
  const transactions = [evidence?.transactionId, transactionIn(sale)];
  const approval = evidence?.transactionId === undefined ? undefined : approvalOf(evidence.transactionId);
  const others = [evidence?.crossReference, approval, source.own ? source.reference : undefined];
  const all = [...transactions, ...others].flatMap((number) => (number === undefined ? [] : [plain(number)]));
  return [...new Set(all)];
}

function plain(number: string): string {
  return number.trim().toLowerCase();
}

/** SQLite holds 48 bits in six bytes, and a number of JavaScript holds them, too. */
function digestOf(number: string): number {
  return hash('sha256', number, 'buffer').readUIntBE(0, 6);
}
