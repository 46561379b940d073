import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Sale } from '../../src/core/sale/sale.js';
import { PHRASES } from '../../src/core/text/phrases.js';
import type { TransactionView } from '../../src/sandbox/midtrans/view.js';
import type { Shown } from './page.js';
import type { RegisterHeard } from './register.js';
import type { Telling } from './scenario.js';

/** What the people at the counter saw and heard, and when. */
export interface Heard {
  readonly screens: readonly { readonly shown: Shown; readonly atWallMs: number }[];
  readonly register: readonly RegisterHeard[];
}

/** What Midtrans has of one terminal when all is over. */
export interface Books {
  /** Oldest first. */
  readonly transactions: readonly TransactionView[];
  /** By order: how often a charge was asked for. */
  readonly charges: ReadonlyMap<string, number>;
}

/** A payment, or a charge that could still be paid. */
export type Stand = 'paid' | 'pending' | 'none';

/** What stood in the books then. Both clocks are this machine's; within one millisecond, what happened is not held against anybody. */
export function standAt(
  transactions: readonly TransactionView[],
  atWallMs = Number.POSITIVE_INFINITY,
): Stand {
  const then = transactions.map(({ history }) => history.filter((entry) => entry.atWallMs <= atWallMs));
  if (then.some((history) => history.some(({ status }) => status === 'settlement'))) return 'paid';
  const open = then.map((history) => history.at(-1));
  return open.some((last) => last?.status === 'pending' && last.atWallMs < atWallMs) ? 'pending' : 'none';
}

interface Journalled {
  readonly verdict: string;
  readonly setAside: boolean;
  readonly sales: readonly Sale[];
}

/** Counts the money: the journal against Midtrans' books and against what register and customer were told. */
export function audit(telling: Telling, books: Books, directory: string, heard: Heard): string[] {
  const journal = read(directory);
  if (typeof journal === 'string') return [journal];
  const { transactions, charges } = books;
  return [
    ...(journal.verdict === 'ok' ? [] : [`the journal is damaged: ${journal.verdict}`]),
    ...(journal.setAside ? ['a journal was set aside as damaged'] : []),
    ...money(journal.sales, transactions),
    ...onceEach(charges, transactions),
    ...toldRegister(journal.sales, transactions, heard.register),
    ...toldCustomer(transactions, heard.screens),
    ...end(telling, journal.sales, transactions),
  ];
}

function read(directory: string): Journalled | string {
  try {
    const db = new Database(join(directory, 'journal', 'journal.db'), {
      readonly: true,
      fileMustExist: true,
    });
    const verdict = String(db.pragma('quick_check', { simple: true }));
    const rows = db.prepare('SELECT body FROM sale ORDER BY invoice').all() as { body: string }[];
    const setAside = db.prepare("SELECT 1 FROM meta WHERE key = 'set_aside'").get() !== undefined;
    db.close();
    return { verdict, setAside, sales: rows.map(({ body }) => JSON.parse(body) as Sale) };
  } catch (error) {
    return `the journal cannot be read: ${String(error)}`;
  }
}

function wasPaid({ history }: TransactionView): boolean {
  return history.some(({ status }) => status === 'settlement');
}

/** Laws 1, 5 and 11: each order of Midtrans is in the journal, and settled = delivered + owed, order by order. */
function money(sales: readonly Sale[], books: readonly TransactionView[]): string[] {
  const wrong: string[] = [];
  const byOrder = new Map(sales.map((sale) => [sale.orderId as string, sale]));
  for (const transaction of books) {
    const { orderId } = transaction;
    const sale = byOrder.get(orderId);
    if (sale === undefined) wrong.push(`law 1: ${orderId} was charged and is not in the journal`);
    else if (wasPaid(transaction) && !holdsMoney(sale))
      wrong.push(`law 5: ${orderId} was paid, and the journal has it as ${sale.state.at}`);
  }
  const settled = sum(books.filter(wasPaid));
  const accounted = sum(sales.filter(holdsMoney));
  if (settled !== accounted)
    wrong.push(`law 11: Midtrans has ${settled} settled, the journal ${accounted} delivered or owed`);
  return wrong;
}

function holdsMoney({ state }: Sale): boolean {
  return state.at === 'delivered' || state.at === 'owed';
}

function sum(all: readonly { readonly amount: number }[]): number {
  return all.reduce((total, { amount }) => total + amount, 0);
}

/** Laws 7 and 10: an order is charged once, the next only when the one before is closed, and none is left open. */
function onceEach(asked: Books['charges'], books: readonly TransactionView[]): string[] {
  const wrong: string[] = [];
  for (const [orderId, times] of asked)
    if (times > 1) wrong.push(`law 7: ${orderId} was charged ${times} times`);
  for (const { orderId, status } of books)
    if (status === 'pending') wrong.push(`law 10: ${orderId} is left open at Midtrans`);
  for (const [i, transaction] of books.entries()) {
    const before = books[i - 1]?.history.at(-1);
    const created = transaction.history[0];
    if (before === undefined || created === undefined) continue;
    if (before.status === 'pending' || before.atWallMs > created.atWallMs)
      wrong.push(`law 7: ${transaction.orderId} was charged while the one before was open`);
  }
  const paid = books.filter(wasPaid).length;
  if (paid > 1) wrong.push(`law 7: one request was paid ${paid} times`);
  return wrong;
}

/** Laws 2, 6 and 7: one approval for one payment, the same bytes each time; no failure for what was paid. */
function toldRegister(
  sales: readonly Sale[],
  books: readonly TransactionView[],
  heard: readonly RegisterHeard[],
): string[] {
  const wrong: string[] = [];
  const approvals = heard.filter(({ code }) => code === '00');
  const distinct = new Set(approvals.map(({ hex }) => hex)).size;
  const paid = books.filter(wasPaid).length;
  if (distinct > paid) wrong.push(`law 6: ${distinct} different approvals for ${paid} payments`);
  if (approvals.some(({ atWallMs }) => standAt(books, atWallMs) !== 'paid'))
    wrong.push('law 4: approved before Midtrans was paid');
  for (const { code, atWallMs } of heard) {
    const then = standAt(books, atWallMs);
    if (then !== 'none' && !['00', 'TO', 'S3'].includes(code))
      wrong.push(`law 2: the register heard ${code} while the books said ${then}`);
  }
  for (const { code, unasked } of heard)
    if (unasked) wrong.push(`law 6: the register heard ${code} without having asked`);
  const delivered = sales.filter(
    ({ state, source }) => state.at === 'delivered' && source.kind === 'register',
  );
  if (delivered.length > distinct)
    wrong.push(`law 6: ${delivered.length} sales delivered to a register that heard ${distinct} approvals`);
  return wrong;
}

/** Law 2 at the screen: of the endings without LUNAS, a customer who has paid, or still can, may read "unknown" and "owed" only. */
function toldCustomer(books: readonly TransactionView[], screens: Heard['screens']): string[] {
  const wrong: string[] = [];
  for (const { shown, atWallMs } of screens) {
    const then = standAt(books, atWallMs);
    if (shown.show === 'paid' && then !== 'paid') wrong.push('law 4: LUNAS before Midtrans was paid');
    if (shown.show === 'closed' && then !== 'none' && shown.words?.en !== PHRASES.unknown.en)
      wrong.push(`law 2: the customer read of a failure ${shown.code ?? ''} while the books said ${then}`);
  }
  return wrong;
}

/** Without this a terminal that never sells would pass. */
function end({ scenario }: Telling, sales: readonly Sale[], books: readonly TransactionView[]): string[] {
  const paid = books.filter(wasPaid).length;
  if (scenario.customer === 'pays' && paid !== 1) return [`the customer paid ${paid} times, not once`];
  if (scenario.customer === 'pays') return [];
  if (paid > 0) return ['the customer cancelled and has paid all the same'];
  const open = sales.filter(({ state }) => state.at !== 'closed' && state.at !== 'refused');
  return open.map(({ orderId, state }) => `${orderId} was cancelled and ends as ${state.at}`);
}
