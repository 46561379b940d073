import { type Fault, messageOf, refused, temporary } from '../base/fault.js';
import { parseTerminalId, type TerminalId } from '../base/ids.js';
import { parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { RateWindow } from '../bounds/rate-window.js';
import { FAULT, faultText } from '../core/fault/table.js';
import { codeInDigits, type EnrolmentCodes } from '../identity/codes.js';
import type { Revocations } from '../identity/revocations.js';
import { capsOf, capsRecord, type TokenCaps, unusableCap } from '../identity/token.js';
import type { Clock, Random } from '../port/clock.js';
import type { Log } from '../port/log.js';
import type { RelayAnswer } from './answer.js';
import { networkOf } from './receipts.js';
import { isTokenOf } from './terminals.js';

/** A program of the operator's own, known by its token. */
export interface Enroller {
  readonly name: string;
  readonly tokenSha256: string;
  /** Whose terminals it may enrol and revoke; absent: of all. */
  readonly merchant?: string | undefined;
}

export interface EnrolmentApiOptions {
  /** As relay.toml has them now; where there is none this door is not there. */
  readonly programs: () => readonly Enroller[];
  /** The first merchant, whose boxes are called by their ids alone. */
  readonly home: string;
  /** All of them. */
  readonly merchants: () => readonly string[];
  /** Why this terminal gets no code, or cannot be revoked; without a merchant it is one of the first. */
  readonly objection?: (
    box: { readonly terminal: TerminalId; readonly merchant?: string },
    isRevocation: boolean,
  ) => Fault | undefined;
  readonly codes: EnrolmentCodes;
  readonly revocations: Revocations;
  /** Writes down who does what, before it is done. @throws Error of the system: then it is not done */
  readonly audit: (line: string) => void;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of one program. A fleet of thousands is enrolled box by box. */
const CALLS_A_MINUTE = 60;
/** Wrong tokens from one address, or one network of IPv6. */
const STRANGERS_A_MINUTE = 10;
const CAPS = ['max_amount', 'max_a_day', 'charges_per_minute', 'refund_a_day'];
const TEXT = /^\P{Cc}{1,40}$/u;
const NOTE = /^[ -~]{1,100}$/;

interface Whose {
  readonly home: string;
  readonly usual: string;
  readonly names: readonly string[];
}

interface Asked {
  readonly terminal: TerminalId;
  readonly merchant?: string;
  /** As the list of revoked terminals calls it. */
  readonly box: string;
  readonly caps: TokenCaps;
  readonly shop?: string;
  readonly note: string;
}

/**
 * What `relay enrol` and `relay revoke` do at the relay's machine, for a program elsewhere: `POST /enrol/codes` and
 * `POST /enrol/revocations`, JSON with a bearer token. Off without an `[[enroller]]`. Law 15: who does it has a name, in the log and in a file.
 */
export class EnrolmentApi {
  readonly #options: EnrolmentApiOptions;
  readonly #calls: RateWindow;
  readonly #strangers: RateWindow;

  constructor(options: EnrolmentApiOptions) {
    this.#options = options;
    this.#calls = new RateWindow(CALLS_A_MINUTE, options.clock);
    this.#strangers = new RateWindow(STRANGERS_A_MINUTE, options.clock);
  }

  /** @param what `POST /codes`, below `/enrol` @returns undefined where there is no such path, or no such door */
  answer(
    what: string,
    body: Uint8Array,
    caller: string,
    authorization: string | undefined,
  ): RelayAnswer | undefined {
    const programs = this.#options.programs();
    if (programs.length === 0 || (what !== 'POST /codes' && what !== 'POST /revocations')) return undefined;
    const network = networkOf(caller);
    const tooMany = refused(FAULT.enrolTooManyTries, 'too many in a minute');
    const token = /^Bearer (\S{20,200})$/.exec(authorization ?? '')?.[1] ?? '';
    const program = programs.find(({ tokenSha256 }) => isTokenOf(token, tokenSha256));
    if (program === undefined)
      return this.#strangers.admit(network)
        ? { ...said(401, { message: 'a token of an [[enroller]] is wanted' }, 'no token'), ...STRANGER }
        : { ...refusal(429, tooMany), anybody: true };
    if (!this.#calls.admit(program.name)) return refusal(429, tooMany);
    const isRevocation = what === 'POST /revocations';
    const asked = readAsked(body, isRevocation, this.#whose(program));
    if (!asked.ok) return refusal(400, asked.error);
    const objection = this.#options.objection?.(asked.value, isRevocation);
    if (objection !== undefined) return refusal(400, objection);
    try {
      return isRevocation
        ? this.#revoke(asked.value, program.name, caller)
        : this.#makeCode(asked.value, program.name, caller);
    } catch (thrown) {
      const fault = temporary(FAULT.tokensUnusable, messageOf(thrown));
      this.#options.log.error(`E${fault.code} ${what} for ${program.name}: ${fault.detail}`);
      return refusal(503, fault);
    }
  }

  /** Whom a program may name, the one that it means without naming any, and the first. */
  #whose({ merchant }: Enroller): Whose {
    const { home, merchants } = this.#options;
    return { home, usual: merchant ?? home, names: merchant === undefined ? merchants() : [merchant] };
  }

  #makeCode({ terminal, merchant, box, caps, shop }: Asked, by: string, from: string): RelayAnswer {
    const { codes, random, clock, log, home } = this.#options;
    const named = {
      ...(merchant === undefined ? {} : { merchant }),
      ...(shop === undefined ? {} : { shop }),
    };
    this.#note({ does: 'code', terminal, by, from, ...named, ...capsRecord(caps) });
    const endsAt = new Date(clock.wallMs() + 3_600_000).toISOString();
    const code = codes.make({ terminal, caps, ...named }, random);
    log.info(`a code for ${box} was made for ${by}, who asked from ${from}`);
    const spaced = code.replace(/(...)(?=.)/g, '$1-');
    const told = {
      terminal,
      merchant: merchant ?? home,
      code: spaced,
      digits: codeInDigits(code),
      ends_at: endsAt,
    };
    return said(200, told, `code terminal=${box} by=${by}`);
  }

  #revoke(
    { terminal, merchant = this.#options.home, box, note }: Asked,
    by: string,
    from: string,
  ): RelayAnswer {
    this.#note({ does: 'revoke', terminal: box, by, from, note });
    this.#options.revocations.revoke(box, `${note} (${by})`);
    this.#options.log.warn(`terminal ${box} is revoked by ${by}, who asked from ${from}: ${note}`);
    return said(200, { terminal, merchant, revoked: true }, `revoked terminal=${box} by=${by}`);
  }

  #note(what: object): void {
    this.#options.audit(
      JSON.stringify({ at: new Date(this.#options.clock.wallMs()).toISOString(), ...what }),
    );
  }
}

const STRANGER = {
  headers: { 'WWW-Authenticate': 'Bearer realm="gopay-pos enrolment"' },
  anybody: true,
} as const;

/** A key that is not known is refused: a cap that is misspelt would be none. */
function readAsked(
  body: Uint8Array,
  isRevocation: boolean,
  { home, usual, names }: Whose,
): Result<Asked, Fault> {
  const wrong = (what: string): Result<never, Fault> => err(refused(FAULT.enrolRequestWrong, what));
  const fields = parseObject(new TextDecoder().decode(body));
  if (fields === undefined) return wrong('no JSON object');
  const known = ['terminal', 'merchant', ...(isRevocation ? ['note'] : ['shop', ...CAPS])];
  const foreign = Object.keys(fields).find((key) => !known.includes(key));
  if (foreign !== undefined)
    return wrong(`${JSON.stringify(foreign).slice(0, 60)} is none of ${known.join(', ')}`);
  const { terminal: name, merchant, shop, note = 'revoked' } = fields;
  const word = names.find((one) => one === (merchant ?? usual));
  if (word === undefined) return wrong(`merchant: ${names.join(', ')}`);
  const ours = word === home ? undefined : word;
  const terminal = typeof name === 'string' ? parseTerminalId(name) : undefined;
  if (terminal === undefined) return wrong('terminal: 1 to 16 of A-Z and 0-9');
  const caps = capsOf(fields);
  if (caps === undefined) return wrong(`${CAPS.join(', ')}: whole numbers`);
  const unusable = unusableCap(caps);
  if (unusable !== undefined) return wrong(unusable);
  if (shop !== undefined && !(typeof shop === 'string' && TEXT.test(shop)))
    return wrong('shop: 1 to 40 characters');
  if (typeof note !== 'string' || !NOTE.test(note)) return wrong('note: 1 to 100 characters of ASCII');
  const box = ours === undefined ? terminal : `${ours}/${terminal}`;
  const whose = ours === undefined ? {} : { merchant: ours };
  return ok({ terminal, ...whose, box, caps, note, ...(shop === undefined ? {} : { shop }) });
}

function said(status: number, body: object, note: string): RelayAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body), note };
}

function refusal(status: number, { code, detail }: Fault): RelayAnswer {
  return said(status, { code, message: faultText(code).en, detail }, `E${code} ${detail}`);
}
