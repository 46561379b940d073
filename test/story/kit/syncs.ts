import { vi } from 'vitest';
import { SignOfLife } from '../../../src/journal/sign-of-life.js';

/** Counts the synced commits of all journals from now on: each moves the sign beside its journal once. */
export function countSyncs(): () => number {
  const reached = vi.spyOn(SignOfLife.prototype, 'reached');
  reached.mockClear();
  return () => reached.mock.calls.length;
}
