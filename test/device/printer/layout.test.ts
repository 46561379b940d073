import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAscii } from '../../../devices/kit/ascii.js';
import { layoutSlip, type PaperLine, wrapText } from '../../../devices/printer/slip-layout.js';
import type { SlipLine } from '../../../src/base/slip.js';
import { ORDER } from './rig.js';

function lay(columns: number, ...lines: SlipLine[]): PaperLine[] {
  return layoutSlip({ kind: 'test', copy: false, lines }, columns);
}

function textsOf(lines: readonly PaperLine[]): string[] {
  return lines.map((line) => (line.put === 'text' ? line.text : `<${line.put}>`));
}

function pair(columns: number, left: string, right: string): string[] {
  return textsOf(lay(columns, { put: 'pair', left, right }));
}

const ink = (text: string): string => text.replace(/\s+/g, '');

describe('a slip on narrow paper', () => {
  it('breaks text at blanks', () => {
    expect(wrapText('Pindai dengan GoPay atau QRIS', 16)).toEqual(['Pindai dengan', 'GoPay atau QRIS']);
  });

  it('breaks an order id at its hyphen', () => {
    expect(wrapText(ORDER, 32)).toEqual(['KASIR01-', '01JD8XKQ3V7M2N4P5R6S8T9WYZ']);
  });

  it('breaks a word that is longer than the line', () => {
    expect(wrapText('ABCDEFGHIJ', 4)).toEqual(['ABCD', 'EFGH', 'IJ']);
  });

  it('keeps blank lines and line feeds', () => {
    expect(wrapText('a\n\nb', 10)).toEqual(['a', '', 'b']);
  });

  it('gives big text half the columns', () => {
    const lines = lay(32, { put: 'text', text: 'Rp10.000.000 tunai', size: 'big' });
    expect(textsOf(lines)).toEqual(['Rp10.000.000', 'tunai']);
  });

  it('sets a pair on one line', () => {
    expect(pair(20, 'Jumlah', 'Rp15.000')).toEqual(['Jumlah      Rp15.000']);
  });

  it('sets the left part of a pair in as its text is', () => {
    expect(pair(20, ' utang/owed', '1 Rp7')).toEqual([' utang/owed    1 Rp7']);
    expect(pair(20, ' sudah kembali', '1 Rp7.000')).toEqual([' sudah', ' kembali   1 Rp7.000']);
  });

  it('lets the left part of a pair give way, with the right part on the last line', () => {
    expect(pair(20, 'Bayar sebelum jam', '19:19:05')).toEqual(['Bayar', 'sebelum jam 19:19:05']);
  });

  it('puts a right part that leaves no room on a line of its own', () => {
    expect(pair(20, 'Waktu transaksi', '2026-11-22 19:04:05')).toEqual([
      'Waktu transaksi',
      ' 2026-11-22 19:04:05',
    ]);
  });

  it('loses no character and keeps every line within its columns, whatever the texts are', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 80 });
    const line: fc.Arbitrary<SlipLine> = fc.oneof(
      fc.record({
        put: fc.constant('text' as const),
        text: words,
        size: fc.constantFrom('big' as const, 'normal' as const),
      }),
      fc.record({ put: fc.constant('pair' as const), left: words, right: words }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.integer({ min: 16, max: 64 }), (lines, columns) => {
        const laid = lay(columns, ...lines);
        for (const one of laid) {
          if (one.put !== 'text') continue;
          expect(one.text.length).toBeLessThanOrEqual(one.big ? Math.floor(columns / 2) : columns);
          expect(one.text).toMatch(/^[\x20-\x7e]*$/);
        }
        const count = (text: string): string => [...ink(text)].sort().join('');
        const given = lines.map((one) =>
          one.put === 'pair' ? one.left + one.right : one.put === 'text' ? one.text : '',
        );
        expect(count(textsOf(laid).join(''))).toBe(count(toAscii(given.join(''))));
      }),
    );
  });
});

describe('text for a printer', () => {
  it('drops accents, spells common signs and replaces the rest by a question mark', () => {
    expect(toAscii('Caf\u00e9 \u2013 \u201cR\u014dti\u201d 5\u00d7\u20ac2\u2026')).toBe(
      'Cafe - "Roti" 5xEUR2...',
    );
    expect(toAscii('\u5bff\u53f8 \u{1f35c}')).toBe('?? ?');
  });

  it('lets no control character through, so a shop name cannot send commands', () => {
    expect(toAscii('A\u001b@B\u0010\u0004\u0001C\u007fD')).toBe('A @B   C D');
  });
});

describe("a register's own lines", () => {
  const on = (columns: number, text: string): string[] =>
    textsOf(lay(columns, { put: 'text', text, columns: true }));

  it('keep their columns', () => {
    expect(on(32, 'Kopi susu   2 x 9.000     18.000')).toEqual(['Kopi susu   2 x 9.000     18.000']);
    expect(on(32, '      TOTAL               18.000')).toEqual(['      TOTAL               18.000']);
    expect(on(48, '')).toEqual(['']);
    expect(on(32, 'Terima kasih                                    ')).toEqual(['Terima kasih']);
  });

  it('end at the right edge of narrower paper, where their widest gap gives way', () => {
    const wide = [
      'Kopi susu      2 x  9.000            18.000',
      'Air            1 x 12.500            12.500',
    ];
    const narrow = wide.flatMap((line) => on(32, line));
    expect(narrow.map((line) => line.length)).toEqual([32, 32]);
    for (const line of narrow) expect(line).toMatch(/ 1[28]\.[05]00$/);
  });

  it('are wrapped, and lose nothing, where they are all words', () => {
    const text = 'Barang yang sudah dibeli tidak dapat ditukar atau dikembalikan';
    expect(on(32, text).every((line) => line.length <= 32)).toBe(true);
    expect(on(32, text).join(' ')).toBe(text);
  });
});
