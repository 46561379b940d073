import { assert } from '../../base/assert.js';
import type { Rupiah } from '../../base/rupiah.js';

export type Language = 'id' | 'en';

/** Above the last of them are the thousands of milliards, of which {@link Rupiah} has none. */
const SCALES: Readonly<Record<Language, readonly string[]>> = {
  id: ['', 'ribu', 'juta', 'miliar'],
  en: ['', 'thousand', 'million', 'billion'],
};

const ID_DIGITS = 'nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas'.split(' ');

const EN_SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const EN_TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** 15000 as `lima belas ribu`, or `fifteen thousand`: one entry a word, as a person says it. */
export function numberWords(amount: Rupiah, language: Language): readonly string[] {
  if (amount === 0) return language === 'id' ? ['nol'] : ['zero'];
  const words: string[] = [];
  for (let power = 3; power >= 0; power -= 1) {
    const group = Math.floor(amount / 1000 ** power) % 1000;
    if (group === 0) continue;
    // A thousand of its own is one word, as a hundred is; in 101.000 (seratus satu ribu) it is none of its own.
    if (language === 'id' && power === 1 && group === 1) words.push('seribu');
    else
      words.push(
        ...(language === 'id' ? belowThousandId(group) : belowThousandEn(group)),
        SCALES[language][power] ?? '',
      );
  }
  return words.filter((word) => word !== '');
}

/** 1 to 999. */
function belowThousandId(number: number): string[] {
  const hundreds = Math.floor(number / 100);
  const rest = number % 100;
  const head = hundreds === 0 ? [] : hundreds === 1 ? ['seratus'] : [word(ID_DIGITS, hundreds), 'ratus'];
  if (rest === 0) return head;
  if (rest < ID_DIGITS.length) return [...head, word(ID_DIGITS, rest)];
  if (rest < 20) return [...head, word(ID_DIGITS, rest - 10), 'belas'];
  const ones = rest % 10;
  const tens = [word(ID_DIGITS, Math.floor(rest / 10)), 'puluh'];
  return [...head, ...tens, ...(ones === 0 ? [] : [word(ID_DIGITS, ones)])];
}

/** 1 to 999. */
function belowThousandEn(number: number): string[] {
  const hundreds = Math.floor(number / 100);
  const rest = number % 100;
  const head = hundreds === 0 ? [] : [word(EN_SMALL, hundreds), 'hundred'];
  if (rest === 0) return head;
  if (rest < EN_SMALL.length) return [...head, word(EN_SMALL, rest)];
  const ones = rest % 10;
  return [...head, word(EN_TENS, Math.floor(rest / 10)), ...(ones === 0 ? [] : [word(EN_SMALL, ones)])];
}

function word(words: readonly string[], at: number): string {
  const found = words[at];
  assert(found !== undefined, `no word for ${at}`);
  return found;
}
