import type { OrderId } from '../../base/ids.js';
import { type Rupiah, rupiah } from '../../base/rupiah.js';
import { type DateForm, parseWib, type Zone } from '../../base/time.js';
import { bookedOf } from '../sale/paid-amount.js';
import { isSettled, type Sale, slipNumber } from '../sale/sale.js';
import { rrnOf } from '../source/register-result.js';
import { contactLines } from './contact.js';
import { owedKind } from './owed-kind.js';
import { brandOf } from './receipt.js';
import type { SlipHead } from './slip-style.js';

/**
 * Where a sale stood when its link was made. Each has one digit in a link (receipt-code.ts), so the order is for ever: new ones at
 * the end, sixteen at most.
 */
export const RECEIPT_STANDINGS = [
  'paid',
  'owed',
  'owedUnknown',
  'owedPartly',
  'refunding',
  'refundingUnknown',
  'otherAmount',
  'otherPayee',
  'refunded',
  'closedByStaff',
] as const;
export type ReceiptStanding = (typeof RECEIPT_STANDINGS)[number];

/** One line of what was sold, in the language of the shop's slips. */
export interface ReceiptItem {
  readonly name: string;
  /** Of one. */
  readonly price: Rupiah;
  readonly quantity: number;
}

/** What a receipt without paper says of one sale: nothing of the customer, and of the shop what its slips say. */
export interface ReceiptFacts {
  readonly standing: ReceiptStanding;
  readonly orderId: OrderId;
  readonly shop: string;
  /** Six digits. */
  readonly number: string;
  /** Twelve digits, of which the last six are the number. */
  readonly rrn: string;
  /** What was paid for it, without a fee on top. */
  readonly amount: Rupiah;
  /** When it was paid: whole seconds of wall time. */
  readonly paidAtMs: number;
  /** How long from then on the link opens: 1 to 366. */
  readonly days: number;
  /** Those of the shop's slips. */
  readonly language: 'both' | 'id' | 'en';
  readonly zone: Zone;
  readonly dates: DateForm;
  /** As far as the gateway names them. */
  readonly issuer?: string;
  readonly acquirer?: string;
  readonly reference?: string;
  /** Whom to call: where something is owed. */
  readonly contact: readonly string[];
  readonly items: readonly ReceiptItem[];
  /** Lines of the sale that found no room in the link. */
  readonly more: number;
}

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
