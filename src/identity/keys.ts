import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { Failure, messageOf, refused } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';

/** A pair of Ed25519 (RFC 8032). */
export interface KeyPair {
  /** The thumbprint of the public key (RFC 7638), by which tokens and boxes name it. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new pair, as PKCS #8 in PEM. */
export function makeKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** @throws Error where it is no Ed25519 key */
export function keyPairOf(pem: string): KeyPair {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new Error(`a key of kind ${privateKey.asymmetricKeyType}, not ed25519`);
  const publicKey = createPublicKey(privateKey);
  return { id: thumbprint(publicKey), privateKey, publicKey };
}

/** RFC 7638, 3: SHA-256 of the members that RFC 8037 names, in their order, without blanks. */
export function thumbprint(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url');
}

/** A secret that only who has this key can make again, another one for each purpose. @returns 32 bytes */
export function derivedSecret({ privateKey }: KeyPair, purpose: string): Buffer {
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  return Buffer.from(hkdfSync('sha256', seed, 'gopay-pos', purpose, 32));
}

/**
 * The keys with which relays sign tokens: the first signs, and each of them is accepted, so that a new one can be put in front of an
 * old one until the tokens of that have ended.
 * @param text one or more private keys in PEM, one below the other
 * @throws Failure FAULT.tokensUnusable; no detail holds a part of a key
 */
export function signingKeys(text: string): readonly [KeyPair, ...KeyPair[]] {
  const blocks = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g) ?? [];
  const pairs = blocks.map((pem, at) => {
    try {
      return keyPairOf(pem);
    } catch (thrown) {
      throw new Failure(refused(FAULT.tokensUnusable, `signing key ${at + 1}: ${messageOf(thrown)}`));
    }
  });
  const [first, ...more] = pairs;
  if (first === undefined)
    throw new Failure(
      refused(FAULT.tokensUnusable, 'no Ed25519 key in PEM (openssl genpkey -algorithm ed25519)'),
    );
  return [first, ...more];
}
