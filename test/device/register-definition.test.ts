import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FIXED_FRAMES } from '../../devices/register/fixed-frame/definition.js';
import { PROFILES, type ProfileName } from '../../devices/register/fixed-frame/profiles.js';
import { checkTerminal, sound, TERMINAL } from '../config/files.js';

const NAMES = Object.keys(PROFILES) as ProfileName[];
const PAGE = readFileSync(
  fileURLToPath(new URL('../../devices/register/fixed-frame/README.md', import.meta.url)),
  'utf8',
);

/** Cells of the row of the page's table that begins with `words`. */
function row(words: string): string[] {
  const line = PAGE.split('\n').find((each) => each.startsWith(`| ${words}`)) ?? '';
  return line.split('|').map((cell) => cell.trim());
}

describe.each(NAMES)('the definition of profile %s', (name) => {
  const definition = FIXED_FRAMES[name];

  it('speaks to the technician in both languages', () => {
    expect(definition.profile).toBe(name);
    for (const text of [definition.title, definition.wiring, definition.settings, definition.trial]) {
      expect(text.id).not.toBe('');
      expect(text.en).not.toBe('');
      expect(text.id).not.toBe(text.en);
    }
  });

  it('names the speed and the port that the settings have by default', () => {
    const with_ = (more: string): unknown =>
      sound(checkTerminal(`${TERMINAL}\n[register]\nprofile = "${name}"\n${more}`)).register;
    expect(with_('transport = "tcp"')).toMatchObject({ port: definition.defaultTcpPort });
    expect(with_('transport = "serial"\ndevice = "/dev/ttyS0"')).toMatchObject({
      baud: definition.defaultBaudRate,
    });
    expect(definition.baudRates).toContain(definition.defaultBaudRate);
  });
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
      const types = Object.entries(PROFILES[name].types)
        .filter(([, type]) => type.means === means)
        .map(([code]) => code);
      const cell = row(words)[at + 2] ?? '';
      expect(cell.split(', ').sort(), `${name} ${means}`).toEqual(types.length > 0 ? types.sort() : ['-']);
    }
});
