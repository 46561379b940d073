import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { Instrument, type Mutant } from './instrument.js';
import type { Ask, Baseline, Killed } from './suite.js';

const HELP = `npm run mutate -- [--sample N] [--seed S] [--minutes T] [--only TEXT] [--list]
  --sample N   so many mutants, drawn by the seed (300)
  --seed S     another draw (1)
  --minutes T  and no longer than this (30)
  --only TEXT  only in files whose path has this text in it
  --list       names the mutants and runs nothing
`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What decides about money. Tables of words are not: that a word is another one is seen by who reads it. */
const TARGETS = /^src\/(core|journal|terminal)\//;
const WORDS = /core\/fault\/|phrases|-words|spoken|tale|receipt\.ts|-slip\.ts|face\.ts|trace|export-file/;
const TESTS = ['test/core', 'test/journal'];
/** Starts processes that have the product for themselves, and takes a minute. */
const NOT_ASKED = 'large-shift.test.ts';
/** Longest that one mutant may keep a process busy: a loop without an end is found, too. */
const PATIENCE_MS = 60_000;

interface Bundle {
  readonly file: string;
  readonly mutants: readonly Mutant[];
}

/** The tests, the storm and the product in one module with all mutants in it. */
async function bundle(directory: string, only: string): Promise<Bundle> {
  const mutants: Mutant[] = [];
  const testFiles = TESTS.flatMap((room) =>
    readdirSync(join(ROOT, room))
      .filter((name) => name.endsWith('.test.ts') && name !== NOT_ASKED)
      .map((name) => `${room}/${name}`),
  );
  const entry = ['test/mutate/switch.ts', ...testFiles, 'test/mutate/suite.ts'].map(
    (name) => `import '${join(ROOT, name)}';`,
  );
  const built = await rolldown({
    input: 'entry',
    platform: 'node',
    external: (id) => id !== 'vitest' && id !== 'entry' && /^(node:|[a-z@][^:]*$)/.test(id),
    logLevel: 'silent',
    treeshake: false,
    plugins: [
      {
        name: 'mutate',
        resolveId(id) {
          if (id === 'vitest') return join(ROOT, 'test/mutate/stage.ts');
          return id === 'entry' ? 'entry' : null;
        },
        load: (id) => (id === 'entry' ? entry.join('\n') : null),
        transform(code, id) {
          const name = relative(ROOT, id);
          if (testFiles.includes(name)) {
            const here = code
              .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
              .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)));
            return `import { file as __file } from 'vitest';\n__file('${name}');\n${here}`;
          }
          if (!TARGETS.test(name) || WORDS.test(name) || !name.includes(only)) return null;
          const made = new Instrument(code, name, mutants.length + 1);
          mutants.push(...made.mutants);
          return made.text();
        },
      },
    ],
  });
  const file = join(directory, 'suite.mjs');
  await built.write({ file, format: 'esm', codeSplitting: false });
  await built.close();
  return { file, mutants };
}

/** A process with the bundle in it, replaced when it hangs or dies. */
class Bench {
  readonly #file: string;
  #child: ChildProcess | undefined;
  baseline: Baseline | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child !== undefined) return this.#child;
    const child = fork(this.#file, {
      cwd: dirname(this.#file),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.baseline = (await this.#ask(child, 'baseline', 20 * PATIENCE_MS)) as Baseline;
    return child;
  }

  async begin(): Promise<Baseline> {
    await this.#ready();
    if (this.baseline === undefined) throw new Error('the tests do not run to their end');
    return this.baseline;
  }

  /** @returns who found it; `time` when it never ended */
  async try(mutant: number): Promise<string | undefined> {
    const answer = await this.#ask(await this.#ready(), { mutant }, PATIENCE_MS);
    return answer === undefined ? 'time' : (answer as Killed).by;
  }

  #ask(child: ChildProcess, ask: Ask, patienceMs: number): Promise<unknown> {
    return new Promise((resolve) => {
      const over = (answer: unknown): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer === undefined) {
          child.kill('SIGKILL');
          this.#child = undefined;
        }
        resolve(answer);
      };
      const timer = setTimeout(() => over(undefined), patienceMs);
      child.once('message', over);
      child.once('exit', () => over(undefined));
      child.send(ask);
    });
  }

  end(): void {
    this.#child?.kill();
  }
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sample: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '30' },
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP);
  const directory = join(ROOT, '.cache', 'mutate', String(process.pid));
  mkdirSync(directory, { recursive: true });
  const { file, mutants } = await bundle(directory, values.only);
  if (values.list) rmSync(directory, { recursive: true });
  if (values.list) return say(mutants.map((one) => `${worded(one)}\n`).join(''));
  const bench = new Bench(file);
  const { tests, red } = await bench.begin();
  say(
    `${mutants.length} mutants, ${tests.length} tests\n${red.map((name) => `not green: ${name}\n`).join('')}`,
  );
  const met = new Set(tests.flatMap((test) => test.met));
  const untilMs = performance.now() + Number(values.minutes) * 60_000;
  const ends = new Map<string, string[]>();
  for (const mutant of drawn(mutants, Number(values.sample), Number(values.seed))) {
    if (performance.now() > untilMs) break;
    const by = met.has(mutant.id) ? await bench.try(mutant.id) : 'nobody comes by';
    const end = by === undefined ? 'survived' : (/^(storm|time|nobody)/.exec(by)?.[0] ?? 'tests');
    ends.set(end, [...(ends.get(end) ?? []), mutant.file]);
    if (end === 'survived' || end === 'nobody')
      say(`${end === 'nobody' ? 'not run ' : 'SURVIVED'} ${worded(mutant)}\n`);
  }
  bench.end();
  const count = (end: string): number => ends.get(end)?.length ?? 0;
  const all = [...ends.values()].flat().length;
  const dead = count('tests') + count('storm') + count('time');
  const words =
    `${all} of ${mutants.length} mutants (seed ${values.seed}): ${dead} found (${((100 * dead) / all).toFixed(0)}%): ` +
    `${count('tests')} by tests, ${count('storm')} by the storm alone, ${count('time')} by never ending; ` +
    `${count('survived')} survived, ${count('nobody')} never run\n`;
  rmSync(directory, { recursive: true });
  return say(words);
}

function worded({ id, file, line, what }: Mutant): string {
  return `${file}:${line} #${id} ${what}`;
}

/** The same draw for the same seed, as long as the product does not change. */
function drawn(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const key = (id: number): number => {
    let h = Math.imul(id ^ Math.imul(seed, 0x9e3779b9), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  return [...mutants].sort((a, b) => key(a.id) - key(b.id)).slice(0, count);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
