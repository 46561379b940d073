import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { settingsPage } from './settings-page.js';

const PAGE = fileURLToPath(new URL('../../systemd/CONFIG.md', import.meta.url));

it('systemd/CONFIG.md says what the schemas say (to make it again: UPDATE_DOCS=1 with this test)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, settingsPage());
  const written = readFileSync(PAGE, 'utf8');
  expect(
    written,
    'out of date; run: UPDATE_DOCS=1 npx vitest run --config test/vitest.config.ts test/config/docs.test.ts',
  ).toBe(settingsPage());
});

it('the page has a table row with as many cells as its head for every key', () => {
  const rows = settingsPage()
    .split('\n')
    .filter((each) => each.startsWith('|'));
  expect(rows.length).toBeGreaterThan(90);
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)?.length, row).toBe(6);
});
