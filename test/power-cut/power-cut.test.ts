import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import build from '../kit/built.js';
import { SCENARIOS } from './scenario.js';
import { tell } from './tell.js';
import { Town } from './town.js';

let town: Town;
beforeAll(async () => { build(); town = await Town.open(SCENARIOS.map((_, i) => `C${i}`)); });
afterAll(() => town.close());
describe.sequential('x', () => {
  for (const [i, scenario] of SCENARIOS.entries())
    it(scenario.title, async () => {
      const t0 = performance.now();
      const told = await tell(town, { scenario, terminal: `C${i}`, paysInTheDark: false });
      console.log(performance.now() - t0, told.points.join('\n'));
      if (told.violations.length) console.log(told.log.join('\n'));
      expect(told.violations).toEqual([]);
    });
});
void availableParallelism;
