import { resolve } from 'node:path';
import { err, ok } from '../base/result.js';
import { rupiah } from '../base/rupiah.js';
import { MOST_OF_ONE } from '../base/sold-item.js';
import { type Hours, MOST_PRODUCTS, type Product } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import { amount, flag, integer, type Kind, line, text } from '../settings/kinds.js';
import { defaulted, many, optional, required, type ValuesOf } from '../settings/schema.js';
import { shown, typeName } from '../settings/shown.js';

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** `06:00-22:00`. */
function hours(): Kind<Hours> {
  return {
    allowed:
      '"HH:MM-HH:MM", from 00:00 to 23:59, such as "06:00-22:00"; over midnight "22:00-04:00"; two different times, and nothing for always',
    read: (value) => {
      if (typeof value !== 'string') return err([{ code: FAULT.configType, found: typeName(value) }]);
      const match = HOURS.exec(value);
      if (match === null) return err([{ code: FAULT.configForm, found: `${shown(value)}${badPart(value)}` }]);
      const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = match.slice(1).map(Number);
      const [from, until] = [h1 * 60 + m1, h2 * 60 + m2];
      // No time at all, or all day? As with [hours] nobody has to guess.
      return from === until ? err([{ code: FAULT.configForm, found: shown(value) }]) : ok({ from, until });
    },
    toml: ({ from, until }) => JSON.stringify(`${clock(from)}-${clock(until)}`),
  };
}

/** Which part of two times is none. */
function badPart(value: string): string {
  const parts = value.split('-');
  if (parts.length !== 2) return '';
  const bad = parts.find((part) => !HOURS.test(`${part}-${part}`)) ?? '';
  return `, of which ${shown(bad)} is no time`;
}

function clock(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const KEYS = {
  id: required(
    text('1 to 50 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,50}$/),
    'kopi-susu',
    "The shop's own name of it, once in the catalogue: in reports, in Midtrans' item_details, in the journal.",
  ),
  name_id: required(line(50), 'Kopi susu', 'What the customer reads, in Indonesian.'),
  name_en: optional(
    line(50),
    'the same as name_id',
    'Coffee with milk',
    'What the customer reads, in English.',
  ),
  price: required(amount(1, 20_000_000), rupiah(8_000), 'Of one.'),
  group: optional(
    line(50),
    'in no group',
    'Minuman / Drinks',
    'Products of one group stand together, and are chosen from by touch. A slash with blanks parts Indonesian and English.',
  ),
  picture: optional(
    text(
      'a path to a PNG or JPEG on this box, no web address',
      /^(?![a-z][a-z0-9+.-]*:\/\/)[^\p{Cc}]{1,1000}\.(png|jpe?g)$/iu,
    ),
    'no picture',
    'pictures/kopi-susu.jpg',
    'A PNG or JPEG of at most 10 MB and 40 million dots, by its path; without a slash in front, from the folder of catalogue.file.',
  ),
  slot: optional(
    line(16),
    'no slot',
    '12',
    'The column of the vending machine, as the machine calls it. The choice and the price are the machine’s; the name is this one.',
  ),
  pulses: optional(
    integer(1, 999),
    'no pulses',
    4,
    'Pulses that the terminal gives for one (vending.protocol = "pulse").',
  ),
  seconds: optional(
    integer(1, 300, 'seconds'),
    'no pulse of its own length',
    30,
    'In the place of pulses: the line is held so long for one, for a relay; the next customer waits for its end. A longer time is the timer of a machine that counts pulses.',
  ),
  line: optional(
    integer(0, 511),
    'vending.line',
    17,
    'The GPIO line of its pulses or seconds: a laundry has one for each machine.',
  ),
  hours: optional(
    hours(),
    'always',
    { from: 6 * 60, until: 22 * 60 },
    'When it can be had, by slip.zone. Outside of that it is shown, and cannot be chosen.',
  ),
  most: optional(
    integer(1, MOST_OF_ONE),
    String(MOST_OF_ONE),
    2,
    'How many of it one sale may have, with catalogue.cart.',
  ),
  sold_out: defaulted(flag(), false, 'Shown, and not to be chosen.'),
  sort: optional(
    integer(0, 9_999),
    'behind those that have one',
    10,
    'Lower numbers come first; the same number, or none, in the order of the file. The place in the whole is the number that customers type.',
  ),
};

/** `[[product]]`, and the columns of the file of products: one declaration for both. */
export const PRODUCT_TABLE = many(
  MOST_PRODUCTS,
  'One product that customers choose at the terminal, or whose slot they choose at the machine. Needs [catalogue]. Many are better kept in a CSV file (catalogue.file), whose columns have the names of these keys.',
  KEYS,
);

export const PRODUCT_KEYS = Object.keys(KEYS) as readonly (keyof typeof KEYS)[];

export type ProductRow = ValuesOf<typeof KEYS>;

/**
 * In the order in which customers see them.
 * @param folder of pictures whose paths begin with none
 */
export function productsOf(rows: readonly ProductRow[], folder: string): Product[] {
  const last = (row: ProductRow): number => row.sort ?? 10_000;
  return [...rows].sort((a, b) => last(a) - last(b)).map((row) => productOf(row, folder));
}

function productOf(row: ProductRow, folder: string): Product {
  const { id, nameId, nameEn = nameId, price, group, picture, slot, hours: open, most, soldOut } = row;
  const gives = givenOf(row);
  const [groupId = '', groupEn = groupId] = (group ?? '').split(' / ');
  return {
    ...{ id, name: { id: nameId, en: nameEn }, price },
    ...(group === undefined ? {} : { group: { id: groupId, en: groupEn } }),
    ...(picture === undefined ? {} : { picture: resolve(folder, picture) }),
    ...(slot === undefined ? {} : { slot }),
    ...(gives === undefined ? {} : { gives }),
    ...(open === undefined ? {} : { hours: open }),
    ...(most === undefined ? {} : { most }),
    ...(soldOut ? { soldOut } : {}),
  };
}

function givenOf({ pulses, seconds, line: own }: ProductRow): Product['gives'] {
  const where = own === undefined ? {} : { line: own };
  if (pulses !== undefined) return { pulses, ...where };
  return seconds === undefined ? undefined : { seconds, ...where };
}
