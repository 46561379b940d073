import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Fault, refused } from '../base/fault.js';
import { type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { RateWindow } from '../bounds/rate-window.js';
import { FAULT, faultText } from '../core/fault/table.js';
import type { EnrolmentCodes } from '../identity/codes.js';
import { type Proof, readProof } from '../identity/proof.js';
import { boxName, type NamedBox, type TokenClaims, type Tokens } from '../identity/token.js';
import type { Clock } from '../port/clock.js';
import type { Log } from '../port/log.js';
import { plainAnswer, type RelayAnswer, toAnybody } from './answer.js';
import type { EnrolmentApi } from './enrolment-api.js';
import { networkOf } from './receipts.js';

/** Below the relay's public address. */
export const ENROL_PATH = '/enrol';

/**
 * A code has 45 bits. So many guesses a minute are 18,000 in the hour that it is good for: with 100 codes open at once one of them is
 * met in an hour with a chance of 18,000 * 100 / 2^45, 1 in 19 million.
 */
const TRIES_A_MINUTE = 300;
/** From one address, or one network of IPv6. */
const TRIES_OF_ADDRESS = 10;
/** A box signs what we have just drawn: an old proof renews nothing. */
const NONCE_LIFE_S = 300;

export interface EnrolmentOptions {
  readonly tokens: Tokens;
  readonly codes: EnrolmentCodes;
  /** The first of this relay. */
  readonly merchant: string;
  /** Why no box may enrol as this one; a merchant that was taken out of the file, say. */
  readonly objection?: (box: NamedBox) => Fault | undefined;
  readonly lifeS: number;
  readonly publicUrl: string;
  /** As boxes reach it. */
  readonly brokerUrl?: string;
  /** Told of the token of a box that enrols, before it comes with it. */
  readonly issued?: (claims: TokenClaims, token: string) => void;
  /** For programs that make codes. */
  readonly api?: EnrolmentApi;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where boxes exchange a code for a token, and a token for the next one. Nothing else here needs a credential, but for the programs that make codes. */
export class EnrolmentDoor {
  readonly #options: EnrolmentOptions;
  readonly #nonceKey: Buffer;
  readonly #ofAddress: RateWindow;
  readonly #ofAll: RateWindow;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
    this.#nonceKey = options.tokens.secretFor('nonces of renewals');
    this.#ofAddress = new RateWindow(TRIES_OF_ADDRESS, options.clock);
    this.#ofAll = new RateWindow(TRIES_A_MINUTE, options.clock);
  }

  async answer(
    method: string,
    path: string,
    body: Uint8Array,
    caller: string,
    authorization?: string,
  ): Promise<RelayAnswer> {
    const what = `${method} ${path.slice(ENROL_PATH.length)}`;
    if (what === 'GET /nonce') return said({ nonce: this.#nonce() }, 'nonce');
    if (what !== 'POST ' && what !== 'POST /renew')
      return (
        this.#options.api?.answer(what, body, caller, authorization) ??
        toAnybody(plainAnswer(404, 'no such path', 'no such path'))
      );
    // Right codes too: who may go on trying until one is right has all the tries in the world.
    if (!this.#ofAddress.admit(networkOf(caller)) || !this.#ofAll.admit('all'))
      return refusal(429, refused(FAULT.enrolTooManyTries, 'too many tries in a minute'));
    const proof = await readProof(parseObject(new TextDecoder().decode(body))?.['proof']);
    if (proof === undefined) return refusal(400, refused(FAULT.enrolFailed, 'no proof of a key'));
    const answer = what === 'POST ' ? await this.#enrol(proof, caller) : await this.#renew(proof);
    return answer.ok ? answer.value : refusal(403, answer.error);
  }

  async #enrol({ boxKey, claims }: Proof, caller: string): Promise<Result<RelayAnswer, Fault>> {
    const { codes, tokens, merchant: home, lifeS, publicUrl, brokerUrl, issued, log } = this.#options;
    const objection = this.#options.objection ?? (() => undefined);
    // Whose it is stands in the code, whatever the box says.
    const used = codes.use(String(claims['code']), boxKey, ({ terminal, merchant = home }) =>
      objection({ terminal, merchant }),
    );
    if (!used.ok) return used;
    const { terminal, merchant = home, caps, shop, sinceS } = used.value;
    const name = boxName(home, { terminal, merchant });
    const made = await tokens.issue({ terminal, caps, merchant, boxKey }, lifeS, sinceS);
    // By another process, while this one signed.
    if (tokens.isRevoked(made.claims, made.claims.issuedAtS))
      return err(refused(FAULT.enrolCodeEnded, `${name} was revoked meanwhile`));
    issued?.(made.claims, made.token);
    log.info(`terminal ${name} is enrolled from ${caller}, box key ${boxKey.slice(0, 12)}`);
    const told = { terminal, merchant, relay: publicUrl, broker: brokerUrl, shop };
    const receiptKey = tokens.receiptKey({ terminal, merchant });
    return ok(said({ ...told, receipt_key: receiptKey, ...tokenRecord(made) }, `enrolled terminal=${name}`));
  }

  async #renew({ boxKey, claims }: Proof): Promise<Result<RelayAnswer, Fault>> {
    const { tokens, clock, merchant: home, objection, lifeS, log } = this.#options;
    const no = (why: string): Result<never, Fault> => err(refused(FAULT.tokenNotRenewed, why));
    if (!this.#isNonce(String(claims['nonce']))) return no('an old proof');
    const read = await tokens.read(String(claims['token']));
    if (!read.ok) return no(read.error);
    const { terminal, merchant, issuedAtS, endsAtS, caps } = read.value;
    if (read.value.boxKey !== boxKey) return no('a token of another box');
    const objected = objection?.(read.value);
    if (objected !== undefined) return no(objected.detail);
    if (tokens.isRevoked(read.value, issuedAtS)) return no('a token that was revoked');
    // A box that stood in a cupboard: its key is as good as ever.
    if (clock.wallMs() / 1000 > endsAtS + lifeS) return no('a token that has ended long ago');
    // Dated by itself, and not after a revocation of the moment in which it is signed: by that it dies as the old one does.
    const made = await tokens.issue({ terminal, caps, merchant, boxKey }, lifeS, issuedAtS);
    if (tokens.isRevoked(made.claims, made.claims.issuedAtS)) return no('a token that was revoked');
    const name = boxName(home, read.value);
    log.info(`terminal ${name} has a new token`);
    return ok(said(tokenRecord(made), `renewed terminal=${name}`));
  }

  #nonce(): string {
    const at = Math.floor(this.#options.clock.wallMs() / 1000).toString(36);
    return `${at}.${this.#tag(at)}`;
  }

  #isNonce(text: string): boolean {
    const [at = '', tag = ''] = text.split('.');
    const wanted = Buffer.from(this.#tag(at));
    const ageS = this.#options.clock.wallMs() / 1000 - Number.parseInt(at, 36);
    const given = Buffer.from(tag);
    return given.length === wanted.length && timingSafeEqual(given, wanted) && Math.abs(ageS) <= NONCE_LIFE_S;
  }

  #tag(at: string): string {
    return createHmac('sha256', this.#nonceKey).update(at).digest('base64url').slice(0, 22);
  }
}

function tokenRecord({ token, claims }: { token: string; claims: TokenClaims }): Json {
  return { token, issued_at: claims.issuedAtS, ends_at: claims.endsAtS };
}

function said(body: object, note: string): RelayAnswer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(body), note, anybody: true };
}

/** With the number apart, by which the box tells its person what to do. */
function refusal(status: number, { code, detail }: Fault): RelayAnswer {
  const body = JSON.stringify({ code, message: faultText(code).en, detail });
  return { status, contentType: 'application/json', body, note: `E${code} ${detail}`, anybody: true };
}
