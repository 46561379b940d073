import type { Evidence } from '../../base/evidence.js';
import { FAULT } from '../fault/table.js';
import type { Effect } from './effect.js';
import type { Decision, Moment } from './event.js';
import { isNews, settles } from './evidence-rank.js';
import { otherAmount, otherPayee } from './paid-amount.js';
import { isWhole } from './refunding.js';
import { isSettled, type OwedWhy, occupiesTerminal, type Sale } from './sale.js';
import { ignored, type Step, step, tellSource } from './transition.js';

/** The fault's number of what is owed. */
export function codeOf(why: OwedWhy): number {
  if (why === 'otherPayee') return FAULT.otherPayee;
  return why === 'otherAmount' ? FAULT.otherAmount : FAULT.paidNotDelivered;
}

/** Money taken and nothing given: on the owed list until a person resolves it. */
export function owe(sale: Sale, why: OwedWhy, detail: string, now: Moment, evidence?: Evidence): Step {
  const code = codeOf(why);
  const effects: Effect[] = [{ do: 'cancelTimers' }, { do: 'alert', code, detail }, { do: 'printOwed' }];
  return step(sale, { at: 'owed', why, sinceMs: now.wallMs }, effects, evidence);
}

/**
 * What a settlement or refund does to a sale in whatever state (laws 4 and 5). Undefined when `evidence`, already
 * judged to be about this sale, speaks of no money.
 */
export function takeMoney(sale: Sale, evidence: Evidence, now: Moment): Decision | undefined {
  if (!settles(evidence) && evidence.status !== 'refund' && evidence.status !== 'partial_refund')
    return undefined;
  if (isSettled(sale)) return afterSettlement(sale, evidence, now);
  if (isWhole(sale, evidence)) {
    const note = 'settled and refunded before we saw either';
    return step(
      sale,
      { at: 'resolved', how: 'refunded', by: 'gateway', atMs: now.wallMs, note },
      [{ do: 'cancelTimers' }, ...tellSource(sale, { result: 'cancelled' })],
      evidence,
    );
  }
  const payee = otherPayee(sale, evidence);
  const other = payee ?? otherAmount(sale, evidence);
  if (other !== undefined) {
    const why = payee === undefined ? 'otherAmount' : 'otherPayee';
    const owed = owe(sale, why, other, now, evidence);
    // What was told stays on the screen: that it is owed, with its number.
    return {
      ...owed,
      effects: [...tellSource(sale, { result: 'unknown', code: codeOf(why) }), ...owed.effects],
    };
  }
  if (evidence.status === 'partial_refund') {
    const owed = owe(
      sale,
      'partlyRefunded',
      'settled and partly refunded before it was delivered',
      now,
      evidence,
    );
    return {
      ...owed,
      effects: [...tellSource(sale, { result: 'unknown', code: FAULT.paidNotDelivered }), ...owed.effects],
    };
  }
  if (occupiesTerminal(sale))
    return step(
      sale,
      { at: 'delivering', step: 'telling', again: false },
      [{ do: 'cancelTimers' }, { do: 'deliver', again: false }],
      evidence,
    );
  return owe(sale, 'lateSettlement', `settled after it was ${sale.state.at}`, now, evidence);
}

/** The money went back before anything was given for it. */
export function resolveRefunded(sale: Sale, now: Moment, evidence?: Evidence): Step {
  const note = 'refunded at the gateway';
  const resolved = { at: 'resolved', how: 'refunded', by: 'gateway', atMs: now.wallMs, note } as const;
  return step(sale, resolved, [{ do: 'cancelTimers' }], evidence);
}

/** No answer may be read as "nothing": a person looks the amount up. */
const UNSAID: Effect = {
  do: 'alert',
  code: FAULT.partRefundUnknown,
  detail: 'a part was refunded, and the gateway does not say how much: look in the dashboard',
};

function afterSettlement(sale: Sale, evidence: Evidence, now: Moment): Decision {
  if (!isNews(sale.evidence, evidence)) return ignored('nothing new: already known to be settled');
  const { state } = sale;
  const notGiven = state.at === 'owed' || (state.at === 'delivering' && state.step === 'claim');
  if (isWhole(sale, evidence) && notGiven) return resolveRefunded(sale, now, evidence);
  const unsaid = evidence.status === 'partial_refund' && evidence.refundAmount === undefined;
  return step(sale, sale.state, unsaid ? [UNSAID] : [], evidence);
}
