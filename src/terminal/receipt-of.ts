import type { Sale } from '../core/sale/sale.js';
import { receiptFacts } from '../core/text/receipt-facts.js';
import type { TerminalContext } from './context.js';

/** What a phone opens for the receipt of `sale`, whenever it is asked for; undefined where there is none. */
export function receiptOf(
  { adapters, settings }: Pick<TerminalContext, 'adapters' | 'settings'>,
  sale: Sale,
): string | undefined {
  if (settings.receipt === undefined) return undefined;
  const facts = receiptFacts(sale, settings.head, settings.receipt.days);
  return facts === undefined ? undefined : adapters.receipts?.linkOf(facts);
}
