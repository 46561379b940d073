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

/**
 * Takes the credential out of foreign text: a proxy may echo a request header in its error page, and fetch names the
 * value of a header that it finds malformed (law 12).
 */
export function withoutCredential(text: string, authorization: string): string {
  return withoutSecrets(text, secretsOf(authorization));
}

/** What of an `Authorization` value nobody may see: the whole, the token, and the key or password in it. */
export function secretsOf(authorization: string): readonly string[] {
  const basic = readBasic(authorization);
  const secrets = [authorization, authorization.replace(/^Basic +/i, '')];
  if (basic) secrets.push(basic.password === '' ? basic.username : basic.password);
  return secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '(secret)');
  return clean;
}
