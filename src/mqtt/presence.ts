import { assert } from '../base/assert.js';

/** Bytes of UTF-8 of a state message. */
const PRESENCE_MAX_BYTES = 16_384;

/**
 * What stands, retained, on a terminal's state topic: what the terminal says of itself, nothing of it in a will.
 * `link` differs for each connection. An `offline` whose `link` is not that of the last `online` is the will of an older
 * connection that came late, and says nothing about the present one.
 * @throws Misuse when the whole is longer than 16 KiB
 */
export function encodePresence(presence: 'online' | 'offline', link: string, health: object): string {
  const text = JSON.stringify({ ...health, presence, link });
  assert(Buffer.byteLength(text) <= PRESENCE_MAX_BYTES, `state longer than ${PRESENCE_MAX_BYTES} bytes`);
  return text;
}
