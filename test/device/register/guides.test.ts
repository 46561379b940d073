import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FRAME_PROFILES, type ProfileName } from '../../../devices/register/fixed-frame/profiles.js';
import { PROFILE_GUIDES } from '../../../devices/register/fixed-frame/protocol.js';
import { checkTerminal, sound, TERMINAL } from '../../config/files.js';

const NAMES = Object.keys(FRAME_PROFILES) as ProfileName[];
const PAGE = readFileSync(
  fileURLToPath(new URL('../../../devices/register/fixed-frame/README.md', import.meta.url)),
  'utf8',
);

/** Cells of the row of the page's table that begins with `words`. */
function row(words: string): string[] {
  const line = PAGE.split('\n').find((each) => each.startsWith(`| ${words}`)) ?? '';
  return line.split('|').map((cell) => cell.trim());
}

it.each(NAMES)('the port of profile %s is the one that its page and guide name', (name) => {
  const port = name === 'bri' || name === 'cimb' ? 9_001 : 8_150;
  const lines = `[register]\nprofile = "${name}"\ntransport = "tcp"`;
  expect(sound(checkTerminal(`${TERMINAL}\n${lines}`)).register).toMatchObject({ port });
  if (port === 9_001) expect(PROFILE_GUIDES[name].setup.en).toContain('9001');
});

it('the page has every type of every profile in the row of its meaning', () => {
  const rows = {
    sale: 'sale of the amount',
    inquiry: 'inquiry, status',
    refund: 'refund, void',
    settlement: 'settlement',
    reprint: 'reprint',
    totals: 'sums of the open shift',
    echo: 'echo test',
  } as const;
  for (const [means, words] of Object.entries(rows))
    for (const [at, name] of NAMES.entries()) {
      const types = Object.entries(FRAME_PROFILES[name].types)
        .filter(([, type]) => type.means === means)
        .map(([code]) => code);
      const cell = row(words)[at + 2] ?? '';
      expect(cell.split(', ').sort(), `${name} ${means}`).toEqual(types.length > 0 ? types.sort() : ['-']);
    }
});
