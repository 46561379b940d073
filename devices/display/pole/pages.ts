import { formatRupiah, type Rupiah } from '../../../src/base/rupiah.js';
import type { Help, Screen, Words } from '../../../src/base/screen.js';
import { toAscii } from '../../kit/ascii.js';
import type { ScreenWords } from '../../kit/device.js';
import { DISPLAY_PHRASES, inLanguages, minutes, type ShownLanguage } from '../phrases.js';
import { COLUMNS, type TwoLines } from './dialect.js';

export interface PoleStyle extends ScreenWords {
  readonly countdown: boolean;
}

const NOTHING = ' '.repeat(COLUMNS);

/**
 * What two lines can say of a screen. Longer words come as several pages, to be shown in turn; each language has pages
 * of its own. Never empty.
 */
export function pagesOf(screen: Screen, style: PoleStyle): readonly TwoLines[] {
  const { language } = style;
  switch (screen.show) {
    case 'idle': {
      const lines = screen.lines ?? [];
      // A customer's pole is where a register's words belong; the note is for the staff, who look at another screen.
      if (lines.length > 0) return inTwos(lines.flatMap(columnsOf));
      return [
        { upper: centre(screen.shop === '' ? style.shop : screen.shop), lower: centre('GoPay / QRIS') },
      ];
    }
    case 'choose': {
      const { cart, typed, hint, donation, shop } = screen;
      const call = donation === undefined ? DISPLAY_PHRASES.choose : DISPLAY_PHRASES.give;
      const named = typed?.product;
      if (named !== undefined) return withAmount(named.name, named.price, language);
      if (typed?.amount !== undefined)
        return withAmount(hint ?? DISPLAY_PHRASES.amount, typed.amount, language);
      if (cart !== undefined && cart.sum > 0) return withAmount(hint ?? call, cart.sum, language);
      if (hint !== undefined) return reasons(hint, undefined, language);
      const upper = centre(shop === '' ? style.shop : shop);
      return inLanguages(call, language).map((words) => ({ upper, lower: centre(words) }));
    }
    case 'entering': {
      const label = screen.amount > 0 ? DISPLAY_PHRASES.amount : DISPLAY_PHRASES.type;
      return withAmount(screen.hint ?? label, screen.amount, language);
    }
    case 'wait':
      return withAmount(screen.words, screen.amount, language);
    case 'scan': {
      if (screen.leftMs <= 0) return withAmount(DISPLAY_PHRASES.timeUp, screen.amount, language);
      const call = language === 'id' ? 'PINDAI QR' : 'SCAN QR';
      const left = style.countdown ? minutes(screen.leftMs) : '';
      return [{ upper: ends(call, left), lower: right(formatRupiah(screen.amount)) }];
    }
    case 'paid': {
      const verdict = inLanguages(DISPLAY_PHRASES.paid, language).join(' / ');
      const paid = { upper: centre(verdict), lower: right(formatRupiah(screen.amount)) };
      return [paid, ...quotable({ ...screen, orderId: '' })];
    }
    case 'closed': {
      // No room for the advice before the screen rests; the number is what the shop asks for.
      return [...reasons(screen.words, screen.code, language), ...quotable(screen)];
    }
    case 'owed': {
      const paid = withAmount(DISPLAY_PHRASES.received, screen.amount, language);
      return [...paid, ...reasons(screen.words, undefined, language), ...quotable(screen)];
    }
    case 'outOfService': {
      const notes = (screen.notes ?? []).flatMap((note) => reasons(note, undefined, language));
      return [...reasons(screen.words, screen.code, language), ...notes, ...quotable(screen)];
    }
  }
}

/** What a customer says on the telephone, and whom to: the short number with the amount, the order id, the contact. */
function quotable(screen: {
  readonly number?: string;
  readonly amount?: Rupiah;
  readonly orderId?: string;
  readonly help?: Help;
}): TwoLines[] {
  const { number, amount, orderId = '', help } = screen;
  const sum = amount === undefined ? '' : formatRupiah(amount);
  const short = number === undefined ? [] : [{ upper: left(`No. ${number}`), lower: right(sum) }];
  const parts = [chunks(orderId), (help?.lines ?? []).flatMap(wrap)].filter(({ length }) => length > 0);
  return [...short, ...parts.flatMap(inTwos)];
}

/** A line of words over the amount, as many pages as there are lines. */
function withAmount(words: Words, amount: Rupiah, language: ShownLanguage): TwoLines[] {
  const lower = right(formatRupiah(amount));
  return inLanguages(words, language).flatMap((text) =>
    wrap(text).map((upper) => ({ upper: left(upper), lower })),
  );
}

/** The number first: it is the part that a technician asks for. */
function reasons(words: Words, code: number | undefined, language: ShownLanguage): TwoLines[] {
  const number = code === undefined ? '' : `E${code} `;
  return inLanguages(words, language).flatMap((text) => inTwos(wrap(number + text)));
}

function inTwos(lines: readonly string[]): TwoLines[] {
  const pages: TwoLines[] = [];
  for (let i = 0; i < lines.length; i += 2)
    pages.push({ upper: left(lines[i] ?? ''), lower: left(lines[i + 1] ?? '') });
  return pages.length === 0 ? [{ upper: NOTHING, lower: NOTHING }] : pages;
}

/** At least one line of at most {@link COLUMNS}, broken at blanks; a longer word is cut into pieces. Dots that mean "wait" are left out. */
function wrap(text: string): string[] {
  const plain = toAscii(text).replace(/\s*\.\.\.$/, '');
  const lines: string[] = [];
  for (const word of plain.split(/\s+/).flatMap(chunks)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COLUMNS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length === 0 ? [''] : lines;
}

/** A line that fits keeps the blanks by which a register sets its columns. */
function columnsOf(line: string): string[] {
  const plain = toAscii(line).trimEnd();
  return plain.length <= COLUMNS ? [plain] : wrap(line);
}

function chunks(word: string): string[] {
  return toAscii(word).match(/.{1,20}/g) ?? [];
}

function left(text: string): string {
  return clean(text).padEnd(COLUMNS);
}

function right(text: string): string {
  return clean(text).padStart(COLUMNS);
}

function centre(text: string): string {
  const fitted = clean(text);
  return fitted.padStart(Math.floor((COLUMNS + fitted.length) / 2)).padEnd(COLUMNS);
}

function ends(first: string, last: string): string {
  return `${first.padEnd(COLUMNS - last.length)}${last}`.slice(0, COLUMNS);
}

function clean(text: string): string {
  return toAscii(text).replace(/\n/g, ' ').trim().slice(0, COLUMNS).trimEnd();
}
