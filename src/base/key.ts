/** What a person can press, whatever the pad calls it. */
export const KEYS = [
  ...(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '00', '000'] as const),
  ...(['back', 'clear', 'cancel', 'enter'] as const),
] as const;
export type Key = (typeof KEYS)[number];

export function isKey(text: string): text is Key {
  return (KEYS as readonly string[]).includes(text);
}

/** What a key of a pad may be set to: `erase` takes one digit and, held down, all of them; `none` does nothing. */
export type PadKey = Key | 'erase' | 'none';

/**
 * What a key code is set to mean, as the configuration has it: `523=enter`. Codes are those of linux/input-event-codes.h.
 * @returns undefined for any other text
 */
export function readPadKey(text: string): { readonly code: number; readonly key: PadKey } | undefined {
  const [, digits = '', key = ''] = /^(\d{1,3})=([a-z0-9]+)$/.exec(text) ?? [];
  const code = Number(digits);
  if (code < 1 || code > MOST_CODE || !(isKey(key) || key === 'erase' || key === 'none')) return undefined;
  return { code, key };
}

/** KEY_MAX. */
const MOST_CODE = 0x2ff;
