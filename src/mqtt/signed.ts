import type { JWK } from 'jose';
import type { Fault } from '../base/fault.js';
import { messageOf, refused } from '../base/fault.js';
import { type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';

/**
 * What an operator signs: a compact JWS (RFC 7515), EdDSA over Ed25519 (RFC 8037). `typ` says what it is, so that none of one
 * sort, and no token, is taken for one of another (RFC 8725, 3.11).
 */
export type SignedType = 'gopay-pos-command' | 'gopay-pos-config';

const NAME = /^[A-Za-z0-9._-]{1,32}$/;

export interface Signed {
  /** Whose key it was. */
  readonly operator: string;
  readonly claims: Json;
}

/** The private key of an operator, as it lies in his file. */
export interface OperatorKey {
  readonly name: string;
  readonly jwk: JWK;
}

/** A new pair. @returns as the file has it, and its public half */
export async function makeOperatorKey(name: string): Promise<{ file: string; publicKey: string }> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const { kty, crv, x = '', d } = await exportJWK(privateKey);
  return { file: JSON.stringify({ kty, crv, kid: name, x, d }), publicKey: x };
}

/** @returns why `text` is no key of an operator; never a part of it */
export function parseOperatorKey(text: string): Result<OperatorKey, string> {
  const { kty, crv, kid, x, d } = parseObject(text) ?? {};
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string')
    return err('no private Ed25519 key as a JWK: gopay-pos operator key NAME makes one');
  if (typeof kid !== 'string' || !NAME.test(kid)) return err('a JWK whose kid is no name of an operator');
  return ok({ name: kid, jwk: { kty, crv, x, d } });
}

export async function signClaims(
  type: SignedType,
  claims: object,
  { name, jwk }: OperatorKey,
): Promise<string> {
  const { CompactSign, importJWK } = await import('jose');
  const key = await importJWK(jwk, 'EdDSA');
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: name })
    .sign(key);
}

/**
 * Whose word `text` is. Says nothing of whom it is for, nor of when.
 * @param keys public keys by name
 * @returns FAULT.commandMalformed for what is no such thing, FAULT.commandForged for what nobody of `keys` has signed
 */
export async function readSigned(
  text: string,
  type: SignedType,
  keys: ReadonlyMap<string, string>,
): Promise<Result<Signed, Fault>> {
  const { compactVerify, decodeProtectedHeader, errors, importJWK } = await import('jose');
  try {
    const { alg, typ, kid } = decodeProtectedHeader(text);
    if (alg !== 'EdDSA' || typ !== type || typeof kid !== 'string' || !NAME.test(kid))
      return err(refused(FAULT.commandMalformed, `no JWS of EdDSA, ${type} and the name of an operator`));
    const x = keys.get(kid);
    if (x === undefined)
      return err(refused(FAULT.commandForged, `no operator ${kid} stands in terminal.toml`));
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
    const { payload } = await compactVerify(text, key, { algorithms: ['EdDSA'] });
    const claims = parseObject(new TextDecoder().decode(payload));
    return claims === undefined
      ? err(refused(FAULT.commandMalformed, 'a JWS without a JSON object'))
      : ok({ operator: kid, claims });
  } catch (thrown) {
    const isForged = thrown instanceof errors.JWSSignatureVerificationFailed;
    return err(refused(isForged ? FAULT.commandForged : FAULT.commandMalformed, messageOf(thrown)));
  }
}
