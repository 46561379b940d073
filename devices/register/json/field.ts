import { RUPIAH_MAX } from '../../../src/base/rupiah.js';

/** One field of a request: whether a value is good, and in words what is. */
export interface RequestField {
  readonly allowed: string;
  readonly good: (value: unknown) => boolean;
}

/** Fit for a log line, a file name and a shell without quotes. */
const NAME = /^[A-Za-z0-9._:/#-]{1,64}$/;
/** No control character, and no half of a surrogate pair. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

const name = worded('a text of 1 to 64 of A-Z a-z 0-9 . _ : / # -', NAME);

/** Every field that a request may have. */
export const FIELDS = {
  ref: name,
  till: worded(
    'the name of a till, 1 to 32 of A-Z a-z 0-9 . _ -',
    /^([A-Za-z0-9._-]{1,32}|@[0-9A-Fa-f.:]{1,45})$/,
  ),
  id: name,
  rrn: worded('a text of 12 digits', /^\d{12}$/),
  invoice: whole(0, 999_999, 'the number on the slip, 0 to 999999'),
  amount: whole(1, RUPIAH_MAX, `a whole number of rupiah, 1 to ${RUPIAH_MAX}, without quotes`),
  deadline_s: whole(10, 900, 'a whole number of seconds, 10 to 900'),
  events: flag(),
  taken: flag(),
  maintenance: flag(),
  words: worded('a text of 1 to 120 characters on one line', /^[^\p{Cc}\p{Cs}]{1,120}$/u),
  product: worded('the id of a product, 1 to 50 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,50}$/),
  slot: worded('a slot of the machine, 1 to 16 characters', /^[^\p{Cc}\p{Cs}]{1,16}$/u),
  sold_out: flag(),
  display: lines(0, 4, 40),
  print: lines(1, 200, 80),
} as const satisfies Readonly<Record<string, RequestField>>;

/** A value from outside as it may stand in an answer or a log: short, and on one line. */
export function shownJson(value: unknown): string {
  return value === undefined ? 'nothing' : short(JSON.stringify(value));
}

/** The same of a text that is no value. */
export function short(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '?');
  const characters = [...plain];
  return characters.length <= 60 ? plain : `${characters.slice(0, 57).join('')}...`;
}

export function whole(min: number, max: number, allowed: string): RequestField {
  return {
    allowed,
    good: (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  };
}

export function worded(allowed: string, form: RegExp): RequestField {
  return { allowed, good: (value) => typeof value === 'string' && form.test(value) };
}

function flag(): RequestField {
  return { allowed: 'true or false', good: (value) => typeof value === 'boolean' };
}

function lines(least: number, most: number, columns: number): RequestField {
  const line = (value: unknown): boolean =>
    typeof value === 'string' && [...value].length <= columns && PRINTABLE.test(value);
  return {
    allowed: `a list of ${least} to ${most} texts of at most ${columns} characters, none of them a control character`,
    good: (value) =>
      Array.isArray(value) && value.length >= least && value.length <= most && value.every(line),
  };
}
