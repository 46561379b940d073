import type { Effect } from './effect.js';
import { isNews } from './evidence-rank.js';
import { isOpen, isSettled, type Sale } from './sale.js';
import type { Step } from './transition.js';

/**
 * What asks and waits. Nothing out there changes by it, and the sale that is open on disk is its intent: after a restart
 * `resume` asks the same again, whether or not the question had left.
 */
const ASKS: readonly Effect['do'][] = ['askStatus', 'readQr', 'startTimer', 'cancelTimers'];

/**
 * Law 1: whether a power cut behind this step must find it on disk. A sale that is sold and handed over has four such steps,
 * however long the customer takes:
 *
 * 1. opened, before the charge leaves: a charge that no disk knows would be nobody's money (`SaleProcessor.begin`);
 * 2. the QR is shown (`present`), with the charge's answer: what a customer may pay is compared with what was charged, its
 *    transaction and its payee, also after a restart;
 * 3. settled, with the word to the source (`deliver`): it is said at most once, and in the same bytes (laws 6 and 7);
 * 4. the end of the delivery, with its receipt (`printReceipt`): what was handed over is not handed over again.
 *
 * So it is for each word and request that changes something, and for each step that takes the sale somewhere. What is left
 * over is what a restart finds again by asking: that the charge was created, or its answer lost; that the QR came to the
 * screen; polls that found it pending, and how many; that a notice rang for a sale that is being asked about anyway.
 */
export function mustSurvive(before: Sale, { sale, effects, successor }: Step): boolean {
  if (successor !== undefined || effects.some((effect) => !ASKS.includes(effect.do))) return true;
  // What a restart does not ask about by itself: a late notice of what was closed, or of a refund.
  if (isOpen(sale) && !isOpen(before)) return true;
  if (isSettled(sale)) return !onlyLooked(before, sale);
  switch (before.state.at) {
    case 'charging':
    case 'chargeUnknown':
      // Open, and on no customer's screen: a restart asks by order id whether it was charged.
      return sale.state.at !== 'chargeUnknown' && sale.state.at !== 'awaitingPayment';
    case 'awaitingPayment':
    case 'closing':
    case 'closed':
      return sale.state.at !== before.state.at || saysMore(before, sale);
    default:
      return true;
  }
}

function saysMore({ evidence: known }: Sale, { evidence }: Sale): boolean {
  return evidence !== undefined && isNews(known, evidence);
}

/** One more of the looks that follow news of a refund. News of another one begins them anew, and no disk would know of it. */
function onlyLooked(before: Sale, { state, evidence, refundNews }: Sale): boolean {
  if (state !== before.state || evidence !== before.evidence) return false;
  return refundNews === before.refundNews || (refundNews?.looks ?? 0) > (before.refundNews?.looks ?? 0);
}
