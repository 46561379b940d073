import type { BrowserContext, Page } from 'playwright-core';

declare global {
  interface Window {
    /** What the page does every half second: it looks how long the daemon has been silent. */
    lookAtLink?: () => void;
  }
}

/**
 * The pages of a context hold no daemon for silent by themselves, however long a loaded machine takes for a beat: only
 * {@link passesAndLooks} makes them look. No other interval of the page has this length.
 */
export async function calmLinks(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const real = window.setInterval.bind(window);
    window.setInterval = ((run: () => void, ms: number) => {
      if (ms !== 500) return real(run, ms);
      window.lookAtLink = run;
      return 0;
    }) as typeof window.setInterval;
  });
}

/** The clock of a page and its timers stand still from here on, but for {@link passes}. It paints no frame meanwhile. */
export async function holdTime(tab: Page): Promise<void> {
  await tab.clock.install();
  await tab.clock.pauseAt(Date.now() + 3_600_000);
}

/** So much time passes for a page, give or take a millisecond, and its timers run. It does not look at its link. */
export async function passes(tab: Page, ms: number): Promise<void> {
  await tab.clock.runFor(ms);
}

/** So much time passes for a page, at the end of which it looks how long the daemon has been silent. */
export async function passesAndLooks(tab: Page, ms: number): Promise<void> {
  await passes(tab, ms);
  await tab.evaluate(() => window.lookAtLink?.());
}
