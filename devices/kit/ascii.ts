/** Characters that a shop's texts bring along, by what every printer can show for them. */
const SPELLED = new Map(
  Object.entries({
    '-': '\u2010\u2011\u2012\u2013\u2014\u2212',
    "'": '\u2018\u2019\u201a',
    '"': '\u201c\u201d\u201e',
    '*': '\u2022\u00b7',
    '...': '\u2026',
    '/': '\u00f7\u2044',
    '->': '\u2192',
    EUR: '\u20ac',
    GBP: '\u00a3',
    JPY: '\u00a5',
    ss: '\u00df',
    ae: '\u00e6',
    AE: '\u00c6',
    i: '\u0131',
    o: '\u00b0\u00f8',
    O: '\u00d8',
    x: '\u00d7',
    v: '\u2713',
  }).flatMap(([plain, signs]) => [...signs].map((sign) => [sign, plain])),
);

/**
 * Text for any printer: ASCII 0x20 to 0x7e and line feeds only, whatever code page its DIP switches chose. Accents
 * are dropped (`café` becomes `cafe`), common signs are spelled, other characters become one `?` each, and control
 * characters a blank: a shop name must not be able to send commands.
 */
export function toAscii(text: string): string {
  let result = '';
  for (const char of text.normalize('NFKD')) {
    if (/[\x20-\x7e\n]/.test(char)) result += char;
    else if (/\p{M}|\p{Cf}/u.test(char)) continue;
    else if (/[\p{Cc}\p{Z}]/u.test(char)) result += ' ';
    else result += SPELLED.get(char) ?? '?';
  }
  return result;
}
