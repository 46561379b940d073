import { createPublicKey } from 'node:crypto';
import { asObject, type Json } from '../base/json.js';
import { type KeyPair, thumbprint } from './keys.js';

/** What a box signs with its own key: which code it uses, or which token it wants to have renewed. */
export interface Proof {
  /** Thumbprint of the key that signed it. */
  readonly boxKey: string;
  readonly claims: Json;
}

const TYPE = 'gopay-pos-proof+jwt';

/** A compact JWS that carries its public key (`jwk`, RFC 7515 4.1.3). */
export async function signProof({ privateKey, publicKey }: KeyPair, claims: Json): Promise<string> {
  const { SignJWT } = await import('jose');
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, jwk: { crv, kty, x } as { kty: string } })
    .sign(privateKey);
}

/** @returns undefined for what no key of its own has signed */
export async function readProof(text: unknown): Promise<Proof | undefined> {
  if (typeof text !== 'string' || text.length > 8_192) return undefined;
  const { compactVerify, decodeProtectedHeader, errors } = await import('jose');
  try {
    const { typ, jwk } = decodeProtectedHeader(text);
    const { kty, crv, x } = asObject(jwk) ?? {};
    // RFC 8037, 2. Judged here, and nothing else of it given on: a key that Web Crypto refuses is thrown as our own fault.
    if (typ !== TYPE || kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string') return undefined;
    if (!/^[\w-]{43}$/.test(x)) return undefined;
    const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
    const { payload } = await compactVerify(text, publicKey, { algorithms: ['EdDSA'] });
    const claims = asObject(JSON.parse(new TextDecoder().decode(payload)));
    return claims && { boxKey: thumbprint(publicKey), claims };
  } catch (thrown) {
    // Whatever a stranger sends: no base64, no JSON, no key.
    if (thrown instanceof errors.JOSEError || thrown instanceof TypeError || thrown instanceof SyntaxError)
      return undefined;
    throw thrown;
  }
}
