import { bundle } from './bundle.js';
import type { Violation } from './laws.js';
import type { Patch } from './planted/patches.js';

/** Bills a seed while planted bugs are looked for. */
export const HUNT_SALES = 30;

/**
 * Looks for a planted bug in the seeds 1 to `patch.within`.
 * @param first where it was found the last time: looked into before all others
 */
export async function hunt(
  patch: Patch,
  first = 1,
): Promise<{ seed: number; violation: Violation } | undefined> {
  const { runSeed } = await bundle(patch);
  const all = Array.from({ length: patch.within }, (_, at) => at + 1);
  for (const seed of new Set([Math.min(first, patch.within), ...all])) {
    const { violation } = await runSeed({
      seed,
      sales: HUNT_SALES,
      ...(patch.shop === undefined ? {} : { shop: patch.shop }),
      ...(patch.rates === undefined ? {} : { rates: patch.rates }),
    });
    if (violation !== undefined) return { seed, violation };
  }
  return undefined;
}
