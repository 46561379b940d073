import { asObject, type Json } from '../../../src/base/json.js';
import { isKey, type Key } from '../../../src/base/key.js';
import type { SetUp } from '../../../src/base/screen.js';
import { parseWish, type Wish } from '../../../src/base/wish.js';

/** A page is alive and shows the screen of this number; 0 while it shows none. */
export interface SeenMessage {
  readonly session: string;
  readonly painted: number;
}

/** Keys, and touches on a face to choose from, in the order in which they were pressed; `first` is the number of the first one in this session. */
export interface KeysMessage {
  readonly session: string;
  readonly first: number;
  readonly keys: readonly Pressed[];
}

export type Pressed = Key | Wish | Typed;

/** On the face of a box that is not enrolled yet: characters, or which of its fields they are for. */
export type Typed = { readonly type: string } | { readonly field: SetUp['field'] };

/** An address that somebody pastes. */
const LONGEST_TEXT = 500;

/** More than a person presses between two answers; a page sends the rest in its next message. */
const MOST_KEYS = 32;

export function parseSeen(body: unknown): SeenMessage | undefined {
  const fields = asObject(body);
  const session = fields?.['session'];
  const painted = fields?.['painted'];
  if (typeof session !== 'string' || !isCount(painted)) return undefined;
  return { session, painted };
}

export function parseKeys(body: unknown): KeysMessage | undefined {
  const fields = asObject(body);
  const session = fields?.['session'];
  const first = fields?.['first'];
  const keys = fields?.['keys'];
  if (typeof session !== 'string' || !isCount(first) || !Array.isArray(keys)) return undefined;
  if (keys.length === 0 || keys.length > MOST_KEYS) return undefined;
  const good = keys.map(pressedOf).filter((key) => key !== undefined);
  return good.length === keys.length ? { session, first, keys: good } : undefined;
}

function pressedOf(value: unknown): Pressed | undefined {
  if (typeof value === 'string') return isKey(value) ? value : undefined;
  const fields = asObject(value);
  return fields && (typedOf(fields) ?? parseWish(fields));
}

function typedOf({ type, field }: Json): Typed | undefined {
  if (typeof type === 'string' && type !== '' && type.length <= LONGEST_TEXT) return { type };
  return field === 'code' || field === 'relay' ? { field } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
