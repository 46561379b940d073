/**
 * What each of several relays may let pass of `limit`, so that all together stay within it: none knows what the others
 * count. Rounded down. @param relays from 1
 */
export function shareOf(limit: number, relays: number): number {
  return Math.floor(limit / relays);
}
