import { FAULTS } from '../../../src/core/fault/table.js';
import { PHRASES as TOLD } from '../../../src/core/text/phrases.js';
import { DISPLAY_PHRASES, TEST_WORDS } from '../phrases.js';
import type { Fonts } from './fonts.js';
import type { rasterOf } from './picture.js';
import type { Typeface } from './typeface.js';

/** Everything that this screen can be asked to say in both languages, beside the names of shop and terminal. */
export function allWords(): string[] {
  const tables = [
    ...Object.values(TOLD),
    ...Object.values(DISPLAY_PHRASES),
    ...Object.values(FAULTS).map(({ says }) => says),
    TEST_WORDS,
  ];
  return [...tables.flatMap(({ id, en }) => [id, en]), 'Rp0123456789.:E-ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
}

/** The characters of `texts` that one of the two weights has no glyph for, each once. */
export function missingGlyphs(fonts: Fonts, texts: readonly string[]): string[] {
  const chars = new Set(texts.flatMap((text) => [...text]).filter((char) => char !== ' '));
  const lacks = (font: Typeface, char: string): boolean =>
    !font.has(char) || font.outline(char, 0, 0, 100) === '';
  return [...chars].filter((char) => lacks(fonts.bold, char) || lacks(fonts.regular, char));
}

/**
 * Draws two different signs and looks at the pixels: a library that draws nothing, or a box for everything, says so no
 * other way.
 * @returns in words what is wrong
 * @throws Error when sharp cannot be loaded
 */
export async function tryToDraw(fonts: Fonts, draw: typeof rasterOf): Promise<string | undefined> {
  const pixels = async (char: string): Promise<Buffer> => {
    const path = fonts.bold.outline(char, 10, 70, 64);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="#fff"/><path d="${path}"/></svg>`;
    return Buffer.from((await draw(svg)).bytes);
  };
  const [blank, one, eight] = await Promise.all([pixels(' '), pixels('1'), pixels('8')]);
  if (one.equals(blank) || eight.equals(blank)) return 'digits are drawn blank';
  return one.equals(eight) ? 'all digits look the same' : undefined;
}
