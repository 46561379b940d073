import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PATCHES } from '../storm/planted/patches.js';
import { ROOT } from './source.js';

const PAGE = readFileSync(join(ROOT, 'src/core/README.md'), 'utf8');

/** The rows of the table of laws: number, sentence, what holds it at run time, what attacks it. */
const ROWS = [...PAGE.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map((row) => ({
  number: Number(row[1]),
  heldBy: row[3] ?? '',
  attackedBy: row[4] ?? '',
}));

it('numbers the laws without gaps', () => {
  expect(ROWS.map(({ number }) => number)).toEqual(ROWS.map((_, index) => index + 1));
  expect(ROWS.length).toBeGreaterThan(0);
});

it('names files that exist, and functions that are in them', () => {
  const lost = ROWS.flatMap(({ number, heldBy, attackedBy }) => {
    const files = [...`${heldBy} ${attackedBy}`.matchAll(/`((?:src|test|devices)\/[^`]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    const gone = files.filter((path) => !existsSync(join(ROOT, path)));
    const names = [...heldBy.matchAll(/`(\w+)` in `([^`]+)`/g)].filter(
      ([, name = '', path = '']) => !new RegExp(`\\b${name}\\b`).test(readFileSync(join(ROOT, path), 'utf8')),
    );
    return [...gone, ...names.map(([text]) => text)].map((text) => `law ${number}: ${text}`);
  });
  expect(lost).toEqual([]);
});

it('names planted bugs that exist', () => {
  const known = new Set(PATCHES.map(({ name }) => name));
  const named = ROWS.flatMap(({ attackedBy }) =>
    [...(attackedBy.split('planted ')[1] ?? '').matchAll(/"((?:[^"\\]|\\")+)"/g)].map(([, name = '']) =>
      name.replaceAll('\\"', '"'),
    ),
  );
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it('lists every law that code, tests and pages cite', () => {
  const known = new Set(ROWS.map(({ number }) => number));
  const texts = ['src', 'devices', 'systemd', 'test', '.github'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|md|mjs|sh|service)$/.test(path))
      .map((path) => join(top, path)),
  );
  const lost = texts.flatMap((path) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\blaws? (\d+)\b/gi)]
      .filter(([, number]) => !known.has(Number(number)))
      .map(([text]) => `${path}: ${text}`),
  );
  expect(lost).toEqual([]);
});
