import { doubledMs } from '../../base/backoff.js';
import type { StatusOutcome } from '../../base/gateway-answer.js';
import { type Effect, startTimer } from './effect.js';
import type { Decision, Moment, SaleEvent } from './event.js';
import { judge } from './evidence-rank.js';
import { isWhole } from './refunding.js';
import type { Sale } from './sale.js';
import { takeMoney } from './settlement.js';
import { ignored, type Step, step } from './transition.js';

/** Between two looks at what a notice said of a refund; after answers of no use twice as long each, and then so long. */
const LOOK_MS = 30_000;
const RAREST_LOOK_MS = 900_000;
/** Statuses lag behind their notices; when so many answers know of no refund, there is none. */
const MOST_LOOKS = 10;

function later(misses = 1): Effect {
  const afterMs = doubledMs({ firstMs: LOOK_MS, mostMs: RAREST_LOOK_MS }, misses - 1);
  return startTimer('refund', afterMs);
}

/** Only news of a refund can move a settled sale; a settlement's echo is common and worth no request. */
export function notifiedWhenSettled(sale: Sale, hint: string): Decision {
  if (!hint.includes('refund')) return ignored('already settled');
  if (isAllBack(sale)) return ignored('all of it went back already');
  return step({ ...sale, refundNews: { looks: 0 } }, sale.state, [
    { do: 'cancelTimers', timers: ['refund'] },
    { do: 'askStatus' },
  ]);
}

/** The time for another look has come. */
export function lookForRefund(sale: Sale, timer: string): Decision {
  if (timer !== 'refund' || sale.refundNews === undefined)
    return ignored(`timer ${timer} means nothing here`);
  return step(sale, sale.state, [{ do: 'askStatus' }]);
}

/** The gateway's status of a settled sale. What went back must not stay on the owed list, where a person would pay it again. */
export function statusWhenSettled(sale: Sale, raw: StatusOutcome, now: Moment): Decision {
  const outcome = judge(sale, raw);
  const { refundNews, ...heard } = sale;
  if (outcome.kind === 'evidence') {
    const money = takeMoney(heard, outcome.evidence, now);
    if (money?.kind === 'step') return refundNews === undefined ? money : lookOn(money, refundNews);
  }
  const why =
    outcome.kind === 'evidence'
      ? `nothing new: says ${outcome.evidence.status}, it is settled`
      : `no usable answer (${outcome.kind})`;
  if (refundNews === undefined) return ignored(why);
  // "No such transaction" of one that has settled, or an answer about another, knows of no refund and denies none.
  if (outcome.kind !== 'evidence') {
    const misses = (refundNews.misses ?? 0) + 1;
    return step({ ...sale, refundNews: { ...refundNews, misses } }, sale.state, [later(misses)]);
  }
  const looks = refundNews.looks + 1;
  if (looks >= MOST_LOOKS) return step(heard, sale.state, []);
  return step({ ...sale, refundNews: { looks } }, sale.state, [later()]);
}

/** A part went back. There may have been two notices by now, of two refunds, and the status lag behind the second. */
function lookOn(made: Step, { looks }: NonNullable<Sale['refundNews']>): Step {
  if (isAllBack(made.sale) || looks + 1 >= MOST_LOOKS) return made;
  return {
    ...made,
    sale: { ...made.sale, refundNews: { looks: looks + 1 } },
    effects: [...made.effects, later()],
  };
}

export function isAllBack(sale: Sale): boolean {
  return sale.evidence !== undefined && isWhole(sale, sale.evidence);
}

/** A step that takes the sale elsewhere, or calls off its timers, must not forget that an answer is due. */
export function keepLooking(before: Sale, event: SaleEvent, made: Decision): Decision {
  if (made.kind !== 'step') return made;
  const { refundNews, ...heard } = made.sale;
  if (refundNews === undefined) return made;
  if (isAllBack(made.sale)) return { ...made, sale: heard };
  const { at } = made.sale.state;
  // That looks by itself.
  if (at === 'refunding') return made;
  const forgotten =
    event.type === 'resumed' ||
    at !== before.state.at ||
    made.effects.some((effect) => effect.do === 'cancelTimers' && effect.timers === undefined);
  const asks = made.effects.some((effect) => effect.do === 'askStatus');
  return forgotten && !asks ? { ...made, effects: [...made.effects, later(refundNews.misses)] } : made;
}
