import type { Timers } from '../../../src/port/clock.js';

/**
 * Waits for something that the outside world does (a program, a pty). It ends as soon as `holds` is true; the bound is
 * only there so that a broken test says what it waited for.
 */
export async function until(what: string, holds: () => boolean, boundMs = 150_000): Promise<void> {
  const end = performance.now() + boundMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${boundMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * Timers of the real world, for tests across a real pty or socket. When one is over, what is ready goes first: an event
 * loop that was held up asks its timers before its sockets, and a bound would end a wait whose answer lies there already.
 */
export const realTimers: Timers = {
  after(ms: number, run: () => void): () => void {
    let wanted = true;
    const timer = setTimeout(() => {
      void turns(10).then(() => {
        if (wanted) run();
      });
    }, ms);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  },
};

/** The event loop goes round so many times, and takes what sockets and pipes have for it. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
