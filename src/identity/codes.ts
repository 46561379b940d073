import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, refused } from '../base/fault.js';
import { parseTerminalId, type TerminalId } from '../base/ids.js';
import { parseObject } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { Clock, Random } from '../port/clock.js';
import { createFile } from './private-file.js';
import { capsOf, capsRecord, type TokenCaps } from './token.js';

/** Whom a code is for, and what that terminal may do. */
export interface Enrolment {
  readonly terminal: TerminalId;
  readonly caps: TokenCaps;
}

/** Crockford's: without I, L, O and U, which are read as others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 45 bits: 3.5e13 codes. */
const CHARACTERS = 9;
const LIFE_MS = 3_600_000;
/** So long it is known that there was such a code, for who asks why it does not work. */
const REMEMBERED_MS = 24 * LIFE_MS;

/**
 * Codes by which boxes enrol, a file for each in a folder, under its digest: whoever reads the folder cannot use them. Of two that use
 * one at once the file system lets one through, also where relays share the folder; relays that share none know their own codes only.
 */
export class EnrolmentCodes {
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'wallMs'>;

  constructor(directory: string, clock: Pick<Clock, 'wallMs'>) {
    this.#folder = join(directory, 'codes');
    this.#clock = clock;
  }

  /** @returns nine characters, good for an hour @throws Error of the system */
  make({ terminal, caps }: Enrolment, random: Random): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#sweep();
    const code = [...random.bytes(CHARACTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    const record = { terminal, ...capsRecord(caps), ends_at: this.#clock.wallMs() + LIFE_MS };
    createFile(this.#file(code, 'code'), JSON.stringify(record));
    return code;
  }

  /**
   * Uses a code up for one box; the same box may use it again while it lasts, as its answer may have been lost.
   * @param boxKey thumbprint of its key
   * @param first called before a code is used up for the first time
   * @returns FAULT.enrolCodeUnknown, FAULT.enrolCodeUsed, FAULT.enrolCodeEnded @throws Error of the system
   */
  use(typed: string, boxKey: string, first: (enrolment: Enrolment) => void): Result<Enrolment, Fault> {
    const code = normalCode(typed);
    const record = code === undefined ? undefined : parseObject(this.#read(code, 'code') ?? '');
    const terminal = parseTerminalId(String(record?.['terminal']));
    const caps = record && capsOf(record);
    if (code === undefined || record === undefined || terminal === undefined || caps === undefined)
      return err(refused(FAULT.enrolCodeUnknown, 'there is no such code'));
    const usedBy = this.#read(code, 'used');
    if (usedBy !== undefined && usedBy !== boxKey)
      return err(refused(FAULT.enrolCodeUsed, `the code for ${terminal} was used by another box`));
    if (this.#clock.wallMs() >= Number(record['ends_at']))
      return err(refused(FAULT.enrolCodeEnded, `the code for ${terminal} has ended`));
    if (usedBy === undefined) {
      first({ terminal, caps });
      const isOurs = createFile(this.#file(code, 'used'), boxKey) || this.#read(code, 'used') === boxKey;
      if (!isOurs)
        return err(refused(FAULT.enrolCodeUsed, `the code for ${terminal} was used by another box`));
    }
    return ok({ terminal, caps });
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

/** As people write it: small letters, blanks, dashes, and what looks alike. */
function normalCode(typed: string): string | undefined {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return plain.length === CHARACTERS && [...plain].every((sign) => ALPHABET.includes(sign))
    ? plain
    : undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
