import type { RegisterResult, RegisterSale, RegisterShift } from '../../base/register-messages.js';
import type { Rupiah } from '../../base/rupiah.js';
import type { SoldItem } from '../../base/sold-item.js';
import { formatWib, parseWib } from '../../base/time.js';
import { FAULT } from '../fault/table.js';
import type { SourceResult } from '../sale/effect.js';
import { isOurAmount } from '../sale/paid-amount.js';
import { isAllBack } from '../sale/refund-news.js';
import { isForAPerson, isSettled, type ResolvedHow, type Sale, slipNumber } from '../sale/sale.js';
import { codeOf } from '../sale/settlement.js';
import type { ShiftReport } from '../shift/shift.js';

/** What is said of a sale that was taken off the owed list. It was paid: never a result that makes a register start again. */
const BY_HAND = {
  refunded: 'refunded',
  delivered: 'handedOver',
  other: 'seenTo',
} as const satisfies Record<ResolvedHow, RegisterResult['result']>;

/** A sale in a register's words. The same sale in the same state gives the same words, at whatever time. */
export function resultOf(asked: Sale): RegisterResult {
  const told = registerSale(asked);
  const { state } = asked;
  switch (state.at) {
    case 'delivering':
    case 'delivered':
      return { result: isAllBack(asked) ? 'refunded' : 'approved', sale: told };
    case 'owed':
      if (isForAPerson(state.why)) return { result: 'unknown', sale: told, code: codeOf(state.why) };
      return { result: mayBeRefunded(state) ? 'unknown' : 'approved', sale: told };
    case 'refunding':
      return { result: 'unknown', sale: told };
    case 'resolved':
      return { result: BY_HAND[state.how], sale: told };
    case 'refused':
      return { result: 'denied', sale: told, code: state.code };
    case 'closed':
      return resultOfClosed(state, told);
    case 'closing':
      if (state.source === 'released') return { result: 'unknown', sale: told };
      return { result: 'pending', sale: told, step: 'closing' };
    case 'awaitingPayment': {
      const { payload, endsAtMs } = state;
      if (payload !== undefined)
        return { result: 'pending', sale: told, step: 'scan', payload, untilMs: endsAtMs };
      return { result: 'pending', sale: told, step: 'charging' };
    }
    default:
      return { result: 'pending', sale: told, step: 'charging' };
  }
}

/**
 * One result for one end, also when it is asked for again: where a fault ended the sale its number says why, whatever the
 * gateway calls what became of the order.
 */
function resultOfClosed(
  { how, code }: Extract<Sale['state'], { at: 'closed' }>,
  sale: RegisterSale,
): RegisterResult {
  if (code !== undefined) return { result: 'denied', sale, code };
  if (how === 'denied') return { result: 'denied', sale, code: FAULT.denied };
  // Given up before it was ever charged.
  return { result: how === 'neverCharged' ? 'cancelled' : how, sale };
}

/** What a register is told when its sale ends without payment: the same as what is told to a later question. */
export function registerResultOf(ended: Sale, result: SourceResult): RegisterResult {
  if (ended.state.at === 'owed') return resultOf(ended);
  return result.result === 'unknown' ? { result: 'unknown', sale: registerSale(ended) } : resultOf(ended);
}

/** What was paid in place of the sale's amount, where it was another, and the fault's number. It does not change any more. */
export function paidOtherwise(of: Sale): { readonly paid?: Rupiah; readonly fault?: string } {
  const { evidence } = of;
  if (evidence === undefined || !isSettled(of) || isOurAmount(of, evidence)) return {};
  const paid = evidence.currency === 'IDR' ? { paid: evidence.amount } : {};
  return { ...paid, fault: `E${FAULT.otherAmount}` };
}

export function registerSale(of: Sale): RegisterSale {
  const settledAt =
    of.evidence?.settlementTime === undefined ? undefined : parseWib(of.evidence.settlementTime);
  const { issuer } = of.evidence ?? {};
  const { paid } = paidOtherwise(of);
  return {
    orderId: of.orderId,
    amount: of.amount,
    ...(paid === undefined ? {} : { paid }),
    rrn: rrnOf(of.openedAtMs, of.invoice),
    approvalCode: approvalOf(of.evidence?.transactionId ?? ''),
    invoice: of.invoice % 1_000_000,
    atMs: settledAt ?? of.openedAtMs,
    ...(issuer === undefined ? {} : { issuer }),
    ...(of.source.own && of.source.reference !== undefined ? { reference: of.source.reference } : {}),
  };
}

/** Numbers of the fault table that a register is told where nothing is given back. */
export const NOT_REFUNDED = {
  failed: FAULT.refundFailed,
  off: FAULT.refundsOff,
  inPart: FAULT.refundWholeOnly,
  notPaid: FAULT.refundNotPaid,
} as const;

/** What became of a refund that the register asked for. */
export function resultOfRefund(asked: Sale): RegisterResult {
  const sale = registerSale(asked);
  const { state } = asked;
  if (isAllBack(asked) || (state.at === 'resolved' && state.how === 'refunded'))
    return { result: 'refunded', sale };
  if (state.at === 'refunding') return { result: 'unknown', sale };
  const ended = state.at === 'delivered' || state.at === 'owed' ? state.refund?.ended : undefined;
  return ended === 'unknown'
    ? { result: 'unknown', sale }
    : { result: 'notRefunded', sale, code: NOT_REFUNDED.failed };
}

/** The totals of a shift in a register's words. */
export function registerShift(report: ShiftReport): RegisterShift {
  const { number, openedAtMs, closedAtMs, all, owed } = report;
  const { settled, delivered, refunded, cancelled, expired } = all;
  return {
    ...{ number, openedAtMs, settled, delivered, refunded, owed, cancelled, expired },
    ...(closedAtMs === undefined ? {} : { closedAtMs }),
  };
}

/**
 * What finds this sale again in the caller's own books, for Midtrans' reports (at most 255 characters there). A frame that
 * stands for a register's missing reference says nothing in a report: the RRN does, which the register is told.
 */
export function callersReference(sale: Sale): string | undefined {
  const { kind, reference, own } = sale.source;
  // Nobody has the reference in books that was made up here; what was sold says more.
  if (sale.items !== undefined && (kind === 'keypad' || kind === 'vending')) return itemsText(sale.items);
  return kind === 'register' && !own ? rrnOf(sale.openedAtMs, sale.invoice) : reference;
}

/** `2 x Kopi susu, 1 x Teh`. */
function itemsText(items: readonly SoldItem[]): string {
  return items.map(({ quantity, name }) => `${quantity} x ${name.id}`).join(', ');
}

/** Twelve digits as card terminals make them: last digit of the year, day of the year, hour (WIB), then the invoice. */
export function rrnOf(openedAtMs: number, invoice: number): string {
  const wib = formatWib(openedAtMs);
  const dayMs =
    Date.parse(`${wib.slice(0, 10)}T00:00:00Z`) - Date.parse(`${wib.slice(0, 4)}-01-01T00:00:00Z`);
  const day = String(dayMs / 86_400_000 + 1).padStart(3, '0');
  return `${wib.charAt(3)}${day}${wib.slice(11, 13)}${slipNumber({ invoice })}`;
}

/** Six digits from the transaction id: the same on slip, frame and in a search of the dashboard by its first part. */
export function approvalOf(transactionId: string): string {
  const head = Number.parseInt(transactionId.replace(/[^0-9a-f]/gi, '').slice(0, 8), 16);
  return String(Number.isNaN(head) ? 0 : head % 1_000_000).padStart(6, '0');
}

export function mayBeRefunded(state: Extract<Sale['state'], { at: 'owed' }>): boolean {
  return isForAPerson(state.why) || state.refund?.ended === 'unknown';
}
