import type {
  RegisterQuestion,
  RegisterResult,
  SaleName,
  ShopChange,
  WrongField,
} from '../../base/register-messages.js';
import { err, ok, type Result } from '../../base/result.js';
import { RUPIAH_MAX, type Rupiah, rupiah } from '../../base/rupiah.js';
import { type SoldItem, sumOf } from '../../base/sold-item.js';
import { isSameItems, type Shelf, soldItemsOf } from '../catalogue/wanted.js';
import { FAULT } from '../fault/table.js';
import type { Readiness } from '../readiness.js';
import { isAllBack } from '../sale/refund-news.js';
import { isForAPerson, isSettled, occupiesTerminal, type Sale } from '../sale/sale.js';
import { mayBeRefunded, NOT_REFUNDED, registerSale, resultOf, resultOfRefund } from './register-result.js';
import { isMeant, lacksRight, type Rights } from './rights.js';
import { isSameTill, isTakenAsHeard, type Meeting } from './same-request.js';

/** The last thing that a register was sent about a sale, or in reply to a frame, as the journal has it. */
export interface GivenAnswer {
  /** The question's frame, hex. */
  readonly frame: string;
  readonly bytes: string;
  /** `unknown` told it to ask again; anything else was the end of the matter. */
  readonly result: RegisterResult['result'];
  readonly acknowledged: boolean;
}

export interface RegisterView {
  /** The sale that occupies the terminal, of whatever source. */
  readonly open: Sale | undefined;
  /** The last sale that this register asked for. */
  readonly last: Sale | undefined;
  /** The sale that the question names, where it names one; of any register. */
  readonly named: Sale | undefined;
  /**
   * About the sale that a request for a sale would repeat (`named` where it has a reference of its own, else `last`): the
   * final answer that the register acknowledged, in reply to whatever; else the last in reply to that sale's own request.
   */
  readonly lastAnswer: GivenAnswer | undefined;
  /** Of the last final answer about `last`; absent where silence of this register's protocol means that it has not heard. */
  readonly meeting?: Meeting;
  /** The last answer to these same bytes: about the sale that a refund names, else about none. */
  readonly heard: GivenAnswer | undefined;
  /** Nothing has come to its end in the open shift. */
  readonly shiftIsEmpty: boolean;
  readonly readiness: Readiness;
  readonly limits: { readonly min: Rupiah; readonly max: Rupiah };
  /** Of the programs that tokens name. */
  readonly rights?: Rights;
  /** The door has judged whether this may be asked: what it asks by itself for a program is not the program's to ask. */
  readonly judged?: boolean;
  /** What a program may name of what it sells; nothing of the terminal's where absent. */
  readonly shelf?: Shelf;
  /** Whether the merchant has refunds enabled, and this register may ask for them. */
  readonly refunds: boolean;
}

const NOBODY: Rights = new Map();
const NO_SHELF: Shelf = { catalogue: undefined, minute: 0 };

/** What was paid, and has not gone back. */
const PAID: readonly RegisterResult['result'][] = ['approved', 'handedOver', 'seenTo'];

/** Numbers of the fault table that mean that there is no way to the gateway: it may be tried again soon. */
const NO_WAY: readonly number[] = [
  FAULT.gatewaySilent,
  FAULT.gatewayUnreachable,
  FAULT.gatewayCertificate,
  FAULT.gatewayTimedOut,
  FAULT.answerLost,
  FAULT.answerUnreadable,
  FAULT.gatewayTrouble,
  FAULT.proxyRefuses,
  FAULT.captivePortal,
];

export type RegisterDecision =
  | { readonly do: 'open'; readonly amount: Rupiah; readonly items?: readonly SoldItem[] }
  /** The same request again while it is being served: its answer will come. */
  | { readonly do: 'wait'; readonly orderId: string; readonly because: string }
  /** The same bytes as before (law 7). */
  | {
      readonly do: 'resend';
      readonly bytes: string;
      readonly orderId?: string;
      readonly result: RegisterResult['result'];
    }
  /** Settled, and the register now asks for it: deliver, in answer to this frame. */
  | { readonly do: 'claim'; readonly orderId: string }
  /** Answers at once, and gives the sale up; that sale's own answer follows. */
  | { readonly do: 'cancel'; readonly orderId: string; readonly result: RegisterResult }
  /** Its answer comes when the gateway has said what became of it; `begun` when it is under way already. */
  | { readonly do: 'refund'; readonly orderId: string; readonly begun: boolean }
  | { readonly do: 'shown'; readonly orderId: string; readonly result: RegisterResult }
  | { readonly do: 'shop'; readonly change?: ShopChange; readonly by?: string }
  | { readonly do: 'totals' }
  | { readonly do: 'closeShift' }
  | { readonly do: 'display'; readonly lines: readonly string[] }
  | { readonly do: 'print'; readonly lines: readonly string[] }
  | { readonly do: 'answer'; readonly result: RegisterResult; readonly reprint?: Sale };

/** What to do with a register's question. Pure; the terminal performs and journals it. */
export function decideRegister(
  question: RegisterQuestion,
  frame: string,
  view: RegisterView,
): RegisterDecision {
  const why = view.judged === true ? undefined : lacksRight(question, view.rights ?? NOBODY);
  if (why !== undefined) return answer({ result: 'invalid', why });
  switch (question.ask) {
    case 'sale':
      return sale(question, frame, view);
    case 'cancel':
      return cancel(meant(question.sale, view));
    case 'inquiry':
      return inquiry(meant(question.sale, view));
    case 'reprint':
      return reprint(meant(question.sale, view));
    case 'refund':
      return refund(meant(question.sale, view), question.amount, view);
    case 'shop':
      return { do: 'shop' };
    case 'setShop': {
      const { change, till } = question;
      return { do: 'shop', change, ...(till === undefined ? {} : { by: till }) };
    }
    case 'totals':
      return { do: 'totals' };
    case 'endOfDay':
      return endOfDay(view);
    case 'display':
      return { do: 'display', lines: question.lines };
    case 'print':
      return { do: 'print', lines: question.lines };
    case 'shown':
      return shown(meant(question.sale, view));
    case 'echo':
      return answer(echo(view));
    case 'unsupported':
      return answer({ result: 'unsupported' });
    case 'invalid':
      return answer({ result: 'invalid', why: question.why });
  }
}

function shown(asked: Sale | undefined): RegisterDecision {
  if (asked === undefined) return answer({ result: 'noSuchSale' });
  return { do: 'shown', orderId: asked.orderId, result: { result: 'done', sale: registerSale(asked) } };
}

function echo({ readiness, open }: RegisterView): RegisterResult {
  const ready = readiness.ready || { code: readiness.code, detail: readiness.detail };
  return { result: 'echo', ready, busy: open !== undefined };
}

function answer(result: RegisterResult): RegisterDecision {
  return { do: 'answer', result };
}

/**
 * A register may ask about what registers sold, and not about the keypad's customers or the vending machine's; nor about
 * what another till sold, as far as {@link isMeant} says.
 */
function meant(name: SaleName, view: RegisterView): Sale | undefined {
  const asked = name.by === 'last' ? view.last : view.named;
  const kind = asked?.source.kind;
  if (asked === undefined || (kind !== 'register' && kind !== 'api')) return undefined;
  return isMeant(asked, name, view.rights ?? NOBODY) ? asked : undefined;
}

function sale(
  question: Extract<RegisterQuestion, { ask: 'sale' }>,
  frame: string,
  view: RegisterView,
): RegisterDecision {
  const { reference } = question;
  const again =
    reference === undefined ? repeatOfFrame(frame, view) : repeatOfReference(question, frame, view);
  if (again !== undefined) return again;
  const sold = soldOf(question, view);
  if (!sold.ok) return answer({ result: 'invalid', ...sold.error });
  if (view.open !== undefined) return answer({ result: 'busy' });
  if (!view.readiness.ready) {
    const { code } = view.readiness;
    return answer({ result: NO_WAY.includes(code) ? 'noConnection' : 'notReady', code });
  }
  return { do: 'open', ...sold.value };
}

type Sold = Result<
  { readonly amount: Rupiah; readonly items?: readonly SoldItem[] },
  WrongField & { readonly why: string; readonly code?: number }
>;

/** What is sold, for how much: the lines of the question come to its amount, where it has both. */
function soldOf(
  { amount, items: wanted }: Extract<RegisterQuestion, { ask: 'sale' }>,
  { limits: { min, max }, shelf = NO_SHELF }: RegisterView,
): Sold {
  const items = wanted === undefined ? undefined : soldItemsOf(wanted, shelf);
  if (items?.ok === false) {
    const { field, found, allowed } = items.error;
    return err({ ...items.error, why: `${field} ${found}: ${allowed}`, code: FAULT.itemNotSold });
  }
  const sum = items === undefined ? amount : sumOf(items.value);
  const found = amount ?? sum ?? 0;
  const wrong = (why: string, allowed: string): Sold =>
    err({ why, field: 'amount', found: String(found), allowed });
  if (found !== sum)
    return wrong(
      `amount ${found}, and the items come to ${sum}`,
      `${sum}, what the items come to; or nothing`,
    );
  if (found < min || found > Math.min(max, RUPIAH_MAX))
    return wrong(`amount ${found} is not from ${min} to ${max}`, `${min} to ${max}`);
  return ok({ amount: rupiah(found), ...(items === undefined ? {} : { items: items.value }) });
}

/** Law 7, where the register names its sales: the same reference is the same charge, whenever it comes. */
function repeatOfReference(
  { amount, items, till }: Extract<RegisterQuestion, { ask: 'sale' }>,
  frame: string,
  view: RegisterView,
): RegisterDecision | undefined {
  const { named, lastAnswer } = view;
  if (named === undefined) return undefined;
  const isOther = named.amount !== (amount ?? named.amount) || !isSameItems(named.items, items);
  if (isOther || !isSameTill(named, till)) return answer({ result: 'conflict', sale: registerSale(named) });
  const again = repeat(named, lastAnswer, frame);
  if (again !== undefined) return again;
  // It has heard a no, and the money came after that: the bill is paid.
  if (claimable(named) && lastAnswer?.result !== 'approved') return { do: 'claim', orderId: named.orderId };
  // What it acknowledged may have been the answer to another question about the same sale.
  const holds = lastAnswer?.frame === frame && !isOutdated(named, lastAnswer);
  return holds ? resend(named, lastAnswer) : answer(resultOf(named));
}

/**
 * Law 7, where the frame carries no reference of the register's own: the frame itself is the reference, and it is a repeat
 * for as long as the register has not heard a final answer to it.
 */
function repeatOfFrame(frame: string, view: RegisterView): RegisterDecision | undefined {
  const { last, lastAnswer, meeting } = view;
  if (last === undefined || last.source.own || last.source.reference !== frame) return undefined;
  if (meeting !== undefined && !occupiesTerminal(last) && isTakenAsHeard(meeting)) return undefined;
  return repeat(last, lastAnswer, frame);
}

/** @returns undefined where the register has acknowledged the end of it */
function repeat(
  before: Sale,
  lastAnswer: GivenAnswer | undefined,
  frame: string,
): RegisterDecision | undefined {
  if (occupiesTerminal(before)) {
    // It asks although its answer is on the wire: it has not heard it.
    if (before.state.at === 'delivering' && lastAnswer?.result === 'approved' && lastAnswer.frame === frame)
      return resend(before, lastAnswer);
    return { do: 'wait', orderId: before.orderId, because: 'the same request is being served' };
  }
  const toldUnknown = lastAnswer === undefined || lastAnswer.result === 'unknown';
  if (claimable(before) && (toldUnknown || !lastAnswer.acknowledged))
    return { do: 'claim', orderId: before.orderId };
  if (lastAnswer === undefined) return answer(resultOf(before));
  if (toldUnknown && before.state.at === 'closing') return resend(before, lastAnswer);
  // It was told "unknown", and the end is known by now: that is the answer to the same question.
  if (toldUnknown) return answer(resultOf(before));
  if (lastAnswer.acknowledged) return undefined;
  return isOutdated(before, lastAnswer) ? answer(resultOf(before)) : resend(before, lastAnswer);
}

/**
 * What was said is no longer true: the money went back, and "approved" would have goods given for nothing, whether or not it was
 * heard before; or it came after all, and "cancelled" would make the register start again, and the customer pay twice.
 */
function isOutdated(before: Sale, { result, acknowledged }: GivenAnswer): boolean {
  const now = resultOf(before).result;
  if (result === 'approved') return now === 'refunded' || (!acknowledged && now !== 'approved');
  return isSettled(before) && result !== now;
}

function resend(about: Sale, given: GivenAnswer): RegisterDecision {
  return { do: 'resend', bytes: given.bytes, orderId: about.orderId, result: given.result };
}

/** Settled, and the register that asked has not had it. What was partly refunded meanwhile is not given out any more. */
function claimable(sold: Sale): boolean {
  const { state } = sold;
  if (state.at === 'delivering') return state.step === 'claim';
  return state.at === 'owed' && !mayBeRefunded(state);
}

function inquiry(asked: Sale | undefined): RegisterDecision {
  if (asked === undefined) return answer({ result: 'noSuchSale' });
  return claimable(asked) ? { do: 'claim', orderId: asked.orderId } : answer(resultOf(asked));
}

function reprint(asked: Sale | undefined): RegisterDecision {
  // It never had its answer, so this is the answer; the receipt follows when it has acknowledged it.
  if (asked !== undefined && claimable(asked)) return { do: 'claim', orderId: asked.orderId };
  if (asked === undefined || !isSettled(asked)) return answer({ result: 'noSuchSale' });
  const result = resultOf(asked);
  // No second receipt, which says "paid", of money that went back.
  return PAID.includes(result.result) ? { do: 'answer', result, reprint: asked } : answer(result);
}

/** Heard, while there is still something to give up; what is over, or paid, is told as it is. */
function cancel(asked: Sale | undefined): RegisterDecision {
  if (asked === undefined) return answer({ result: 'noSuchSale' });
  const { orderId, state } = asked;
  if (occupiesTerminal(asked) && state.at !== 'delivering')
    return { do: 'cancel', orderId, result: { result: 'done', sale: registerSale(asked) } };
  return inquiry(asked);
}

function refund(
  asked: Sale | undefined,
  amount: Rupiah | undefined,
  { refunds, heard }: RegisterView,
): RegisterDecision {
  if (asked === undefined) return answer({ result: 'noSuchSale' });
  const no = (code: number): RegisterDecision =>
    answer({ result: 'notRefunded', sale: registerSale(asked), code });
  const { orderId, state } = asked;
  if (amount !== undefined && amount !== asked.amount) return no(NOT_REFUNDED.inPart);
  switch (state.at) {
    case 'refunding':
      return { do: 'refund', orderId, begun: true };
    case 'delivered':
    case 'owed':
      if (isAllBack(asked)) return goneBack(asked, heard);
      if (state.refund !== undefined || (state.at === 'owed' && isForAPerson(state.why)))
        return answer(resultOfRefund(asked));
      return refunds ? { do: 'refund', orderId, begun: false } : no(NOT_REFUNDED.off);
    case 'delivering':
      // Its "paid" is on the wire. Where nothing but the frame names a sale, a no, heard, would count as that; asked again, it is
      // known what became of it.
      if (state.step === 'telling' && (refunds || !asked.source.own))
        return answer({ result: 'unknown', sale: registerSale(asked) });
      return refunds ? { do: 'refund', orderId, begun: false } : no(NOT_REFUNDED.off);
    case 'resolved': {
      const result = resultOf(asked);
      return result.result === 'refunded' ? goneBack(asked, heard) : answer(result);
    }
    case 'closed':
    case 'refused':
      return no(NOT_REFUNDED.notPaid);
    default: {
      const result = resultOf(asked);
      // Law 2: of what was told as unknown no "not paid" is said before the gateway's word.
      return asked.source.own && result.result !== 'unknown' ? no(NOT_REFUNDED.notPaid) : answer(result);
    }
  }
}

/**
 * The customer has the money, by whichever way it went back: a "no" would have the cashier pay it a second time. Where the register
 * has not confirmed that answer, the same again; who has, or who comes after another, gets a copy.
 */
function goneBack(asked: Sale, heard: RegisterView['heard']): RegisterDecision {
  if (heard?.result === 'refunded' && !heard.acknowledged) return resend(asked, heard);
  return answer({ result: 'refunded', sale: registerSale(asked), again: true });
}

/**
 * A shift is closed once for one frame, until its answer is acknowledged; and not under a customer's hands. A register that
 * never acknowledges says the same tomorrow, and there is something to close then.
 */
function endOfDay({ heard, open, shiftIsEmpty }: RegisterView): RegisterDecision {
  if (heard?.result === 'shiftClosed' && !heard.acknowledged && shiftIsEmpty)
    return { do: 'resend', bytes: heard.bytes, result: heard.result };
  return open === undefined ? { do: 'closeShift' } : answer({ result: 'busy' });
}
