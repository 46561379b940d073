import type { Fault } from '../../base/fault.js';
import type { StatusOutcome } from '../../base/gateway-answer.js';
import type { Result } from '../../base/result.js';
import { FAULT } from '../fault/table.js';
import { LOOK_MS, lookAfterMs, qrRetryMs } from './cadence.js';
import { giveUp } from './closing.js';
import { startTimer } from './effect.js';
import { checkQr } from './emv.js';
import type { Decision, EventOf, Moment, Rules, SaleEvent } from './event.js';
import { judge } from './evidence-rank.js';
import { otherPayee } from './paid-amount.js';
import type { ClosingHow, Sale, SaleState } from './sale.js';
import { takeMoney } from './settlement.js';
import { close, endOf, ignored, step } from './transition.js';

type Awaiting = Extract<SaleState, { at: 'awaitingPayment' }>;

/** From the created charge to its end: the QR is fetched, shown, and the gateway asked until it says more. */
export function inAwaitingPayment(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  const state = sale.state as Awaiting;
  switch (event.type) {
    case 'qrRead':
      return qrRead(sale, state, event.result, rules);
    case 'presented':
      if (!event.screen && !event.paper) return giveUp(sale, 'unpresentable', rules, FAULT.qrNotShown);
      return step(sale, state, []);
    case 'statusAnswered':
      return statusAnswered(sale, state, judge(sale, event.outcome), rules, now);
    case 'notified':
      return notified(sale, state, event.hint);
    case 'timer':
      return timer(sale, state, event, rules);
    case 'cancelAsked':
      return giveUp(sale, 'cancelled', rules, undefined);
    default:
      return ignored(`it waits for the payment (${event.type})`);
  }
}

/**
 * One look at once; where the status lags behind the notice, the next one comes at its time. The same notice again adds
 * nothing until then, and that the charge was created is no news.
 */
function notified(sale: Sale, state: Awaiting, hint: string): Decision {
  if (hint === 'pending') return ignored('a pending charge is what we have');
  if (state.followedHint === hint) return ignored('the gateway is being asked because of an earlier notice');
  return step(sale, { ...state, followedHint: hint }, [
    { do: 'cancelTimers', timers: ['look'] },
    { do: 'askStatus' },
  ]);
}

/** What may be shown of a payload that was read, or why nothing may. */
export function checkedPayload(sale: Sale, read: string, rules: Rules): Result<string, Fault> {
  return checkQr(read, sale.amount, { configured: rules.merchantId, answered: sale.evidence?.merchantId });
}

/** Gives a QR up for a reason that is told at once, whatever the gateway says afterwards. */
export function abandon(
  sale: Sale,
  how: ClosingHow,
  rules: Rules,
  { code, detail }: Pick<Fault, 'code' | 'detail'>,
): Decision {
  const given = giveUp(sale, how, rules, code);
  if (given.kind !== 'step') return given;
  return { ...given, effects: [{ do: 'alert', code, detail }, ...given.effects] };
}

/**
 * A picture that was whole and is no QR of ours (4xx, what we saw in it) is the same the next time. One that could not be
 * had (5xx) may be had later, or at the other address.
 */
function isFinalPicture({ kind, code }: Fault): boolean {
  return kind === 'refused' && code < 500;
}

function qrRead(sale: Sale, state: Awaiting, result: EventOf<'qrRead'>['result'], rules: Rules): Decision {
  const checked = result.ok ? checkedPayload(sale, result.value, rules) : result;
  if (!checked.ok) {
    const downloads = state.downloads + 1;
    const again = result.ok || isFinalPicture(checked.error) ? undefined : qrRetryMs(downloads);
    if (again !== undefined) return step(sale, { ...state, downloads }, [startTimer('qr', again)]);
    return abandon(sale, result.ok ? 'badQr' : 'noQr', rules, checked.error);
  }
  const payload = checked.value;
  return step(sale, { ...state, payload }, [{ do: 'present', payload }, startTimer('look', LOOK_MS)]);
}

function statusAnswered(
  sale: Sale,
  state: Awaiting,
  outcome: StatusOutcome,
  rules: Rules,
  now: Moment,
): Decision {
  if (outcome.kind === 'evidence') {
    const { evidence } = outcome;
    const money = takeMoney(sale, evidence, now);
    if (money !== undefined) return money;
    const end = endOf(evidence);
    if (end !== undefined) return close(sale, end.how, end.result, evidence);
    const other = otherPayee(sale, evidence);
    if (other !== undefined) return abandon(sale, 'badQr', rules, { code: FAULT.qrPayee, detail: other });
    return lookAgain(sale, { ...state, misses: 0 });
  }
  // "No such transaction" of one that it created is no end either: a read that lags behind the write, or a fault.
  return lookAgain(sale, { ...state, misses: state.misses + 1 });
}

function lookAgain(sale: Sale, state: Awaiting): Decision {
  return step(sale, state, [startTimer('look', lookAfterMs(state.misses))]);
}

function timer(sale: Sale, state: Awaiting, event: EventOf<'timer'>, rules: Rules): Decision {
  switch (event.timer) {
    case 'look': {
      const { followedHint: _followed, ...rest } = state;
      return step(sale, rest, [{ do: 'askStatus' }]);
    }
    case 'qr': {
      // By turns at the address that the charge's answer named and at the usual one: a relay may have moved since.
      const qr = state.downloads % 2 === 1 ? {} : state.qr;
      return step(sale, state, [{ do: 'readQr', qr, transactionId: state.transactionId }]);
    }
    case 'life':
      return giveUp(sale, 'timedOut', rules, undefined);
    default:
      return ignored(`timer ${event.timer} means nothing here`);
  }
}
