import type { StoredEvent } from '../../src/journal/commit.js';

/** How much has happened: what came again and again is one row. */
export function happenings(events: readonly StoredEvent[]): number {
  return events.reduce((sum, { again }) => sum + 1 + (again?.times ?? 0), 0);
}
