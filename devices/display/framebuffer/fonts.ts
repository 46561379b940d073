import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Fault, messageOf, refused } from '../../../src/base/fault.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { FAULT } from '../../../src/core/fault/table.js';
import { Typeface } from './typeface.js';

export interface Fonts {
  readonly bold: Typeface;
  readonly regular: Typeface;
}

/** Alphabets of the package, the usual one first. Together: Latin with its accents, Greek and Cyrillic. */
const ALPHABETS = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'] as const;

/**
 * Inter (SIL Open Font License 1.1), from the package `@fontsource/inter` that comes with this program. Text is drawn
 * as outlines: it looks the same with whatever fonts the system has, and where it has none.
 * @returns FAULT.framebufferText when a file is missing or damaged
 */
export async function readFonts(): Promise<Result<Fonts, Fault>> {
  try {
    const [bold, regular] = await Promise.all([weight(700), weight(500)]);
    return ok({ bold, regular });
  } catch (thrown) {
    return err(refused(FAULT.framebufferText, `the font of the screen: ${messageOf(thrown)}`));
  }
}

async function weight(value: 500 | 700): Promise<Typeface> {
  const { resolve } = createRequire(import.meta.url);
  const files = ALPHABETS.map((alphabet) =>
    resolve(`@fontsource/inter/files/inter-${alphabet}-${value}-normal.woff`),
  );
  return new Typeface(await Promise.all(files.map((file) => readFile(file))));
}
