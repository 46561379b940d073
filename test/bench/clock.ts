/** Milliseconds of CLOCK_MONOTONIC, with fractions: the same clock in every process of one machine. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks until something is there. @throws after `patienceMs`, so that a bench that cannot measure says so. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  patienceMs = 20_000,
): Promise<T> {
  const endMs = nowMs() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (nowMs() > endMs) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await pause(5);
  }
}
