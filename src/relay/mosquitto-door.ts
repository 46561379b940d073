import { hash } from 'node:crypto';
import { asObject, type Json } from '../base/json.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { TokenClaims, TokenLife } from '../identity/token.js';
import { boundedLine } from '../midtrans/faults.js';
import type { Log } from '../port/log.js';

export interface MosquittoDoorOptions {
  /** Of the plugin. @returns its data, or in words why not */
  readonly ask: (question: Json) => Promise<Result<Json, string>>;
  readonly holds: (token: TokenLife) => boolean;
  readonly log: Log;
}

/** A token that the broker knows. */
interface Kept extends TokenLife {
  readonly digest: string;
}

/** Begins the description of each client that is ours; others of the plugin are left alone. Whose it is stands at its end since there are several merchants. */
const MARK = 'gopay-pos';
const DESCRIPTION = new RegExp(`^${MARK} (\\d{1,15}) (\\d{1,15}) ([\\w-]{22})(?: ([\\w-]{1,64}))?$`);
/** Clients in one answer. */
const PAGE = 100;
const WANTED_MOST = 10_000;
/** What the plugin says of a name that it does not know. */
const UNKNOWN = 'Client not found';

/**
 * Mosquitto asks nobody, so it is told: by its dynamic security plugin it knows each token that the relay has let in, as the password of
 * its terminal, and none that has ended or was revoked. The list is kept by the broker alone, with the times of each token in its
 * description: a relay reads it at each connection and each minute, and several may do all of this at once. What a terminal may do there
 * says the broker's acl_file.
 */
export class MosquittoDoor {
  readonly #options: MosquittoDoorOptions;
  /** As the broker said last. */
  #kept = new Map<string, Kept>();
  readonly #wanted = new Map<string, { readonly claims: TokenClaims; readonly token: string }>();
  /** Who may have to go. */
  readonly #doubted = new Set<string>();
  #isUp = false;
  #isListed = false;
  /** Until the plugin does not do what it is asked; a minute later it is asked again. */
  #isOpen = false;
  #isWorking = false;
  #trouble = '';

  constructor(options: MosquittoDoorOptions) {
    this.#options = options;
  }

  /** In words, for the service manager. */
  get trouble(): string | undefined {
    return this.#trouble || undefined;
  }

  /** The broker can be asked. */
  connected(): void {
    this.#isUp = true;
    this.#isListed = false;
    this.#isOpen = true;
    void this.#work();
  }

  /** @param why for the status; the log has it from whoever dials */
  down(why: string): void {
    this.#isUp = false;
    this.#isOpen = false;
    this.#trouble = why;
  }

  /** A terminal came in somewhere with this token, and is to be let in at the broker too. */
  opened(claims: TokenClaims, token: string): void {
    const { terminal } = claims;
    if (this.#kept.get(terminal)?.digest === digestOf(token)) return;
    if (this.#wanted.size >= WANTED_MOST && !this.#wanted.has(terminal)) return;
    this.#wanted.set(terminal, { claims, token });
    void this.#work();
  }

  /** Takes away who may not be there any more. @param revoked who has just been; without any the whole list is read again */
  review(revoked: readonly string[] = []): void {
    for (const name of revoked) this.#doubted.add(name);
    if (revoked.length === 0) this.#isListed = false;
    if (!this.#isUp) return this.#tellDoubted('not connected');
    this.#isOpen = true;
    void this.#work();
  }

  /** One question after the other. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    // Not behind an await: what comes after the last look would find it working, and nobody would look again.
    for (let step = this.#next(); step !== undefined; step = this.#next()) this.#verdict(await step());
    this.#isWorking = false;
  }

  /** Who is to go comes before who is to be let in. */
  #next(): (() => Promise<Result<unknown, string>>) | undefined {
    const [doubted] = this.#doubted;
    const [wanted] = this.#wanted;
    if (!this.#isOpen) return undefined;
    if (!this.#isListed) return () => this.#list();
    if (doubted !== undefined) return () => this.#judge(doubted);
    return wanted && (() => this.#place(...wanted));
  }

  #verdict(done: Result<unknown, string>): void {
    const { log } = this.#options;
    // Of a connection that has ended, which is told.
    if (!this.#isOpen) return;
    if (done.ok) {
      this.#trouble = '';
      return;
    }
    this.#isOpen = false;
    this.#trouble = `E${FAULT.tokensNotAtBroker} ${boundedLine(done.error)}`;
    log.warn(this.#trouble);
    this.#tellDoubted(done.error);
  }

  #tellDoubted(why: string): void {
    for (const name of this.#doubted)
      this.#options.log.warn(
        `E${FAULT.notThrownOut} ${name} may not be at the broker any more, and may still be there: ${boundedLine(why)}`,
      );
  }

  async #list(): Promise<Result<unknown, string>> {
    const open = await this.#openToAll();
    if (!open.ok) return open;
    const kept = new Map<string, Kept>();
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.#options.ask({ command: 'listClients', verbose: true, count: PAGE, offset });
      if (!page.ok) return page;
      const { clients } = page.value;
      const rows = Array.isArray(clients) ? clients : [];
      for (const row of rows) {
        const one = keptOf(asObject(row));
        if (one !== undefined) kept.set(one.terminal, one);
      }
      if (rows.length < PAGE) break;
    }
    this.#kept = kept;
    this.#isListed = true;
    for (const one of kept.values()) if (!this.#options.holds(one)) this.#doubted.add(one.terminal);
    return ok(undefined);
  }

  /** What the plugin lets everybody do it lets our terminals do, and the acl_file is not asked. */
  async #openToAll(): Promise<Result<unknown, string>> {
    const answer = await this.#options.ask({ command: 'getDefaultACLAccess' });
    if (!answer.ok) return answer;
    const { acls } = answer.value;
    const allowed = (Array.isArray(acls) ? acls : [])
      .map(asObject)
      .filter((one) => one?.['allow'] !== false && one?.['acltype'] !== 'unsubscribe')
      .map((one) => String(one?.['acltype']));
    if (allowed.length === 0) return answer;
    return err(`dynamic security allows everybody ${allowed.join(', ')} (defaultACLAccess): deny it`);
  }

  async #judge(name: string): Promise<Result<unknown, string>> {
    const { ask, holds, log } = this.#options;
    const known = await this.#known(name);
    if (!known.ok) return known;
    const kept = keptOf(known.value);
    if (kept !== undefined && holds(kept)) this.#kept.set(name, kept);
    else this.#kept.delete(name);
    if (kept !== undefined && !holds(kept)) {
      const gone = await ask({ command: 'deleteClient', username: name });
      if (!gone.ok && gone.error !== UNKNOWN) return gone;
      log.info(`${name} may not be at the broker any more and was thrown out of it`);
    }
    this.#doubted.delete(name);
    return ok(undefined);
  }

  async #place(
    name: string,
    { claims, token }: { readonly claims: TokenClaims; readonly token: string },
  ): Promise<Result<unknown, string>> {
    const { ask, holds, log } = this.#options;
    // What cannot be placed now is wanted again by the terminal's next request, within 20 s.
    this.#wanted.delete(name);
    const known = await this.#known(name);
    if (!known.ok) return known;
    if (!holds(claims)) return ok(undefined);
    const digest = digestOf(token);
    const { terminal, merchant, issuedAtS, endsAtS } = claims;
    if (keptOf(known.value)?.digest !== digest) {
      const textdescription = `${MARK} ${issuedAtS} ${endsAtS} ${digest} ${merchant}`;
      const command = known.value === undefined ? 'createClient' : 'modifyClient';
      const told = await ask({ command, username: name, password: token, textdescription });
      if (!told.ok) return told;
      log.info(`${name} is let in at the broker until ${new Date(endsAtS * 1000).toISOString()}`);
    }
    this.#kept.set(name, { terminal, merchant, issuedAtS, endsAtS, digest });
    // Meanwhile.
    if (!holds(claims)) this.#doubted.add(name);
    return ok(undefined);
  }

  /** @returns what the plugin knows of this name; undefined where it knows none */
  async #known(username: string): Promise<Result<Json | undefined, string>> {
    const answer = await this.#options.ask({ command: 'getClient', username });
    if (!answer.ok) return answer.error === UNKNOWN ? ok(undefined) : answer;
    return ok(asObject(answer.value['client']));
  }
}

/** Enough to tell a terminal's tokens apart, and of no use to who reads it. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64url').slice(0, 22);
}

function keptOf(client: Json | undefined): Kept | undefined {
  const { username, textdescription } = client ?? {};
  const [, issuedAtS, endsAtS, digest, merchant] = DESCRIPTION.exec(String(textdescription)) ?? [];
  if (typeof username !== 'string' || digest === undefined) return undefined;
  return {
    terminal: username as TokenClaims['terminal'],
    issuedAtS: Number(issuedAtS),
    endsAtS: Number(endsAtS),
    digest,
    ...(merchant === undefined ? {} : { merchant }),
  };
}
