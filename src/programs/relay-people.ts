import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../base/assert.js';
import { Failure, type Fault, messageOf, refused, temporary } from '../base/fault.js';
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
import { boxName, type NamedBox, type TokenClaims, type TokenLife, Tokens } from '../identity/token.js';
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

/** Who may come in to a relay: terminals, listed and enrolled, of each merchant, and operators. */
export class RelayPeople {
  /** Of the first merchant. */
  readonly terminals: Terminals;
  /** Where boxes enrol here. */
  readonly enrolment: EnrolmentDoor | undefined;
  readonly #environment: Environment;
  readonly #config: RelayConfig;
  readonly #revocations: Revocations | undefined;
  readonly #tokens: Tokens | undefined;
  /** Of a broker that has to be told who may come in. */
  #opened = (_claims: TokenClaims, _token: string): void => {};
  readonly #told = (claims: TokenClaims, token: string): void => {
    if (this.#objection(claims) === undefined) this.#opened(claims, token);
  };
  #operators: Operators;
  #enrollers: readonly Enroller[];
  #owners: NameOwners;
  /** By the words of their merchants. */
  #terminals: ReadonlyMap<string, Terminals> = new Map();
  readonly #coming = new Map<string, Terminals>();

  /** @throws Failure FAULT.tokensUnusable */
  constructor(config: RelayConfig, environment: Environment) {
    this.#environment = environment;
    this.#config = config;
    this.#operators = operatorsOf(config);
    this.#enrollers = config.enroller;
    const { enrol, relay } = config;
    const { merchant, publicUrl } = relay;
    const { clock, log, random } = environment;
    if (enrol.enabled) {
      const key = keyText(enrol, environment);
      this.#revocations = new Revocations(join(enrol.directory, REVOKED_FILE), clock, log.child('enrol'));
      const tokens = new Tokens({
        ...{ keys: signingKeys(key), revocations: this.#revocations, clock },
        home: merchant,
      });
      this.#tokens = tokens;
      const codes = new EnrolmentCodes(enrol.directory, clock, this.#revocations);
      const api = new EnrolmentApi({
        ...{ codes, revocations: this.#revocations, random, clock, log: log.child('enrol') },
        programs: () => this.#enrollers,
        objection: ({ terminal, merchant: word = merchant }, isRevocation) =>
          isRevocation
            ? this.#owners.notTheirs({ terminal, merchant: word })
            : this.#objection({ terminal, merchant: word }),
        home: merchant,
        merchants: () => [...this.#terminals.keys()],
        audit: (line) => appendLine(join(enrol.directory, ENROLLERS_FILE), line),
      });
      this.enrolment = new EnrolmentDoor({
        ...{ tokens, merchant, publicUrl, clock, issued: this.#told, codes, api },
        objection: (box) => this.#objection(box),
        lifeS: enrol.tokenDays * 86_400,
        ...(enrol.brokerUrl === undefined ? {} : { brokerUrl: enrol.brokerUrl }),
        log: log.child('enrol'),
      });
    }
    this.#owners = new NameOwners(config, this.#revocations);
    this.#take(config);
    this.terminals = this.terminalsOf(merchant);
  }

  /** Those of one merchant; of one who is not there yet, as they will be: nobody is let in before the file is taken. */
  terminalsOf(merchant: string): Terminals {
    const there = this.#terminals.get(merchant) ?? this.#coming.get(merchant);
    if (there !== undefined) return there;
    const tokens = this.#tokens;
    const terminals = new Terminals([], tokens && { tokens, merchant, opened: this.#told });
    this.#coming.set(merchant, terminals);
    return terminals;
  }

  /** Each merchant keeps the terminals that its doors know, with another list. */
  #take(config: RelayConfig): void {
    const { relay, merchant, terminal } = config;
    const listed = (word: string) => terminal.filter((one) => (one.merchant ?? relay.merchant) === word);
    const words = [relay.merchant, ...merchant.map(({ name }) => name)];
    const found = words.map((word) => [word, this.terminalsOf(word)] as const);
    this.#coming.clear();
    for (const [word, terminals] of found) terminals.replace(listed(word));
    // Whoever is connected still holds the terminals of a merchant that is gone.
    for (const [word, terminals] of this.#terminals)
      if (!found.some(([there]) => there === word)) terminals.close();
    this.#terminals = new Map(found);
    this.#owners = new NameOwners(config, this.#revocations);
    this.#operators = operatorsOf(config);
  }

  /** Why no box may have a token as this one, or come to the broker with it. */
  #objection(box: NamedBox): Fault | undefined {
    const { merchant } = box;
    if (!this.#terminals.has(merchant))
      return refused(FAULT.merchantUnknown, `no merchant of this relay is called ${merchant}`);
    return this.#owners.objection(box);
  }

  /** Why nobody is this one: the broker knows another by its name. Some let each terminal write at the word of every merchant. */
  nameTaken(box: NamedBox): Fault | undefined {
    return this.#owners.objection(box);
  }

  /** Who a client of the embedded broker is. */
  async identify(clientId: string, password = ''): Promise<BrokerIdentity | undefined> {
    const operator = this.#operators.get(clientId);
    if (operator !== undefined) {
      const { tokenSha256, commands, events, homeAssistant, merchant } = operator;
      const holds = (): boolean => {
        const now = this.#operators.get(clientId);
        if (now?.tokenSha256 !== tokenSha256 || now.merchant !== merchant) return false;
        return now.commands === commands && now.events === events && now.homeAssistant === homeAssistant;
      };
      if (!isTokenOf(password, tokenSha256)) return undefined;
      return {
        ...{ role: 'operator', commands, events, homeAssistant, holds },
        ...(merchant === undefined ? {} : { merchant }),
      } as const;
    }
    for (const [merchant, terminals] of this.#terminals) {
      const admitted = await terminals.admit(clientId, password);
      if (admitted === undefined) continue;
      if (this.#objection({ merchant, terminal: clientId }) !== undefined) return undefined;
      const { holds, mayReturn, terminal: _, ...more } = admitted;
      const isTheirs = (): boolean => this.#objection({ merchant, terminal: clientId }) === undefined;
      return {
        ...{ role: 'terminal', merchant, ...more },
        ...{ holds: () => holds() && isTheirs(), mayReturn: () => mayReturn() && isTheirs() },
      } as const;
    }
    return undefined;
  }

  /** Who a terminal is that a broker let in before this relay began. @param life of the token that it had, where that is known */
  known(name: string, life?: GuestLife): Extract<BrokerIdentity, { readonly role: 'terminal' }> {
    const merchant = life?.merchant ?? this.#merchantOf(name);
    const of = { role: 'terminal', merchant } as const;
    const tokens = this.#tokens;
    const terminal = parseTerminalId(name);
    const there = (): Terminals | undefined => this.#terminals.get(merchant);
    if (tokens === undefined || terminal === undefined || life === undefined)
      return { ...of, holds: () => there()?.has(name) === true };
    const box = { merchant, terminal };
    const isTheirs = (): boolean => this.#objection(box) === undefined;
    if (life.endsAtS === 0)
      return { ...of, holds: () => isTheirs() && there()?.lists(name, life.credential) === true };
    const holds = (): boolean => isTheirs() && tokens.holds({ ...box, ...life, merchant });
    return { ...of, holds, mayReturn: () => isTheirs() && !tokens.isRevoked(box, life.issuedAtS) };
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

  /** Whether a token that was good still is, of a broker that knows its terminal by the id alone. */
  holds(token: TokenLife): boolean {
    const { terminal, merchant = this.#merchantOf(terminal) } = token;
    const box = { terminal, merchant };
    return this.#objection(box) === undefined && this.#tokens?.holds({ ...token, ...box }) === true;
  }

  /** Whose a terminal is at such a broker, where nobody wrote it down. */
  #merchantOf(name: string): string {
    return this.#owners.ownerOf(name) ?? this.#owners.formerOwnerOf(name) ?? this.#config.relay.merchant;
  }

  /** The name under which the embedded broker keeps a terminal's session: those of the first merchant keep the one they have always had. */
  sessionOf(merchant: string, terminal: string): string {
    return boxName(this.#config.relay.merchant, { merchant, terminal });
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
        // At a broker that asks us a terminal is called by its id alone.
        review(revoked.map(([name]) => name.replace(/^.*\//, '')));
      }
      cancel = timers.after(LOOK_MS, look);
    };
    cancel = timers.after(LOOK_MS, look);
    return () => cancel();
  }

  /**
   * Takes the merchants, terminals and operators of the file as it is now; one with an error in it changes nothing.
   * @param prepare makes ready for the merchants, and says what is then to be done. @throws Failure where that cannot be had
   */
  reload(file: string, review: () => void, prepare: (config: RelayConfig) => () => void): void {
    const { log } = this.#environment;
    const read = load(relaySchema, file);
    if (!read.ok) {
      for (const problem of read.error) log.error(formatProblem(file, problem));
      log.error(`${file} was not taken: what was read before holds`);
      return;
    }
    const { terminal, operator, enroller, merchant, ...others } = read.value;
    const { relay, midtrans } = this.#config;
    // What the first merchant is called, and where its key is, does not change while it runs.
    const config = { ...read.value, relay, midtrans };
    let act: () => void;
    try {
      act = prepare(config);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const { code, detail } = thrown.fault;
      log.error(`E${code} ${detail}`);
      log.error(`${file} was not taken: what was read before holds`);
      return;
    }
    this.#enrollers = enroller;
    this.#take(config);
    act();
    review();
    const merchants = merchant.length === 0 ? '' : `${merchant.length + 1} merchants, `;
    log.info(`${file} read again: ${merchants}${terminal.length} terminals, ${operator.length} operators`);
    const known: Readonly<Record<string, unknown>> = this.#config;
    const changed = Object.entries(others)
      .filter(([name, now]) => JSON.stringify(now) !== JSON.stringify(known[name]))
      .map(([name]) => `[${name}]`);
    // All but the key, which has been read.
    const wasThere = (one: RelayConfig['merchant'][number]) =>
      this.#config.merchant.some(({ name, ...then }) => {
        const { name: now, ...rest } = one;
        return (
          now === name && JSON.stringify({ ...rest, secret: '' }) !== JSON.stringify({ ...then, secret: '' })
        );
      });
    if (merchant.some(wasThere)) changed.push('[[merchant]]');
    if (changed.length > 0)
      log.warn(`not taken while it runs: what changed in ${changed.join(', ')}; restart the relay for it`);
  }
}

/** Whose a terminal is where it is known by its id alone: of whom the list says so, or else the first who has enrolled or revoked one of that name. */
export class NameOwners {
  /** Merchants, by the id of a terminal. */
  readonly #listed = new Map<string, string[]>();
  readonly #merchants: readonly string[];
  readonly #home: string;
  readonly #revocations: Revocations | undefined;
  /** Each of several merchants may have a terminal of one id. */
  readonly #sharesIds: boolean;

  constructor({ relay, merchant, terminal, broker }: RelayConfig, revocations: Revocations | undefined) {
    this.#home = relay.merchant;
    this.#merchants = [relay.merchant, ...merchant.map(({ name }) => name)];
    for (const { id, merchant: word = relay.merchant } of terminal)
      this.#listed.set(id, [...(this.#listed.get(id) ?? []), word]);
    this.#revocations = revocations;
    this.#sharesIds = broker.kind === 'embedded';
  }

  ownerOf(terminal: string): string | undefined {
    const [listed] = this.#listed.get(terminal) ?? [];
    if (listed !== undefined) return listed;
    const lines = this.#revocations?.sinceS;
    return this.#merchants.find((merchant) => lines?.has(boxName(this.#home, { merchant, terminal })));
  }

  /** A merchant that is not there any more. */
  formerOwnerOf(terminal: string): string | undefined {
    for (const name of this.#revocations?.sinceS.keys() ?? [])
      if (name.endsWith(`/${terminal}`)) return name.slice(0, name.indexOf('/'));
    return undefined;
  }

  /** Why nobody may come as this one: the broker knows another by its name. */
  objection({ merchant, terminal }: NamedBox): Fault | undefined {
    const owner = this.#sharesIds ? undefined : this.ownerOf(terminal);
    if (owner === undefined || owner === merchant) return undefined;
    const why = `${terminal} is a terminal of ${owner}, and this broker knows terminals by their ids alone`;
    return refused(FAULT.terminalNameTaken, why);
  }

  /**
   * Why there is nothing to revoke: only another merchant has a terminal of that id. Whoever was told that it is revoked would believe so,
   * and the line would make the id this merchant's at a broker that knows terminals by it alone.
   */
  notTheirs({ merchant, terminal }: NamedBox): Fault | undefined {
    const lines = this.#revocations?.sinceS;
    const isOf = (word: string): boolean =>
      this.#listed.get(terminal)?.includes(word) === true ||
      lines?.has(boxName(this.#home, { terminal, merchant: word })) === true;
    const owner = isOf(merchant) ? undefined : this.#merchants.find(isOf);
    if (owner === undefined) return undefined;
    const why = `${terminal} is a terminal of ${owner}, and none of ${merchant}: nobody was revoked; name its merchant`;
    return refused(FAULT.terminalNameTaken, why);
  }
}

type Operators = ReadonlyMap<string, RelayConfig['operator'][number]>;

function operatorsOf({ operator }: Pick<RelayConfig, 'operator'>): Operators {
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
