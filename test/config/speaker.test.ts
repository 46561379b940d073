import { expect, it } from 'vitest';
import { quietHours } from '../../devices/speaker/settings.js';
import { checkTerminal, sound, TERMINAL, words } from './files.js';

function speaker(...lines: readonly string[]): string {
  return [TERMINAL, '[speaker]', ...lines].join('\n');
}

it('switches a speaker on by its table, with a default for everything', () => {
  expect(sound(checkTerminal(speaker())).speaker).toEqual({
    enabled: true,
    device: 'default',
    language: 'id',
    volume: 80,
    quiet: [],
    chime: true,
  });
});

it('reads hours with a volume of their own', () => {
  const config = sound(checkTerminal(speaker('quiet = ["22:00-06:30=30", "12:00-13:00=0"]')));
  expect(config.speaker).toMatchObject({
    quiet: [
      { from: 1_320, until: 390, volume: 30 },
      { from: 720, until: 780, volume: 0 },
    ],
  });
  const kind = quietHours();
  for (const text of ['00:00-23:59=100', '22:00-06:30=30', '07:05-07:06=0']) {
    const read = kind.read(text);
    expect(read.ok && kind.toml(read.value)).toBe(JSON.stringify(text));
  }
});

it('names what is no such thing', () => {
  for (const text of [
    '22-06=30',
    '24:00-06:00=30',
    '22:60-06:00=30',
    '22:00-06:00',
    '22:00-06:00=101',
    '9:00-10:00=5',
  ])
    expect(words(checkTerminal(speaker(`quiet = ["${text}"]`)))).toEqual([
      expect.stringMatching(/^file:9: E906 speaker\.quiet.*"HH:MM-HH:MM=VOLUME"/),
    ]);
  expect(
    words(checkTerminal(speaker('volume = 101', 'language = "jw"', 'device = "-x"', 'quiet = [5]'))),
  ).toEqual([
    expect.stringContaining('E905 speaker.volume'),
    expect.stringContaining('E906 speaker.language'),
    expect.stringContaining('E906 speaker.device'),
    expect.stringContaining('E904 speaker.quiet'),
  ]);
});
