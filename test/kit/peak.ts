/** The most of these times, in milliseconds, that lie within any second. */
export function peakASecond(atMs: readonly number[]): number {
  const sorted = [...atMs].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [at, ms] of sorted.entries()) {
    while (ms - (sorted[first] ?? ms) >= 1_000) first += 1;
    most = Math.max(most, at - first + 1);
  }
  return most;
}
