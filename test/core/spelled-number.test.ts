import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RUPIAH_MAX, type Rupiah, rupiah } from '../../src/base/rupiah.js';
import { type Language, numberWords } from '../../src/core/text/spelled-number.js';
import { spoken } from '../../src/core/text/spoken.js';
import { vocabulary } from '../kit/sound/vocabulary.js';

/** Written by hand from the rules of the language, not by a program. */
const INDONESIAN: Readonly<Record<number, string>> = {
  0: 'nol',
  1: 'satu',
  2: 'dua',
  5: 'lima',
  9: 'sembilan',
  10: 'sepuluh',
  11: 'sebelas',
  12: 'dua belas',
  13: 'tiga belas',
  15: 'lima belas',
  18: 'delapan belas',
  19: 'sembilan belas',
  20: 'dua puluh',
  21: 'dua puluh satu',
  30: 'tiga puluh',
  45: 'empat puluh lima',
  70: 'tujuh puluh',
  99: 'sembilan puluh sembilan',
  100: 'seratus',
  101: 'seratus satu',
  110: 'seratus sepuluh',
  111: 'seratus sebelas',
  112: 'seratus dua belas',
  150: 'seratus lima puluh',
  199: 'seratus sembilan puluh sembilan',
  200: 'dua ratus',
  211: 'dua ratus sebelas',
  500: 'lima ratus',
  999: 'sembilan ratus sembilan puluh sembilan',
  1000: 'seribu',
  1001: 'seribu satu',
  1010: 'seribu sepuluh',
  1100: 'seribu seratus',
  1500: 'seribu lima ratus',
  1999: 'seribu sembilan ratus sembilan puluh sembilan',
  2000: 'dua ribu',
  2500: 'dua ribu lima ratus',
  10000: 'sepuluh ribu',
  11000: 'sebelas ribu',
  12500: 'dua belas ribu lima ratus',
  15000: 'lima belas ribu',
  20000: 'dua puluh ribu',
  21000: 'dua puluh satu ribu',
  50000: 'lima puluh ribu',
  99900: 'sembilan puluh sembilan ribu sembilan ratus',
  100000: 'seratus ribu',
  101000: 'seratus satu ribu',
  101001: 'seratus satu ribu satu',
  111111: 'seratus sebelas ribu seratus sebelas',
  125750: 'seratus dua puluh lima ribu tujuh ratus lima puluh',
  200000: 'dua ratus ribu',
  201000: 'dua ratus satu ribu',
  999999: 'sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan',
  1000000: 'satu juta',
  1000001: 'satu juta satu',
  1001000: 'satu juta seribu',
  1011000: 'satu juta sebelas ribu',
  1100000: 'satu juta seratus ribu',
  1500000: 'satu juta lima ratus ribu',
  2000000: 'dua juta',
  10000000: 'sepuluh juta',
  11000000: 'sebelas juta',
  20000000: 'dua puluh juta',
  100000000: 'seratus juta',
  101000000: 'seratus satu juta',
  1000000000: 'satu miliar',
  1001001001: 'satu miliar satu juta seribu satu',
};

const ENGLISH: Readonly<Record<number, string>> = {
  0: 'zero',
  1: 'one',
  10: 'ten',
  11: 'eleven',
  12: 'twelve',
  13: 'thirteen',
  19: 'nineteen',
  20: 'twenty',
  21: 'twenty one',
  40: 'forty',
  80: 'eighty',
  100: 'one hundred',
  101: 'one hundred one',
  111: 'one hundred eleven',
  999: 'nine hundred ninety nine',
  1000: 'one thousand',
  1001: 'one thousand one',
  15000: 'fifteen thousand',
  21000: 'twenty one thousand',
  101000: 'one hundred one thousand',
  115500: 'one hundred fifteen thousand five hundred',
  1000000: 'one million',
  1001000: 'one million one thousand',
  20000000: 'twenty million',
  1000000000: 'one billion',
};

function say(amount: number, language: Language): string {
  return numberWords(rupiah(amount), language).join(' ');
}

it('says numbers as Indonesians say them', () => {
  const said = Object.keys(INDONESIAN).map((amount) => [Number(amount), say(Number(amount), 'id')]);
  expect(Object.fromEntries(said)).toEqual(INDONESIAN);
  expect(said.length).toBeGreaterThan(60);
});

it('says numbers in English', () => {
  const said = Object.keys(ENGLISH).map((amount) => [Number(amount), say(Number(amount), 'en')]);
  expect(Object.fromEntries(said)).toEqual(ENGLISH);
});

const amounts = fc.oneof(
  fc.integer({ min: 0, max: 20_000_000 }),
  fc.integer({ min: 0, max: RUPIAH_MAX }),
  fc.integer({ min: 0, max: 20_000 }).map((thousands) => thousands * 1_000),
);

it('says what somebody else understands as the same number', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(heardInIndonesian(numberWords(amount as Rupiah, 'id'))).toBe(amount);
      expect(heardInEnglish(numberWords(amount as Rupiah, 'en'))).toBe(amount);
    }),
    { numRuns: 3_000 },
  );
});

it('says nothing that a voice of recordings lacks', () => {
  fc.assert(
    fc.property(
      amounts,
      fc.constantFrom('id' as const, 'en' as const),
      fc.boolean(),
      (amount, language, again) => {
        const said = spoken({ say: 'paid', amount: amount as Rupiah, again }, language).flat();
        expect(said.filter((word) => !vocabulary(language).includes(word))).toEqual([]);
      },
    ),
  );
  for (const language of ['id', 'en'] as const)
    for (const word of vocabulary(language)) expect(word).toMatch(/^[a-z]+$/);
  expect(vocabulary('id')).toHaveLength(26);
});

it('tells a payment, a repeat and a test apart with the first word', () => {
  const amount = rupiah(15_000);
  const text = (of: Parameters<typeof spoken>[0], language: Language): string =>
    spoken(of, language)
      .map((breath) => breath.join(' '))
      .join(', ');
  expect(text({ say: 'paid', amount, again: false }, 'id')).toBe(
    'pembayaran diterima, lima belas ribu rupiah',
  );
  expect(text({ say: 'paid', amount, again: true }, 'id')).toBe(
    'ulangan, pembayaran diterima, lima belas ribu rupiah',
  );
  expect(text({ say: 'test' }, 'id')).toBe('uji suara, lima belas ribu rupiah');
  expect(text({ say: 'paid', amount, again: false }, 'en')).toBe('payment received, fifteen thousand rupiah');
  expect(text({ say: 'paid', amount, again: true }, 'en')).toBe(
    'repeat, payment received, fifteen thousand rupiah',
  );
  expect(text({ say: 'test' }, 'en')).toBe('sound test, fifteen thousand rupiah');
});

const ID_ONES = ['nol', 'satu', 'dua', 'tiga', 'empat', 'lima', 'enam', 'tujuh', 'delapan', 'sembilan'];

/** A listener who knows the grammar, and takes nothing that no Indonesian says: satu puluh, satu ratus, satu ribu. */
function heardInIndonesian(words: readonly string[]): number {
  let total = 0;
  let group = 0;
  let digit = 0;
  let lastScale = Number.POSITIVE_INFINITY;
  const close = (scale: number): void => {
    if (scale >= lastScale) throw new Error(`out of order: ${words.join(' ')}`);
    lastScale = scale;
    if (group + digit === 0) throw new Error(`a scale of nothing: ${words.join(' ')}`);
    total += (group + digit) * scale;
    group = 0;
    digit = 0;
  };
  const times = (factor: number): void => {
    if (digit < 2) throw new Error(`${digit} times ${factor}: ${words.join(' ')}`);
    group += digit * factor;
    digit = 0;
  };
  for (const word of words) {
    if (ID_ONES.includes(word)) digit = ID_ONES.indexOf(word);
    else if (word === 'sepuluh') group += 10;
    else if (word === 'sebelas') group += 11;
    else if (word === 'belas') {
      if (digit < 2) throw new Error(words.join(' '));
      group += 10 + digit;
      digit = 0;
    } else if (word === 'puluh') times(10);
    else if (word === 'seratus') group += 100;
    else if (word === 'ratus') times(100);
    else if (word === 'seribu') {
      digit = 1;
      close(1_000);
    } else if (word === 'ribu') {
      if (group === 0 && digit === 1) throw new Error(`satu ribu: ${words.join(' ')}`);
      close(1_000);
    } else if (word === 'juta') close(1_000_000);
    else if (word === 'miliar') close(1_000_000_000);
    else throw new Error(`what is ${word}?`);
  }
  return total + group + digit;
}

function heardInEnglish(words: readonly string[]): number {
  const ones =
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
      ' ',
    );
  const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
  const scales: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };
  let total = 0;
  let group = 0;
  for (const word of words) {
    if (ones.includes(word)) group += ones.indexOf(word);
    else if (tens.includes(word)) group += 20 + 10 * tens.indexOf(word);
    else if (word === 'hundred') group *= 100;
    else {
      total += group * (scales[word] ?? Number.NaN);
      group = 0;
    }
  }
  return total + group;
}
