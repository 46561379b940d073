import { asObject } from '../../../src/base/json.js';
import type { WantedItem, WrongField } from '../../../src/base/register-messages.js';
import { MOST_LINES, MOST_OF_ONE } from '../../../src/base/sold-item.js';
import { FIELDS, type RequestField, short, shownJson, whole, worded } from './field.js';

/** The field of each kind of line, in the order of a canonical one. */
const OF_THE_CATALOGUE = {
  product: worded('the id of a product: 1 to 50 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,50}$/),
  quantity: whole(1, MOST_OF_ONE, `a whole number, 1 to ${MOST_OF_ONE}; 1 without it`),
} as const;
const OF_ITS_OWN = {
  id: worded('your own number of it, 1 to 50 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,50}$/),
  name: worded('a text of 1 to 50 characters, none of them a control character', /^[^\p{Cc}\p{Cs}]{1,50}$/u),
  price: FIELDS.amount,
  quantity: OF_THE_CATALOGUE.quantity,
} as const;

/** What is sold: products of the terminal's catalogue, lines of the program's own, or both. */
export const ITEMS: RequestField = {
  allowed: `a list of 1 to ${MOST_LINES} lines, {"product", "quantity"} or {"name", "price", "quantity"}`,
  good: (value) => Array.isArray(value) && isOfLength(value) && wrongItem(value) === undefined,
};

/** Which field of which line is wrong; undefined where it is not in a line. */
export function wrongItem(value: unknown): WrongField | undefined {
  if (!Array.isArray(value) || !isOfLength(value)) return undefined;
  for (const [at, each] of value.entries()) {
    const where = `items[${at}]`;
    const line = asObject(each);
    if (line === undefined) return { field: where, found: shownJson(each), allowed: 'one JSON object' };
    const fields: Readonly<Record<string, RequestField>> = 'product' in line ? OF_THE_CATALOGUE : OF_ITS_OWN;
    for (const [key, given] of Object.entries(line))
      if (!Object.hasOwn(fields, key))
        return {
          field: short(`${where}.${key}`),
          found: shownJson(given),
          allowed: `of such a line: ${Object.keys(fields).join(', ')}`,
        };
    for (const [key, { good, allowed }] of Object.entries(fields)) {
      const given = line[key];
      const may = (key === 'quantity' || key === 'id') && given === undefined;
      if (!may && !good(given)) return { field: `${where}.${key}`, found: shownJson(given), allowed };
    }
  }
  return undefined;
}

/** The same lines in the same words, however they were written. */
export function normalItems(lines: unknown): readonly WantedItem[] {
  return (lines as readonly Partial<Record<string, unknown>>[]).map((line) => {
    const { product, id, name, price, quantity = 1 } = line;
    const own = { ...(id === undefined ? {} : { id }), name, price };
    return { ...(product === undefined ? own : { product }), quantity } as WantedItem;
  });
}

function isOfLength(value: readonly unknown[]): boolean {
  return value.length > 0 && value.length <= MOST_LINES;
}
