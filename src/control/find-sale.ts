import type { Sale } from '../core/sale/sale.js';
import type { Subject } from './answer.js';

/** A sale by what a person may have in hand: the order id, the number on the slip (No.), or the RRN of the register. */
export function findSale({ journal }: Pick<Subject, 'journal'>, name: string): Sale | undefined {
  if (/^\d{1,6}$/.test(name)) return journal.saleByInvoice(Number(name));
  return journal.sale(name) ?? journal.saleByRrn(name);
}
