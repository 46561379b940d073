import type { FaultName, Firing, Mercy } from './chance.js';
import type { RunOptions, RunResult } from './world.js';

type Run = (options: RunOptions) => Promise<RunResult>;

export interface Shrunk {
  readonly options: RunOptions;
  readonly result: RunResult;
  readonly runs: number;
}

/** Runs that may be spent on one story. */
const MOST_RUNS = 400;

/**
 * The shortest story that still breaks the same law: fewest bills, then without whole kinds of faults, then without
 * single ones (delta debugging: halves, quarters, and so on). Each fault hangs on its own occasion and on no other
 * draw, so taking one away leaves the others where they are, as far as the world lets it.
 */
export async function shrink(run: Run, failed: RunOptions, law: string): Promise<Shrunk> {
  let runs = 0;
  let best: RunOptions = { ...failed, log: false };
  const breaks = async (options: RunOptions): Promise<RunResult | undefined> => {
    if (runs >= MOST_RUNS) return undefined;
    runs += 1;
    const result = await run(options);
    return result.violation?.law === law ? result : undefined;
  };
  let found = await breaks(best);
  if (found === undefined) throw new Error(`seed ${failed.seed} does not break ${law} again`);
  for (const sales of [1, 2, 3, 4, 6, 8, 12, 16, 24, 32].filter(
    (count) => count < (best.sales ?? Number.POSITIVE_INFINITY),
  )) {
    const fewer = { ...best, sales };
    const result = await breaks(fewer);
    if (result === undefined) continue;
    best = fewer;
    found = result;
    break;
  }
  const without = new Set<FaultName>();
  for (const name of [...found.faults.keys()]) {
    const mercy: Mercy = { without: new Set([...without, name]) };
    const result = await breaks({ ...best, mercy });
    if (result === undefined) continue;
    without.add(name);
    best = { ...best, mercy };
    found = result;
  }
  let kept: readonly Firing[] = found.fired;
  for (let parts = 2; kept.length > 0; ) {
    const size = Math.ceil(kept.length / parts);
    let smaller = false;
    for (let from = 0; from < kept.length; from += size) {
      const rest = kept.filter((_, at) => at < from || at >= from + size);
      const options = { ...best, mercy: { without, only: new Set(rest) } };
      const result = await breaks(options);
      if (result === undefined) continue;
      best = options;
      found = result;
      kept = result.fired;
      smaller = true;
      break;
    }
    if (!smaller && (size === 1 || runs >= MOST_RUNS)) break;
    parts = smaller ? Math.max(2, parts - 1) : Math.min(kept.length, parts * 2);
  }
  return { options: best, result: await run({ ...best, log: true }), runs };
}
