import type { Moment, Rules } from './event.js';
import type { Sale } from './sale.js';

/** Closing a QR takes a look and a cancel at the gateway: it begins this long before the source stops waiting. */
const CLOSING_MS = 5_000;

/** A QR that is shown at all is shown this long: a clock that jumped must not make every sale end at once. */
const LEAST_MS = 1_000;

/**
 * How long a QR that is shown now may stay open: as long as the rules say, and no longer than its source still waits. A
 * wall clock that jumped meanwhile can make it shorter, never longer than a whole life.
 */
export function lifeMs(sale: Sale, rules: Pick<Rules, 'qrLifeMs'>, now: Moment): number {
  if (sale.patienceMs === undefined) return rules.qrLifeMs;
  const waitedMs = Math.max(0, now.wallMs - sale.openedAtMs);
  return Math.max(LEAST_MS, Math.min(rules.qrLifeMs, sale.patienceMs - CLOSING_MS - waitedMs));
}
