/**
 * Waits for something that the outside world does (a program, a pty). It ends as soon as `holds` is true; the bound is
 * only there so that a broken test says what it waited for.
 */
export async function until(what: string, holds: () => boolean, boundMs = 20_000): Promise<void> {
  const end = performance.now() + boundMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${boundMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Timers of the real world, for tests across a real pty. */
export const realTimers = {
  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
