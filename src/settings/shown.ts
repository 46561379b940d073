// Midtrans' server keys begin `SB-Mid-server-` (sandbox), `Mid-server-` (production) or, older, `VT-server-`.
const SERVER_KEY = /(?:SB-)?(?:Mid|VT)-server-[A-Za-z0-9_-]{4,}/gi;
// Up to the last @: a password that was not percent-encoded may hold a slash, a blank or an @ itself.
const USER_INFO = /:\/\/.*@/gs;
const HIDDEN = '(not shown)';
const LONGEST = 60;
// Enough to recognise a secret that begins in the part that is shown, and a bound on the work.
const LOOKED_AT = 2000;

/** Whether a Midtrans server key stands anywhere in `text`. */
export function holdsServerKey(text: string): boolean {
  return text.search(SERVER_KEY) >= 0;
}

/** `text` without server keys, and without the user and password part of addresses (law 12). */
function withoutSecrets(text: string): string {
  return text.replace(SERVER_KEY, HIDDEN).replace(USER_INFO, `://${HIDDEN}@`);
}

/** A value of a file, in words for a message: short, on one line, without secrets. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(withoutSecrets(value.slice(0, LOOKED_AT)));
  if (typeof value === 'bigint') return clipped(String(value));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeName(value);
}

/** A key as it was written, for a message. */
export function shownKey(key: string): string {
  const safe = withoutSecrets(key);
  return /^[A-Za-z0-9_-]{1,60}$/.test(safe) ? safe : quoted(safe);
}

/** The type of a value in a technician's words. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'bigint') return 'a number';
  if (typeof value === 'number') return 'a number with a decimal point';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value instanceof Date ? 'a date' : 'a table';
}

function quoted(text: string): string {
  return JSON.stringify(clipped(text));
}

function clipped(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
