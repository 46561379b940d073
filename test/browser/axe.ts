import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core calls serious or critical on the page as it is now, with the elements: empty where all is well. */
export async function seriousFaults(tab: Page): Promise<string[]> {
  // Not by a script element: the page's own policy would refuse it.
  await tab.evaluate(`if (!window.axe) { ${axe.source} }`);
  return tab.evaluate(async () => {
    const { axe: judge } = window as unknown as { axe: typeof axe };
    const { violations } = await judge.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}
