import { bundle } from './bundle.js';
import type { Violation } from './laws.js';
import type { Patch } from './planted/patches.js';

/** Bills a seed while planted bugs are looked for. */
export const HUNT_SALES = 30;

/** Looks for a planted bug in the seeds 1 to `patch.within`. */
export async function hunt(patch: Patch): Promise<{ seed: number; violation: Violation } | undefined> {
  const { runSeed } = await bundle(patch);
  for (let seed = 1; seed <= patch.within; seed += 1) {
    const { violation } = await runSeed({
      seed,
      sales: HUNT_SALES,
      ...(patch.shop === undefined ? {} : { shop: patch.shop }),
    });
    if (violation !== undefined) return { seed, violation };
  }
  return undefined;
}
