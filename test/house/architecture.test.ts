import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, room, sourceFiles } from './source.js';

const PAGE = readFileSync(join(ROOT, 'src/README.md'), 'utf8');
const PATH = String.raw`(?:src|devices|test|systemd|\.github)\/[\w./-]+`;

const short = (name: string): string => name.replace('src/', '');

/** Which rooms the files of each room import. */
function imports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const files = sourceFiles();
  const known = new Set(files.map(({ path }) => path));
  for (const { path, imports } of files) {
    const from = short(room(path));
    const others = imports.filter(({ to }) => known.has(to)).map(({ to }) => short(room(to)));
    found.set(from, new Set([...(found.get(from) ?? []), ...others.filter((to) => to !== from)]));
  }
  return found;
}

/** The arrows that do not follow from others; there are no circles (house.test.ts). */
function arrows(): string[] {
  const graph = imports();
  const below = new Map<string, Set<string>>();
  const under = (from: string): Set<string> => {
    const known =
      below.get(from) ?? new Set([...(graph.get(from) ?? [])].flatMap((to) => [to, ...under(to)]));
    below.set(from, known);
    return known;
  };
  return [...graph].flatMap(([from, all]) =>
    [...all]
      .filter((to) => ![...all].some((other) => other !== to && under(other).has(to)))
      .map((to) => `    ${from} --> ${to}`),
  );
}

it('draws the rooms as they import each other', () => {
  expect(PAGE.match(/^ {4}\S+ --> \S+$/gm)?.sort()).toEqual(arrows().sort());
});

it('names files that exist', () => {
  const named = [...PAGE.matchAll(new RegExp(`(?<![\\w/])${PATH}`, 'g'))].map(([path]) => path);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('names functions and types that are in the files that it names for them', () => {
  const inText = [...PAGE.matchAll(new RegExp(`\`([#\\w]+)\` in \`(${PATH})\``, 'g'))];
  const inLists = [...PAGE.matchAll(new RegExp(`^ *([#\\w]+) +(${PATH}) `, 'gm'))];
  expect([inText.length > 30, inLists.length]).toEqual([true, 26]);
  const lost = [...inText, ...inLists].filter(([, name = '', path = '']) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    // Declared or made there, and not only spoken of.
    return !new RegExp(`(?:^|[^\\w#.'])${name}\\b *(?:[(<=:{]|extends|implements)`, 'm').test(
      text.replace(/^import.*$/gm, ''),
    );
  });
  expect(lost.map(([, name, path]) => `${name} in ${path}`)).toEqual([]);
});

it('leads to every decision', () => {
  const decisions = readdirSync(join(ROOT, '.github/decisions'));
  expect(decisions.filter((name) => !PAGE.includes(`](../.github/decisions/${name})`))).toEqual([]);
});

it('has each word once', () => {
  const table = PAGE.split('\n## Words\n')[1]?.split('\n## ')[0] ?? '';
  const words = [...table.matchAll(/^\| ([^|]+?) \| [^|]+ \| [^|]+ \| [^|]+ \|$/gm)].slice(2);
  const names = words.map(([, word]) => word);
  expect(names.length).toBeGreaterThan(20);
  expect([...new Set(names)]).toEqual(names);
});
