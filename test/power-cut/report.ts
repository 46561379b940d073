import { type Case, type Extent, partsOf, type Report } from './campaign.js';
import { nameOf } from './scenario.js';

/** Words of POWER_CUT: `all`, `b`, `b: after POST charge #1`, `disk: EIO at fsync 7`, or nothing for a choice. */
export function extentOf(words: string | undefined): Extent | 'states' {
  if (words === undefined || words === '') return 'some';
  if (words === 'all' || words === 'states') return words;
  const [part = '', trouble] = words.split(': ', 2);
  const known = partsOf().map(({ name }) => name);
  if (!known.includes(part))
    throw new Error(`POWER_CUT=${words}: all, states, ${known.join(', ')}, or "b: MOMENT"`);
  return trouble === undefined ? { part } : { part, trouble };
}

const HEAD = ['possible', 'tried', 'came', 'sales', 'violated'];

/** Of each part: what could happen, how much of it was tried, came about, how many charges there were, violations. */
export function table(reports: readonly Report[]): string {
  const rows = reports.map((report) => row(figures(report), `${report.part.name}: ${report.part.title}`));
  const all = reports.map(figures);
  const sum = all[0]?.map((_, i) => all.reduce((total, some) => total + (some[i] ?? 0), 0)) ?? [];
  return ['', row(HEAD, 'part'), ...rows, row(sum, 'together'), ''].join('\n');
}

function figures({ troubles, cases }: Report): number[] {
  const came = cases.filter(({ told }) => told.came).length;
  const sales = cases.reduce((sum, { told }) => sum + told.charges, 0);
  const bad = cases.filter(({ told }) => told.violations.length > 0).length;
  return [troubles, cases.length - 1, came, sales, bad];
}

function row(columns: readonly (number | string)[], title: string): string {
  return `${columns.map((value) => String(value).padStart(9)).join('')}  ${title}`;
}

/** What did not come about however often it was told, and what took longest, for whoever wants the test faster. */
export function remarks(reports: readonly Report[]): string {
  const cases = reports.flatMap(({ part, cases: [, ...dark] }) => dark.map((one) => ({ part, ...one })));
  const missing = cases.filter(({ told }) => !told.came);
  const slow = [...cases].sort((a, b) => b.told.ms - a.told.ms).slice(0, 5);
  const named = ({ part, telling }: (typeof cases)[number]): string =>
    `${part.name}: ${nameOf(telling.trouble)}\n`;
  return [
    ...missing.map((one) => `did not come   ${named(one)}`),
    ...slow.map((one) => `${(one.told.ms / 1000).toFixed(1)} s   ${named(one)}`),
  ].join('');
}

/** Each case that went wrong: what, and how to see it again. */
export function stories({ part, cases }: Report): string[] {
  return cases.flatMap(({ telling, told }) =>
    told.violations.length === 0
      ? []
      : [[`POWER_CUT='${part.name}: ${nameOf(telling.trouble)}'`, ...told.violations].join('\n  ')],
  );
}

/** The log of the one case that was asked for; otherwise of the first two that went wrong. */
export function logs(extent: Extent, reports: readonly Report[]): string {
  const cases = reports.flatMap((report) => report.cases);
  const one = typeof extent !== 'string' && extent.trouble !== undefined;
  const wrong = (all: readonly Case[]): readonly Case[] =>
    all.filter(({ told }) => told.violations.length > 0).slice(0, 2);
  return (one ? cases.slice(1) : wrong(cases))
    .map(({ telling, told }) => `---- ${nameOf(telling.trouble)}\n${told.log.join('\n')}\n`)
    .join('');
}
