import { FAULT } from '../fault/table.js';
import { beforeFirstLook, LOST_CHARGE_MS } from './cadence.js';
import { giveUp } from './closing.js';
import { startTimer } from './effect.js';
import type { Decision, Moment, Rules } from './event.js';
import { abandon, checkedPayload } from './paying.js';
import { lifeMs } from './qr-lifetime.js';
import { isAllBack } from './refund-news.js';
import { look } from './refunding.js';
import type { Sale, SaleState } from './sale.js';
import { owe, resolveRefunded } from './settlement.js';
import { ignored, step, tellSource } from './transition.js';

/**
 * The first event of an open sale after a start. A request that was under way may have reached the gateway or not, so
 * the gateway is asked; after that the sale goes its normal way.
 */
export function resume(sale: Sale, rules: Rules, now: Moment): Decision {
  const { state } = sale;
  switch (state.at) {
    case 'requested':
      // A further attempt of a denied sale, and nothing of it has left the box. Who wanted it may be gone, and no leg
      // has been checked yet (law 9): it is not charged.
      return step(sale, { at: 'closed', how: 'neverCharged', code: FAULT.gopayBusy }, [
        ...tellSource(sale, { result: 'denied', code: FAULT.gopayBusy }),
      ]);
    case 'charging':
      return step(sale, { at: 'chargeUnknown', misses: 0, absent: 0, code: FAULT.chargeInterrupted }, [
        startTimer('look', LOST_CHARGE_MS),
        startTimer('patience', rules.unknownAfterMs),
      ]);
    case 'chargeUnknown':
      return step(sale, { ...state, absent: beforeFirstLook(state.absent) }, [
        { do: 'askStatus' },
        startTimer('patience', rules.unknownAfterMs),
      ]);
    case 'awaitingPayment':
      return resumeQr(sale, state, rules, now);
    case 'closing':
      return step(sale, { ...state, step: 'look', absent: beforeFirstLook(state.absent) }, [
        { do: 'askStatus' },
        startTimer('patience', rules.unknownAfterMs),
      ]);
    case 'delivering':
      return resumeDelivery(sale, state, rules, now);
    case 'refunding':
      return look(sale, state);
    case 'closed': {
      const { watch } = state;
      if (watch === undefined) return ignored('closed, and watched to its end');
      const next = { ...state, watch: { ...watch, looks: beforeFirstLook(watch.looks) } };
      return step(sale, next, [{ do: 'askStatus' }]);
    }
    default:
      if (sale.refundNews !== undefined) return step(sale, state, [{ do: 'askStatus' }]);
      return ignored(`nothing is left to do: ${state.at}`);
  }
}

type Awaiting = Extract<SaleState, { at: 'awaitingPayment' }>;

/**
 * Asks at once, and shows the QR again for what is left of its life. A clock that jumped over the outage cannot
 * lengthen that life beyond a whole one.
 */
function resumeQr(sale: Sale, state: Awaiting, rules: Rules, now: Moment): Decision {
  const leftMs = Math.min(state.endsAtMs - now.wallMs, lifeMs(sale, rules, now));
  if (leftMs <= 0) return giveUp(sale, 'timedOut', rules, undefined);
  // It was checked when it was read, perhaps by a version that checked less.
  const checked = state.payload === undefined ? undefined : checkedPayload(sale, state.payload, rules);
  if (checked?.ok === false) return abandon(sale, 'badQr', rules, checked.error);
  const { followedHint: _followed, ...rest } = state;
  const next = { ...rest, endsAtMs: now.wallMs + leftMs, downloads: 0, misses: 0 };
  return step(sale, next, [
    { do: 'askStatus' },
    startTimer('life', leftMs),
    state.payload === undefined
      ? { do: 'readQr', qr: state.qr, transactionId: state.transactionId }
      : { do: 'present', payload: state.payload },
  ]);
}

type Delivering = Extract<SaleState, { at: 'delivering' }>;

/**
 * Whether the source had its answer before the cut cannot be known. A person may be shown it again. A register gets
 * it when it asks: unasked, it might take the answer for that of its next sale. So does a machine that repeats its
 * requests; any other never vends on a guess.
 */
function resumeDelivery(sale: Sale, state: Delivering, rules: Rules, now: Moment): Decision {
  if (isAllBack(sale)) return resolveRefunded(sale, now);
  if (state.owedSinceMs !== undefined)
    return step(sale, { at: 'owed', why: 'deliveryUnknown', sinceMs: state.owedSinceMs }, []);
  switch (sale.source.kind) {
    case 'keypad':
      return step(sale, { ...state, step: 'telling', again: true }, [{ do: 'deliver', again: true }]);
    case 'register':
    case 'api':
      return awaitClaim(sale, state, rules);
    case 'vending':
      if (sale.source.repeats) return awaitClaim(sale, state, rules);
      return owe(sale, 'deliveryUnknown', 'settled, and a power cut hides whether the machine vended', now);
  }
}

function awaitClaim(sale: Sale, state: Delivering, rules: Rules): Decision {
  return step(sale, { ...state, step: 'claim', claim: 'runs' }, [startTimer('claim', rules.claimMs)]);
}
