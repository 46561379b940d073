import { parseArgs } from 'node:util';
import { FAULTS, type FaultName, type Rates } from './chance.js';
import { hunt } from './hunt.js';
import { PATCHES, type Patch } from './planted/patches.js';
import { shrink } from './shrink.js';
import { type RunOptions, type RunResult, runSeed } from './world.js';

const HELP = `npm run storm -- [--seed N] [--sales M | --seeds K] [--each S] [--rate NAME=R,...] [--log] [--planted NAME|all]
  --seed N     the first seed (1)
  --sales M    go on until M sales were opened (10000)
  --seeds K    run K seeds instead
  --each S     bills a seed (60)
  --rate ...   these faults at these rates, whatever the seed draws: settlesAfterClose=0.5,powerCut=60
  --log        print the whole account of each seed
  --planted N  plant that bug and look for it; "all" makes the table
`;

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      sales: { type: 'string', default: '10000' },
      seeds: { type: 'string' },
      each: { type: 'string', default: '60' },
      rate: { type: 'string', default: '' },
      log: { type: 'boolean', default: false },
      planted: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP, 0);
  if (values.planted !== undefined) return plant(values.planted);
  const first = Number(values.seed);
  const most = values.seeds === undefined ? Number.POSITIVE_INFINITY : Number(values.seeds);
  const sales = values.seeds === undefined ? Number(values.sales) : Number.POSITIVE_INFINITY;
  const each = Number(values.each);
  const rates = ratesFrom(values.rate);
  const tally = new Tally();
  for (let seed = first; seed < first + most && tally.sales < sales; seed += 1) {
    const options = { seed, sales: each, log: values.log, rates };
    const result = await runSeed(options);
    tally.add(result);
    if (values.log) say(`${result.story.join('\n')}\n`, 0);
    if (result.violation !== undefined) return report(options, result.violation.law, tally);
  }
  return say(`${tally.text()}violations 0\n`, 0);
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

async function plant(name: string): Promise<number> {
  let missed = 0;
  for (const patch of PATCHES.filter((one) => name === 'all' || one.name === name)) {
    const words = await sought(patch);
    if (words.startsWith('NOT FOUND')) missed += 1;
    say(`${patch.name.padEnd(46)} within ${String(patch.within).padStart(3)}: ${words}\n`, 0);
  }
  return missed === 0 ? 0 : 1;
}

async function sought(patch: Patch): Promise<string> {
  try {
    const found = await hunt(patch);
    if (found === undefined) return 'NOT FOUND';
    return `seed ${found.seed}, ${found.violation.law}: ${found.violation.words}`;
  } catch (error) {
    return `NOT FOUND, ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function report(options: RunOptions, law: string, tally: Tally): Promise<number> {
  const { seed, sales } = options;
  say(`${tally.text()}seed ${seed} breaks ${law}; looking for the shortest story\n`, 0);
  const short = await shrink(runSeed, options, law);
  const { violation, story } = short.result;
  say(`${story.join('\n')}\n`, 0);
  say(`seed ${seed}, ${violation?.law ?? law}: ${violation?.words ?? ''}\n`, 0);
  say(
    `faults left: ${short.result.fired.join(' ') || 'none'} (${short.options.sales} bills, ${short.runs} runs)\n`,
    0,
  );
  return say(`again: npm run storm -- --seed ${seed} --seeds 1 --each ${sales} --log\n`, 1);
}

function say(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

class Tally {
  sales = 0;
  #seeds = 0;
  #cuts = 0;
  #events = 0;
  #virtualMs = 0;
  readonly #ends = new Map<string, number>();
  readonly #faults = new Map<FaultName, number>();
  readonly #cpu = process.cpuUsage();
  readonly #startMs = performance.now();

  add(result: RunResult): void {
    this.#seeds += 1;
    this.sales += result.sales;
    this.#cuts += result.cuts;
    this.#events += result.events;
    this.#virtualMs += result.virtualMs;
    for (const [name, count] of result.ends) this.#ends.set(name, (this.#ends.get(name) ?? 0) + count);
    for (const [name, count] of result.faults) this.#faults.set(name, (this.#faults.get(name) ?? 0) + count);
  }

  text(): string {
    const { user, system } = process.cpuUsage(this.#cpu);
    const cpuS = (user + system) / 1e6;
    const wallS = (performance.now() - this.#startMs) / 1000;
    const rate = (count: number): string => (count / cpuS).toFixed(0);
    const rows = (map: ReadonlyMap<string, number>): string =>
      [...map]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `  ${name.padEnd(24)} ${String(count).padStart(8)}\n`)
        .join('');
    const never = (Object.keys(FAULTS) as FaultName[]).filter((name) => !this.#faults.has(name));
    return (
      `ends\n${rows(this.#ends)}faults\n${rows(this.#faults)}` +
      (never.length > 0 ? `faults that did not happen: ${never.join(' ')}\n` : '') +
      `${this.#seeds} seeds, ${this.sales} sales, ${this.#cuts} ends of a process, ` +
      `${(this.#virtualMs / 86_400_000).toFixed(1)} virtual days\n` +
      `${rate(this.sales)} sales and ${rate(this.#events)} events a second of one core ` +
      `(${cpuS.toFixed(1)} s of it, ${wallS.toFixed(1)} s by the clock)\n`
    );
  }
}
