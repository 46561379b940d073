import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../base/assert.js';
import { Failure, messageOf, temporary } from '../base/fault.js';
import { parseTerminalId } from '../base/ids.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { relaySchema } from '../config/relay-schema.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { FAULT } from '../core/fault/table.js';
import { EnrolmentCodes } from '../identity/codes.js';
import type { GuestLife } from '../identity/guest-book.js';
import { makeKeyPem, signingKeys } from '../identity/keys.js';
import { appendLine, createFile, makeFolder } from '../identity/private-file.js';
import { Revocations } from '../identity/revocations.js';
import { type TokenClaims, type TokenLife, Tokens } from '../identity/token.js';
import type { BrokerIdentity } from '../mqtt/permissions.js';
import type { Timers } from '../port/clock.js';
import { type Enroller, EnrolmentApi } from '../relay/enrolment-api.js';
import { EnrolmentDoor } from '../relay/enrolment-door.js';
import { isTokenOf, Terminals } from '../relay/terminals.js';
import type { Environment } from './environment.js';

/** How long a revoked terminal may go on hearing notices over a connection that it has. */
const LOOK_MS = 1_000;
/** Tokens end by themselves as well; whoever is connected then is let go on for a minute at most. */
const REVIEW_MS = 60_000;

/** Within `enrol.directory`. */
const KEY_FILE = 'tokens.pem';
export const REVOKED_FILE = 'revoked';
/** What programs did, a line of JSON each. */
const ENROLLERS_FILE = 'enrollers.log';

/** Who may come in to a relay: terminals, listed and enrolled, and operators. */
export class RelayPeople {
  readonly terminals: Terminals;
  /** Where boxes enrol here. */
  readonly enrolment: EnrolmentDoor | undefined;
  readonly #environment: Environment;
  readonly #config: RelayConfig;
  readonly #revocations: Revocations | undefined;
  readonly #tokens: Tokens | undefined;
  /** Of a broker that has to be told who may come in. */
  #opened = (_claims: TokenClaims, _token: string): void => {};
  #operators: Operators;
  #enrollers: readonly Enroller[];

  /** @throws Failure FAULT.tokensUnusable */
  constructor(config: RelayConfig, environment: Environment) {
    this.#environment = environment;
    this.#config = config;
    this.#operators = operatorsOf(config);
    this.#enrollers = config.enroller;
    const { enrol, relay, terminal } = config;
    if (!enrol.enabled) {
      this.terminals = new Terminals(terminal);
      return;
    }
    const { clock, log, random } = environment;
    const key = keyText(enrol, environment);
    this.#revocations = new Revocations(join(enrol.directory, REVOKED_FILE), clock, log.child('enrol'));
    const tokens = new Tokens({ keys: signingKeys(key), revocations: this.#revocations, clock });
    this.#tokens = tokens;
    const { merchant, publicUrl } = relay;
    const opened = (claims: TokenClaims, token: string): void => this.#opened(claims, token);
    this.terminals = new Terminals(terminal, { tokens, merchant, opened });
    const codes = new EnrolmentCodes(enrol.directory, clock, this.#revocations);
    const api = new EnrolmentApi({
      ...{ codes, revocations: this.#revocations, random, clock, log: log.child('enrol') },
      programs: () => this.#enrollers,
      audit: (line) => appendLine(join(enrol.directory, ENROLLERS_FILE), line),
    });
    this.enrolment = new EnrolmentDoor({
      ...{ tokens, merchant, publicUrl, clock, revocations: this.#revocations, issued: opened, codes, api },
      lifeS: enrol.tokenDays * 86_400,
      ...(enrol.brokerUrl === undefined ? {} : { brokerUrl: enrol.brokerUrl }),
      log: log.child('enrol'),
    });
  }

  /** Who a client of the embedded broker is. */
  async identify(clientId: string, password = ''): Promise<BrokerIdentity | undefined> {
    const operator = this.#operators.get(clientId);
    if (operator !== undefined) {
      const { tokenSha256, commands, events } = operator;
      const holds = (): boolean => {
        const now = this.#operators.get(clientId);
        return now?.tokenSha256 === tokenSha256 && now.commands === commands && now.events === events;
      };
      return isTokenOf(password, tokenSha256) ? { role: 'operator', commands, events, holds } : undefined;
    }
    const admitted = await this.terminals.admit(clientId, password);
    if (admitted === undefined) return undefined;
    const { holds, mayReturn, life } = admitted;
    const of = { role: 'terminal', merchant: this.#config.relay.merchant } as const;
    return { ...of, holds, mayReturn, ...(life === undefined ? {} : { life }) };
  }

  /** Who a terminal is that a broker let in before this relay began. @param life of the token that it had, where that is known */
  known(name: string, life?: GuestLife): BrokerIdentity {
    const of = { role: 'terminal', merchant: this.#config.relay.merchant } as const;
    const tokens = this.#tokens;
    const terminal = parseTerminalId(name);
    if (tokens === undefined || terminal === undefined || life === undefined || life.endsAtS === 0)
      return { ...of, holds: () => this.terminals.has(name) };
    const holds = (): boolean => tokens.holds({ terminal, ...life });
    return { ...of, holds, mayReturn: () => !tokens.isRevoked(name, life.issuedAtS) };
  }

  /** @param opened told of each token that opens a door of this relay, each time, and of those of boxes that enrol */
  tell(opened: (claims: TokenClaims, token: string) => void): void {
    this.#opened = opened;
  }

  /** The same at every relay that has the key that signs tokens; there is one where there are tokens. @returns 32 bytes */
  secretFor(purpose: string): Buffer {
    assert(this.#tokens !== undefined, 'only who signs tokens has a secret');
    return this.#tokens.secretFor(purpose);
  }

  /** Whether a token that was good still is. */
  holds(token: TokenLife): boolean {
    return this.#tokens?.holds(token) === true;
  }

  /** @param review throws out who may not be there any more, those who have just been revoked too @returns a function that ends the watch */
  watch(timers: Timers, review: (revoked: readonly string[]) => void): () => void {
    const revocations = this.#revocations;
    if (revocations === undefined) return () => {};
    let known = revocations.sinceS;
    let quietMs = 0;
    let cancel = (): void => {};
    const look = (): void => {
      quietMs += LOOK_MS;
      const now = revocations.sinceS;
      if (now !== known || quietMs >= REVIEW_MS) {
        const revoked = [...now].filter(([name, sinceS]) => sinceS > (known.get(name) ?? 0));
        known = now;
        quietMs = 0;
        review(revoked.map(([name]) => name));
      }
      cancel = timers.after(LOOK_MS, look);
    };
    cancel = timers.after(LOOK_MS, look);
    return () => cancel();
  }

  /** Takes the terminals and operators of the file as it is now; one with an error in it changes nothing. */
  reload(file: string, review: () => void): void {
    const { log } = this.#environment;
    const read = load(relaySchema, file);
    if (!read.ok) {
      for (const problem of read.error) log.error(formatProblem(file, problem));
      log.error(`${file} was not taken: what was read before holds`);
      return;
    }
    const { terminal, operator, enroller, ...others } = read.value;
    this.#enrollers = enroller;
    this.terminals.replace(terminal);
    this.#operators = operatorsOf(read.value);
    review();
    log.info(`${file} read again: ${terminal.length} terminals, ${operator.length} operators`);
    const known: Readonly<Record<string, unknown>> = this.#config;
    const changed = Object.entries(others).filter(
      ([name, now]) => JSON.stringify(now) !== JSON.stringify(known[name]),
    );
    if (changed.length > 0)
      log.warn(
        `not taken while it runs: what changed in ${changed.map(([name]) => `[${name}]`).join(', ')}; restart the relay for it`,
      );
  }
}

type Operators = ReadonlyMap<string, RelayConfig['operator'][number]>;

function operatorsOf({ operator }: RelayConfig): Operators {
  return new Map(operator.map((one) => [one.name, one]));
}

/** @throws Failure FAULT.tokensUnusable, and those of a secret that cannot be had */
function keyText(
  { directory, secret }: Extract<RelayConfig['enrol'], { readonly enabled: true }>,
  environment: Environment,
): string {
  try {
    makeFolder(directory);
    if (secret !== undefined) return environment.secret('token-key', secret);
    const file = join(directory, KEY_FILE);
    if (readFileOf(file) === undefined && createFile(file, makeKeyPem()))
      environment.log.info(
        `made the key that signs tokens: ${file}; keep a copy, other relays need the same`,
      );
    return environment.secret('token-key', { file });
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure(temporary(FAULT.tokensUnusable, `${directory}: ${messageOf(thrown)}`));
  }
}

function readFileOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
