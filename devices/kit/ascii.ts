/** Characters that a shop's texts bring along and every printer can show in another way. */
const SPELLED: Readonly<Record<string, string>> = {
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2022': '*',
  '\u00b7': '*',
  '\u2026': '...',
  '\u20ac': 'EUR',
  '\u00a3': 'GBP',
  '\u00a5': 'JPY',
  '\u00d7': 'x',
  '\u00f7': '/',
  '\u00b0': 'o',
  '\u00df': 'ss',
  '\u00e6': 'ae',
  '\u00c6': 'AE',
  '\u00f8': 'o',
  '\u00d8': 'O',
  '\u0131': 'i',
  '\u2044': '/',
  '\u2192': '->',
  '\u2713': 'v',
};

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
    else result += SPELLED[char] ?? '?';
  }
  return result;
}
