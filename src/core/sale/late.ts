const HOUR_MS = 3_600_000;

/**
 * Rare looks at a sale that is closed and was watched to its end: the money of a wallet that was silent for hours settles
 * all the same (law 5), and its notice may be lost, or never sent. After 1 h, 6 h, and 1, 2 and 4 days, each
 * from the one before it: the last is a week after the close. What comes still later is found by reconciliation.
 */
export const LATE_LOOKS_MS: readonly number[] = [1, 6, 24, 48, 96].map((hours) => hours * HOUR_MS);

/** Until a look that got no usable answer is repeated. */
const AGAIN_MS = HOUR_MS;

/** Further off than any look is put: another clock has said so, one that was years ahead or behind. */
export const FARTHEST_MS = 8 * 24 * HOUR_MS;

/** Looks that were answered, and the wall time of the next. */
export interface Late {
  readonly looks: number;
  readonly dueMs: number;
}

/** When the watch is over. */
export function firstLate(nowMs: number): Late {
  return { looks: 0, dueMs: nowMs + (LATE_LOOKS_MS[0] ?? 0) };
}

/**
 * After an answer. One that came before its time (a look at a start, at the close of a shift, because of a notice) leaves
 * the others where they are. One whose time was set by another clock (or that a box was off for so long) is put anew: the
 * answer may have come minutes after the one before it, and must not stand for the hours between them.
 * @returns undefined after the last
 */
export function nextLate(late: Late, nowMs: number, answered: boolean): Late | undefined {
  if (!answered) return { ...late, dueMs: nowMs + AGAIN_MS };
  if (Math.abs(nowMs - late.dueMs) > FARTHEST_MS)
    return { ...late, dueMs: nowMs + (LATE_LOOKS_MS[late.looks] ?? AGAIN_MS) };
  if (nowMs < late.dueMs) return late;
  const looks = late.looks + 1;
  const afterMs = LATE_LOOKS_MS[looks];
  return afterMs === undefined ? undefined : { looks, dueMs: nowMs + afterMs };
}
