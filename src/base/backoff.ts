/** How long to wait before trying again: doubles from `firstMs` up to `mostMs`, from the start after each success. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** @param failures how many attempts have failed in a row before the last one, from 0; below it is as 0 */
export function doubledMs({ firstMs, mostMs }: Backoff, failures: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(Math.max(failures, 0), 20));
}
