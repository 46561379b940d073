import type { Evidence } from '../../base/evidence.js';
import { itemsTrouble } from '../../base/sold-item.js';
import { MONEY, type ShiftReport } from '../shift/shift.js';
import { ABSENT_IS_FINAL } from './cadence.js';
import type { Decision, SaleEvent } from './event.js';
import { mismatch, settles } from './evidence-rank.js';
import { otherAmount, otherPayee, paidOf } from './paid-amount.js';
import { isWhole } from './refunding.js';
import { isForAPerson, isSettled, type Sale } from './sale.js';
import { endOf } from './transition.js';

type Step = Extract<Decision, { kind: 'step' }>;

/** The laws of the sale machine that one step can break. Asserted after every decision, in production too. */
export function violation(before: Sale, event: SaleEvent, made: Step): string | undefined {
  const after = made.sale;
  for (const law of LAWS) {
    const broken = law(before, after, made, event);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

type Law = (before: Sale, after: Sale, made: Step, event: SaleEvent) => string | undefined;

const identity: Law = (before, after) =>
  before.orderId === after.orderId &&
  before.amount === after.amount &&
  before.items === after.items &&
  before.source === after.source
    ? undefined
    : 'a sale changed its order id, amount, items or source';

/** What is charged is what was chosen, at the price of then. */
const itemsAddUp: Law = (_before, { items, amount }) =>
  items === undefined ? undefined : itemsTrouble(items, amount);

/** Law 4: only the gateway's status settles, and only for our order id, our exact amount, IDR. */
const onlyTheGatewaySettles: Law = (before, after, _made, event) => {
  if (isSettled(before) || !isSettled(after)) return undefined;
  const status = evidenceOf(event);
  if (status === undefined) return `law 4: settled by ${event.type}, which is no status of the gateway`;
  const wrong = mismatch(before, status);
  if (wrong !== undefined) return `law 4: settled by foreign evidence: ${wrong}`;
  const payee = otherPayee(before, status);
  const other = payee ?? otherAmount(before, status);
  const { state } = after;
  const forAPerson =
    state.at === 'resolved' ||
    (state.at === 'owed' && state.why === (payee === undefined ? 'otherAmount' : 'otherPayee'));
  if (other !== undefined && !forAPerson) return `law 4: ${state.at}, and ${other}`;
  return settles(status) || status.status === 'refund' || status.status === 'partial_refund'
    ? undefined
    : `law 4: settled by "${status.wireStatus}"`;
};

/** Law 5: settled is never lost. */
const settledStaysSettled: Law = (before, after) =>
  isSettled(before) && !isSettled(after) ? `law 5: ${before.state.at} became ${after.state.at}` : undefined;

/** Law 6: delivered at most once; what was given back is not given out. */
const deliveredOnce: Law = (before, _after, made) => {
  const delivers = made.effects.some((effect) => effect.do === 'deliver');
  const done = ['delivered', 'resolved', 'refunding'].includes(before.state.at);
  return delivers && done ? `law 6: delivers a sale that is ${before.state.at}` : undefined;
};

/** One order id, one charge: it leaves the box when the sale begins, and never again. */
const chargedOnce: Law = (before, _after, made) =>
  made.effects.some((effect) => effect.do === 'charge') && before.state.at !== 'requested'
    ? `charges again from ${before.state.at}`
    : undefined;

/** Law 2: unknown is not failed. An end is told only of a sale that has come to its end. */
const failedOnlyAtTheEnd: Law = (_before, after, made) => {
  const told = made.effects.some(
    (effect) => effect.do === 'tellSource' && effect.result.result !== 'unknown',
  );
  return told && !['closed', 'refused', 'resolved'].includes(after.state.at)
    ? `law 2: told the source an end while it is ${after.state.at}`
    : undefined;
};

/** Law 2: closed is only what the gateway has ended, or what it never had: never a sale whose QR it gave us. */
const closedByTheGateway: Law = (before, after, _made, event) => {
  const { at } = before.state;
  if (after.state.at !== 'closed' || ['requested', 'closed', 'refused'].includes(at)) return undefined;
  const { how } = after.state;
  const outcome = 'outcome' in event && typeof event.outcome !== 'string' ? event.outcome : undefined;
  if (outcome?.kind === 'evidence' || outcome?.kind === 'created') {
    const said = endOf(outcome.evidence)?.how;
    return said === how ? undefined : `law 2: closed as ${how} by "${outcome.evidence.wireStatus}"`;
  }
  if (how === 'denied' && outcome?.kind === 'denied') return undefined;
  const absent = 'absent' in before.state ? before.state.absent : 0;
  const often = outcome?.kind === 'notFound' && absent + 1 >= ABSENT_IS_FINAL;
  return how === 'neverCharged' && often && before.evidence === undefined
    ? undefined
    : `law 2: closed as ${how} from ${at} by ${outcome?.kind ?? event.type}`;
};

/** Law 6: what was given back, or may have been, is neither handed over nor kept for a later question. */
const goneIsNotGiven: Law = (before, after, made) => {
  const { state } = after;
  const gone = after.evidence !== undefined && isWhole(after, after.evidence);
  if (gone && made.effects.some((effect) => effect.do === 'deliver'))
    return 'law 6: delivers what was given back';
  if (gone && state.at === 'delivering' && state.step === 'claim')
    return 'law 6: keeps what was given back for its source';
  const unsure = before.state.at === 'owed' && before.state.refund?.ended === 'unknown';
  return unsure && (state.at === 'delivered' || state.at === 'delivering')
    ? `law 6: ${state.at}, and it may have been refunded`
    : undefined;
};

/** Law 3: a notice only makes us ask. */
const noticeOnlyAsks: Law = (before, after, _made, event) =>
  event.type === 'notified' && before.state.at !== after.state.at && before.state.at !== 'refused'
    ? `law 3: a notice moved the sale from ${before.state.at} to ${after.state.at}`
    : undefined;

/** Never two refunds: only of what is owed or returned, whole, with the one key that the same commit (or an earlier) holds. */
const refundedOnce: Law = (before, after, made, event) => {
  if (before.state.at === 'refunding' && after.state.at === 'refunding' && keyOf(before) !== keyOf(after))
    return `a refund changed its key from ${keyOf(before)} to ${keyOf(after)}`;
  const refunds = made.effects.filter((effect) => effect.do === 'refund');
  const [refund] = refunds;
  if (refund === undefined) return undefined;
  if (refunds.length > 1) return 'refunds twice in one step';
  if (refund.refundKey !== keyOf(after))
    return `law 1: refunds with key ${refund.refundKey} before it is journalled`;
  // What was handed over goes back only where its register asks for it.
  if (before.state.at === 'resolved' || (before.state.at === 'delivered' && event.type !== 'refundAsked'))
    return `refunds a sale that is ${before.state.at}`;
  if ('why' in after.state && isForAPerson(after.state.why))
    return `law 6: refunds the whole of a sale that is ${after.state.why}`;
  if (!(after.evidence !== undefined && settles(after.evidence))) return 'refunds what was given back';
  return refund.amount === paidOf(after) ? undefined : `refunds ${refund.amount} of ${paidOf(after)}`;
};

function keyOf({ state }: Sale): string | undefined {
  return state.at === 'refunding' ? state.refundKey : undefined;
}

const LAWS: readonly Law[] = [
  identity,
  itemsAddUp,
  onlyTheGatewaySettles,
  settledStaysSettled,
  deliveredOnce,
  chargedOnce,
  failedOnlyAtTheEnd,
  closedByTheGateway,
  goneIsNotGiven,
  noticeOnlyAsks,
  refundedOnce,
];

function evidenceOf(event: SaleEvent): Evidence | undefined {
  if (event.type === 'chargeAnswered')
    return event.outcome.kind === 'created' ? event.outcome.evidence : undefined;
  if (event.type !== 'statusAnswered' && event.type !== 'closeAnswered') return undefined;
  return event.outcome.kind === 'evidence' ? event.outcome.evidence : undefined;
}

/** Law 11, by its number and name, as people are told of it. */
export const LAW_11 = 'law 11 (every rupiah adds up)';

/**
 * Law 11: the parts of what settled are the whole, for all sources together and for each; and what is owed at the end is
 * what was owed before, with what settled, less what was handed over, given back and otherwise seen to.
 * @returns a sentence for each sum that is not what it must be
 */
export function ledgerViolations({ all, bySource, earlier, owedBefore = 0, owed }: ShiftReport): string[] {
  const broken: string[] = [];
  for (const { source, totals } of [{ source: 'all', totals: all }, ...bySource]) {
    const parts = MONEY.reduce((sum, line) => sum + totals[line].sum, 0);
    const { sum } = totals.settled;
    if (parts !== sum)
      broken.push(
        `${LAW_11}: ${source} settled ${sum}, but ${MONEY.join(' + ')} is ${parts}: ${sum - parts} off`,
      );
  }
  const gone = MONEY.filter((line) => line !== 'owed').reduce(
    (sum, line) => sum + all[line].sum + earlier[line].sum,
    0,
  );
  const due = owedBefore + all.settled.sum - gone;
  if (due !== owed.sum)
    broken.push(
      `${LAW_11}: owed before ${owedBefore}, settled ${all.settled.sum}, handed over, given back and seen to ${gone}: owed must be ${due} and is ${owed.sum}: ${owed.sum - due} off`,
    );
  return broken;
}
