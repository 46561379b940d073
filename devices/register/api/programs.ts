import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Failure, refused } from '../../../src/base/fault.js';
import type { Right } from '../../../src/base/register-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Caller } from '../../kit/callers.js';
import type { HostRefusal } from '../../kit/http-server.js';

/** A program that a token stands for. */
export interface TokenHolder {
  /** Its sales' till. */
  readonly name: string;
  readonly token: string;
  readonly rights: readonly Right[];
}

export type Admitted = { readonly program: Caller['program'] } | { readonly refusal: HostRefusal };

/** What a person would type is found out in a day: these are made by a machine. */
const SHORTEST_TOKEN = 20;

/** Who may come in by which token. Where no program has one, whoever reaches the port is let in, as nobody in particular. */
export class Programs {
  readonly #known: readonly { readonly program: NonNullable<Caller['program']>; readonly digest: Buffer }[];

  /** @throws Failure FAULT.secretTooShort; FAULT.apiTokenShared where two have the same */
  constructor(holders: readonly TokenHolder[]) {
    this.#known = holders.map(({ name, token, rights }) => {
      if (token.length < SHORTEST_TOKEN) {
        const detail = `the token of program ${name} has fewer than ${SHORTEST_TOKEN} characters`;
        throw new Failure(refused(FAULT.secretTooShort, detail));
      }
      return { program: { name, rights }, digest: digestOf(token) };
    });
    for (const [at, { program, digest }] of this.#known.entries()) {
      const twin = this.#known.slice(0, at).find((one) => one.digest.equals(digest));
      if (twin === undefined) continue;
      const detail = `the programs ${twin.program.name} and ${program.name} have the same token`;
      throw new Failure(refused(FAULT.apiTokenShared, detail));
    }
  }

  get needed(): boolean {
    return this.#known.length > 0;
  }

  /** Takes the same time whichever token is wrong, and however. */
  admit({ authorization = '' }: IncomingHttpHeaders): Admitted {
    if (!this.needed) return { program: undefined };
    const [, token = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const digest = digestOf(token);
    const found = this.#known.filter((one) => timingSafeEqual(one.digest, digest));
    const [first] = found;
    if (first !== undefined) return { program: first.program };
    const why = authorization === '' ? 'no token: Authorization: Bearer TOKEN' : 'a token that is not known';
    return { refusal: { status: 401, why } };
  }
}

/** Of the same length for each token, as the comparison needs. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
