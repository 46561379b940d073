import type { SecretRegistry } from '../host/secrets.js';

/** What is known for a secret by how it looks, or by what stands before it: one that nobody has registered, such as last year's key. */
const SHAPES: readonly (readonly [shape: RegExp, instead: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[secret:private-key]'],
  // Server and client keys of Midtrans, also in base64 as Authorization has them (at each of the three places where they may begin).
  [/\b(SB-)?(Mid|VT)-(server|client)-[A-Za-z0-9_-]+/g, '[secret:midtrans-key]'],
  [
    /\b(TWlkLXNlcnZlci|U0ItTWlkLXNlcnZlci|VlQtc2VydmVy|U0ItVlQtc2VydmVy)[A-Za-z0-9+/=_-]*/g,
    '[secret:midtrans-key]',
  ],
  [/(authorization["']?\s*[:=]\s*["']?(basic|bearer|digest)?\s*)[^\s"',}]+/gi, '$1[secret:authorization]'],
  [/\b(basic|bearer)\s+[A-Za-z0-9+/=_.~-]{8,}/gi, '$1 [secret:authorization]'],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/g, '[secret:token]'],
  // Of a URL: who logs in, and what its query says.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, '$1[secret:login]@'],
  [
    /([?&](?:token|key|secret|password|signature|sig|mark|access_token|auth)=)[^&\s"'<>]+/gi,
    '$1[secret:query]',
  ],
  // The private part of a JWK, and whatever is called so in JSON, TOML or an environment.
  [/("d"\s*:\s*")[^"]+/g, '$1[secret:key]'],
  [
    /((?:[A-Za-z0-9_.-]*(?:secret|password|passwd|token|api_?key|server_?key|signature_?key|token_sha256)[A-Za-z0-9_]*)["']?\s*[:=]\s*["']?)(?!credential:|file:|enrolled|\[secret:|["'\s]|null|true|false)[^\s"',}]+/gi,
    '$1[secret:value]',
  ],
];

/** Takes out whatever is registered, in every spelling, and what looks like a secret. */
export function scrub(text: string, secrets: SecretRegistry): string {
  return SHAPES.reduce((left, [shape, instead]) => left.replace(shape, instead), secrets.mask(text));
}
