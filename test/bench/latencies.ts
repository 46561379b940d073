/** Of many, in milliseconds. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

export function latencies(tookMs: readonly number[]): Latencies {
  const sorted = [...tookMs].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
