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
export function encodeNotice({ id, at, expiresAt, orderId, says, said }: Notice): string {
  // Of six fields of these lengths no text of more than the bound can be made.
  const sent = { id, at, expiresAt, orderId, says, said };
  const wrong = wrongIn(sent);
  assert(wrong === undefined, `a notice that no terminal would read: ${wrong}`);
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
  if (!parsed.ok) return parsed;
  const wrong = wrongIn(parsed.value);
  if (wrong !== undefined) return err(wrong);
  const { id, at, expiresAt, orderId, says, said } = parsed.value as Json & Notice;
  return ok({ id, at, expiresAt, orderId, says, ...(said === undefined ? {} : { said }) });
}

/** The first field that is not as it must be, and why; undefined where all are. */
function wrongIn(found: Json): string | undefined {
  const wrong =
    wrongField(found, 'id', ID) ??
    wrongField(found, 'at', UTC) ??
    wrongField(found, 'expiresAt', UTC) ??
    wrongField(found, 'orderId', ORDER_ID) ??
    wrongField(found, 'says', SAYS) ??
    (found['said'] === undefined ? undefined : wrongField(found, 'said', SAID));
  if (wrong !== undefined) return wrong;
  const atMs = Date.parse(String(found['at']));
  const expiresMs = Date.parse(String(found['expiresAt']));
  if (Number.isNaN(atMs)) return 'at: no such time';
  if (Number.isNaN(expiresMs)) return 'expiresAt: no such time';
  return expiresMs < atMs ? 'expiresAt: before at' : undefined;
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

function wrongField(found: Json, key: string, shape: RegExp): string | undefined {
  if (!Object.hasOwn(found, key)) return `${key}: missing`;
  const value = found[key];
  if (typeof value !== 'string') return `${key}: not a string`;
  return shape.test(value) ? undefined : `${key}: not of the shape ${shape.source}`;
}

/** Bytes of UTF-8 of a state message. */
const STATE_MAX_BYTES = 16_384;

/**
 * What stands, retained, on a terminal's state topic. `link` differs for each connection.
 * @throws Misuse when the whole is longer than 16 KiB
 */
export function encodeState(link: string, state: object): string {
  const text = JSON.stringify({ ...state, link });
  assert(Buffer.byteLength(text) <= STATE_MAX_BYTES, `state longer than ${STATE_MAX_BYTES} bytes`);
  return text;
}

/**
 * What stands, retained, on a terminal's presence topic. An `offline` whose `link` is not that of the state is the will of an
 * older connection that came late, and says nothing about the present one.
 */
export function encodePresence(presence: 'online' | 'offline', link: string): string {
  return JSON.stringify({ presence, link });
}
