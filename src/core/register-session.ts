import type { RegisterQuestion, RegisterResult, RegisterSale } from '../base/register-words.js';
import type { Rupiah } from '../base/rupiah.js';
import { formatWib, parseWib } from '../base/time.js';
import type { SourceWord } from './effect.js';
import type { Readiness } from './readiness.js';
import { holdsCounter, isSettled, type Sale } from './sale.js';

/** The last thing that a register was sent about a sale, as the journal has it. */
export interface GivenAnswer {
  /** The question's frame, hex. */
  readonly frame: string;
  readonly bytes: string;
  /** `unknown` told it to ask again; anything else was the end of the matter. */
  readonly result: RegisterResult['result'];
  readonly acknowledged: boolean;
}

export interface RegisterView {
  /** The sale that holds the counter, of whatever source. */
  readonly open: Sale | undefined;
  /** The last sale that this register asked for. */
  readonly last: Sale | undefined;
  /** The final one that it acknowledged, in reply to whatever; else the last in reply to that sale's own request. */
  readonly lastAnswer: GivenAnswer | undefined;
  /** The sale with the RRN asked for, where one was. */
  readonly byRrn: Sale | undefined;
  readonly readiness: Readiness;
  readonly limits: { readonly min: Rupiah; readonly max: Rupiah };
}

export type RegisterDecision =
  | { readonly do: 'open'; readonly amount: Rupiah }
  /** The same request again while it is being served: its answer will come. */
  | { readonly do: 'wait'; readonly because: string }
  /** The same bytes as before (law 7). */
  | {
      readonly do: 'resend';
      readonly bytes: string;
      readonly orderId: string;
      readonly result: RegisterResult['result'];
    }
  /** Settled, and the register now asks for it: deliver, in answer to this frame. */
  | { readonly do: 'claim'; readonly orderId: string }
  | { readonly do: 'answer'; readonly result: RegisterResult; readonly reprint?: Sale };

/** What to do with a register's question. Pure; the terminal performs and journals it. */
export function decideRegister(
  question: RegisterQuestion,
  frame: string,
  view: RegisterView,
): RegisterDecision {
  switch (question.ask) {
    case 'sale':
      return sale(question.amount, question.reference ?? frame, frame, view);
    case 'inquiry':
      return inquiry(question.sale.by === 'rrn' ? view.byRrn : view.last);
    case 'reprint': {
      const { last } = view;
      // It never had its answer, so this is the answer; the receipt follows when it has acknowledged it.
      if (last !== undefined && claimable(last)) return { do: 'claim', orderId: last.orderId };
      if (last === undefined || !isSettled(last)) return answer({ result: 'noSuchSale' });
      const result = resultOf(last);
      // No second receipt, which says "paid", of money that went back.
      return result.result === 'approved' ? { do: 'answer', result, reprint: last } : answer(result);
    }
    case 'echo':
      return answer({ result: 'echo' });
    case 'cancel':
    case 'refund':
    case 'totals':
    case 'endOfDay':
    case 'display':
    case 'print':
    case 'unsupported':
      return answer({ result: 'unsupported' });
    case 'invalid':
      return answer({ result: 'invalid' });
  }
}

function answer(result: RegisterResult): RegisterDecision {
  return { do: 'answer', result };
}

function sale(amount: Rupiah, reference: string, frame: string, view: RegisterView): RegisterDecision {
  const again = repeat(reference, frame, view);
  if (again !== undefined) return again;
  if (amount < view.limits.min || amount > view.limits.max) return answer({ result: 'invalid' });
  if (view.open !== undefined) return answer({ result: 'busy' });
  if (!view.readiness.ready) {
    const { code } = view.readiness;
    return answer(code >= 500 && code < 600 ? { result: 'noConnection' } : { result: 'notReady', code });
  }
  return { do: 'open', amount };
}

/**
 * Law 7. The frame of this family carries no reference of the register's own, so the frame itself is the reference, and
 * it is a repeat for as long as the register has not acknowledged a final answer to it.
 */
function repeat(reference: string, frame: string, view: RegisterView): RegisterDecision | undefined {
  const { last, lastAnswer } = view;
  if (last === undefined || last.source.reference !== reference) return undefined;
  if (holdsCounter(last)) {
    // It asks although its answer is on the wire: it has not heard it.
    if (last.state.at === 'delivering' && lastAnswer?.result === 'approved' && lastAnswer.frame === frame)
      return resend(last, lastAnswer);
    return { do: 'wait', because: 'the same request is being served' };
  }
  const toldUnknown = lastAnswer === undefined || lastAnswer.result === 'unknown';
  const unheard = toldUnknown || (lastAnswer.result === 'approved' && !lastAnswer.acknowledged);
  if (claimable(last) && unheard) return { do: 'claim', orderId: last.orderId };
  if (lastAnswer === undefined) return answer(resultOf(last));
  if (toldUnknown && last.state.at === 'closing') return resend(last, lastAnswer);
  // It was told "unknown", and the end is known by now: that is the answer to the same question.
  if (toldUnknown) return answer(resultOf(last));
  // The word that it has not heard is no longer true: the money went back, or somebody saw to it by hand.
  const stillTrue = resultOf(last).result === 'approved';
  if (!stillTrue && lastAnswer.result === 'approved' && !lastAnswer.acknowledged)
    return answer(resultOf(last));
  if (!lastAnswer.acknowledged) return resend(last, lastAnswer);
  return undefined;
}

function resend(about: Sale, given: GivenAnswer): RegisterDecision {
  return { do: 'resend', bytes: given.bytes, orderId: about.orderId, result: given.result };
}

/** Settled, and whoever asked has not had it. What was partly refunded meanwhile is not given out any more. */
function claimable(sold: Sale): boolean {
  const { state } = sold;
  if (state.at === 'delivering') return state.step === 'claim';
  return state.at === 'owed' && !mayBeRefunded(state);
}

function mayBeRefunded(state: Extract<Sale['state'], { at: 'owed' }>): boolean {
  return state.why === 'partlyRefunded' || state.refund?.ended === 'unknown';
}

function inquiry(asked: Sale | undefined): RegisterDecision {
  if (asked === undefined || asked.source.kind !== 'register') return answer({ result: 'noSuchSale' });
  return claimable(asked) ? { do: 'claim', orderId: asked.orderId } : answer(resultOf(asked));
}

/** A sale in a register's words. The same sale in the same state gives the same words, at whatever time. */
export function resultOf(asked: Sale): RegisterResult {
  const told = registerSale(asked);
  const { state } = asked;
  switch (state.at) {
    case 'delivering':
    case 'delivered':
      return { result: 'approved', sale: told };
    case 'owed':
      return { result: mayBeRefunded(state) ? 'unknown' : 'approved', sale: told };
    case 'refunding':
      return { result: 'unknown', sale: told };
    case 'cleared':
      return { result: 'cancelled', sale: told };
    case 'refused':
      return { result: 'denied', sale: told };
    case 'closed':
      if (state.how === 'neverCharged') return { result: 'denied', sale: told };
      return { result: state.how, sale: told };
    case 'closing':
      return { result: state.source === 'released' ? 'unknown' : 'pending', sale: told };
    default:
      return { result: 'pending', sale: told };
  }
}

/** What a register is told when its sale ends without payment. */
export function resultOfWord(ended: Sale, word: SourceWord): RegisterResult {
  const told = registerSale(ended);
  switch (word.word) {
    case 'cancelled':
    case 'expired':
    case 'unknown':
      return { result: word.word, sale: told };
    case 'denied':
      return { result: 'denied', sale: told };
    case 'failed':
      return word.code >= 500 && word.code < 600
        ? { result: 'noConnection' }
        : { result: 'notReady', code: word.code };
  }
}

export function registerSale(of: Sale): RegisterSale {
  const settledAt =
    of.evidence?.settlementTime === undefined ? undefined : parseWib(of.evidence.settlementTime);
  const { issuer } = of.evidence ?? {};
  return {
    orderId: of.orderId,
    amount: of.amount,
    rrn: rrnOf(of.openedAtMs, of.invoice),
    approvalCode: approvalOf(of.evidence?.transactionId ?? ''),
    invoice: of.invoice % 1_000_000,
    atMs: settledAt ?? of.openedAtMs,
    ...(issuer === undefined ? {} : { issuer }),
  };
}

/**
 * What finds this sale again in the caller's own books, for Midtrans' reports (at most 255 characters there). A frame that
 * stands for a register's missing reference says nothing to anybody: the RRN does, which the register is told.
 */
export function callersReference(sale: Sale): string | undefined {
  const { kind, reference } = sale.source;
  return kind === 'register' ? rrnOf(sale.openedAtMs, sale.invoice) : reference;
}

/** Twelve digits as card terminals make them: last digit of the year, day of the year, hour (WIB), then the invoice. */
export function rrnOf(openedAtMs: number, invoice: number): string {
  const wib = formatWib(openedAtMs);
  const dayMs =
    Date.parse(`${wib.slice(0, 10)}T00:00:00Z`) - Date.parse(`${wib.slice(0, 4)}-01-01T00:00:00Z`);
  const day = String(dayMs / 86_400_000 + 1).padStart(3, '0');
  return `${wib.charAt(3)}${day}${wib.slice(11, 13)}${String(invoice % 1_000_000).padStart(6, '0')}`;
}

/** Six digits from the transaction id: the same on slip, frame and in a search of the dashboard by its first part. */
function approvalOf(transactionId: string): string {
  const head = Number.parseInt(transactionId.replace(/[^0-9a-f]/gi, '').slice(0, 8), 16);
  return String(Number.isNaN(head) ? 0 : head % 1_000_000).padStart(6, '0');
}
