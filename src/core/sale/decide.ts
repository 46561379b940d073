import { unreachable } from '../../base/assert.js';
import { inChargeUnknown, inCharging, inRequested } from './charging.js';
import { inClosing } from './closing.js';
import type { Decision, Moment, Rules, SaleEvent } from './event.js';
import { inAwaitingPayment } from './paying.js';
import { keepLooking } from './refund-news.js';
import { inRefunding, withRefund } from './refunding.js';
import { resume } from './resume.js';
import type { Sale } from './sale.js';
import { inClosed, inDelivering, inSettled } from './settled-and-closed.js';

/**
 * The sale machine: what `event` does to `sale`. Pure. Each input leads to a step, or is ignored for a reason that
 * goes into the journal.
 */
export function decide(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  return keepLooking(sale, event, withRefund(sale, decided(sale, event, rules, now), rules));
}

function decided(sale: Sale, event: SaleEvent, rules: Rules, now: Moment): Decision {
  if (event.type === 'resumed') return resume(sale, rules, now);
  switch (sale.state.at) {
    case 'requested':
      return inRequested(sale, event);
    case 'charging':
      return inCharging(sale, event, rules, now);
    case 'chargeUnknown':
      return inChargeUnknown(sale, event, rules, now);
    case 'awaitingPayment':
      return inAwaitingPayment(sale, event, rules, now);
    case 'closing':
      return inClosing(sale, event, now);
    case 'delivering':
      return inDelivering(sale, event, rules, now);
    case 'delivered':
    case 'owed':
    case 'resolved':
      return inSettled(sale, event, rules, now);
    case 'refunding':
      return inRefunding(sale, event, rules, now);
    case 'refused':
    case 'closed':
      return inClosed(sale, event, rules, now);
    default:
      return unreachable(sale.state);
  }
}
