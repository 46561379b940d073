import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BenchResult } from './bench.js';
import { spread } from './stats.js';
import { ROOT } from './unit.js';

const ROUNDS = 3;

/** Our own proofs: the storm as it is drawn, one process. */
export async function benchStorm(): Promise<BenchResult> {
  const run = promisify(execFile);
  const { stdout } = await run('npm', ['run', '-s', 'storm', '--', '--rates', String(ROUNDS)], { cwd: ROOT });
  const rates = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly storm: number; readonly journal: number });
  const alone = spread(rates.map(({ journal }) => 1e3 / journal)).median.toFixed(2);
  return {
    title: 'the storm',
    comparisons: [
      {
        what: 'sales a second of CPU, as drawn',
        against: 'the journal alone: its commits',
        unit: '/s',
        ours: rates.map(({ storm }) => storm),
        theirs: rates.map(({ journal }) => journal),
        goal: { of: 'ours', atLeast: 900 },
      },
    ],
    notes: [`the journal alone takes ${alone} ms a sale`],
  };
}
