import type { Evidence } from '../../base/evidence.js';
import type { ChargeOutcome, CloseOutcome, RefundOutcome, StatusOutcome } from '../../base/gateway-answer.js';
import { formatRupiah } from '../../base/rupiah.js';
import { parseWib, timeIn, type Zone } from '../../base/time.js';
import { faultText } from '../fault/table.js';
import { judge } from '../sale/evidence-rank.js';
import type { OwedWhy, Sale } from '../sale/sale.js';
import type { SlipState } from '../sale/slip-job.js';
import type { RecordedEffect, StepRecord } from '../sale/step-record.js';

/** Half sentences for the history of a sale: what the gateway said, where the sale stood, what followed. */

export function faultPhrase(fault: { readonly code: number; readonly detail?: string }): string {
  const detail = fault.detail === undefined || fault.detail === '' ? '' : ` (${fault.detail})`;
  return `E${fault.code} ${faultText(fault.code).en.replace(/\.$/, '')}${detail}`;
}

const OWED: Readonly<Record<OwedWhy, string>> = {
  lateSettlement: 'it settled after its source had been told that it was over, or unknown',
  deliveryFailed: 'it settled, but the source could not be told',
  deliveryUnknown: 'it settled, and nobody knows whether the answer arrived, or the goods came out',
  partlyDelivered: 'it settled, and a part of the goods was handed over',
  partlyRefunded: 'it settled, and a part was refunded before it was delivered',
  otherPayee: 'the gateway names another merchant than the one that it charged for',
  otherAmount: 'another amount was paid than that of the sale',
};

export function owedBecause(why: string): string {
  return OWED[why as OwedWhy] ?? why;
}

const CLOSING: Readonly<Record<string, string>> = {
  cancelled: 'it was cancelled',
  timedOut: 'its time was up',
  badQr: 'the QR was not for this sale',
  noQr: 'no QR could be had',
  unpresentable: 'neither screen nor paper took the QR',
  chargeLost: 'the answer to the charge stayed away',
};

const CLOSED: Readonly<Record<string, string>> = {
  cancelled: 'cancelled',
  expired: 'expired',
  denied: 'denied by GoPay',
  neverCharged: 'never charged',
};

const RESOLVED: Readonly<Record<string, string>> = {
  refunded: 'the money was given back',
  delivered: 'the goods were handed over',
  other: 'settled in another way',
};

/** `it is owed, because ...`: where the sale stands. */
export function standing(record: Omit<StepRecord, 'did'>): string {
  const { at, how = '', why = '', code } = record;
  switch (at) {
    case 'requested':
      return 'it waits to be tried again';
    case 'charging':
      return 'the charge is under way';
    case 'chargeUnknown':
      return 'whether it was charged is unknown';
    case 'awaitingPayment':
      return 'it waits for the payment';
    case 'closing':
      return `it is being closed at the gateway, because ${CLOSING[how] ?? how}${record.source === 'released' ? '; its source no longer waits' : ''}`;
    case 'delivering':
      return record.step === 'claim'
        ? 'it is paid, and its source must come for the answer'
        : 'it is paid, and its source is being told';
    case 'delivered':
      return 'it is paid and delivered';
    case 'owed':
      return `it is owed: ${owedBecause(why)}`;
    case 'refunding':
      return why === 'returned'
        ? 'it was delivered, and is being given back at the register'
        : `it is owed, and being given back: ${owedBecause(why)}`;
    case 'resolved':
      return `it is off the owed list: ${RESOLVED[how] ?? how}`;
    case 'refused':
      return `it was refused before anything existed${code === undefined ? '' : `, ${faultPhrase({ code })}`}`;
    case 'closed':
      return `it is closed: ${CLOSED[how] ?? how}${code === undefined ? '' : `, ${faultPhrase({ code })}`}`;
  }
}

const DONE: Readonly<Record<Exclude<RecordedEffect['do'], 'tellSource' | 'alert'>, string>> = {
  charge: 'the charge goes to the gateway',
  askStatus: 'the gateway is asked for its status',
  cancel: 'the gateway is asked to cancel it',
  expire: 'the gateway is asked to let it expire',
  refund: 'the gateway is asked to give the money back',
  readQr: 'the QR is fetched',
  present: 'the QR is shown',
  deliver: 'the source is told that it is paid',
  printReceipt: 'the receipt is due',
  tellRefund: 'the register is told what became of the refund',
  printOwed: 'screen and slip say that it is owed',
};

export function consequence(effect: RecordedEffect): string {
  switch (effect.do) {
    case 'tellSource': {
      const { result } = effect;
      const fault = 'code' in result ? `, ${faultPhrase({ code: result.code })}` : '';
      return `the source is told "${result.result}"${fault}`;
    }
    case 'alert':
      return `alarm ${faultPhrase(effect)}`;
    default:
      return DONE[effect.do];
  }
}

/** How one story is told. */
export interface Telling {
  /** Ids that were told before; a new one is told and added. */
  readonly transactions: Set<string>;
  readonly zone: Zone;
}

function evidencePhrase(evidence: Evidence, { transactions, zone }: Telling): string {
  const { wireStatus, amount, transactionId, settlementTime, refundAmount, customerFee } = evidence;
  const transaction = transactions.has(transactionId) ? '' : `, transaction ${transactionId}`;
  transactions.add(transactionId);
  const settledMs = parseWib(settlementTime ?? '');
  const settled =
    settlementTime === undefined
      ? ''
      : `, settled ${settledMs === undefined ? settlementTime : timeIn(zone, settledMs)}`;
  const refunded = refundAmount === undefined ? '' : `, ${formatRupiah(refundAmount)} of it refunded`;
  const fee = customerFee === undefined ? '' : `, ${formatRupiah(customerFee)} of it the customer's fee`;
  return `"${wireStatus}", ${formatRupiah(amount)}${fee}${transaction}${settled}${refunded}`;
}

export function chargeAnswer(outcome: ChargeOutcome, told: Telling): string {
  switch (outcome.kind) {
    case 'created':
      return `The gateway created the transaction: ${evidencePhrase(outcome.evidence, told)}`;
    case 'denied':
      return `GoPay denied the charge (code ${outcome.code} ${outcome.message})`;
    case 'refused':
      return `The gateway refused the charge: ${faultPhrase(outcome.fault)}`;
    case 'unknown':
      return `The charge got no usable answer: ${faultPhrase(outcome.fault)}`;
  }
}

export function refundAnswer(outcome: RefundOutcome, told: Telling): string {
  switch (outcome.kind) {
    case 'refunded':
      return `The gateway refunded it: ${evidencePhrase(outcome.evidence, told)}`;
    case 'rejected':
      return `The gateway refuses to refund it (${outcome.code} ${outcome.message})`;
    case 'unknown':
      return `The refund got no usable answer: ${faultPhrase(outcome.fault)}`;
  }
}

/** What the gateway said of the status, or to being asked to close; and why it is not believed, where it is not. */
export function gatewayAnswer(
  outcome: StatusOutcome | CloseOutcome,
  sale: Sale | undefined,
  told: Telling,
): string {
  switch (outcome.kind) {
    case 'evidence': {
      const said = `The gateway says ${evidencePhrase(outcome.evidence, told)}`;
      const judged = sale === undefined ? outcome : judge(sale, outcome);
      return judged.kind === 'unknown' ? `${said}. Not believed: ${faultPhrase(judged.fault)}` : said;
    }
    case 'notFound':
      return 'The gateway knows no such transaction';
    case 'cannotModify':
      return 'The gateway cannot change it any more (412): it may have been paid';
    case 'unknown':
      return `The gateway gave no usable answer: ${faultPhrase(outcome.fault)}`;
  }
}

/** What the journal has of a step of a print job. */
export interface SlipBody {
  readonly slip: string;
  /** Whether that try was marked COPY. */
  readonly copy: boolean;
  readonly now: SlipState;
  readonly why?: string;
}

export function slipMoved({ slip, copy, now, why = 'no reason is known' }: SlipBody): string {
  const name = `The ${slip} slip${copy ? ', marked COPY,' : ''}`;
  switch (now) {
    case 'done':
      return `${name} was printed`;
    case 'dropped':
      return `${name} was dropped: ${why}`;
    case 'failed':
      return `${name} was given up: ${why}`;
    default:
      return `${name} was not printed: ${why}. It waits for the printer`;
  }
}
