import { hash } from 'node:crypto';
import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, refused } from '../base/fault.js';
import { parseTerminalId, type TerminalId } from '../base/ids.js';
import { parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { Clock, Random } from '../port/clock.js';
import { createFile, makeFolder } from './private-file.js';
import type { Revocations } from './revocations.js';
import { capsOf, capsRecord, type TokenCaps } from './token.js';

/** Whom a code is for, and what that terminal may do. */
export interface Enrolment {
  readonly terminal: TerminalId;
  /** Absent: the first of the relay. */
  readonly merchant?: string;
  readonly caps: TokenCaps;
  /** Name of the shop, for the box's screen where its own file has none. */
  readonly shop?: string;
}

/** Which box used a code, and what it ended by that: from when on tokens of its terminal count, in seconds since 1970. */
interface Use {
  readonly boxKey: string;
  readonly sinceS: number;
}

/** Crockford's: without I, L, O and U, which are read as others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 45 bits: 3.5e13 codes. */
const CHARACTERS = 9;
/** The same as a number, for a pad that has no letters: 32^9 is below 10^14. */
const DIGITS = 14;
const LIFE_MS = 3_600_000;
/** So long it is known that there was such a code, for who asks why it does not work. */
const REMEMBERED_MS = 24 * LIFE_MS;

/**
 * Codes by which boxes enrol, a file for each in a folder, under its digest: whoever reads the folder cannot use them. Of two that use
 * one at once the file system lets one through, also where relays share the folder; relays that share none know their own codes only.
 * A code counts as long as its terminal is not revoked, and its name not given to another box, after the code was made: then neither
 * a code that lies about nor the box that used one gets a token.
 */
export class EnrolmentCodes {
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #revocations: Revocations;

  constructor(directory: string, clock: Pick<Clock, 'wallMs'>, revocations: Revocations) {
    this.#folder = join(directory, 'codes');
    this.#clock = clock;
    this.#revocations = revocations;
  }

  /** @returns nine characters, good for an hour @throws Error of the system */
  make(enrolment: Enrolment, random: Random): string {
    const { terminal, merchant, caps, shop } = enrolment;
    makeFolder(this.#folder);
    this.#sweep();
    const code = [...random.bytes(CHARACTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    const ends = {
      since_s: this.#revocations.notBeforeS(nameOf(enrolment)),
      ends_at: this.#clock.wallMs() + LIFE_MS,
    };
    createFile(
      this.#file(code, 'code'),
      JSON.stringify({ terminal, merchant, shop, ...capsRecord(caps), ...ends }),
    );
    return code;
  }

  /**
   * Uses a code up for one box, and ends what its terminal had before; the same box may use it again while it lasts, as its answer may
   * have been lost.
   * @param boxKey thumbprint of its key
   * @param objection why nobody may enrol as this: then the code is not used up
   * @returns whom it is for, and from when on its tokens count; or FAULT.enrolCodeUnknown, FAULT.enrolCodeUsed, FAULT.enrolCodeEnded
   * @throws Error of the system
   */
  use(
    typed: string,
    boxKey: string,
    objection: (enrolment: Enrolment) => Fault | undefined = () => undefined,
  ): Result<Enrolment & Pick<Use, 'sinceS'>, Fault> {
    const code = normalCode(typed);
    const record = code === undefined ? undefined : parseObject(this.#read(code, 'code') ?? '');
    const terminal = parseTerminalId(String(record?.['terminal']));
    const caps = record && capsOf(record);
    if (code === undefined || record === undefined || terminal === undefined || caps === undefined)
      return err(refused(FAULT.enrolCodeUnknown, 'there is no such code'));
    const { merchant, shop } = record;
    const enrolment = {
      ...{ terminal, caps },
      ...(merchant === undefined ? {} : { merchant: String(merchant) }),
      ...(typeof shop === 'string' ? { shop } : {}),
    };
    const name = nameOf(enrolment);
    const no = (number: Fault['code'], why: string): Result<never, Fault> =>
      err(refused(number, `the code for ${name} ${why}`));
    const objected = objection(enrolment);
    if (objected !== undefined) return err(objected);
    const usedBefore = this.#use(code);
    if (usedBefore !== undefined && usedBefore.boxKey !== boxKey)
      return no(FAULT.enrolCodeUsed, 'was used by another box');
    if (this.#clock.wallMs() >= Number(record['ends_at'])) return no(FAULT.enrolCodeEnded, 'has ended');
    const revocations = this.#revocations;
    if (revocations.notBeforeS(name) > (usedBefore?.sinceS ?? Number(record['since_s'])))
      return no(FAULT.enrolCodeEnded, 'is older than the last revocation or enrolment of that terminal');
    const use = usedBefore ?? { boxKey, sinceS: revocations.nextS(name) };
    // Kept before it is done: the box that asks again after a crash in between finds its own.
    if (usedBefore === undefined && !createFile(this.#file(code, 'used'), JSON.stringify(use)))
      return this.use(typed, boxKey, objection);
    // One name, one box: what this terminal had before opens nothing from now on.
    revocations.revoke(name, 'enrolled anew', use.sinceS);
    return ok({ ...enrolment, sinceS: use.sinceS });
  }

  /** A file that cannot be read as one is nobody's. */
  #use(code: string): Use | undefined {
    const text = this.#read(code, 'used');
    if (text === undefined) return undefined;
    const { boxKey, sinceS } = parseObject(text) ?? {};
    return { boxKey: String(boxKey), sinceS: Number(sinceS) };
  }

  #file(code: string, kind: 'code' | 'used'): string {
    return join(this.#folder, `${hash('sha256', code).slice(0, 40)}.${kind}`);
  }

  #read(code: string, kind: 'code' | 'used'): string | undefined {
    return readIfThere(this.#file(code, kind));
  }

  #sweep(): void {
    for (const name of readdirSync(this.#folder).filter((one) => one.endsWith('.code'))) {
      const path = join(this.#folder, name);
      const endsAtMs = Number(parseObject(readIfThere(path) ?? '')?.['ends_at'] ?? 0);
      if (this.#clock.wallMs() < endsAtMs + REMEMBERED_MS) continue;
      for (const old of [path, path.replace(/code$/, 'used')])
        if (readIfThere(old) !== undefined) unlinkSync(old);
    }
  }
}

/** As the list of revoked terminals calls it. */
function nameOf({ terminal, merchant }: Enrolment): string {
  return merchant === undefined ? terminal : `${merchant}/${terminal}`;
}

/** A code for who can type digits only: 14 of them, which {@link EnrolmentCodes.use} takes as well. */
export function codeInDigits(code: string): string {
  const number = [...code].reduce((sum, sign) => sum * 32n + BigInt(ALPHABET.indexOf(sign)), 0n);
  return String(number).padStart(DIGITS, '0');
}

/** As people write it: small letters, blanks, dashes, and what looks alike; or the whole of it in digits. */
function normalCode(typed: string): string | undefined {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (plain.length === DIGITS && /^\d+$/.test(plain)) return codeOfDigits(plain);
  return plain.length === CHARACTERS && [...plain].every((sign) => ALPHABET.includes(sign))
    ? plain
    : undefined;
}

/** Undefined for a number that is larger than every code. */
function codeOfDigits(digits: string): string | undefined {
  let rest = BigInt(digits);
  let code = '';
  for (; code.length < CHARACTERS; rest /= 32n) code = `${ALPHABET[Number(rest % 32n)]}${code}`;
  return rest === 0n ? code : undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
