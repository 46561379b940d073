import { dayAndTime, offsetOf, parseWib, type Zone } from '../../base/time.js';
import { paidOf } from '../sale/paid-amount.js';
import { closedAs, type Sale, slipNumber } from '../sale/sale.js';
import { rrnOf } from '../source/register-result.js';

/** Where the money of a sale is, and what it counts as, as its row in the journal has it. */
export interface SoldRow {
  /** 1 where it was paid. */
  readonly settled: 0 | 1;
  /** The shift that it counts in; null where it has not come to an end. */
  readonly shift: number | null;
  /** What the books count: of a sale that was paid with another amount, that one. */
  readonly booked: number;
  readonly delivered: number;
  readonly refunded: number;
  readonly owed: number;
  readonly other: number;
  readonly line: string | null;
}

export interface SoldTerms {
  readonly zone: Zone;
  /** What the acquirer keeps, in thousandths of a per cent; undefined where nobody has said so. */
  readonly feeRate?: number;
}

/**
 * The columns of the list of sales, in their order: names and meaning never change, and new ones come at the end. Amounts are
 * whole rupiah, times those of the shop's zone. What is not known is not there.
 */
export const SOLD_COLUMNS = [
  /** When the sale was asked for, and when it was paid, by the gateway. */
  'opened',
  'paid',
  'order_id',
  /** Short number of the slip. */
  'no',
  'shift',
  /** Where it stands, in the words of the glossary; and how, or why. */
  'state',
  'why',
  /** Asked for; paid, where it was; and where the paid amount is. The four after it add up to it, but for `customer_fee`. */
  'amount',
  'paid_amount',
  'delivered',
  'refunded',
  'owed',
  'other',
  /** What the gateway put on top of the amount, and the customer paid. */
  'customer_fee',
  /** By report.fee_percent; and what the shop gets. */
  'fee',
  'net',
  'slot',
  'product_ids',
  'products',
  'quantity',
  /** keypad, register, vending, api; its name; the till or program; the caller's own number. */
  'source',
  'source_name',
  'till',
  'ref',
  'method',
  'issuer',
  'acquirer',
  'rrn',
  'transaction_id',
  'cross_reference',
] as const;

export type SoldColumn = (typeof SOLD_COLUMNS)[number];

type NumberColumn =
  | ('no' | 'shift' | 'amount' | 'paid_amount' | 'delivered' | 'refunded' | 'owed' | 'other')
  | ('customer_fee' | 'fee' | 'net' | 'quantity');

/** One sale of the list. `item` and so on are for the report by product and are no columns. */
export type SoldLine = {
  readonly [Column in SoldColumn]?: Column extends NumberColumn ? number : string;
} & {
  readonly opened: string;
  readonly state: string;
  readonly amount: number;
  /** Of its times: `+07:00`. */
  readonly offset: string;
  /** As a shift counts it; absent where it counts as nothing yet. */
  readonly counts?: string;
  readonly items?: readonly {
    readonly id: string;
    readonly name: string;
    readonly sum: number;
    readonly quantity: number;
  }[];
};

/** One sale as a line, with nothing in it that nobody has said. */
export function soldLine(sale: Sale, row: SoldRow, { zone, feeRate }: SoldTerms): SoldLine {
  const { source, evidence, items = [] } = sale;
  const { booked, settled } = row;
  const at = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : moment(ms, zone);
  const { state, why } = standing(sale);
  const money = settled === 1 ? moneyOf(sale, row, feeRate) : {};
  const slots = items.flatMap(({ slot }) => slot ?? []);
  const products = items.map(({ name, quantity }) => `${quantity} x ${name.id}`).join(', ');
  const counts = settled === 1 ? 'settled' : row.line;
  return defined({
    opened: moment(sale.openedAtMs, zone),
    paid: settled === 1 ? at(parseWib(evidence?.settlementTime ?? '')) : undefined,
    order_id: sale.orderId,
    no: Number(slipNumber(sale)),
    shift: row.shift ?? undefined,
    ...{ state, why },
    amount: settled === 1 && evidence === undefined ? booked : sale.amount,
    ...money,
    slot: source.item ?? (slots.length > 0 ? slots.join(', ') : undefined),
    product_ids: items.length > 0 ? items.map(({ id }) => id).join(', ') : undefined,
    products: items.length > 0 ? products : source.product,
    quantity: items.length > 0 ? items.reduce((sum, { quantity }) => sum + quantity, 0) : undefined,
    source: source.kind,
    source_name: source.name,
    till: source.till,
    // A frame that stands for a missing number says nothing to anybody.
    ref: source.own ? source.reference : undefined,
    method: evidence?.paymentType,
    issuer: evidence?.issuer,
    acquirer: evidence?.acquirer,
    rrn: rrnOf(sale.openedAtMs, sale.invoice),
    transaction_id: evidence?.transactionId,
    cross_reference: evidence?.crossReference,
    offset: offsetOf(zone),
    counts: counts ?? undefined,
    items:
      items.length > 0
        ? items.map(({ id, name, price, quantity }) => {
            return { id, name: name.id, sum: price * quantity, quantity };
          })
        : undefined,
  }) as SoldLine;
}

/** The fee of what went back, or had one on top, is in no setting: it is not known, and neither is what is left. */
function moneyOf(
  sale: Sale,
  { booked, delivered, refunded, owed, other }: SoldRow,
  feeRate: number | undefined,
): Partial<Record<NumberColumn, number | undefined>> {
  const customerFee = sale.evidence?.customerFee;
  const known = feeRate !== undefined && refunded === 0 && customerFee === undefined;
  const fee = known ? Math.floor((booked * feeRate + 50_000) / 100_000) : undefined;
  return {
    paid_amount: sale.evidence === undefined ? booked : paidOf(sale),
    ...{ delivered, refunded, owed, other },
    customer_fee: customerFee,
    ...{ fee, net: fee === undefined ? undefined : booked - fee },
  };
}

function standing({ state }: Sale): { readonly state: string; readonly why: string | undefined } {
  switch (state.at) {
    case 'closed':
      return { state: state.at, why: closedAs(state) };
    case 'closing':
    case 'resolved':
      return { state: state.at, why: state.how };
    case 'owed':
    case 'refunding':
      return { state: state.at, why: state.why };
    case 'refused':
      return { state: state.at, why: `E${state.code}` };
    default:
      return { state: state.at, why: undefined };
  }
}

/** `2026-11-30 19:04:05`: a date with a time for any spreadsheet, whatever its language. */
export function moment(wallMs: number, zone: Zone): string {
  const { day, time } = dayAndTime(wallMs, zone, '2026-12-31');
  return `${day} ${time}`;
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
