import { availableParallelism } from 'node:os';
import { SCENARIOS, type Scenario, type Telling } from './scenario.js';
import { type Told, tell } from './tell.js';
import { Town } from './town.js';

/** More than the moments of all scenarios together. */
const TERMINALS = 1_000;
/** Of a scenario other than the register's, in the short run. */
const SPREAD = 10;

const COMMIT = /^(before|after) commit /;
/** The birth of the journal is the same in every scenario: it is told in one. */
const BIRTH = / commit of (migration|boot|pulse) /;
/** After these the gateway or the register is waited for, up to half a minute: they go first, beside the others. */
const LONG = /to charging|POST charge|ACK to register|answer to register|registerAnswered|screen (wait|paid)/;

/** How much is told: all moments, those of one scenario, one of them, or a choice that fits into npm test. */
export type Extent = 'all' | 'some' | { readonly scenario: string; readonly moment?: string };

/** @param words `all`, `b`, `b: after POST charge #1`, or nothing for the choice */
export function extentOf(words: string | undefined): Extent {
  if (words === undefined || words === '') return 'some';
  if (words === 'all') return 'all';
  const [scenario = '', moment] = words.split(': ', 2);
  const known = SCENARIOS.map(({ name }) => name);
  if (!known.includes(scenario))
    throw new Error(`POWER_CUT=${words}: all, ${known.join(', ')}, or "b: MOMENT"`);
  return moment === undefined ? { scenario } : { scenario, moment };
}

export interface Case {
  readonly telling: Telling;
  readonly told: Told;
}

export interface Report {
  readonly scenario: Scenario;
  /** Moments of one sale without a cut. */
  readonly moments: number;
  readonly cases: readonly Case[];
}

/** Tells each scenario once in full light, to count its moments, and then once for each moment with the power going there. */
export async function campaign(extent: Extent): Promise<Report[]> {
  const terminals = Array.from({ length: TERMINALS }, (_, i) => `C${i + 1}`);
  const town = await Town.open(terminals);
  try {
    const next = (): string => {
      const terminal = terminals.shift();
      if (terminal === undefined) throw new Error(`more than ${TERMINALS} tellings`);
      return terminal;
    };
    const light = await inLanes(
      SCENARIOS.filter(({ name }) => typeof extent === 'string' || name === extent.scenario),
      async (scenario) => {
        const telling = { scenario, terminal: next(), paysInTheDark: false, losesAnswer: false };
        return { telling, told: await tell(town, telling) };
      },
    );
    const tellings = light.flatMap(({ telling: { scenario }, told }) =>
      choose(extent, scenario, told.points).map(
        (cutAt, i): Telling => ({
          scenario,
          terminal: next(),
          cutAt,
          paysInTheDark: i % 2 === 0,
          losesAnswer: i % 4 < 2,
        }),
      ),
    );
    tellings.sort((a, b) => rank(a) - rank(b));
    const dark = await inLanes(tellings, async (telling) => ({ telling, told: await tell(town, telling) }));
    return light.map((one) => ({
      scenario: one.telling.scenario,
      moments: one.told.points.length,
      cases: [one, ...dark.filter(({ telling }) => telling.scenario === one.telling.scenario)],
    }));
  } finally {
    await town.close();
  }
}

function rank({ cutAt = '' }: Telling): number {
  return LONG.test(cutAt) ? 0 : 1;
}

function choose(extent: Extent, { name }: Scenario, points: readonly string[]): readonly string[] {
  if (typeof extent !== 'string' && extent.moment !== undefined) return [extent.moment];
  const mine = name === 'b' ? points : points.filter((point) => !BIRTH.test(point));
  if (extent !== 'some') return mine;
  if (name !== 'b') return spread(mine, SPREAD);
  const others = mine.filter((point) => !COMMIT.test(point));
  return [...mine.filter((point) => COMMIT.test(point)), ...spread(others, SPREAD / 2)];
}

/** So many, evenly; in the middle of their part each, so that before and after do not alternate. */
function spread(points: readonly string[], count: number): readonly string[] {
  const step = points.length / count;
  return points.filter((_, i) => count >= points.length || Math.floor((i + 1) / step) > Math.floor(i / step));
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

/** Scenario, moments counted, moments at which the power went, violations. */
export function table(reports: readonly Report[]): string {
  const rows = reports.map(({ scenario, moments, cases }) => {
    const cut = cases.filter(({ told }) => told.cut).length;
    const bad = cases.filter(({ told }) => told.violations.length > 0).length;
    const columns = [moments, cases.length - 1, cut, bad].map((value) => String(value).padStart(8));
    return `${columns.join('')}  ${scenario.name}: ${scenario.title}`;
  });
  const head = ['moments', 'tried', 'cut', 'violated'].map((word) => word.padStart(8)).join('');
  return ['', `${head}  scenario`, ...rows, ''].join('\n');
}

/** What took longest, for whoever wants the test faster. */
export function slowest(reports: readonly Report[], count: number): string {
  const cases = reports.flatMap((report) => report.cases).sort((a, b) => b.told.ms - a.told.ms);
  return cases
    .slice(0, count)
    .map(
      ({ telling, told }) =>
        `${(told.ms / 1000).toFixed(1)} s  ${telling.scenario.name}: ${telling.cutAt ?? ''}\n`,
    )
    .join('');
}

/** Each case that went wrong: what, how to see it again, and the end of its log. */
export function stories({ cases }: Report): string[] {
  return cases.flatMap(({ telling, told }) => {
    if (told.violations.length === 0) return [];
    const at = telling.cutAt === undefined ? 'without a cut' : `${telling.scenario.name}: ${telling.cutAt}`;
    return [[`POWER_CUT='${at}'`, ...told.violations].join('\n  ')];
  });
}

/** The log of the one case that was asked for; otherwise of the first two that went wrong. */
export function logs(extent: Extent, reports: readonly Report[]): string {
  const cases = reports.flatMap((report) => report.cases);
  const one = typeof extent !== 'string' && extent.moment !== undefined;
  const shown = one ? cases.slice(1) : cases.filter(({ told }) => told.violations.length > 0).slice(0, 2);
  return shown
    .map(({ telling, told }) => `---- ${telling.scenario.name}: ${telling.cutAt}\n${told.log.join('\n')}\n`)
    .join('');
}
