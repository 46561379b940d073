import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindOf, load } from '../../src/config/load.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import { RELAY, sound, TERMINAL, words } from './files.js';

describe('a file', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is read and checked', () => {
    const path = join(directory, 'good.toml');
    writeFileSync(path, `\ufeff${TERMINAL.replace('Sri', 'Śri')}`);
    expect(sound(load(terminalSchema, path)).terminal.shop).toBe('Warung Bu Śri');
  });

  it('that is not there is E900', () => {
    expect(words(load(terminalSchema, join(directory, 'none.toml')))).toEqual([
      expect.stringMatching(/^file: E900 found ENOENT: .*none\.toml.*; allowed: a readable file in UTF-8\.$/),
    ]);
  });

  it('is known by its heads for what it is, wrong or not', () => {
    const kind = (text: string) => {
      const path = join(directory, 'some.toml');
      writeFileSync(path, text);
      return kindOf(path);
    };
    expect([kind(TERMINAL), kind(RELAY), kind(`${RELAY}\n[relai]`)]).toEqual(['terminal', 'relay', 'relay']);
    expect(kind('[relay]\n[[terminal]]\nid = "T1"')).toBe('relay');
    expect(kind('[ relay ] # ours\nport = ')).toBe('relay');
    expect([kind(''), kind('[[terminal]]'), kind('[relay]\n[terminal]'), kind('#[relay]')]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
    expect([kindOf(directory), kindOf(join(directory, 'none.toml'))]).toEqual([undefined, undefined]);
  });

  it('that is a directory, or no UTF-8, is E900', () => {
    const path = join(directory, 'latin1.toml');
    writeFileSync(path, Buffer.from('shop = "Caf\xe9"', 'latin1'));
    expect(words(load(terminalSchema, path))).toEqual([
      'file: E900 found bytes that are no UTF-8; allowed: a readable file in UTF-8.',
    ]);
    expect(words(load(terminalSchema, directory))).toEqual([
      expect.stringMatching(/^file: E900 found EISDIR/),
    ]);
  });
});
