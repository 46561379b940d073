import Database from 'better-sqlite3';
import { Journal } from '../../src/journal/journal.js';
import { type Again, PAGE_BYTES } from './disk.js';
import { WEATHERS, type WeatherName, weatherOf } from './weather.js';
import { runSeed } from './world.js';

/** Sales a second of CPU time, that of V8's helper threads included. */
export interface Rates {
  readonly storm: number;
  /** Of the product's journal alone: the same commits once more, one after the other, into a new journal in memory. */
  readonly journal: number;
}

/** Of so many seeds each weather has its share. */
const SEEDS = 20;

/** The first seeds that make up what is drawn in the long run. */
function asDrawn(): number[] {
  const left = new Map<WeatherName, number>(WEATHERS.map(({ name, share }) => [name, (share * SEEDS) / 100]));
  const seeds: number[] = [];
  for (let seed = 1; seeds.length < SEEDS; seed += 1) {
    const { name } = weatherOf(seed);
    const more = left.get(name) ?? 0;
    if (more > 0) seeds.push(seed);
    left.set(name, more - 1);
  }
  return seeds;
}

/**
 * A round of the same seeds as in every round, in each of which the journal has its turn after the storm.
 * @param bills a seed, otherwise as many as its weather has
 */
export async function ratesOfRound(bills?: number): Promise<Rates> {
  const cpu = { storm: 0, journal: 0 };
  let sales = 0;
  const few = bills === undefined ? {} : { sales: bills };
  for (const seed of asDrawn()) {
    const start = process.cpuUsage();
    sales += (await runSeed({ seed, ...few })).sales;
    cpu.storm += secondsOf(process.cpuUsage(start));
    // Once more, for its commits: whoever holds thousands of them pays for that in each collection of garbage.
    const all: Again[] = [];
    await runSeed({ seed, ...few, wrote: (again) => void all.push(again) });
    const between = process.cpuUsage();
    writeAgain(all);
    cpu.journal += secondsOf(process.cpuUsage(between));
  }
  return { storm: sales / cpu.storm, journal: sales / cpu.journal };
}

function writeAgain(all: readonly Again[]): void {
  const opened = new Database(':memory:');
  opened.pragma(`page_size = ${PAGE_BYTES}`);
  const start = (): Journal => new Journal({ directory: ':memory:', opened, wallMs: 0, version: 'storm' });
  let journal = start();
  for (const again of all)
    if (again === undefined) {
      if (opened.inTransaction) opened.exec('ROLLBACK');
      journal = start();
    } else again(journal);
  opened.close();
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}
