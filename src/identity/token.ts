import { hash } from 'node:crypto';
import { parseTerminalId, type TerminalId } from '../base/ids.js';
import { asObject, type Json, parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { isRupiah, type Rupiah } from '../base/rupiah.js';
import { NewestMap } from '../bounds/newest-map.js';
import type { Clock } from '../port/clock.js';
import { derivedSecret, type KeyPair } from './keys.js';
import type { Revocations } from './revocations.js';

/** What a terminal may do at most; where relay.toml allows less, that counts. */
export interface TokenCaps {
  /** Of one charge. */
  readonly maxAmount?: Rupiah;
  /** Of all charges within 24 hours, paid or not. */
  readonly maxADay?: Rupiah;
  readonly chargesPerMinute?: number;
  /** Within 24 hours. Absent: none. */
  readonly refundADay?: Rupiah;
}

/** What a token says. Times are seconds since 1970. */
export interface TokenClaims {
  readonly terminal: TerminalId;
  /** The word in the topics. */
  readonly merchant: string;
  readonly issuedAtS: number;
  readonly endsAtS: number;
  /** Thumbprint of the key that the box made: whoever has the token alone can renew nothing. */
  readonly boxKey: string;
  readonly caps: TokenCaps;
}

/** What decides, beside its signature, whether a token opens doors. */
export type TokenLife = Pick<TokenClaims, 'terminal' | 'issuedAtS' | 'endsAtS'> &
  Partial<Pick<TokenClaims, 'merchant'>>;

export interface TokensOptions {
  readonly keys: readonly [KeyPair, ...KeyPair[]];
  readonly revocations: Revocations;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** The merchant whose boxes are called by their ids alone; without it all are. */
  readonly home?: string;
}

/** Whose box it is, and its id, which a box of another merchant may have too. */
export interface NamedBox {
  readonly merchant: string;
  readonly terminal: string;
}

/** What a box is called where those of several merchants stand side by side. */
export function boxName(home: string | undefined, { merchant, terminal }: NamedBox): string {
  return home === undefined || merchant === home ? terminal : `${merchant}/${terminal}`;
}

const AUDIENCE = 'gopay-pos';
const TYPE = 'gopay-pos-token+jwt';
/** Characters; ours have some 450. */
const LONGEST = 2_048;
/** A token may be dated so far ahead: relays' clocks differ, and what follows a revocation is dated after its margin. */
const AHEAD_S = 120;
const KNOWN_MOST = 10_000;

/**
 * The tokens of boxes: compact JWTs (RFC 7519), signed with Ed25519, each the password of its terminal at HTTP and MQTT alike. Every
 * door asks {@link Tokens.verify}, through `Terminals.admit` in `src/relay/terminals.ts`, which knows the list of relay.toml too: the
 * Core API front, the embedded broker, and what other brokers ask. A connection that stays asks {@link Tokens.holds} later on.
 */
export class Tokens {
  readonly #options: TokensOptions;
  /** Whose signature was good, by the digest of the token. Time and revocation are looked at each time. */
  readonly #known = new NewestMap<TokenClaims>(KNOWN_MOST);

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  /** Whether a password can be a token at all. */
  static isLike(password: string): boolean {
    return password.length <= LONGEST && /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(password);
  }

  /**
   * @param terminal who says that it is his
   * @returns what it says, or in words why it opens nothing
   */
  async verify(token: string, terminal: string): Promise<Result<TokenClaims, string>> {
    const read = await this.read(token);
    if (!read.ok) return read;
    if (read.value.terminal !== terminal) return err('a token of another terminal');
    const why = this.#objection(read.value);
    return why === undefined ? read : err(why);
  }

  /** Whether it still opens a door that it has opened. */
  holds(token: TokenLife & NamedBox): boolean {
    return this.#objection(token) === undefined;
  }

  /** @param issuedAtS as {@link Revocations.isRevoked} takes it; without it of a credential that does not say when it was made */
  isRevoked(box: NamedBox, issuedAtS = 0): boolean {
    return this.#options.revocations.isRevoked(this.#nameOf(box), issuedAtS);
  }

  /** What it says where one of our keys signed it, ended and revoked ones too. */
  async read(token: string): Promise<Result<TokenClaims, string>> {
    if (!Tokens.isLike(token)) return err('no token');
    const digest = hash('sha256', token, 'base64');
    const known = this.#known.get(digest);
    if (known !== undefined) return ok(known);
    const { compactVerify, errors } = await import('jose');
    const { keys } = this.#options;
    try {
      const { payload, protectedHeader } = await compactVerify(
        token,
        ({ kid }) => {
          const key = keys.find(({ id }) => id === kid);
          if (key === undefined) throw new errors.JWSInvalid('an unknown key');
          return key.publicKey;
        },
        { algorithms: ['EdDSA'] },
      );
      const claims = protectedHeader.typ === TYPE ? claimsOf(payload) : undefined;
      if (claims === undefined) return err('signed, but no token of a terminal');
      this.#known.set(digest, claims);
      return ok(claims);
    } catch (thrown) {
      if (thrown instanceof errors.JOSEError) return err(`not signed by us: ${thrown.code}`);
      throw thrown;
    }
  }

  /**
   * Signs a token. @param lifeS from now on
   * @param earliestS it is dated then or later; by default after whatever ended this terminal's tokens before
   */
  async issue(
    claims: Omit<TokenClaims, 'issuedAtS' | 'endsAtS'>,
    lifeS: number,
    earliestS = this.#options.revocations.notBeforeS(this.#nameOf(claims)),
  ): Promise<{ readonly token: string; readonly claims: TokenClaims }> {
    const { keys, clock } = this.#options;
    const nowS = Math.floor(clock.wallMs() / 1000);
    const issuedAtS = Math.max(nowS, earliestS);
    const whole = { ...claims, issuedAtS, endsAtS: nowS + lifeS };
    const { SignJWT } = await import('jose');
    const token = await new SignJWT({
      sub: whole.terminal,
      aud: AUDIENCE,
      iat: issuedAtS,
      exp: whole.endsAtS,
      merchant: whole.merchant,
      cnf: { jkt: whole.boxKey },
      ...capsRecord(claims.caps),
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: keys[0].id })
      .sign(keys[0].privateKey);
    return { token, claims: whole };
  }

  /** The key by which one terminal signs receipts for phones: 64 hex digits, from the key that signs tokens. */
  receiptKey(box: NamedBox): string {
    return this.secretFor(`receipts of ${this.#nameOf(box)}`).toString('hex');
  }

  /** The same at every relay that has our key. @returns 32 bytes */
  secretFor(purpose: string): Buffer {
    return derivedSecret(this.#options.keys[0], purpose);
  }

  #nameOf(box: NamedBox): string {
    return boxName(this.#options.home, box);
  }

  #objection(token: TokenLife & NamedBox): string | undefined {
    const { issuedAtS, endsAtS } = token;
    const nowS = this.#options.clock.wallMs() / 1000;
    if (nowS >= endsAtS) return 'a token that has ended';
    if (issuedAtS > nowS + AHEAD_S) return 'a token of the future';
    return this.isRevoked(token, issuedAtS) ? 'a token that was revoked' : undefined;
  }
}

/** Undefined where something is not as we write it: what is signed by us and is something else opens nothing. */
function claimsOf(payload: Uint8Array): TokenClaims | undefined {
  const body = parseObject(new TextDecoder().decode(payload)) ?? {};
  const { sub, aud, iat, exp, merchant } = body;
  const boxKey = asObject(body['cnf'])?.['jkt'];
  const terminal = typeof sub === 'string' ? parseTerminalId(sub) : undefined;
  if (terminal === undefined || aud !== AUDIENCE) return undefined;
  if (!isSeconds(iat) || !isSeconds(exp) || typeof merchant !== 'string' || typeof boxKey !== 'string')
    return undefined;
  const caps = capsOf(body);
  return caps && { terminal, merchant, issuedAtS: iat, endsAtS: exp, boxKey, caps };
}

/** Of a record that names caps as tokens do; undefined where one of them is no amount: no cap would be read as no limit. */
export function capsOf(body: Json): TokenCaps | undefined {
  const { max_amount: maxAmount, max_a_day: maxADay, refund_a_day: refundADay } = body;
  const chargesPerMinute = body['charges_per_minute'];
  const isCap = (value: unknown): value is Rupiah | undefined => value === undefined || isRupiah(value);
  if (!isCap(maxAmount) || !isCap(maxADay) || !isCap(refundADay) || !isCap(chargesPerMinute))
    return undefined;
  return {
    ...(maxAmount === undefined ? {} : { maxAmount }),
    ...(maxADay === undefined ? {} : { maxADay }),
    ...(chargesPerMinute === undefined ? {} : { chargesPerMinute }),
    ...(refundADay === undefined ? {} : { refundADay }),
  };
}

/** @returns why a box with these could sell nothing, which is no limit but a mistake; a token of old may have them */
export function unusableCap({ refundADay: _mayBeNone, ...caps }: TokenCaps): string | undefined {
  const [name] = Object.entries(capsRecord(caps)).find(([, value]) => value === 0) ?? [];
  return name === undefined
    ? undefined
    : `${name}: 1 or more, since a box with 0 sells nothing; revoke it, or leave it out`;
}

/** As {@link capsOf} reads them. */
export function capsRecord({ maxAmount, maxADay, chargesPerMinute, refundADay }: TokenCaps): Json {
  return {
    max_amount: maxAmount,
    max_a_day: maxADay,
    charges_per_minute: chargesPerMinute,
    refund_a_day: refundADay,
  };
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
