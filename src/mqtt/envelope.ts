import { assert } from '../base/assert.js';
import { messageOf } from '../base/fault.js';
import { asObject, type Json } from '../base/json.js';
import type { Notice } from '../base/notice.js';
import { err, ok, type Result } from '../base/result.js';

/** Bytes of UTF-8. A notice needs about 250; the slack is for keys that a newer relay adds. */
export const NOTICE_MAX_BYTES = 4096;

/** What the relay's clock may be: a year of four digits, milliseconds or none, always UTC. */
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** A ULID fits; so does any id of the same alphabet as topics, since all that we need is to know it again. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Midtrans' alphabet for `order_id` (letters, digits, `- _ ~ .`), at most 50 characters. */
const ORDER_ID = /^[A-Za-z0-9_~.-]{1,50}$/;

/** `transaction_status` is a lower-case word today; whatever they invent next is only a hint to us. */
const SAYS = /^[\x20-\x7e]{1,40}$/;

const SAID = /^[A-Za-z0-9]{1,40}$/;

/**
 * The payload of a notice: JSON in UTF-8, at most {@link NOTICE_MAX_BYTES}.
 * @throws Misuse when `notice` would not pass {@link parseNotice}: a relay must not send what no terminal reads.
 */
export function encodeNotice(notice: Notice): string {
  const { id, at, expiresAt, orderId, says, said } = notice;
  const sent = { id, at, expiresAt, orderId, says, ...(said === undefined ? {} : { said }) };
  // Of six fields of these lengths no text of more than the bound can be made.
  const readBack = noticeIn(sent);
  assert(readBack.ok, `a notice that no terminal would read: ${readBack.ok ? '' : readBack.error}`);
  return JSON.stringify(sent);
}

/**
 * Reads a notice as it came over MQTT. Keys that we do not know are left alone, so that a newer relay can talk to an
 * older terminal; types, lengths and alphabets of the six that we know are exact.
 * @returns the notice, or the name of the first field that is wrong and why.
 */
export function parseNotice(text: string): Result<Notice, string> {
  if (Buffer.byteLength(text) > NOTICE_MAX_BYTES) return err(`longer than ${NOTICE_MAX_BYTES} bytes`);
  const parsed = objectIn(text);
  return parsed.ok ? noticeIn(parsed.value) : parsed;
}

function noticeIn(found: Json): Result<Notice, string> {
  const id = field(found, 'id', ID);
  if (!id.ok) return id;
  const at = time(found, 'at');
  if (!at.ok) return at;
  const expiresAt = time(found, 'expiresAt');
  if (!expiresAt.ok) return expiresAt;
  if (expiresAt.value.ms < at.value.ms) return err('expiresAt: before at');
  const orderId = field(found, 'orderId', ORDER_ID);
  if (!orderId.ok) return orderId;
  const says = field(found, 'says', SAYS);
  if (!says.ok) return says;
  const said = 'said' in found ? field(found, 'said', SAID) : undefined;
  if (said !== undefined && !said.ok) return said;
  return ok({
    id: id.value,
    at: at.value.text,
    expiresAt: expiresAt.value.text,
    orderId: orderId.value,
    says: says.value,
    ...(said === undefined ? {} : { said: said.value }),
  });
}

/** A JSON object, or why `text` is none. */
function objectIn(text: string): Result<Json, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    return err(`not JSON: ${messageOf(thrown)}`);
  }
  const found = asObject(value);
  return found === undefined ? err('not a JSON object') : ok(found);
}

function field(found: Json, key: string, shape: RegExp): Result<string, string> {
  if (!Object.hasOwn(found, key)) return err(`${key}: missing`);
  const value = found[key];
  if (typeof value !== 'string') return err(`${key}: not a string`);
  return shape.test(value) ? ok(value) : err(`${key}: not of the shape ${shape.source}`);
}

function time(found: Json, key: string): Result<{ readonly text: string; readonly ms: number }, string> {
  const text = field(found, key, UTC);
  if (!text.ok) return text;
  const ms = Date.parse(text.value);
  return Number.isNaN(ms) ? err(`${key}: no such time`) : ok({ text: text.value, ms });
}
