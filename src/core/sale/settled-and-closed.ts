import type { Evidence } from '../../base/evidence.js';
import type { CloseOutcome, StatusOutcome } from '../../base/gateway-answer.js';
import { FAULT } from '../fault/table.js';
import { beforeExtraLook, retryAfterMs, watchAfterMs } from './cadence.js';
import { giveUp } from './closing.js';
import { startTimer } from './effect.js';
import type { Decision, EventOf, Moment, Rules, SaleEvent } from './event.js';
import { judge } from './evidence-rank.js';
import { firstLate, nextLate } from './late.js';
import { isAllBack, lookForRefund, notifiedWhenSettled, statusWhenSettled } from './refund-news.js';
import { giveBack } from './refunding.js';
import { isForAPerson, type Sale, type SaleState } from './sale.js';
import { owe, resolveRefunded, takeMoney } from './settlement.js';
import { ignored, step } from './transition.js';

type Delivering = Extract<SaleState, { at: 'delivering' }>;
type Closed = Extract<SaleState, { at: 'closed' }>;

/** More looks than any watch has: nothing follows the next answer. */
const WATCHED = Number.MAX_SAFE_INTEGER;

/** Settled; the source is being told. Whatever happens now, the money is accounted for. */
export function inDelivering(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  const state = sale.state as Delivering;
  switch (event.type) {
    case 'deliveryEnded':
      return deliveryEnded(sale, event, rules, now);
    case 'claimed':
      if (state.step === 'telling') return ignored('the answer is on its way');
      // The time for it goes on: who asks every second, and never says that it has heard, would hold it up for ever (law 14).
      return step(sale, { ...state, step: 'telling', again: true }, [
        { do: 'cancelTimers', timers: ['look'] },
        { do: 'deliver', again: true },
      ]);
    case 'timer':
      if (event.timer !== 'claim') return lookForRefund(sale, event.timer);
      if (state.step === 'telling') return step(sale, { ...state, claim: 'over' }, []);
      return owe(sale, 'deliveryUnknown', 'settled, and its source did not come for the answer', now);
    case 'refundAsked':
      if (state.step !== 'claim') return ignored('its source is being told that it is paid');
      return giveBack(sale, { why: 'deliveryUnknown', sinceMs: now.wallMs }, rules);
    case 'notified':
      return notifiedWhenSettled(sale, event.hint);
    case 'statusAnswered':
      return statusWhenSettled(sale, event.outcome, now);
    default:
      return ignored(`already settled (${event.type})`);
  }
}

function deliveryEnded(sale: Sale, event: EventOf<'deliveryEnded'>, rules: Rules, now: Moment): Decision {
  const state = sale.state as Delivering;
  // Given back while it was being given out: with the source not reached, nothing is to be given any more.
  if (event.outcome !== 'done' && isAllBack(sale)) return resolveRefunded(sale, now);
  switch (event.outcome) {
    case 'done':
      return step(sale, { at: 'delivered', atMs: now.wallMs }, [
        { do: 'cancelTimers' },
        { do: 'printReceipt' },
      ]);
    case 'unclaimed':
      // It may have vended all the same, and would again (law 6); unless it never vends twice for one reference.
      if (sale.source.kind === 'vending' && !sale.source.repeats)
        return owe(sale, 'deliveryUnknown', `settled, and the machine may have vended: ${event.detail}`, now);
      return unclaimed(sale, state, rules, now);
    case 'partly':
      return owe(sale, 'partlyDelivered', `settled, but ${event.detail}`, now);
    case 'failed':
      return owe(sale, 'deliveryFailed', `settled, but ${event.detail}`, now);
  }
}

/** Told, and not heard: its source may come for it once more, as long as there is time. */
function unclaimed(sale: Sale, state: Delivering, rules: Rules, now: Moment): Decision {
  const { claim, owedSinceMs } = state;
  // It may have been heard all the same. A slip, and whoever else is told of what is owed, have it already.
  if (owedSinceMs !== undefined)
    return step(sale, { at: 'owed', why: 'deliveryUnknown', sinceMs: owedSinceMs }, []);
  if (claim === 'over')
    return owe(sale, 'deliveryUnknown', 'settled, and its source never said that it has heard', now);
  if (claim === 'runs') return step(sale, { ...state, step: 'claim' }, []);
  return step(sale, { ...state, step: 'claim', claim: 'runs' }, [startTimer('claim', rules.claimMs)]);
}

/** Delivered, owed, resolved: refunds are noted, and an owed sale can still find its source. */
export function inSettled(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  const { state } = sale;
  switch (event.type) {
    case 'deliveryEnded':
      return lateDeliveryReport(sale, event, rules, now);
    case 'refundAsked':
      if (state.at === 'delivered' && state.refund === undefined)
        return giveBack(sale, { why: 'returned', sinceMs: state.atMs }, rules);
      if (state.at === 'owed' && !isForAPerson(state.why) && state.refund === undefined)
        return giveBack(sale, { why: state.why, sinceMs: state.sinceMs }, rules);
      return ignored(`it is ${state.at}, and cannot be given back`);
    case 'notified':
      return notifiedWhenSettled(sale, event.hint);
    case 'timer':
      return lookForRefund(sale, event.timer);
    case 'statusAnswered':
      return statusWhenSettled(sale, event.outcome, now);
    case 'claimed':
      if (state.at !== 'owed' || isForAPerson(state.why)) return ignored(`it is ${state.at}`);
      if (state.refund?.ended === 'unknown') return ignored('it may have been refunded');
      if (sale.source.kind === 'vending' && !sale.source.repeats)
        return ignored('a machine never vends on a guess');
      return step(sale, { at: 'delivering', step: 'telling', again: true, owedSinceMs: state.sinceMs }, [
        { do: 'deliver', again: true },
      ]);
    case 'resolvedByHand':
      if (state.at !== 'owed') return ignored(`it is ${state.at}, not owed`);
      return step(
        sale,
        { at: 'resolved', how: event.how, by: event.by, atMs: now.wallMs, note: event.note },
        [],
      );
    default:
      return ignored(`already ${state.at} (${event.type})`);
  }
}

/**
 * A machine says what became of the goods after we had stopped waiting for it, or after a restart. That they fell ends the
 * doubt; that they did not makes it a failed delivery, which may be given back by itself.
 */
function lateDeliveryReport(
  sale: Sale,
  event: EventOf<'deliveryEnded'>,
  rules: Rules,
  now: Moment,
): Decision {
  const { state } = sale;
  if (state.at !== 'owed' || state.why !== 'deliveryUnknown' || state.refund !== undefined)
    return ignored(`it is ${state.at} (${event.outcome}: ${event.detail})`);
  if (event.outcome === 'done')
    return step(sale, { at: 'delivered', atMs: now.wallMs }, [
      { do: 'cancelTimers' },
      { do: 'printReceipt' },
    ]);
  if (event.outcome === 'unclaimed') return ignored(`nothing new: ${event.detail}`);
  if (event.outcome === 'partly') {
    const alert = {
      do: 'alert',
      code: FAULT.paidNotDelivered,
      detail: `settled, but ${event.detail}`,
    } as const;
    return step(sale, { ...state, why: 'partlyDelivered' }, [alert]);
  }
  const failed: SaleState = { ...state, why: 'deliveryFailed' };
  const mayRefund = rules.refund !== undefined && sale.evidence?.status === 'settlement';
  return mayRefund
    ? giveBack(
        { ...sale, state: failed },
        { why: 'deliveryFailed', sinceMs: state.sinceMs },
        rules,
        'by itself',
      )
    : step(sale, failed, [
        { do: 'alert', code: FAULT.paidNotDelivered, detail: `settled, but ${event.detail}` },
      ]);
}

/** Closed or refused: still listens, because a settlement may come all the same (law 5). */
export function inClosed(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  const { state } = sale;
  if (state.at !== 'closed' && state.at !== 'refused') return ignored(`it is ${state.at}`);
  switch (event.type) {
    case 'notified': {
      const closed: Closed =
        state.at === 'closed' ? state : { at: 'closed', how: 'neverCharged', code: state.code };
      // Kept as a watch, so that a look that gets no answer is repeated until one comes.
      const looks = beforeExtraLook(closed.watch?.looks ?? WATCHED);
      const watch = { looks, misses: 0 };
      return step(sale, { ...closed, watch }, [
        { do: 'cancelTimers', timers: ['look'] },
        { do: 'askStatus' },
      ]);
    }
    case 'timer':
      if (state.at !== 'closed' || event.timer !== 'look')
        return ignored(`timer ${event.timer} means nothing here`);
      return step(sale, state, [{ do: 'askStatus' }]);
    case 'statusAnswered':
      if (state.at === 'closed') return watched(sale, state, event.outcome, rules, now);
      // A charge that was refused is not asked about here; a comparison with the gateway may find it all the same.
      return moneyIn(sale, event.outcome, now) ?? ignored('not asked');
    case 'closeAnswered':
      return secondClose(sale, event.outcome, now);
    default:
      return ignored(`it is ${state.at} (${event.type})`);
  }
}

/** Two requests to close can be under way, and the answer to the later one comes after the end. */
function secondClose(sale: Sale, raw: CloseOutcome, now: Moment): Decision {
  return moneyIn(sale, raw, now) ?? ignored(`it is closed (${raw.kind})`);
}

function moneyIn(sale: Sale, raw: CloseOutcome, now: Moment): Decision | undefined {
  const outcome = judge(sale, raw);
  return outcome.kind === 'evidence' ? takeMoney(sale, outcome.evidence, now) : undefined;
}

function watched(sale: Sale, state: Closed, raw: StatusOutcome, rules: Rules, now: Moment): Decision {
  const outcome = judge(sale, raw);
  const { watch, late, ...rest } = state;
  if (outcome.kind === 'unknown' && watch === undefined) return lookedLate(sale, state, now, false);
  if (outcome.kind === 'unknown') {
    const misses = (watch?.misses ?? 0) + 1;
    const next = { ...state, watch: { looks: watch?.looks ?? WATCHED, misses } };
    return step(sale, next, [startTimer('look', retryAfterMs(misses))]);
  }
  if (outcome.kind === 'evidence') {
    const money = takeMoney(sale, outcome.evidence, now);
    if (money !== undefined) return money;
    // A charge that we took for lost came into being after all, and could still be paid: close it.
    if (outcome.evidence.status === 'pending' && sale.evidence === undefined)
      return reopen(sale, state, rules, outcome.evidence);
  }
  const evidence = outcome.kind === 'evidence' ? outcome.evidence : undefined;
  if (watch === undefined) return lookedLate(sale, state, now, true, evidence);
  const looks = Math.min(watch.looks + 1, WATCHED);
  const next = watchAfterMs(looks);
  const later = looks === WATCHED ? late : (late ?? firstLate(now.wallMs));
  const on = later === undefined ? rest : { ...rest, late: later };
  if (next === undefined) return step(sale, on, [], evidence);
  return step(sale, { ...state, watch: { looks, misses: 0 } }, [startTimer('look', next)], evidence);
}

/** One of the rare looks is answered, or got no usable answer. */
function lookedLate(
  sale: Sale,
  state: Closed,
  now: Moment,
  answered: boolean,
  evidence?: Evidence,
): Decision {
  const { late = { looks: 0, dueMs: 0 }, ...rest } = state;
  const next = nextLate(late, now.wallMs, answered);
  if (next === late) return ignored('nothing new: it is closed');
  return step(sale, next === undefined ? rest : { ...rest, late: next }, [], evidence);
}

function reopen(sale: Sale, state: Closed, rules: Rules, evidence: Sale['evidence']): Decision {
  const seen = evidence === undefined ? sale : { ...sale, evidence };
  return giveUp(seen, 'chargeLost', rules, state.code, 'released');
}
