import type { Evidence, QrSource } from '../../base/evidence.js';
import type { ChargeOutcome, StatusOutcome } from '../../base/gateway-answer.js';
import { FAULT } from '../fault/table.js';
import { ABSENT_IS_FINAL, beforeExtraLook, denyRetryMs, LOOK_MS, LOST_CHARGE_MS } from './cadence.js';
import { giveUp } from './closing.js';
import { startTimer } from './effect.js';
import type { Decision, Moment, Rules, SaleEvent } from './event.js';
import { judge, mayBeAnothers, mismatch } from './evidence-rank.js';
import { isOurAmount } from './paid-amount.js';
import { lifeMs } from './qr-lifetime.js';
import type { Sale, SaleState } from './sale.js';
import { takeMoney } from './settlement.js';
import { close, endOf, ignored, step, tellSource } from './transition.js';

type ChargeUnknown = Extract<SaleState, { at: 'chargeUnknown' }>;

export function inRequested(sale: Sale, event: SaleEvent): Decision {
  if (event.type === 'timer' && event.timer === 'begin')
    return step(sale, { at: 'charging' }, [{ do: 'charge' }]);
  // Nothing has left the box yet, so there is nothing to close at the gateway and nothing to watch.
  if (event.type === 'cancelAsked')
    return step(sale, { at: 'closed', how: 'cancelled' }, [
      { do: 'cancelTimers' },
      ...tellSource(sale, { result: 'cancelled' }),
    ]);
  return ignored(`nothing was charged yet (${event.type})`);
}

export function inCharging(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  switch (event.type) {
    case 'chargeAnswered':
      return chargeAnswered(sale, event.outcome, rules, now);
    case 'cancelAsked':
      // The charge is on its way: closing begins when its answer is here, or known to be lost.
      return step(
        sale,
        { at: 'closing', how: 'cancelled', source: 'waiting', step: 'awaitCharge', tries: 0, absent: 0 },
        [startTimer('patience', rules.unknownAfterMs)],
      );
    default:
      return ignored(`the answer to the charge is still due (${event.type})`);
  }
}

function chargeAnswered(sale: Sale, outcome: ChargeOutcome, rules: Rules, now: Moment): Decision {
  switch (outcome.kind) {
    case 'created': {
      const { evidence, qr } = outcome;
      if (mismatch(sale, evidence) !== undefined) return giveUp(sale, 'badQr', rules, FAULT.answerMismatch);
      return created(sale, evidence, qr, rules, now);
    }
    case 'denied':
      return denied(sale, outcome.retriable, rules);
    case 'refused': {
      const { code } = outcome.fault;
      if (mayBeAnothers(outcome.fault)) {
        const state = { at: 'chargeUnknown', misses: 0, absent: 0, code, refused: true } as const;
        return step(sale, state, [{ do: 'askStatus' }, startTimer('patience', rules.unknownAfterMs)]);
      }
      return refused(sale, code);
    }
    case 'unknown': {
      const { code } = outcome.fault;
      return step(sale, { at: 'chargeUnknown', misses: 0, absent: 0, code }, [
        startTimer('look', LOST_CHARGE_MS),
        startTimer('patience', rules.unknownAfterMs),
      ]);
    }
  }
}

/** The charge exists: paid or over already, of another amount, or its QR is to be read. */
function created(sale: Sale, evidence: Evidence, qr: QrSource, rules: Rules, now: Moment): Decision {
  const money = takeMoney(sale, evidence, now);
  if (money !== undefined) return money;
  const end = endOf(evidence);
  if (end !== undefined) return close(sale, end.how, end.result, evidence);
  if (!isOurAmount(sale, evidence))
    return giveUp({ ...sale, evidence }, 'badQr', rules, FAULT.answerMismatch);
  const { transactionId } = evidence;
  const ms = lifeMs(sale, rules, now);
  return step(
    sale,
    { at: 'awaitingPayment', transactionId, qr, endsAtMs: now.wallMs + ms, downloads: 0, misses: 0 },
    [{ do: 'readQr', qr, transactionId }, startTimer('life', ms)],
    evidence,
  );
}

/** The gateway's own no: nothing exists there, so nothing is closed or watched. */
function refused(sale: Sale, code: number): Decision {
  return step(sale, { at: 'refused', code }, [
    { do: 'cancelTimers' },
    ...tellSource(sale, { result: 'failed', code }),
  ]);
}

/** A deny is final for this order id; 900 may be tried under a new one, a bounded number of times. */
function denied(sale: Sale, retriable: boolean, rules: Rules): Decision {
  const code = retriable ? FAULT.gopayBusy : FAULT.denied;
  if (!retriable || sale.attempt >= rules.denyAttempts)
    return close(sale, 'denied', { result: 'denied', code });
  const attempt = sale.attempt + 1;
  const closed = step(sale, { at: 'closed', how: 'denied', code, followed: true }, [{ do: 'cancelTimers' }]);
  return { ...closed, successor: { attempt, beginAfterMs: denyRetryMs(attempt) } };
}

/** The answer to the charge was lost. Nothing is charged again: the gateway is asked by order id (law 2). */
export function inChargeUnknown(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  const state = sale.state as ChargeUnknown;
  switch (event.type) {
    case 'timer':
      if (event.timer === 'look') return step(sale, state, [{ do: 'askStatus' }]);
      if (event.timer === 'patience') return giveUp(sale, 'chargeLost', rules, state.code, 'released');
      return ignored(`timer ${event.timer} means nothing here`);
    case 'notified':
      return step(sale, { ...state, absent: beforeExtraLook(state.absent) }, [
        { do: 'cancelTimers', timers: ['look'] },
        { do: 'askStatus' },
      ]);
    case 'statusAnswered':
      return foundAfterLoss(sale, state, judge(sale, event.outcome), rules, now);
    case 'cancelAsked':
      return giveUp(sale, 'cancelled', rules, undefined);
    default:
      return ignored(`no answer to the charge yet (${event.type})`);
  }
}

function foundAfterLoss(
  sale: Sale,
  state: ChargeUnknown,
  outcome: StatusOutcome,
  rules: Rules,
  now: Moment,
): Decision {
  switch (outcome.kind) {
    case 'evidence': {
      // It was created after all. The status has no QR in it; the picture is asked for by transaction id.
      const made = created(sale, outcome.evidence, {}, rules, now);
      if (made.kind !== 'step' || made.sale.state.at !== 'awaitingPayment') return made;
      return { ...made, effects: [{ do: 'cancelTimers' }, ...made.effects] };
    }
    case 'notFound': {
      const absent = state.absent + 1;
      if (absent >= ABSENT_IS_FINAL)
        return close(sale, 'neverCharged', { result: 'failed', code: state.code });
      return step(sale, { ...state, absent }, [startTimer('look', LOOK_MS)]);
    }
    case 'unknown': {
      const { code } = outcome.fault;
      if (state.refused && code === state.code) return refused(sale, code);
      const next = { ...state, misses: state.misses + 1, code };
      return step(sale, next, [startTimer('look', LOOK_MS)]);
    }
  }
}
