import { availableParallelism } from 'node:os';
import { cuts, diskErrors, middles, oneOfEachKind, oneOfEachPlace, outages } from './choice.js';
import type { DiskLibrary } from './disk-library.js';
import { nameOf, SCENARIOS, type Scenario, type Telling, type Trouble } from './scenario.js';
import { type Told, tell } from './tell.js';
import { Town } from './town.js';

/** More than the tellings of everything together. */
const TERMINALS = 4_000;
/** A telling whose moment did not come is told again so often: answers and notices overtake each other. */
const TRIES = 4;

/** After these the gateway or the register is waited for, up to half a minute: they go first, beside the others. */
const LONG = /to charging|POST charge|ACK to register|answer to register|registerAnswered|screen (wait|paid)/;

/** What is told: a scenario with the power going, or with somebody away, or with a bad disk. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly scenario: Scenario;
  /** What may happen, told from a telling in which nothing did. */
  readonly troubles: (light: Told) => Trouble[];
  /** Which of them fit into npm test. */
  readonly few: (troubles: readonly Trouble[]) => readonly Trouble[];
  /** Pages of the WAL that lead to a checkpoint, where that is not the journal's own. */
  readonly checkpointPages?: number;
  /** See {@link Telling}: in the hundreds of tellings of a bad disk that was a third of the time. */
  readonly qris?: boolean;
}

/** All, a choice that fits into npm test, one part, or one trouble of it. */
export type Extent = 'all' | 'some' | { readonly part: string; readonly trouble?: string };

export interface Case {
  readonly telling: Telling;
  readonly told: Told;
}

export interface Report {
  readonly part: Part;
  /** What could happen in one telling. */
  readonly troubles: number;
  /** The first is the one in which nothing happened. */
  readonly cases: readonly Case[];
}

/** In the order in which kinds of moments are looked for: the register's sale has most of them. */
export function partsOf(): readonly Part[] {
  const known = new Set<string>();
  const register = SCENARIOS.find(({ name }) => name === 'b');
  const keypad = SCENARIOS.find(({ name }) => name === 'a');
  if (register === undefined || keypad === undefined) throw new Error('no scenario a or b');
  return [
    ...[register, ...SCENARIOS.filter((one) => one !== register)].map((scenario) => ({
      name: scenario.name,
      title: `power cut: ${scenario.title}`,
      scenario,
      troubles: ({ points }: Told) => cuts(points, scenario === register),
      few: (troubles: readonly Trouble[]) => oneOfEachKind(troubles, known),
    })),
    {
      name: 'outage',
      title: 'relay or sandbox goes away and comes back in a sale at the keypad',
      scenario: keypad,
      troubles: ({ points }) => outages(points),
      few: oneOfEachPlace,
    },
    {
      name: 'disk',
      title: 'disk error in a sale of a register',
      scenario: register,
      troubles: ({ calls }) => diskErrors(calls),
      few: middles,
      qris: true,
    },
    {
      name: 'checkpoint',
      title: 'disk error in a sale of a register, with a checkpoint every 32 pages',
      scenario: register,
      troubles: ({ calls }) => everyFourth(diskErrors(calls)),
      few: (troubles) =>
        middles(troubles.filter((one) => one.kind === 'disk' && /^(pwrite|fsync)$/.test(one.error.call))),
      checkpointPages: 32,
      qris: true,
    },
  ];
}

/** Of the writes; their neighbours are in the part without checkpoints. */
function everyFourth(errors: readonly Trouble[]): Trouble[] {
  return errors.filter((one) => one.kind !== 'disk' || one.error.call !== 'pwrite' || one.error.n % 4 === 0);
}

/** Tells each part once in full light, to see what can happen, and then once for each trouble. */
export async function campaign(extent: Extent, library: DiskLibrary): Promise<Report[]> {
  const terminals = Array.from({ length: TERMINALS }, (_, i) => `C${i + 1}`);
  const stage = { town: await Town.open(terminals), library };
  try {
    const next = (): string => {
      const terminal = terminals.shift();
      if (terminal === undefined) throw new Error(`more than ${TERMINALS} tellings`);
      return terminal;
    };
    const telling = ({ scenario, checkpointPages, qris }: Part, trouble: Trouble, i: number): Telling => ({
      scenario,
      terminal: next(),
      trouble,
      paysInTheDark: i % 2 === 0,
      losesAnswer: i % 4 > 1,
      ...(checkpointPages === undefined ? {} : { checkpointPages }),
      ...(qris === undefined ? {} : { qris }),
    });
    const parts = partsOf().filter(({ name }) => typeof extent === 'string' || name === extent.part);
    const light = await inLanes(parts, async (part) => {
      const one = telling(part, { kind: 'none' }, 0);
      return { telling: one, told: await tell(stage, one) };
    });
    const chosen = parts.map((part, i) => {
      const told = light[i]?.told;
      return told === undefined ? { all: 0, troubles: [] } : choose(extent, part, told);
    });
    const work = parts.flatMap((part, i) =>
      (chosen[i]?.troubles ?? []).map((trouble, k) => ({ part, i: k, trouble })),
    );
    work.sort((a, b) => rank(a.trouble) - rank(b.trouble));
    const dark = await inLanes(work, async ({ part, trouble, i }) => {
      const own = trouble.kind === 'outage' ? await Town.open(terminals.slice(0, 100)) : undefined;
      const place = { ...stage, ...(own === undefined ? {} : { town: own }) };
      const told = await tellUntilItComes(place, (n) => telling(part, trouble, n === 0 ? i : 0));
      await own?.close();
      // At once: a run of an hour may be ended before it comes to its tables.
      const { violations } = told.told;
      if (violations.length > 0)
        process.stdout.write(`\n${part.name}: ${nameOf(trouble)}: ${violations.join('; ')}\n`);
      else if (extent !== 'some') process.stdout.write('.');
      return { part, ...told };
    });
    return parts.map((part, i) => ({
      part,
      troubles: chosen[i]?.all ?? 0,
      cases: [...light.slice(i, i + 1), ...dark.filter((one) => one.part === part)],
    }));
  } finally {
    await stage.town.close();
  }
}

/** Again from the start, when the moment did not come; what went wrong on the way counts all the same. */
async function tellUntilItComes(
  stage: Parameters<typeof tell>[0],
  telling: (n: number) => Telling,
): Promise<Case> {
  for (let n = 0; ; n += 1) {
    const one = telling(n);
    const told = await tell(stage, one);
    if (told.came || told.violations.length > 0 || n === TRIES - 1) return { telling: one, told };
  }
}

function choose(
  extent: Extent,
  part: Part,
  light: Told,
): { readonly all: number; readonly troubles: readonly Trouble[] } {
  const troubles = part.troubles(light);
  const all = troubles.length;
  if (extent === 'some') return { all, troubles: part.few(troubles) };
  if (extent === 'all' || extent.trouble === undefined) return { all, troubles };
  const one = troubles.filter((trouble) => nameOf(trouble) === extent.trouble);
  // Not of the first telling, and yet it may come.
  return { all, troubles: one.length > 0 ? one : [{ kind: 'cut', at: extent.trouble }] };
}

function rank(trouble: Trouble): number {
  return LONG.test(nameOf(trouble)) ? 0 : 1;
}

/** Mostly waiting is done here, so there are more lanes than processors. */
async function inLanes<In, Out>(work: readonly In[], run: (one: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const waiting = [...work.entries()];
  const lane = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      results[one[0]] = await run(one[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() + 2 }, lane));
  return results;
}
