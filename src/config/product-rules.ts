import type { Contradiction, Rule } from '../settings/schema.js';
import type { ProductRow } from './product-table.js';
import type { TerminalConfig } from './terminal-tables.js';

/**
 * What is wrong with products that are each sound, beside the rest of the configuration.
 * @param others of the other file: an id, or a slot, is one product's
 * @param placeOf how a row is called to people
 */
export function productContradictions(
  rows: readonly ProductRow[],
  config: Pick<TerminalConfig, 'vending' | 'sale' | 'catalogue'> | undefined,
  others: readonly ProductRow[] = [],
  placeOf: (row: number) => string = (row) => `product[${row + 1}]`,
): Contradiction[] {
  const found: Contradiction[] = [];
  for (const [i, row] of rows.entries()) {
    const key = (name: string): string => `product[${i + 1}].${name}`;
    found.push(...givenTwice(row, key));
    if (config !== undefined) found.push(...notGiven(row, key, config), ...notSellable(row, key, config));
  }
  return [...found, ...doubles(rows, others, 'id', placeOf), ...doubles(rows, others, 'slot', placeOf)];
}

type KeyOf = (name: string) => string;

function givenTwice({ slot, pulses, seconds, line }: ProductRow, key: KeyOf): Contradiction[] {
  const given = Object.entries({ slot, pulses, seconds }).filter(([, value]) => value !== undefined);
  const [first, second] = given.map(([name]) => name);
  const found: Contradiction[] = [];
  if (first !== undefined && second !== undefined)
    found.push({
      keys: [key(second), key(first)],
      found: `${second} beside ${first}`,
      allowed: 'one of slot, pulses and seconds',
    });
  if (line !== undefined && pulses === undefined && seconds === undefined)
    found.push({
      keys: [key('line')],
      found: 'a line without pulses or seconds',
      allowed: 'line beside pulses or seconds',
    });
  return found;
}

function isDriven(vending: TerminalConfig['vending']): boolean {
  return vending.enabled && vending.protocol === 'fafb' && vending.deliver === 'drive';
}

function notGiven(
  row: ProductRow,
  key: KeyOf,
  { vending, catalogue }: Pick<TerminalConfig, 'vending' | 'catalogue'>,
): Contradiction[] {
  const { slot, pulses } = row;
  const isPulse = vending.enabled && vending.protocol === 'pulse';
  if (slot !== undefined && (!vending.enabled || isPulse))
    return [
      {
        keys: [key('slot')],
        found: isPulse ? 'a slot at a machine that takes pulses' : 'a slot without a vending machine',
        allowed: 'a slot with [vending] of another protocol than pulse',
      },
    ];
  if (slot !== undefined && isDriven(vending) && catalogue.enabled && catalogue.cart)
    return [
      {
        keys: [key('slot'), 'catalogue.cart'],
        found: 'a slot with catalogue.cart = true, at a machine that gives one piece at a time',
        allowed: 'catalogue.cart = false',
      },
    ];
  const name = pulses === undefined ? 'seconds' : 'pulses';
  if (row[name] === undefined) return [];
  if (!isPulse)
    return [
      {
        keys: [key(name)],
        found: `${name} without a pulse line`,
        allowed: '[vending] with protocol = "pulse"',
      },
    ];
  const most = vending.maxPulses;
  return pulses === undefined || pulses <= most
    ? []
    : [{ keys: [key('pulses')], found: `${pulses}`, allowed: `at most vending.max_pulses, ${most}` }];
}

function notSellable(
  { price }: ProductRow,
  key: KeyOf,
  { sale, catalogue }: Pick<TerminalConfig, 'sale' | 'catalogue'>,
): Contradiction[] {
  const alone = catalogue.enabled && !catalogue.cart;
  if (price > sale.max)
    return [{ keys: [key('price')], found: `${price}`, allowed: `at most sale.max, ${sale.max}` }];
  return alone && price < sale.min
    ? [{ keys: [key('price')], found: `${price}`, allowed: `at least sale.min, ${sale.min}` }]
    : [];
}

function doubles(
  rows: readonly ProductRow[],
  others: readonly ProductRow[],
  name: 'id' | 'slot',
  placeOf: (row: number) => string,
): Contradiction[] {
  // Who writes AIR in one place and air in another means one product; the slots of machines are what they say.
  const plain = (value: string): string => (name === 'id' ? value.toLowerCase() : value);
  const known = new Set(others.flatMap((row) => (row[name] === undefined ? [] : [plain(row[name])])));
  const first = new Map<string, number>();
  const found: Contradiction[] = [];
  for (const [i, { [name]: value }] of rows.entries()) {
    if (value === undefined) continue;
    const key = `product[${i + 1}].${name}`;
    const before = first.get(plain(value));
    if (before === undefined) first.set(plain(value), i);
    if (before === undefined && !known.has(plain(value))) continue;
    const where = before === undefined ? 'terminal.toml' : placeOf(before);
    found.push({
      keys: before === undefined ? [key] : [key, `product[${before + 1}].${name}`],
      found: `${JSON.stringify(value)}, which is the ${name} of another product already (${where})`,
      allowed: name === 'id' ? 'each id once, whichever way its letters are written' : 'each slot once',
    });
  }
  return found;
}

/** Products of terminal.toml itself, and the catalogue that they are in. */
export const soundProducts: Rule<TerminalConfig> = (config) => {
  const { product, catalogue } = config;
  const [first] = product;
  if (first !== undefined && !catalogue.enabled)
    return {
      keys: ['catalogue.enabled'],
      found: 'products without a catalogue',
      allowed: 'a table [catalogue]',
    };
  if (first !== undefined && catalogue.enabled && catalogue.donationAmounts.length > 0)
    return {
      keys: ['catalogue.donation_amounts'],
      found: 'products beside amounts to donate',
      allowed: 'one of the two',
    };
  return productContradictions(product, config);
};
