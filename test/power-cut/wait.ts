/** Lets real I/O go on for a moment. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for what other processes do, as long as it takes up to a bound that is there against hanging only. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  boundMs = 240_000,
): Promise<T> {
  const end = performance.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${boundMs} ms in vain for ${what}`);
    await pause(5);
  }
}
