import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { GUIDE_PARTS } from '../../src/settings/guide.js';
import { GUIDE_PLACE, guidesByName, withGuides } from './guide-pages.js';
import { ROOT, sourceFiles } from './source.js';

const PAGES = readdirSync(join(ROOT, 'devices'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('README.md'))
  .map((path) => `devices/${path}`);
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** Files that declare a device; the blueprint is not one. */
const DECLARES = /^devices\/(?!kit\/|register\/blueprint\/).*\/(protocol|device)\.ts$/;
const PLACE = 'a page for the technician needs <!-- guide NAME --> and <!-- /guide -->';
const AGAIN = 'UPDATE_DOCS=1 npx vitest run --config test/vitest.config.ts test/house/guide-pages.test.ts';

it(`pages have the guides that the devices declare (to make them again: ${AGAIN})`, () => {
  if (process.env['UPDATE_DOCS'] === '1')
    for (const page of PAGES) writeFileSync(join(ROOT, page), withGuides(textOf(page)));
  const old = PAGES.filter((page) => textOf(page) !== withGuides(textOf(page)));
  expect(old, `out of date; run ${AGAIN}`).toEqual([]);
});

it('every device has a page for its technician, beside the file that declares it', () => {
  const folders = sourceFiles()
    .filter(({ path }) => DECLARES.test(path))
    .map(({ path }) => `${dirname(path)}/README.md`);
  const pageless = folders.filter(
    (page) => !existsSync(join(ROOT, page)) || textOf(page).search(GUIDE_PLACE) < 0,
  );
  expect(pageless, PLACE).toEqual([]);
  const shown = new Set(
    PAGES.flatMap((page) => [...textOf(page).matchAll(GUIDE_PLACE)].map(([, , name]) => name)),
  );
  const missing = [...guidesByName().keys()].filter((name) => !shown.has(name));
  expect(missing, PLACE).toEqual([]);
});

it('the page of a family names each of its protocols, with the page of it', () => {
  const missing = Object.entries(terminalSchema.tables).flatMap(([table, { by }]) => {
    const ids = by.flatMap(({ choices }) =>
      Object.entries(choices).flatMap(([id, { guides }]) => (guides === undefined ? [] : [id])),
    );
    return ids.filter(
      (id) =>
        !new RegExp(`^\\| \\[.*README.md\\) *\\|.*\`${id}\``, 'm').test(textOf(`devices/${table}/README.md`)),
    );
  });
  expect(missing).toEqual([]);
});

it('a guide says everything in both languages', () => {
  for (const [name, guides] of guidesByName())
    for (const guide of guides)
      for (const part of ['title', ...GUIDE_PARTS.map(({ part }) => part)] as const) {
        const { id, en } = guide[part];
        expect([id.length > 10, en.length > 10, id !== en], `${name}: ${part}`).toEqual([true, true, true]);
      }
});
