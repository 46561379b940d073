import { describe, expect, it } from 'vitest';
import { checkRelay, checkTerminal, RELAY, sound, TERMINAL, words } from './files.js';

function more(...lines: readonly string[]): string[] {
  return words(checkTerminal([TERMINAL, ...lines].join('\n')));
}

describe('E901, a line that is no TOML', () => {
  it('is named with line and column, and with what is usually forgotten', () => {
    expect(more('[log]', 'level = info')).toEqual([
      expect.stringMatching(
        /^file:9:\d+: E901 log\.level: found text without quotes; allowed: key = "text"\.$/,
      ),
    ]);
    expect(more('[sale]', 'max = 10.000.000')).toEqual([
      expect.stringMatching(
        /^file:9:\d+: E901 sale\.max: found a number with dots or commas; allowed: key = 10000000 or/,
      ),
    ]);
    expect(more('[sale]', 'max 5')).toEqual([
      expect.stringMatching(/^file:9:\d+: E901 sale\.max\.5: found something that is no TOML \(/),
    ]);
  });

  it('does not hide the errors of other lines, nor makes its key a missing one', () => {
    const text = TERMINAL.replace('"KASIR1"', 'KASIR1')
      .replace('"relay"', '"relai"')
      .concat('\n[sale]\nmax = 10.000.000');
    expect(words(checkTerminal(text)).map((each) => each.replace(/: found.*/, ''))).toEqual([
      'file:2:6: E901 terminal.id',
      'file:5: E906 gateway.mode',
      'file:9:13: E901 sale.max',
    ]);
  });

  it('can be a string without its end', () => {
    expect(more('[log]', 'level = "info', '[sale]', 'paid_seconds = 0')).toEqual([
      expect.stringMatching(/^file:9:\d+: E901 log\.level: /),
      expect.stringMatching(/^file:11: E905 sale\.paid_seconds: /),
    ]);
  });

  it('ends the checking where it is a broken header, and says so', () => {
    expect(more('[sale', 'paid_seconds = 0')).toEqual([
      expect.stringMatching(
        /^file:8:\d+: E901 .* The keys of this file were not checked: mend this first\.$/,
      ),
    ]);
  });

  it('ends the checking where it is a list without its end', () => {
    expect(more('[slip]', 'header = [', '"a",', '[sale]', 'paid_seconds = 0')).toEqual([
      expect.stringMatching(/E901 .* The keys of this file were not checked: mend this first\.$/),
    ]);
  });

  it('can be a key that is set twice: the second is named, with the line of the first', () => {
    expect(more('[sale]', 'max = 5', 'max = 6')).toEqual([
      'file:10:1: E901 sale.max: found the same name a second time (the first is in line 9); allowed: each name once.',
    ]);
  });

  it('can be a table that begins twice: the rest of the file is checked', () => {
    expect(more('[sale]', 'max = 5', '[terminal]', 'x = 1', '[log]', 'level = 1')).toEqual([
      'file:10:2: E901 terminal: found the same name a second time (the first is in line 1); allowed: each name once. ' +
        'The keys below it were not checked.',
      expect.stringMatching(/^file:13: E904 log\.level: /),
    ]);
  });

  it('can be a table that begins twice: what stands in its second part is not missing', () => {
    const text = `${TERMINAL.replace('shop = "Warung Bu Sri"', '')}\n[terminal]\nshop = "Warung Bu Sri"`;
    expect(words(checkTerminal(text))).toEqual([
      expect.stringMatching(/^file:8:2: E901 terminal: .*first is in line 1/),
    ]);
  });

  it('is told of a file that is something else altogether', () => {
    expect(words(checkTerminal('<?xml version="1.0"?>\n<config/>'))).toEqual([
      expect.stringMatching(/^file:1:\d+: E901 /),
    ]);
  });

  it('gives up after fifty broken lines', () => {
    const found = more('[sale]', ...Array.from({ length: 80 }, (_, i) => `key${i} = nothing`));
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toMatch(/mend this first\.$/);
  });
});

describe('the line of an error', () => {
  it('is right behind strings and lists over several lines that look like tables and keys', () => {
    const text = [
      'slip.header = [ # a comment with [brackets] and "quotes"',
      "  '''",
      '[sale]',
      "max = 0''',",
      ']',
      'slip.footer = [',
      '  "a ] b # c", \'d " e\',',
      '  """x\\"""" ,',
      ']',
      '',
      TERMINAL,
      '[sale]',
      'paid_seconds = 0',
    ].join('\n');
    expect(words(checkTerminal(text))).toEqual([
      expect.stringMatching(/^file:2: E906 slip\.header\[1\]: found "\[sale\]/),
      expect.stringMatching(/^file:19: E905 sale\.paid_seconds: /),
    ]);
  });

  it('is right for dotted keys, quoted keys and inline tables', () => {
    const text = [
      'sale.max = 0',
      'log = { level = "loud" }',
      '"journal" . \'min_free_mib\' = 1',
      'page = { # over several lines',
      '  port = -1,',
      '}',
      TERMINAL,
    ].join('\n');
    expect(words(checkTerminal(text)).map((each) => each.replace(/: found.*/, ''))).toEqual([
      'file:1: E905 sale.max',
      'file:2: E906 log.level',
      'file:3: E905 journal.min_free_mib',
      'file:5: E905 page.port',
    ]);
  });

  it('is right in files of Windows, with a mark of UTF-8 at their beginning', () => {
    const text = `\ufeff${TERMINAL}\n[sale]\nmax = 0\n`.replaceAll('\n', '\r\n');
    expect(words(checkTerminal(text))).toEqual([expect.stringMatching(/^file:9: E905 sale\.max: /)]);
    expect(sound(checkTerminal(text.replace('max = 0', ''))).terminal.shop).toBe('Warung Bu Sri');
  });

  it('is that of the right one among several tables of one name', () => {
    const second = `[[terminal]]\nid = "KASIR2"\n\ntoken_sha256 = "zz"`;
    expect(words(checkRelay(`${RELAY}\n${second}\n[[terminal]]\nid = "KASIR3"`))).toEqual([
      'file:11: E906 terminal[2].token_sha256: found text of 2 characters (not shown); allowed: 64 hex digits.',
      expect.stringMatching(/^file:12: E903 terminal\[3\]\.token_sha256: found nothing/),
    ]);
  });
});
