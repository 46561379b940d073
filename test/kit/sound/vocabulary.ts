import { rupiah } from '../../../src/base/rupiah.js';
import type { Language } from '../../../src/core/text/spelled-number.js';
import { spoken } from '../../../src/core/text/spoken.js';

/** Amounts that have every word of a number between them. */
const AMOUNTS = [
  ...Array.from({ length: 100 }, (_, amount) => amount),
  ...[100, 200, 1_000, 2_000, 1_000_000, 2_000_000, 1_000_000_000],
].map(rupiah);

/** Every word that may be said: one recording each makes a whole voice. */
export function vocabulary(language: Language): readonly string[] {
  const paid = AMOUNTS.map((amount) => ({ say: 'paid', amount, again: true }) as const);
  return [...new Set([...paid, { say: 'test' } as const].flatMap((each) => spoken(each, language).flat()))];
}
