import { type Fault, refused, temporary } from '../base/fault.js';
import { type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import { keyPairOf } from './keys.js';
import { signProof } from './proof.js';

/** One request to the relay; undefined as body asks by GET. @returns status and body, or why there is no answer */
export type AskRelay = (
  url: string,
  body: string | undefined,
) => Promise<Result<{ readonly status: number; readonly text: string }, Fault>>;

export interface NewToken {
  readonly token: string;
  readonly issuedAtS: number;
  readonly endsAtS: number;
  /** The whole answer. */
  readonly told: Json;
}

/**
 * Uses a code up. @param key of this box, in PEM
 * @returns what the relay says (FAULT.enrolCodeUnknown, enrolCodeUsed, enrolCodeEnded, enrolTooManyTries), FAULT.enrolFailed, or why it said nothing
 * @returns what the relay says (FAULT.enrolCodeUnknown, enrolCodeUsed, enrolCodeEnded, merchantUnknown, terminalNameTaken), or FAULT.enrolFailed
 */
export async function enrolAt(
  relay: string,
  code: string,
  key: string,
  ask: AskRelay,
): Promise<Result<NewToken, Fault>> {
  const proof = await signProof(keyPairOf(key), { code });
  return tokenOf(await ask(`${relay}/enrol`, JSON.stringify({ proof })));
}

/** Another token for the one that ends; by the box's key, over what the relay has just drawn. @returns as {@link enrolAt} does, and FAULT.tokenNotRenewed */
export async function renewAt(
  relay: string,
  token: string,
  key: string,
  ask: AskRelay,
): Promise<Result<NewToken, Fault>> {
  const drawn = await ask(`${relay}/enrol/nonce`, undefined);
  const nonce = drawn.ok ? parseObject(drawn.value.text)?.['nonce'] : undefined;
  if (!drawn.ok) return drawn;
  if (typeof nonce !== 'string')
    return err(temporary(FAULT.enrolFailed, `HTTP ${drawn.value.status}: no [enrol] at ${relay}?`));
  const proof = await signProof(keyPairOf(key), { token, nonce });
  return tokenOf(await ask(`${relay}/enrol/renew`, JSON.stringify({ proof })));
}

function tokenOf(answer: Awaited<ReturnType<AskRelay>>): Result<NewToken, Fault> {
  if (!answer.ok) return answer;
  const { status, text } = answer.value;
  const told = parseObject(text) ?? {};
  const { token, issued_at: issuedAtS, ends_at: endsAtS, code, detail } = told;
  if (
    status === 200 &&
    typeof token === 'string' &&
    typeof issuedAtS === 'number' &&
    typeof endsAtS === 'number'
  )
    return ok({ token, issuedAtS, endsAtS, told });
  const known = [
    FAULT.enrolCodeUnknown,
    FAULT.enrolCodeUsed,
    FAULT.enrolCodeEnded,
    FAULT.tokenNotRenewed,
    FAULT.enrolFailed,
    FAULT.enrolTooManyTries,
    FAULT.merchantUnknown,
    FAULT.terminalNameTaken,
  ];
  const number = known.find((one) => one === code) ?? FAULT.enrolFailed;
  const words = typeof detail === 'string' ? detail : `HTTP ${status}: no [enrol] there?`;
  return err(refused(number, words.replace(/[^ -~]/g, '?').slice(0, 200)));
}
