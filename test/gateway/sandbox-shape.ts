import type { Json } from './sandbox-kit.js';

/** What a text of a sample looks like; the answer's text under the same key must look the same. */
const FORMATS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a time in WIB', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
  ['an amount with .00', /^\d+\.00$/],
  ['a UUID v4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ['a SHA-512 in lower-case hex', /^[0-9a-f]{128}$/],
  ['three digits', /^\d{3}$/],
  ['a merchant id', /^[A-Z]\d{6,9}$/],
  ['an EMV payload', /^000201.*6304[0-9A-F]{4}$/],
  ['an address', /^(https?|gojek):\/\//],
];

/** Texts chosen by the merchant or by the case at hand, not by the API. */
const FREE = new Set(['order_id', 'refund_key', 'reason', 'method', 'name']);
/** Texts that say the same in every answer of this kind. */
const FIXED = ['status_code', 'status_message', 'transaction_status', 'fraud_status', 'currency'];

export interface Allowance {
  /** Keys of the sample that the answer may lack, with a reason in the test. */
  readonly mayLack?: readonly string[];
  /** Keys that the sample lacks. */
  readonly mayAdd?: readonly string[];
  /** Keys of {@link FIXED} that differ for a reason. */
  readonly differs?: readonly string[];
}

/** Compares an answer with a sample taken as its schema; each difference is a sentence. */
export function differences(sample: Json, actual: Json, allowance: Allowance = {}, path = ''): string[] {
  const { mayLack = [], mayAdd = [], differs = [] } = allowance;
  const found: string[] = [];
  for (const key of Object.keys(sample)) {
    if (!(key in actual)) {
      if (!mayLack.includes(key)) found.push(`${path}${key} is missing`);
      continue;
    }
    found.push(...compare(sample[key], actual[key], `${path}${key}`, key, allowance));
    if (FIXED.includes(key) && !differs.includes(key) && sample[key] !== actual[key])
      found.push(`${path}${key} is ${String(actual[key])}, not ${String(sample[key])}`);
  }
  for (const key of Object.keys(actual))
    if (!(key in sample) && !mayAdd.includes(key)) found.push(`${path}${key} is not in the sample`);
  return found;
}

function compare(
  sample: unknown,
  actual: unknown,
  path: string,
  key: string,
  allowance: Allowance,
): string[] {
  if (kind(sample) !== kind(actual)) return [`${path} is a ${kind(actual)}, not a ${kind(sample)}`];
  if (Array.isArray(sample) && Array.isArray(actual)) return compareLists(sample, actual, path, allowance);
  if (kind(sample) === 'object') return differences(sample as Json, actual as Json, allowance, `${path}.`);
  if (typeof sample !== 'string' || typeof actual !== 'string' || FREE.has(key)) return [];
  const format = FORMATS.find(([, pattern]) => pattern.test(sample));
  return format && !format[1].test(actual) ? [`${path} is not ${format[0]}: ${actual}`] : [];
}

/** Lists of named things are compared by name, others against the first of the sample. */
function compareLists(
  sample: readonly unknown[],
  actual: readonly unknown[],
  path: string,
  allowance: Allowance,
): string[] {
  const named = sample.every((entry) => typeof nameOf(entry) === 'string');
  if (!named || sample.length === 0)
    return actual.flatMap((entry, index) => compare(sample[0], entry, `${path}[${index}]`, '', allowance));
  const names = (list: readonly unknown[]): string => list.map(nameOf).join(', ');
  if (names(sample) !== names(actual)) return [`${path} has ${names(actual)}, not ${names(sample)}`];
  return sample.flatMap((entry, index) => compare(entry, actual[index], `${path}[${index}]`, '', allowance));
}

function nameOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}
