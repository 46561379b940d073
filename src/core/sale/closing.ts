import type { ChargeOutcome, CloseOutcome } from '../../base/gateway-answer.js';
import { FAULT } from '../fault/table.js';
import { ABSENT_IS_FINAL, beforeFirstLook, retryAfterMs } from './cadence.js';
import { type Effect, type SourceResult, startTimer } from './effect.js';
import type { Decision, EventOf, Moment, Rules, SaleEvent } from './event.js';
import { judge, mayBeAnothers, mismatch } from './evidence-rank.js';
import type { ClosingHow, Sale, SaleState } from './sale.js';
import { takeMoney } from './settlement.js';
import { close, endOf, ignored, step, tellSource } from './transition.js';

type Closing = Extract<SaleState, { at: 'closing' }>;

/**
 * Begins to close a QR (or a charge that may exist) at the gateway. Nothing is told yet, unless `source` is
 * released because it has waited long enough: until the gateway's final status, it may just have been paid (law 2).
 */
export function giveUp(
  sale: Sale,
  how: ClosingHow,
  rules: Rules,
  code: number | undefined,
  source: Closing['source'] = 'waiting',
): Decision {
  // A sale without evidence may not exist at the gateway, and one that ran out may just have been paid: look first.
  const first: Closing['step'] = sale.evidence === undefined || how === 'timedOut' ? 'look' : 'close';
  const state: Closing = {
    at: 'closing',
    how,
    source,
    step: first,
    tries: 0,
    absent: 0,
    ...(code === undefined ? {} : { code }),
  };
  const effects: Effect[] = [{ do: 'cancelTimers', timers: ['look', 'qr', 'life'] }];
  if (source === 'released')
    effects.push(...tellSource(sale, { result: 'unknown', code: code ?? FAULT.noFinalStatus }));
  else if (sale.state.at !== 'chargeUnknown') effects.push(startTimer('patience', rules.unknownAfterMs));
  effects.push(first === 'look' ? { do: 'askStatus' } : closeEffect(how));
  return step(sale, state, effects);
}

/** Cancel where a person or we gave up, expire where the time did: the books then say the same as we do. */
function closeEffect(how: ClosingHow): Effect {
  return how === 'timedOut' ? { do: 'expire' } : { do: 'cancel' };
}

export function inClosing(sale: Sale, event: SaleEvent, now: Moment): Decision {
  const state = sale.state as Closing;
  switch (event.type) {
    case 'chargeAnswered':
      return state.step === 'awaitCharge'
        ? chargeWasOnItsWay(sale, state, event.outcome, now)
        : ignored('the charge was answered before');
    case 'statusAnswered':
    case 'closeAnswered':
      return answered(sale, state, event.type, judge(sale, event.outcome), now);
    case 'timer':
      return timer(sale, state, event.timer);
    case 'notified':
      if (state.step !== 'pause') return ignored('the gateway is being asked already');
      return step(sale, { ...state, step: 'look', absent: beforeFirstLook(state.absent) }, [
        { do: 'cancelTimers', timers: ['look'] },
        { do: 'askStatus' },
      ]);
    default:
      return ignored(`it is being closed already (${event.type})`);
  }
}

function timer(sale: Sale, state: Closing, name: string): Decision {
  if (name === 'look' && state.step === 'pause')
    return step(sale, { ...state, step: 'look' }, [{ do: 'askStatus' }]);
  if (name === 'patience' && state.source === 'waiting') {
    const code = state.code ?? FAULT.noFinalStatus;
    return step(sale, { ...state, source: 'released', code }, [
      ...tellSource(sale, { result: 'unknown', code }),
      { do: 'alert', code, detail: 'the gateway has not said how this ended; it is asked on' },
    ]);
  }
  return ignored(`timer ${name} means nothing here`);
}

function chargeWasOnItsWay(sale: Sale, state: Closing, outcome: ChargeOutcome, now: Moment): Decision {
  switch (outcome.kind) {
    case 'created':
      // An answer about another order or transaction says nothing of ours, and its transaction id must not become ours.
      if (mismatch(sale, outcome.evidence) !== undefined)
        return step(sale, { ...state, step: 'look' }, [{ do: 'askStatus' }]);
      return (
        takeMoney(sale, outcome.evidence, now) ??
        step(sale, { ...state, step: 'close' }, [closeEffect(state.how)], outcome.evidence)
      );
    case 'denied':
      return close(sale, 'denied', { result: 'cancelled' });
    case 'refused':
      if (mayBeAnothers(outcome.fault)) return step(sale, { ...state, step: 'look' }, [{ do: 'askStatus' }]);
      return step(sale, { at: 'refused', code: outcome.fault.code }, [
        { do: 'cancelTimers' },
        ...tellSource(sale, { result: 'cancelled' }),
      ]);
    case 'unknown':
      return step(sale, { ...state, step: 'look' }, [{ do: 'askStatus' }]);
  }
}

type Asked = EventOf<'statusAnswered' | 'closeAnswered'>['type'];

function answered(sale: Sale, state: Closing, asked: Asked, outcome: CloseOutcome, now: Moment): Decision {
  switch (outcome.kind) {
    case 'evidence': {
      const { evidence } = outcome;
      const money = takeMoney(sale, evidence, now);
      if (money !== undefined) return money;
      const end = endOf(evidence);
      if (end !== undefined) return close(sale, end.how, resultFor(state, end.result), evidence);
      if (asked === 'statusAnswered')
        return step(sale, { ...state, step: 'close', absent: 0 }, [closeEffect(state.how)], evidence);
      return pause(sale, { ...state, absent: 0 });
    }
    case 'cannotModify':
      // 412: no longer pending, so it may just have been paid.
      return lookOnce(sale, state);
    case 'notFound': {
      const absent = state.absent + 1;
      // A transaction that the gateway showed us before cannot have ceased to exist: keep asking.
      if (absent >= ABSENT_IS_FINAL && sale.evidence === undefined)
        return close(sale, 'neverCharged', resultFor(state, { result: 'cancelled' }));
      return pause(sale, { ...state, absent });
    }
    case 'unknown': {
      const { fault } = outcome;
      const heard = { ...state, code: reasonOf(state, fault.code) };
      // The request may have done its work all the same.
      return asked === 'closeAnswered' && fault.kind === 'unanswered'
        ? lookOnce(sale, heard)
        : pause(sale, heard);
    }
  }
}

/** Why we gave up stays the reason, where it was a fault of ours; else it is the latest silence. */
function reasonOf(state: Closing, silence: number): number {
  return state.how === 'cancelled' || state.how === 'timedOut' ? silence : (state.code ?? silence);
}

/** At once after the first try, since a customer waits; then at the rate that Midtrans asks for. */
function lookOnce(sale: Sale, state: Closing): Decision {
  if (state.tries > 0) return pause(sale, state);
  return step(sale, { ...state, step: 'look', tries: 1 }, [{ do: 'askStatus' }]);
}

function pause(sale: Sale, state: Closing): Decision {
  const tries = state.tries + 1;
  return step(sale, { ...state, step: 'pause', tries }, [startTimer('look', retryAfterMs(tries))]);
}

/** What the source hears: why we gave up, where that was our doing; else what the gateway says. */
function resultFor(state: Closing, gatewayResult: SourceResult): SourceResult {
  switch (state.how) {
    case 'cancelled':
      return { result: 'cancelled' };
    case 'timedOut':
      return { result: 'expired' };
    case 'chargeLost':
    case 'badQr':
    case 'noQr':
    case 'unpresentable':
      return state.code === undefined ? gatewayResult : { result: 'failed', code: state.code };
  }
}
