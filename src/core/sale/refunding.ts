import type { Evidence } from '../../base/evidence.js';
import type { RefundOutcome, StatusOutcome } from '../../base/gateway-answer.js';
import { FAULT } from '../fault/table.js';
import { retryAfterMs } from './cadence.js';
import { type Effect, startTimer } from './effect.js';
import type { Decision, Moment, Rules, SaleEvent } from './event.js';
import { judge } from './evidence-rank.js';
import { bookedOf, paidOf } from './paid-amount.js';
import { isForAPerson, type OwedRefund, type Sale, type SaleState } from './sale.js';
import { ignored, step } from './transition.js';

type Refunding = Extract<SaleState, { at: 'refunding' }>;

/**
 * Silences until a person must see to it: some three days. The same key is the same refund at Midtrans for seven, so
 * no try falls outside that time.
 */
export const REFUND_TRIES = 400;

/** One sale, one key, for ever: whatever is asked twice is the same refund. `[A-Za-z0-9_-]`, at most 45 characters. */
function refundKeyOf(sale: Sale): string {
  return `${sale.orderId}-R`;
}

/**
 * Where a step puts a sale on the owed list and the merchant has refunds enabled, the refund begins in the same commit.
 * A sale of which a person refunded a part is a person's; so is one of which it is not known whether it was handed over,
 * unless the merchant says otherwise.
 */
export function withRefund(before: Sale, made: Decision, rules: Rules): Decision {
  if (made.kind !== 'step' || rules.refund === undefined) return made;
  const { sale } = made;
  const { state } = sale;
  if (state.at !== 'owed' || before.state.at === 'owed' || before.state.at === 'refunding') return made;
  // It was owed already, and only its source asked for it once more: a question is no silence.
  const asked = before.state.at === 'delivering' && before.state.owedSinceMs !== undefined;
  if (asked && state.why === 'deliveryUnknown') return made;
  if (isForAPerson(state.why) || sale.evidence?.status !== 'settlement') return made;
  // Told again after a cut that hid whether it had been told before.
  const again = before.state.at === 'delivering' && before.state.again;
  if ((state.why === 'deliveryUnknown' || again) && !rules.refund.unknownDelivery) return made;
  const { why, sinceMs } = state;
  const refunding: Refunding = {
    at: 'refunding',
    ...{ why, sinceMs },
    refundKey: refundKeyOf(sale),
    step: 'ask',
    tries: 0,
  };
  const effects = [...made.effects, request(sale, refunding, rules.refund.reason)];
  return { ...made, sale: { ...sale, state: refunding }, effects };
}

/**
 * The whole amount of a settled sale back, with its key in the same commit.
 * @param by whether its source asked, and waits for the end of it
 */
export function giveBack(
  sale: Sale,
  from: Pick<Refunding, 'why' | 'sinceMs'>,
  rules: Rules,
  by: 'asked' | 'by itself' = 'asked',
): Decision {
  if (rules.refund === undefined) return ignored('refunds are not enabled');
  if (sale.evidence?.status !== 'settlement')
    return ignored(`the gateway says "${sale.evidence?.wireStatus ?? 'nothing'}" of it`);
  const refunding: Refunding = {
    at: 'refunding',
    ...from,
    ...(by === 'asked' ? { asked: true } : {}),
    refundKey: refundKeyOf(sale),
    step: 'ask',
    tries: 0,
  };
  return step(sale, refunding, [{ do: 'cancelTimers' }, request(sale, refunding, rules.refund.reason)]);
}

function request(sale: Sale, { refundKey }: Refunding, reason: string): Effect {
  return { do: 'refund', refundKey, amount: paidOf(sale), reason };
}

/** Looks for a refund that had begun when refunds were turned off: minutes, longer than any request is under way. */
const LOOKS_WHEN_OFF = 6;
const TURNED_OFF = 'refunds were turned off while one was under way';

/** Being given back. Until the gateway's status says what became of it, nothing is believed and no customer is paid twice. */
export function inRefunding(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  const state = sale.state as Refunding;
  switch (event.type) {
    case 'refundAnswered':
      return state.step === 'ask'
        ? answered(sale, state, event.outcome, now)
        : ignored('no answer to a refund is due');
    case 'statusAnswered':
      return looked(sale, state, judge(sale, event.outcome), rules, now);
    case 'timer':
      if (event.timer !== 'refund' || state.step !== 'pause')
        return ignored(`timer ${event.timer} means nothing here`);
      return look(sale, state);
    case 'notified':
      return state.step === 'pause' ? look(sale, state) : ignored('the gateway is being asked already');
    case 'refundAsked':
      if (state.asked) return ignored('it is being refunded already');
      return step(sale, { ...state, asked: true }, []);
    default:
      return ignored(`it is being refunded (${event.type})`);
  }
}

/** After a start it is not known what became of the request that may have been under way: the status is asked. */
export function look(sale: Sale, state: Refunding): Decision {
  return step(sale, { ...state, step: 'look' }, [{ do: 'cancelTimers' }, { do: 'askStatus' }]);
}

function answered(sale: Sale, state: Refunding, outcome: RefundOutcome, now: Moment): Decision {
  switch (outcome.kind) {
    case 'refunded': {
      const judged = judge(sale, { kind: 'evidence', evidence: outcome.evidence });
      if (judged.kind !== 'evidence') return pause(sale, state, judged.fault.detail);
      return isWhole(sale, judged.evidence) ? done(sale, state, judged.evidence, now) : lookOnce(sale, state);
    }
    case 'rejected':
      // An earlier try whose answer was lost may have given it back, and this be the echo: the status says.
      return lookOnce(sale, { ...state, refusal: `${outcome.code} ${outcome.message}`.trimEnd() });
    case 'unknown':
      return pause(sale, state, `E${outcome.fault.code} ${outcome.fault.detail}`);
  }
}

function looked(sale: Sale, state: Refunding, outcome: StatusOutcome, rules: Rules, now: Moment): Decision {
  if (outcome.kind === 'evidence' && isWhole(sale, outcome.evidence))
    return done(sale, state, outcome.evidence, now);
  if (state.step !== 'look') return ignored('the answer to the refund is still due');
  if (outcome.kind === 'unknown') return pause(sale, state, `E${outcome.fault.code} ${outcome.fault.detail}`);
  if (outcome.kind === 'notFound') return pause(sale, state, 'the gateway knows no such transaction');
  const { evidence } = outcome;
  if (evidence.status === 'partial_refund') return givenBackInPart(sale, state, evidence);
  if (evidence.status !== 'settlement')
    return pause(sale, state, `the gateway says "${evidence.wireStatus}" of a settled sale`);
  if (state.refusal !== undefined) return backToList(sale, state, 'rejected', state.refusal);
  // None is asked for any more. One that left before may still be on its way: it is looked for a while, and is not a "no".
  if (rules.refund === undefined)
    return state.tries < LOOKS_WHEN_OFF
      ? pause(sale, state, TURNED_OFF)
      : backToList(sale, state, 'unknown', TURNED_OFF);
  const again: Refunding = { ...state, step: 'ask' };
  return step(sale, again, [request(sale, again, rules.refund.reason)]);
}

/** All that was paid went back, in one refund or in several. */
export function isWhole(sale: Sale, evidence: Evidence): boolean {
  if (evidence.status === 'refund') return true;
  return (
    evidence.status === 'partial_refund' && (evidence.refundAmount ?? 0) >= bookedOf({ ...sale, evidence })
  );
}

function done(sale: Sale, state: Refunding, evidence: Evidence, now: Moment): Decision {
  const note = `refunded by itself, refund key ${state.refundKey}`;
  const resolved = { at: 'resolved', how: 'refunded', by: 'gateway', atMs: now.wallMs, note } as const;
  return step(sale, resolved, [{ do: 'cancelTimers' }, ...answer(state)], evidence);
}

/** The register that asked for it is told the end of it. */
function answer(state: Refunding): Effect[] {
  return state.asked ? [{ do: 'tellRefund' }] : [];
}

/** At once after the first request, then at the rate that Midtrans asks for. */
function lookOnce(sale: Sale, state: Refunding): Decision {
  if (state.tries > 0) return pause(sale, state, state.refusal ?? 'the answer tells of less than the whole');
  return look(sale, { ...state, tries: 1 });
}

function pause(sale: Sale, state: Refunding, detail: string): Decision {
  const tries = state.tries + 1;
  if (tries >= REFUND_TRIES) return backToList(sale, state, 'unknown', detail);
  return step(sale, { ...state, step: 'pause', tries }, [startTimer('refund', retryAfterMs(tries))]);
}

/** A person gives it back by hand, in parts: theirs from here on. */
function givenBackInPart(sale: Sale, state: Refunding, evidence: Evidence): Decision {
  const { refundKey, sinceMs } = state;
  const refund: OwedRefund = { refundKey, ended: 'rejected', detail: 'a part was refunded otherwise' };
  if (state.why === 'returned') return backToRegister(sale, state, refund, evidence);
  const effects = [...alarm(refund), ...answer(state)];
  return step(sale, { at: 'owed', why: 'partlyRefunded', sinceMs, refund }, effects, evidence);
}

function backToList(sale: Sale, state: Refunding, ended: OwedRefund['ended'], detail: string): Decision {
  const { why, sinceMs, refundKey } = state;
  const refund: OwedRefund = { refundKey, ended, detail };
  if (why === 'returned') return backToRegister(sale, state, refund);
  return step(sale, { at: 'owed', why, sinceMs, refund }, [...alarm(refund), ...answer(state)]);
}

/** It was handed over, and stays so: the customer who brought it back is the shop's to deal with. */
function backToRegister(sale: Sale, state: Refunding, refund: OwedRefund, evidence?: Evidence): Decision {
  const effects = [...alarm(refund), ...answer(state)];
  return step(sale, { at: 'delivered', atMs: state.sinceMs, refund }, effects, evidence);
}

function alarm({ ended, detail }: OwedRefund): Effect[] {
  const words = ended === 'unknown' ? 'it is not known whether it was refunded' : 'it was not refunded';
  return [{ do: 'cancelTimers' }, { do: 'alert', code: FAULT.refundFailed, detail: `${words}: ${detail}` }];
}
