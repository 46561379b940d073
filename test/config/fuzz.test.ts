import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as exampleOf } from '../../src/config/example.js';
import { locate } from '../../src/config/locate.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { checkRelay, checkTerminal, RELAY, TERMINAL, words } from './files.js';

/** Pieces that TOML is made of, so that random texts reach deep into the reader. */
const PIECES = [
  '\n',
  '\r\n',
  ' ',
  '=',
  ' = ',
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  ',',
  '.',
  '"',
  "'",
  '"""',
  "'''",
  '\\',
  '\\u0041',
  '#',
  '\ufeff',
  '\u0000',
  '\ud800',
  '𝒜',
  '0',
  '-1',
  '1.5',
  '10.000',
  '1e9',
  'inf',
  'nan',
  'true',
  '2026-01-01',
  '99999999999999999999',
  'terminal',
  'gateway',
  'sale',
  'printer',
  'transport',
  'enabled',
  'mode',
  'id',
  'max',
  'secret',
  'header',
  'url',
  '__proto__',
  '[terminal]\n',
  '[[terminal]]\n',
  '[printer]\n',
  'id = "KASIR1"\n',
  'mode = "direct"\n',
  'transport = "usb"\n',
  'enabled = false\n',
  'secret = "credential:x"\n',
  'SB-Mid-server-abcdefgh',
  '"text"',
  'device = ["/dev/a"]\n',
];

const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((each) => each.join(''));

/** A sound file with a few characters replaced, removed or put in. */
const damaged = (sound: string) =>
  fc
    .array(fc.tuple(fc.nat(sound.length), fc.nat(3), fc.constantFrom(...PIECES)), { maxLength: 6 })
    .map((wounds) => {
      let text = sound;
      for (const [at, length, piece] of wounds) text = text.slice(0, at) + piece + text.slice(at + length);
      return text;
    });

function expectCalm(text: string): void {
  for (const checked of [checkTerminal(text), checkRelay(text)]) {
    const lines = text.split('\n').length;
    if (!checked.ok) expect(checked.error.length).toBeGreaterThan(0);
    for (const problem of [...(checked.ok ? [] : checked.error), ...checked.notes]) {
      const { line = 1 } = problem;
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
    }
    for (const each of words(checked)) {
      expect(each).not.toMatch(/Mid-server-abcdefgh/);
      expect(each).not.toContain('\n');
    }
  }
}

describe('no text', () => {
  it('made of pieces of TOML makes the check throw, name a line that is not there, or print a key', () => {
    fc.assert(fc.property(pieces, expectCalm), { numRuns: 1500 });
  });

  it('of any characters does so', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), expectCalm), { numRuns: 500 });
  });

  it('that was a sound file before it was damaged does so', () => {
    const texts = [TERMINAL, RELAY, exampleOf(terminalSchema), exampleOf(relaySchema)];
    fc.assert(fc.property(fc.constantFrom(...texts).chain(damaged), expectCalm), { numRuns: 500 });
  });

  it('nested a hundred thousand deep exhausts the stack', () => {
    for (const open of ['[', '{a=', '[[', '"', 'a.']) expectCalm(`x = ${open.repeat(100_000)}`);
  });

  it('that parses has a key whose line is not found', async () => {
    const { parse } = await import('smol-toml');
    const lost = (
      value: unknown,
      path: (string | number)[],
      find: (path: (string | number)[]) => unknown,
    ): string[] => {
      if (typeof value !== 'object' || value === null || value instanceof Date) return [];
      return Object.entries(value).flatMap(([key, child]) => {
        const here = [...path, Array.isArray(value) ? Number(key) : key];
        const isLeaf = typeof child !== 'object' || child === null || child instanceof Date;
        const own = isLeaf && find(here) === undefined ? [JSON.stringify(here)] : [];
        return [...own, ...lost(child, here, find)];
      });
    };
    for (const text of [TERMINAL, RELAY, exampleOf(terminalSchema)])
      expect(lost(parse(text), [], locate(text).lineOf)).toEqual([]);
    let parsed = 0;
    const source = fc.oneof(pieces, damaged(TERMINAL), damaged(RELAY));
    fc.assert(
      fc.property(source, (text) => {
        let document: unknown;
        try {
          document = parse(text, { integersAsBigInt: true, maxDepth: 20 });
        } catch {
          return;
        }
        parsed += 1;
        expect(lost(document, [], locate(text).lineOf)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(parsed).toBeGreaterThan(100);
  });
});
