import { assert } from '../base/assert.js';

/** Shorter strings would blot out ordinary words, and no key or token is that short. */
const SHORTEST_SECRET = 6;

/**
 * The `Authorization` header of the Core API (RFC 7617). Direct: the server key and an empty password. Through the
 * relay: the terminal id and its token.
 */
export function basicAuthorization(username: string, password: string): string {
  assert(!username.includes(':'), 'a user name of Basic authentication has no colon');
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** User name and password of a Basic header; undefined when it is none. */
export function readBasic(header: string | undefined): { username: string; password: string } | undefined {
  const token = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? '')?.[1];
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** What of an `Authorization` value may not be seen: the whole, the token, and the key or password in it. */
export function secretsOf(authorization: string): readonly string[] {
  const basic = readBasic(authorization);
  const secrets = [authorization, authorization.replace(/^Basic +/i, '')];
  if (basic) secrets.push(basic.password === '' ? basic.username : basic.password);
  return secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
}

/** A character of a secret as it may stand in JSON, a URL or HTML. */
function written(char: string): string {
  const code = char.charCodeAt(0);
  const hex = anyCase(code.toString(16).padStart(2, '0'));
  const plain = /[A-Za-z0-9]/.test(char) ? char : `\\\\?\\x${code.toString(16).padStart(2, '0')}`;
  return `(?:${plain}|\\\\u00${hex}|%${hex}|&#[xX]0*${hex};|&#0*${code};)`;
}

function anyCase(digits: string): string {
  return [...digits].map((digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`).join('');
}

/**
 * What takes the secrets out of bytes, also where they are escaped as JSON, URLs and HTML escape: an upstream that echoes
 * the request shows its headers to all that get the answer (law 12). A base64 text is known without its padding. Made once
 * and used for each answer: a key has a pattern of some thousand characters.
 */
export function bytesMask(secrets: readonly string[]): (bytes: Uint8Array) => Uint8Array {
  const bare = secrets.map((secret) => secret.replace(/=+$/, ''));
  const patterns = bare.map((secret, at) => {
    const padding = secret === secrets[at] ? '' : `${written('=')}{0,2}`;
    return [...secret].map(written).join('') + padding;
  });
  const pattern = new RegExp(patterns.join('|'), 'g');
  return (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    // Where nothing is escaped, a secret stands there as it is.
    if (!/[\\%&]/.test(text) && !bare.some((secret) => text.includes(secret))) return bytes;
    const clean = text.replace(pattern, '(secret)');
    return clean === text ? bytes : Buffer.from(clean, 'latin1');
  };
}

/** Takes the credential out of foreign text: a proxy may echo a request header in its error page (law 12). */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '(secret)');
  return clean;
}
