import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULT } from '../../src/core/fault/table.js';
import { allFaults, withExits, withTables } from './fault-pages.js';
import { ROOT } from './source.js';

const PAGES = ['.github', 'devices', 'src', 'systemd', 'test']
  .flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)),
  )
  .concat('README.md')
  .filter((path) => path.endsWith('.md'));
const ALL = 'src/core/fault/README.md';
const AGAIN =
  'out of date; run: UPDATE_DOCS=1 npx vitest run --config test/vitest.config.ts test/house/fault-pages.test.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

it('the pages say of each fault what its table says (to make them again: UPDATE_DOCS=1 with this test)', () => {
  const made = (path: string): string => (path === ALL ? allFaults() : withExits(withTables(read(path))));
  if (process.env['UPDATE_DOCS'] === '1')
    for (const path of PAGES) writeFileSync(join(ROOT, path), made(path));
  for (const path of PAGES) expect(read(path), `${path}: ${AGAIN}`).toBe(made(path));
  const tables = PAGES.filter((path) => read(path).includes('<!-- faults '));
  expect(tables.length).toBeGreaterThan(10);
});

it('no page has a table of faults that is written by hand', () => {
  for (const path of PAGES.filter((one) => one !== ALL && !one.startsWith('test/'))) {
    const byHand = read(path).replace(/<!-- faults [\s\S]*?<!-- \/faults -->/g, '');
    expect(byHand.match(/^\| *`?E\d(\d\d|xx)\b.*/gm) ?? [], path).toEqual([]);
  }
});

it('no page names a number that does not exist', () => {
  const known = new Set<number>(Object.values(FAULT));
  for (const path of PAGES) {
    const named = [...read(path).matchAll(/\bE([1-9]\d\d)\b/g)].map(([, number]) => Number(number));
    expect(
      named.filter((number) => !known.has(number)),
      path,
    ).toEqual([]);
  }
});
