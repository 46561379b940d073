import { doubledMs } from '../../base/backoff.js';

/**
 * When to ask the gateway next. Midtrans asks for no status call of one sale more often than every 10 s ("only retry check
 * status after 10 second"). Sooner comes one look alone, and for a reason: a notice came, a charge, a cancel, an expire or a
 * refund was answered with less than its end, the time of the QR is over, a person cancels, or the terminal has started.
 */

/** Between two looks at a sale, without such a reason. */
export const LOOK_MS = 10_000;

/** Backing off while the gateway does not answer, or says nothing new of what is to be closed or given back. */
const BACKOFF_MS: readonly number[] = [
  LOOK_MS,
  LOOK_MS,
  LOOK_MS,
  20_000,
  40_000,
  60_000,
  120_000,
  300_000,
  600_000,
];

/** Looks at a sale that is over, to see whether it stays so. */
const WATCH_MS: readonly number[] = [30_000, 120_000, 900_000];

/** First look for a charge whose answer was lost: soon, since a customer waits. The others follow every {@link LOOK_MS}. */
export const LOST_CHARGE_MS = 1_000;

const QR_RETRY_MS: readonly number[] = [1_000, 2_000, 4_000];

const DENY_RETRY_MS: readonly number[] = [2_000, 5_000, 10_000];

/** Wait before a poll of an open QR, after `misses` looks in a row that got no answer. Never under {@link LOOK_MS}. */
export function lookAfterMs(misses: number): number {
  return doubledMs({ firstMs: LOOK_MS, mostMs: 60_000 }, misses - 1);
}

/** Wait after `tries` attempts without a usable answer: 10 s growing to 10 min. */
export function retryAfterMs(tries: number): number {
  return BACKOFF_MS[Math.min(Math.max(tries, 1), BACKOFF_MS.length) - 1] ?? 600_000;
}

/** Wait before watch look number `looks` + 1; undefined when the sale has been watched to its end. */
export function watchAfterMs(looks: number): number | undefined {
  return WATCH_MS[Math.max(looks, 0)];
}

/**
 * A count of looks, before one that a notice asked for: its answer brings the count back to where it was. Otherwise a link
 * that flaps would shorten the watch, or make four quick looks out of four spread ones. Several may be under way at the
 * same time (a notice that is doubled, ten that waited for the link), so that the count may be below -1.
 */
export function beforeExtraLook(count: number): number {
  return count - 1;
}

/** The same where no other look is under way: at a start, whatever was asked before it has no answer any more. */
export function beforeFirstLook(count: number): number {
  return beforeExtraLook(Math.max(count, 0));
}

/** How many "no such transaction" answers, {@link LOOK_MS} apart or more, make a charge one that never was. */
export const ABSENT_IS_FINAL = 4;

/** Wait before the picture is asked for again; undefined when it was tried often enough. */
export function qrRetryMs(failed: number): number | undefined {
  return QR_RETRY_MS[failed - 1];
}

/** Wait before attempt number `attempt` (2 or more) of a denied sale. */
export function denyRetryMs(attempt: number): number {
  return DENY_RETRY_MS[Math.min(attempt - 2, DENY_RETRY_MS.length - 1)] ?? 10_000;
}
