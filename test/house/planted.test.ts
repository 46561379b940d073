import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seedsOfPage } from '../storm/planted/found.js';
import { PATCHES } from '../storm/planted/patches.js';
import { ROOT } from './source.js';

it('finds the text that each planted bug changes exactly once, so that none is a bug no more without a word', () => {
  const lost = PATCHES.flatMap(({ name, file, changes }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return changes
      .filter(({ find }) => text.split(find).length !== 2)
      .map(({ find }) => `${name}: ${file}: ${find}`);
  });
  expect(lost).toEqual([]);
});

it('has the seed of each planted bug on the page of the storm, once', () => {
  const page = readFileSync(join(ROOT, 'test/storm/README.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  const seeds = seedsOfPage();
  const odd = PATCHES.filter(
    ({ name }) => !seeds.has(name) || rows.filter((row) => row.includes(`| ${name} |`)).length > 1,
  );
  expect(odd.map(({ name }) => name)).toEqual([]);
});

/** Names that code refers to: no member, key or text. */
function names(code: string): string[] {
  const bare = code.replace(/'(?:[^'\\\n]|\\.)*'|-\w+`/g, "''").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  return [...bare.matchAll(/(?<![.\w$#]|\.\s)[A-Za-z_$][\w$]*(?!\s*:|[\w$])/g)].map(([name]) => name);
}

/** What the language and Node bring. */
const GIVEN = new Set(
  'const let return if else for of new typeof undefined true false await Number Math Set Map Date'.split(' '),
);

it('plants no name that the file does not know: after a rename such a bug would be found for its crash alone', () => {
  const unknown = PATCHES.flatMap(({ name, file, changes }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const known = new Set([...names(text), ...GIVEN]);
    return changes.flatMap(({ find, put }) =>
      names(put)
        .filter((used) => !known.has(used) && !names(find).includes(used))
        .filter(
          (used) =>
            !new RegExp(
              `\\b(const|let|function) ${used}\\b|\\b${used}\\)? =>|\\{[^}]*\\b${used}\\b[^}]*\\} =`,
            ).test(put),
        )
        .map((used) => `${name}: ${file}: ${used}`),
    );
  });
  expect(unknown).toEqual([]);
});
