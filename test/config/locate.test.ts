import { describe, expect, it } from 'vitest';
import { locate } from '../../src/config/locate.js';

describe('the line of a key', () => {
  it('is found in tables, sub-tables and lists of tables', () => {
    const places = locate(
      'a = 1\n[t]\nb.c = 2\n[t.u]\nd = 3\n[[l]]\ne = 4\n[l.sub]\nf = 5\n[[l]]\ne = 6\n[l.sub]\nf = 7\n',
    );
    expect(places.lineOf(['a'])).toBe(1);
    expect(places.lineOf(['t'])).toBe(2);
    expect(places.lineOf(['t', 'b', 'c'])).toBe(3);
    expect(places.lineOf(['t', 'u', 'd'])).toBe(5);
    expect(places.lineOf(['l'])).toBe(6);
    expect(places.lineOf(['l', 0, 'sub', 'f'])).toBe(9);
    expect(places.lineOf(['l', 1])).toBe(10);
    expect(places.lineOf(['l', 1, 'sub', 'f'])).toBe(13);
    expect(places.lineOf(['z'])).toBeUndefined();
  });

  it('is found for entries of nested lists and inline tables', () => {
    const places = locate('x = [\n [1, 2],\n { a = 1,\n b.c = [\n5] },\n]\ny = {}\nz = []\nw = 1');
    expect(places.lineOf(['x', 0, 1])).toBe(2);
    expect(places.lineOf(['x', 1, 'a'])).toBe(3);
    expect(places.lineOf(['x', 1, 'b', 'c'])).toBe(4);
    expect(places.lineOf(['x', 1, 'b', 'c', 0])).toBe(5);
    expect(places.lineOf(['w'])).toBe(9);
  });

  it('is not led astray by strings', () => {
    const places = locate(
      'a = "\\" # ]"\nb = \'\\\'\nc = """\nd = 1\n\\""" """\ne = """x"""""\nf = \'\'\'\'\'\'\ng = 2',
    );
    expect(places.statements.map((each) => [each.path.join('.'), each.line, each.lastLine])).toEqual([
      ['a', 1, 1],
      ['b', 2, 2],
      ['c', 3, 5],
      ['e', 6, 6],
      ['f', 7, 7],
      ['g', 8, 8],
    ]);
  });

  it('is not led astray by escaped quotes in a list', () => {
    const places = locate('a = ["\\" ]", # one\n \'\\\', "]",\n"x"]\nb = 2');
    expect([0, 1, 2, 3].map((index) => places.lineOf(['a', index]))).toEqual([1, 2, 2, 3]);
  });

  it('is found for quoted keys', () => {
    const places = locate('"a b" = 1\n"c\\u0064" = 2\n\'e\' . f = 3\n"\\U00000067" = 4\nh = 5');
    expect(places.lineOf(['a b'])).toBe(1);
    expect(places.lineOf(['cd'])).toBe(2);
    expect(places.lineOf(['e', 'f'])).toBe(3);
    expect(places.lineOf(['h'])).toBe(5);
  });
});
