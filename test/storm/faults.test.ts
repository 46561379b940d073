import { expect, it } from 'vitest';
import { FAULT_NAMES, FAULTS } from './chance.js';
import { SHOPS } from './shops.js';
import { runSeed } from './world.js';

const BILLS = 30;
/** All of them happen within a dozen; a change of the product or of the storm draws other stories. */
const MOST_SEEDS = 90;
/** Where so many are still to happen, nobody could sell anything if all of them happened as often as they may. */
const MANY = 40;

it('lets each fault of the table happen', async () => {
  const never = new Set(FAULT_NAMES);
  for (let seed = 1; never.size > 0 && seed <= MOST_SEEDS; seed += 1) {
    const part = never.size > MANY ? 0.25 : 1;
    const { faults, violation } = await runSeed({
      seed,
      sales: BILLS,
      shop: SHOPS[seed % SHOPS.length] ?? 'counter',
      rates: Object.fromEntries([...never].map((name) => [name, FAULTS[name].most * part])),
    });
    expect(violation, `seed ${seed}`).toBeUndefined();
    for (const name of faults.keys()) never.delete(name);
  }
  expect([...never], 'faults that did not happen in any shop').toEqual([]);
}, 600_000);
