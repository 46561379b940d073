import { SHOPS } from '../storm/shops.js';
import { runSeed } from '../storm/world.js';
import { tests } from './stage.js';
import { state } from './switch.js';

/** What the parent asks for, and is answered. */
export type Ask = { readonly mutant: number } | 'baseline';
export interface Baseline {
  /** By test: name, milliseconds, mutants that it comes by. */
  readonly tests: readonly { readonly name: string; readonly ms: number; readonly met: readonly number[] }[];
  readonly red: readonly string[];
}
export interface Killed {
  readonly mutant: number;
  readonly by: string | undefined;
}

/** Bills of a seed of the storm, and seeds of each shop. */
const BILLS = 20;
const SEEDS = 6;

for (const shop of SHOPS)
  for (let seed = 1; seed <= SEEDS; seed += 1)
    tests.push({
      name: `storm > ${shop} > ${seed}`,
      run: async () => {
        const { violation } = await runSeed({ seed, sales: BILLS, shop });
        if (violation !== undefined) throw new Error(`${violation.law}: ${violation.words}`);
      },
    });

/** Indices into `tests` that come by a mutant, the quickest first; the storm last. */
const covering = new Map<number, number[]>();
let stray: string | undefined;
process.on('uncaughtException', (error) => {
  stray = String(error);
});
process.on('unhandledRejection', (error) => {
  stray = String(error);
});

async function red(at: number): Promise<boolean> {
  stray = undefined;
  try {
    await tests[at]?.run();
    return stray !== undefined;
  } catch {
    return true;
  }
}

async function baseline(): Promise<Baseline> {
  const done: { name: string; ms: number; met: number[] }[] = [];
  const failed: string[] = [];
  const ms: number[] = [];
  for (const [at, { name }] of tests.entries()) {
    state.met = new Set();
    const begin = performance.now();
    if (await red(at)) {
      failed.push(name);
      continue;
    }
    ms[at] = performance.now() - begin;
    done.push({ name, ms: ms[at] ?? 0, met: [...state.met] });
    for (const id of state.met) covering.set(id, [...(covering.get(id) ?? []), at]);
  }
  state.met = undefined;
  const late = (at: number): number => (ms[at] ?? 0) + (tests[at]?.name.startsWith('storm') ? 1e6 : 0);
  for (const list of covering.values()) list.sort((a, b) => late(a) - late(b));
  return { tests: done, red: failed };
}

async function tried(mutant: number): Promise<Killed> {
  state.on = mutant;
  let by: string | undefined;
  for (const at of covering.get(mutant) ?? []) {
    if (!(await red(at))) continue;
    by = tests[at]?.name;
    break;
  }
  state.on = 0;
  return { mutant, by };
}

process.on('message', (ask: Ask) => {
  void (ask === 'baseline' ? baseline() : tried(ask.mutant)).then((answer) => process.send?.(answer));
});
