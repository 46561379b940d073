import { describe, expect, it } from 'vitest';
import { hunt } from './hunt.js';
import { seedsOfPage } from './planted/found.js';
import { PATCHES } from './planted/patches.js';
import { SHOPS } from './shops.js';
import { shrink } from './shrink.js';
import { type RunOptions, runSeed } from './world.js';

/** Fixed: the same storm on every machine. `npm run storm` has as much more of it as anybody waits for. */
const SEEDS = 15;
const SEEDS_OF_A_SHOP = 3;
const BILLS = 30;

async function calmOrStory(options: RunOptions): Promise<string> {
  const { violation } = await runSeed(options);
  if (violation === undefined) return '';
  const short = await shrink(runSeed, options, violation.law);
  const shop = options.shop === undefined ? '' : ` --shop "${options.shop}"`;
  const again = `npm run storm -- --seed ${options.seed} --seeds 1 --each ${options.sales}${shop} --log`;
  return `${short.result.story.join('\n')}\n${violation.law}: ${violation.words}\n${again}`;
}

describe('the storm', () => {
  it('breaks no law of the terminal, the relay and their journal', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) expect(await calmOrStory({ seed, sales: BILLS })).toBe('');
  }, 600_000);

  for (const shop of SHOPS.filter((name) => name !== 'counter'))
    it(`breaks no law in a shop with a ${shop}`, async () => {
      for (let seed = 101; seed <= 100 + SEEDS_OF_A_SHOP; seed += 1)
        expect(await calmOrStory({ seed, sales: BILLS, shop })).toBe('');
    }, 600_000);

  it('tells the same story of the same seed, to the byte', async () => {
    for (const seed of [3, 13, 23]) {
      const options = { seed, sales: 15, log: true };
      const first = await runSeed(options);
      const second = await runSeed(options);
      expect(first.story.length).toBeGreaterThan(100);
      expect(second.story.join('\n')).toBe(first.story.join('\n'));
    }
  }, 600_000);

  it('goes through the same story when Node itself runs the promises, a turn of its loop for each event', async () => {
    const options = { seed: 13, sales: 10, log: true };
    const [drained, turned] = [await runSeed(options), await runSeed({ ...options, turns: true })];
    expect(drained.story.length).toBeGreaterThan(100);
    expect(turned.story.join('\n')).toBe(drained.story.join('\n'));
  }, 600_000);

  it('tells of a broken law in the fewest bills and faults that break it', async () => {
    const [patch] = PATCHES.filter(({ name }) => name === 'act before the journal');
    if (patch === undefined) throw new Error('that bug is not planted any more');
    const { bundle } = await import('./bundle.js');
    const storm = await bundle(patch);
    const found = await hunt(patch, seedsOfPage().get(patch.name));
    if (found === undefined) throw new Error('not found');
    const { options, result } = await shrink(
      storm.runSeed,
      { seed: found.seed, sales: 30 },
      found.violation.law,
    );
    expect(options.sales).toBeLessThanOrEqual(30);
    expect(result.violation?.law).toBe(found.violation.law);
    expect(result.fired.length).toBeLessThanOrEqual(8);
    expect((await shrinkAgain(storm.runSeed, options)).join('\n')).toBe(result.story.join('\n'));
  }, 600_000);
});

async function shrinkAgain(run: typeof runSeed, options: RunOptions): Promise<readonly string[]> {
  return (await run({ ...options, log: true })).story;
}

/** Rarer bugs need more seeds than a daily run has time for: `STORM=all npm test -- storm`, or `npm run storm -- --planted all`. */
const DAILY_SEEDS = 20;
const planted = PATCHES.filter(({ within }) => within <= DAILY_SEEDS || process.env['STORM'] === 'all');

describe('planted bugs', () => {
  const seeds = seedsOfPage();
  const moved: string[] = [];

  for (const patch of planted)
    it(`"${patch.name}" is found within ${patch.within} seeds`, async () => {
      const stated = seeds.get(patch.name);
      const found = await hunt(patch, stated);
      expect(found).toBeDefined();
      if (found?.seed !== stated) moved.push(`${patch.name}: seed ${found?.seed}, not ${stated}`);
    }, 600_000);

  it('are found where the page says, but for one in four: another story was drawn for it, and its row is to be mended', () => {
    if (moved.length > 0) process.stdout.write(`\ntest/storm/README.md:\n${moved.join('\n')}\n`);
    expect(moved.length, moved.join('\n')).toBeLessThanOrEqual(planted.length / 4);
  });
});
