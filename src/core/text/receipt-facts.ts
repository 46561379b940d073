import type { ReceiptFacts, ReceiptStanding } from '../../base/receipt.js';
import { rupiah } from '../../base/rupiah.js';
import { parseWib } from '../../base/time.js';
import { bookedOf } from '../sale/paid-amount.js';
import { isSettled, type Sale, slipNumber } from '../sale/sale.js';
import { rrnOf } from '../source/register-result.js';
import { contactLines } from './contact.js';
import { owedKind } from './owed-kind.js';
import { brandOf } from './receipt.js';
import type { SlipHead } from './slip-style.js';

/**
 * @param days how long the link opens
 * @returns undefined for a sale that is not settled: nothing else may look like a receipt. A sale is told of here as it stands in
 *   the journal, so the same sale in the same state has the same link, for ever.
 */
export function receiptFacts(sale: Sale, head: SlipHead, days: number): ReceiptFacts | undefined {
  const standing = standingOf(sale);
  if (standing === undefined) return undefined;
  const { evidence, items = [] } = sale;
  const { issuer, acquirer, crossReference } = evidence ?? {};
  const paidAtMs = parseWib(evidence?.settlementTime ?? '') ?? sale.openedAtMs;
  return {
    standing,
    orderId: sale.orderId,
    shop: head.shop,
    number: slipNumber(sale),
    rrn: rrnOf(sale.openedAtMs, sale.invoice),
    amount: bookedOf(sale),
    paidAtMs: Math.floor(paidAtMs / 1000) * 1000,
    days,
    language: head.language ?? 'both',
    zone: head.zone ?? 'WIB',
    dates: head.dates ?? '31-12-2026',
    ...(issuer === undefined ? {} : { issuer: brandOf(issuer) }),
    ...(acquirer === undefined ? {} : { acquirer: brandOf(acquirer) }),
    ...(crossReference === undefined ? {} : { reference: crossReference }),
    contact: standing === 'paid' ? [] : contactLines(head.contact ?? {}),
    items: items.map(({ name, price, quantity }) => ({
      name: head.language === 'en' ? name.en : name.id,
      price: rupiah(price),
      quantity,
    })),
    more: 0,
  };
}

function standingOf(sale: Sale): ReceiptStanding | undefined {
  const { state } = sale;
  // Being delivered is not over: what comes of it may be owed.
  if (!isSettled(sale) || state.at === 'delivering') return undefined;
  if (state.at === 'delivered') return 'paid';
  if (state.at === 'resolved') {
    if (state.how === 'delivered') return 'paid';
    return state.how === 'refunded' ? 'refunded' : 'closedByStaff';
  }
  return owedKind(state);
}
