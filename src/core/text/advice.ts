import type { Words } from '../../base/screen.js';
import { formatWib } from '../../base/time.js';
import type { SourceResult } from '../sale/effect.js';
import type { Sale } from '../sale/sale.js';
import { PHRASES } from './phrases.js';

/**
 * What to do for a customer whose balance was taken although the sale was closed, by Midtrans' page on GoPay at a point of
 * sale: it comes back by itself; where it does not, these three facts go to that address.
 * @returns lines, the last of them ready to send; none where the sale is not closed, or never was at the gateway
 */
export function adviceIfDeducted(sale: Sale): readonly string[] {
  if (!couldBeDeducted(sale)) return [];
  const { orderId, openedAtMs, amount } = sale;
  return [
    'If the customer was charged all the same: GoPay gives it back by itself, at once or after a while; let the customer look at the balance again. If it does not come, send this to bizops@midtrans.com:',
    '',
    'A GoPay balance was deducted for a transaction that Midtrans has as not paid, and it has not come back.',
    `Order ID: ${orderId}`,
    `Transaction date: ${formatWib(openedAtMs)} WIB`,
    `Gross amount: ${amount}`,
  ];
}

/** The same for the customer, under the end of the sale. A sale that failed by a fault of ours had no QR to be paid. */
export function notesIfDeducted(sale: Sale, { result }: SourceResult): readonly Words[] {
  return couldBeDeducted(sale) && result !== 'failed' ? [PHRASES.deducted, PHRASES.notReturned] : [];
}

/** The sale is closed, and was at the gateway. */
export function couldBeDeducted({ state, evidence }: Sale): boolean {
  return state.at === 'closed' && evidence !== undefined;
}

/**
 * Whom to ask before money of a sale goes back of which it is not known whether it was handed over: who has the goods and
 * gets the money too has both.
 */
export function askFirst({ state, source }: Sale): string | undefined {
  if ((state.at !== 'owed' && state.at !== 'refunding') || state.why !== 'deliveryUnknown') return undefined;
  switch (source.kind) {
    case 'vending':
      return `before money goes back, look at ${source.name} and its counters: did the goods come out?`;
    case 'register':
    case 'api':
      return `before money goes back, ask at ${source.name}, or look into its books: was this sale finished, and were the goods handed over?`;
    default:
      return 'before money goes back, ask who served: were the goods handed over?';
  }
}
