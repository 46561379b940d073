import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outfitOf } from './outfit.js';
import { SHOPS } from './shops.js';
import type { Tally } from './tally.js';

/** The storm's bundle with V8's count of what was executed of it. */
export interface Measured {
  readonly url: string;
  readonly text: string;
  readonly map: string;
  readonly counted: (url: string) => Promise<readonly CountedFunction[]>;
}

interface CountedFunction {
  readonly functionName: string;
  readonly ranges: readonly {
    readonly startOffset: number;
    readonly endOffset: number;
    readonly count: number;
  }[];
}

/** What decides about money, whole: each of its lines that was not executed is told. */
const OURS = /^src\/(core|journal|terminal)\//;
/** The rest of the product, by numbers. */
const PRODUCT = /^(src|devices)\//;
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the storm does not do, as far as it can be counted: the text that `--missing` ends with. */
export async function missing(measured: Measured, tally: Tally): Promise<string> {
  const lines = linesOf(measured, await measured.counted(measured.url));
  const loaded = [...lines.keys()].sort();
  const rows = loaded
    .filter((file) => PRODUCT.test(file))
    .map((file) => row(file, lines.get(file) ?? new Map()));
  const section = (title: string, entries: readonly string[]): string =>
    `${title}: ${entries.length === 0 ? 'none' : ''}\n${entries.map((entry) => `  ${entry}\n`).join('')}`;
  return (
    section('faults that did not happen', tally.silent()) +
    section(
      'shops that were not drawn',
      SHOPS.filter((shop) => !tally.shops.has(shop)),
    ) +
    section('settings that no seed varies', constants()) +
    section('files of core, journal and terminal that are not loaded', unloaded(loaded)) +
    section('lines that were executed, of those loaded', rows)
  );
}

/** Files with code of which nothing is in the bundle: replaced, or never asked for. */
export function unloaded(loaded: readonly string[]): string[] {
  return ['src/core', 'src/journal', 'src/terminal']
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true }).map((file) => `${room}/${file}`))
    .filter((file) => file.endsWith('.ts') && !loaded.includes(file))
    .filter((file) =>
      /^(export )?(default )?(async )?(function|class|const) /m.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    .sort();
}

/** Settings of the terminal that have one value in all outfits, or are in none. */
function constants(): string[] {
  const values = new Map<string, Set<string>>();
  for (let seed = 1; seed <= 2_000; seed += 1) leaves('', outfitOf(seed), values);
  const one = [...values]
    .filter(([, seen]) => seen.size === 1)
    .map(([name, seen]) => `${name} = ${[...seen]}`);
  const kinds = readFileSync(join(ROOT, 'src/core/sale/event.ts'), 'utf8');
  const rules = kinds.slice(
    kinds.indexOf('export interface Rules'),
    kinds.indexOf('export interface Moment'),
  );
  const named = [...rules.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => `settings.rules.${name}`);
  const never = named.filter((name) => ![...values.keys()].some((key) => key.startsWith(name)));
  return [...one, ...never.map((name) => `${name} is never set`)];
}

function leaves(name: string, value: unknown, into: Map<string, Set<string>>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value))
      leaves(name === '' ? key : `${name}.${key}`, inner, into);
    return;
  }
  into.set(name, (into.get(name) ?? new Set()).add(JSON.stringify(value)));
}

/** For each source, whether each of its lines that became code was executed: V8's ranges through the source map. */
function linesOf(
  { text, map }: Measured,
  counted: readonly CountedFunction[],
): Map<string, Map<number, boolean>> {
  const executed = new Uint8Array(text.length).fill(1);
  // Outer ranges stand before those within.
  for (const { ranges } of counted)
    for (const { startOffset, endOffset, count } of ranges)
      executed.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const found = new Map<string, Map<number, boolean>>();
  const source = new SourceMap(JSON.parse(map));
  let at = 0;
  for (const [line, words] of text.split('\n').entries()) {
    let before = '';
    for (const { index } of words.matchAll(/[\w$'"`]+|[{}]/g)) {
      const entry = source.findEntry(line, index);
      if (!('originalSource' in entry) || entry.originalSource === undefined) continue;
      const place = `${entry.originalSource}:${entry.originalLine}:${entry.originalColumn}`;
      if (place === before) continue;
      before = place;
      const file = relative(ROOT, join(ROOT, '.cache/storm', entry.originalSource));
      const lines = found.get(file) ?? new Map<number, boolean>();
      found.set(file, lines);
      const number = entry.originalLine + 1;
      lines.set(number, (lines.get(number) ?? true) && executed[at + index] === 1);
    }
    at += words.length + 1;
  }
  return found;
}

function row(file: string, lines: ReadonlyMap<number, boolean>): string {
  const silent = [...lines]
    .filter(([, done]) => !done)
    .map(([line]) => line)
    .sort((a, b) => a - b);
  const share = Math.floor((100 * (lines.size - silent.length)) / lines.size);
  const which = OURS.test(file) && silent.length > 0 ? `  not: ${spans(silent)}` : '';
  return `${String(share).padStart(3)}% of ${String(lines.size).padStart(3)}  ${file}${which}`;
}

/** `3-5 9` */
function spans(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(' ');
}
