import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FAULTS, type Rates } from './chance.js';
import type { Violation } from './laws.js';
import { type Measured, missing } from './missing.js';
import { PATCHES } from './planted/patches.js';
import { ratesOfRound } from './rates.js';
import { SHOPS } from './shops.js';
import { shrink } from './shrink.js';
import { Tally } from './tally.js';
import { WEATHERS, weatherOf } from './weather.js';
import type { Job } from './worker.js';
import { type Hire, inOrder } from './workers.js';
import { type RunOptions, runSeed } from './world.js';

const HELP = `npm run storm -- [--seed N] [--sales M | --seeds K] [--each S] [--shop NAME] [--rate NAME=R,...] [--log] [--planted NAME|all]
  --seed N     the first seed (1)
  --random     the first seed is drawn from the system; it is printed, before and after
  --sales M    go on until M sales were opened (10000)
  --seeds K    run K seeds instead
  --minutes T  or stop after the seed in which so many minutes are over
  --workers N  so many processes at once (as many as there are cores; one with --missing). What is told is the same
  --each S     bills a seed (otherwise as many as its weather has)
  --weather W  only seeds with that weather: calm, breezy, storm or hell
  --shop NAME  every seed has that shop: counter, "vtk machine" or another of shops.ts
  --rate ...   these faults at these rates, whatever the seed draws: settlesAfterClose=0.5,powerCut=60
  --missing    end with what was not done: faults, shops, settings, lines of the product
  --rates K    K rounds of the same seeds, and the journal alone: sales a CPU second of each round, as JSON
  --log        print the whole account of each seed
  --planted N  plant that bug and look for it; a shop for all of its own; "all" makes the table
`;

/** What the script that loaded this can do. */
export interface Around {
  /** Undefined where nothing is to be counted. */
  readonly measured: Measured | undefined;
  readonly hire: Hire;
}

/** @returns the exit code */
export { serve } from './worker.js';

export async function main(args: readonly string[], { measured, hire }: Around): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      random: { type: 'boolean', default: false },
      missing: { type: 'boolean', default: false },
      sales: { type: 'string', default: '10000' },
      seeds: { type: 'string' },
      minutes: { type: 'string', default: 'Infinity' },
      workers: { type: 'string', default: String(availableParallelism()) },
      each: { type: 'string' },
      weather: { type: 'string' },
      shop: { type: 'string' },
      rate: { type: 'string', default: '' },
      rates: { type: 'string' },
      log: { type: 'boolean', default: false },
      planted: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP, 0);
  if (values.rates !== undefined) return rounds(Number(values.rates));
  const count = measured === undefined ? Number(values.workers) : 1;
  if (!(count >= 1)) return say(HELP, 1);
  if (values.planted !== undefined) return plant(values.planted, count, hire);
  const first = values.random ? randomInt(1, 2 ** 31) : Number(values.seed);
  if (values.random) say(`seeds from ${first} on\n`, 0);
  const most = values.seeds === undefined ? Number.POSITIVE_INFINITY : Number(values.seeds);
  const sales = values.seeds === undefined ? Number(values.sales) : Number.POSITIVE_INFINITY;
  if (values.weather !== undefined && !WEATHERS.some(({ name }) => name === values.weather))
    return say(HELP, 1);
  const shop = SHOPS.find((name) => name === values.shop);
  if (values.shop !== undefined && shop === undefined) return say(HELP, 1);
  const every = {
    ...(values.each === undefined ? {} : { sales: Number(values.each) }),
    ...(shop === undefined ? {} : { shop }),
    log: values.log,
    rates: ratesFrom(values.rate),
  };
  const untilMs = performance.now() + Number(values.minutes) * 60_000;
  function* seeds(): Generator<Extract<Job, { kind: 'seed' }>> {
    for (let seed = first; seed < first + most && performance.now() < untilMs; seed += 1)
      if (values.weather === undefined || values.weather === weatherOf(seed).name)
        yield { kind: 'seed', given: { seed, ...every } };
  }
  const tally = new Tally();
  let last = first;
  for await (const { options, result, cpuS } of inOrder(seeds(), Math.min(count, most), hire)) {
    last = options.seed;
    tally.add(result, weatherOf(last).name, cpuS);
    if (values.log) say(`${result.story.join('\n')}\n`, 0);
    if (result.violation !== undefined) return report(options, result.violation, tally);
    if (tally.sales >= sales) break;
  }
  const lacks = measured === undefined ? '' : await missing(measured, tally);
  return say(`${tally.text()}${lacks}seeds ${first} to ${last}: violations 0\n`, 0);
}

/** After a first one that does not count: what runs then is compiled. */
async function rounds(count: number): Promise<number> {
  await ratesOfRound();
  for (let round = 0; round < count; round += 1) say(`${JSON.stringify(await ratesOfRound())}\n`, 0);
  return 0;
}

function ratesFrom(text: string): Partial<Rates> {
  const pairs = text.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', rate = ''] = pair.split('=');
      if (!(name in FAULTS) || !(Number(rate) >= 0)) throw new Error(`not a fault and its rate: ${pair}`);
      return [name, Number(rate)];
    }),
  );
}

async function plant(name: string, count: number, hire: Hire): Promise<number> {
  const chosen = [...PATCHES.entries()].filter(
    ([, one]) => name === 'all' || one.name === name || one.shop === name,
  );
  const jobs = chosen.map(([at]) => ({ kind: 'plant', given: at }) as const);
  let missed = 0;
  for await (const hunted of inOrder(jobs.values(), Math.min(count, jobs.length), hire)) {
    if (!hunted.found) missed += 1;
    say(`${hunted.name.padEnd(46)} within ${String(hunted.within).padStart(3)}: ${hunted.words}\n`, 0);
  }
  return missed === 0 ? 0 : 1;
}

/** The words first: the shortest story takes minutes, and somebody may not wait for it. */
async function report(options: RunOptions, broken: Violation, tally: Tally): Promise<number> {
  const { seed, sales, shop } = options;
  const { law, words } = broken;
  say(`${tally.text()}seed ${seed} breaks ${law}: ${words}; looking for the shortest story\n`, 0);
  const short = await shrink(runSeed, options, law);
  const { violation, story } = short.result;
  say(`${story.join('\n')}\n`, 0);
  say(`seed ${seed}, ${violation?.law ?? law}: ${violation?.words ?? ''}\n`, 0);
  say(
    `faults left: ${short.result.fired.join(' ') || 'none'} (${short.options.sales ?? 'all'} bills, ${short.runs} runs)\n`,
    0,
  );
  const each =
    (sales === undefined ? '' : ` --each ${sales}`) + (shop === undefined ? '' : ` --shop "${shop}"`);
  return say(`again: npm run storm -- --seed ${seed} --seeds 1${each} --log\n`, 1);
}

function say(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}
