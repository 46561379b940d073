import { assert } from '../../../src/base/assert.js';
import { type Json, parseObject } from '../../../src/base/json.js';
import type { WantedItem, WrongField } from '../../../src/base/register-messages.js';
import { err, ok, type Result } from '../../../src/base/result.js';
import { FIELDS, type RequestField, short, shownJson } from './field.js';
import { ITEMS, normalItems, wrongItem } from './items.js';

/** How a request names a sale, or itself. An answer names it in the same way. */
export interface Names {
  readonly ref?: string;
  /** Whose names these are: what the till calls itself, or `@` and its address. */
  readonly till?: string;
  readonly rrn?: string;
  readonly invoice?: number;
  readonly id?: string;
}

/** A message of the register, every field of it good. */
export interface JsonRequest extends Names {
  readonly op: string;
  /** Whether `op` is one of ours. */
  readonly known: boolean;
  readonly amount?: number;
  readonly items?: readonly WantedItem[];
  readonly deadline_s?: number;
  readonly lines?: readonly string[];
  readonly events?: boolean;
  readonly taken?: boolean;
  readonly maintenance?: boolean;
  readonly words?: string;
  readonly product?: string;
  readonly slot?: string;
  readonly sold_out?: boolean;
}

/** Why a line is no request, with whatever of its names could be read: the answer carries them. */
export interface BadRequest extends WrongField {
  readonly op?: string;
  readonly names: Names;
}

type FieldName = keyof typeof FIELDS | 'lines' | 'items';

interface Operation {
  readonly needs: readonly FieldName[];
  readonly may: readonly FieldName[];
}

/** `lines` are judged as the operation's own kind of lines. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  hello: { needs: [], may: ['id', 'events'] },
  charge: { needs: ['ref'], may: ['amount', 'items', 'deadline_s'] },
  cancel: { needs: ['ref'], may: ['id'] },
  shown: { needs: ['ref'], may: ['id'] },
  status: { needs: [], may: ['ref', 'rrn', 'invoice', 'id'] },
  refund: { needs: [], may: ['ref', 'rrn', 'invoice', 'id', 'amount'] },
  reprint: { needs: [], may: ['ref', 'rrn', 'invoice', 'id'] },
  totals: { needs: [], may: ['id'] },
  endOfDay: { needs: [], may: ['id'] },
  shop: { needs: [], may: ['maintenance', 'words', 'product', 'slot', 'sold_out', 'id'] },
  display: { needs: ['lines'], may: ['id'] },
  print: { needs: ['lines'], may: ['id'] },
  ack: { needs: [], may: ['ref', 'rrn', 'invoice', 'id', 'taken'] },
};

export const OPS: readonly string[] = Object.keys(OPERATIONS);

/** The order of the fields in a canonical line. */
const ORDER = [
  'op',
  'till',
  'ref',
  'rrn',
  'invoice',
  'id',
  'amount',
  'items',
  'deadline_s',
  'lines',
  'events',
  'taken',
  'maintenance',
  'words',
  'product',
  'slot',
  'sold_out',
] as const;
export const NAMES = ['till', 'ref', 'rrn', 'invoice', 'id'] as const;
const SALE_NAMES = ['ref', 'rrn', 'invoice'] as const;

/** One line of a register, without its end. */
export function readRequest(text: string): Result<JsonRequest, BadRequest> {
  const fields = parseObject(text);
  if (fields === undefined) return err(bad({}, 'line', short(text), 'one JSON object'));
  const names = namesOf(fields);
  const twice = doubledKey(text);
  if (twice !== undefined) return err(bad(fields, twice, 'the same field twice', 'each field once', names));
  const { op } = fields;
  if (typeof op !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(op))
    return err(bad(fields, 'op', shownJson(op), OPS.join(', '), names));
  const operation = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
  // Its names go into the answer, which says that we do not do it. What else it carries is its own affair.
  if (operation === undefined) return ok({ op, known: false, ...names });
  const wrong = judge(op, operation, fields);
  if (wrong !== undefined) return err({ ...wrong, op, names });
  const items = fields['items'] === undefined ? {} : { items: normalItems(fields['items']) };
  return ok({ ...(fields as Partial<JsonRequest>), ...items, op, known: true });
}

/** The same request as the same bytes, whatever the white space and the order of the fields were: a repeat is found by it. */
export function canonical(request: JsonRequest): Uint8Array {
  const ordered = ORDER.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]]));
  return Uint8Array.from(Buffer.from(`${JSON.stringify(Object.fromEntries(ordered))}\n`));
}

/** What {@link canonical} made; undefined for bytes of another origin. */
export function readCanonical(frame: Uint8Array): JsonRequest | undefined {
  const read = readRequest(Buffer.from(frame).toString('utf8').trimEnd());
  return read.ok ? read.value : undefined;
}

function judge(op: string, operation: Operation, fields: Json): WrongField | undefined {
  const may: readonly FieldName[] = [...operation.may, 'till'];
  const permitted: readonly string[] = ['op', ...operation.needs, ...may];
  for (const key of Object.keys(fields))
    if (!permitted.includes(key))
      return {
        field: short(key),
        found: shownJson(fields[key]),
        allowed: `of a ${op}: ${permitted.join(', ')}`,
      };
  for (const key of [...operation.needs, ...may]) {
    const value = fields[key];
    if (value === undefined && !operation.needs.includes(key)) continue;
    const field = fieldOf(op, key);
    if (!field.good(value))
      return (
        (key === 'items' ? wrongItem(value) : undefined) ?? {
          field: key,
          found: shownJson(value),
          allowed: field.allowed,
        }
      );
  }
  if (op === 'charge' && fields['amount'] === undefined && fields['items'] === undefined)
    return { field: 'amount', found: 'nothing', allowed: `${FIELDS.amount.allowed}; or items` };
  const named = SALE_NAMES.filter((key) => fields[key] !== undefined);
  const [first, second] = named;
  if (op !== 'ack' && second !== undefined)
    return {
      field: second,
      found: shownJson(fields[second]),
      allowed: `nothing beside ${first}: one sale, named once`,
    };
  if (op === 'shop') return shopTrouble(fields);
  if (op === 'refund' && first === undefined)
    return {
      field: 'ref',
      found: 'nothing',
      allowed: 'ref, rrn or invoice: money never goes back by a guess',
    };
  return undefined;
}

/** One thing at a time: what two of them would leave behind, if the second is refused, nobody could tell. */
function shopTrouble({ maintenance, words, product, slot, sold_out: soldOut }: Json): WrongField | undefined {
  const named = [product, slot].filter((one) => one !== undefined).length;
  if (words !== undefined && maintenance !== true)
    return { field: 'words', found: shownJson(words), allowed: 'words beside "maintenance": true' };
  if (soldOut === undefined)
    return named === 0
      ? undefined
      : { field: 'sold_out', found: 'nothing', allowed: 'true or false beside product or slot' };
  if (maintenance !== undefined)
    return { field: 'maintenance', found: shownJson(maintenance), allowed: 'nothing beside sold_out' };
  return named === 1
    ? undefined
    : { field: 'product', found: shownJson(product), allowed: 'product or slot, one of them' };
}

function fieldOf(op: string, key: FieldName): RequestField {
  if (key === 'items') return ITEMS;
  if (key !== 'lines') return FIELDS[key];
  assert(op === 'display' || op === 'print', `${op} has no lines`);
  return FIELDS[op];
}

function namesOf(fields: Json): Names {
  const good = NAMES.filter((key) => FIELDS[key].good(fields[key]));
  return Object.fromEntries(good.map((key) => [key, fields[key]]));
}

/** `JSON.parse` keeps the last of two. Which of two amounts was meant is not ours to guess. */
function doubledKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [whole, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?|[{}]/g)) {
    if (whole === '{') open.push(new Set());
    if (whole === '}') open.pop();
    const seen = open.at(-1);
    if (colon === undefined || seen === undefined) continue;
    const key = String(JSON.parse(whole.slice(0, -1)));
    if (seen.has(key)) return short(key);
    seen.add(key);
  }
  return undefined;
}

function bad(fields: Json, field: string, found: string, allowed: string, names: Names = {}): BadRequest {
  const op = typeof fields['op'] === 'string' && OPS.includes(fields['op']) ? { op: fields['op'] } : {};
  return { ...op, names, field, found, allowed };
}
