import type { Announcement } from '../../base/announcement.js';
import { rupiah } from '../../base/rupiah.js';
import { type Language, numberWords } from './spelled-number.js';

/** Words that are said in one breath; between two of them is a short pause. */
export type Breath = readonly string[];

const PHRASES = {
  id: { paid: ['pembayaran', 'diterima'], again: ['ulangan'], test: ['uji', 'suara'] },
  en: { paid: ['payment', 'received'], again: ['repeat'], test: ['sound', 'test'] },
} as const satisfies Readonly<Record<Language, Readonly<Record<'paid' | 'again' | 'test', Breath>>>>;

/** What a technician hears: as many different words as a short sentence can hold, and no payment. */
const TEST_AMOUNT = rupiah(15_000);

/** The words of an announcement, in the order in which they are said. */
export function spoken(announcement: Announcement, language: Language): readonly Breath[] {
  const { paid, again, test } = PHRASES[language];
  if (announcement.say === 'test') return [test, [...numberWords(TEST_AMOUNT, language), 'rupiah']];
  const amount = [...numberWords(announcement.amount, language), 'rupiah'];
  return announcement.again ? [again, paid, amount] : [paid, amount];
}
