import { assert } from '../base/assert.js';
import { err, ok, type Result } from '../base/result.js';
import { parseObject } from './envelope.js';

/** Bytes of UTF-8 of a state message. */
export const PRESENCE_MAX_BYTES = 16_384;

/** What stands, retained, on a terminal's state topic. */
export interface Presence {
  readonly presence: 'online' | 'offline';
  /**
   * Differs for each connection. An `offline` whose `link` is not that of the last `online` is the will of an older
   * connection that came late, and says nothing about the present one.
   */
  readonly link: string;
  /** What the terminal said of itself; empty in a will. */
  readonly health: Readonly<Record<string, unknown>>;
}

/** @throws Misuse when the whole is longer than {@link PRESENCE_MAX_BYTES}. */
export function encodePresence(presence: 'online' | 'offline', link: string, health: object): string {
  const text = JSON.stringify({ ...health, presence, link });
  assert(Buffer.byteLength(text) <= PRESENCE_MAX_BYTES, `state longer than ${PRESENCE_MAX_BYTES} bytes`);
  return text;
}

/** Reads a state message. @returns the presence, or what is wrong with it. */
export function parsePresence(text: string): Result<Presence, string> {
  if (Buffer.byteLength(text) > PRESENCE_MAX_BYTES) return err(`longer than ${PRESENCE_MAX_BYTES} bytes`);
  const parsed = parseObject(text);
  if (!parsed.ok) return parsed;
  const { presence, link, ...health } = parsed.value;
  if (presence !== 'online' && presence !== 'offline') return err('presence: neither online nor offline');
  if (typeof link !== 'string' || !/^[0-9a-f]{1,32}$/.test(link)) return err('link: not 1 to 32 hex digits');
  return ok({ presence, link, health });
}
