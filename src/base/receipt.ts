import type { OrderId } from './ids.js';
import type { Rupiah } from './rupiah.js';
import type { DateForm, Zone } from './time.js';

/**
 * Where a sale stood when its link was made. Each has one digit in a link (core/text/receipt-code.ts), so the order is for ever: new ones at
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
