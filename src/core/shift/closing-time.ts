import { dayAndTime, localDay, type Zone } from '../../base/time.js';

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;

/** A time of day at which shifts close by themselves. */
export interface ClosingTime {
  /** Minutes since midnight. */
  readonly minute: number;
  readonly zone: Zone;
}

/** `23:30`, which the schema has checked. */
export function closingTime(text: string, zone: Zone): ClosingTime {
  const [hours, minutes] = text.split(':');
  return { minute: Number(hours) * 60 + Number(minutes), zone };
}

/**
 * The day that is over where the set time has come since `sinceMs`, as `2026-11-30`; undefined where it has not. After days
 * without power that is the first of them, on which was sold: it is closed once. A time in the morning ends the day before.
 * @param sinceMs when the shift was opened, or its first sale, whichever came later
 */
export function dayOver(at: ClosingTime, sinceMs: number, nowMs: number): string | undefined {
  const first = nextAfter(at, sinceMs);
  if (first > nowMs) return undefined;
  return dayAndTime(first - HALF_DAY_MS, at.zone, '2026-12-31').day;
}

function nextAfter({ minute, zone }: ClosingTime, ms: number): number {
  const today = localDay(ms, zone).midnightMs + minute * 60_000;
  return today > ms ? today : today + DAY_MS;
}
