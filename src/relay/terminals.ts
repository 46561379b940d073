import { hash, timingSafeEqual } from 'node:crypto';
import { assert } from '../base/assert.js';
import { parseTerminalId } from '../base/ids.js';
import { type TokenCaps, type TokenClaims, type TokenLife, Tokens } from '../identity/token.js';
import { readBasic } from '../midtrans/credential.js';

/** A terminal and what it may do at most. The smaller of its own caps and the relay's limits counts. */
export interface RelayTerminal extends TokenCaps {
  readonly id: string;
  /** It stands in relay.toml, whose `[refund]` says what it may give back; a token's own cap says that otherwise. */
  readonly isListed?: true;
}

export interface ListedTerminal extends Pick<RelayTerminal, 'id' | 'maxAmount'> {
  /** 64 hex digits. The token itself is nowhere but in the terminal; it is random, so a plain digest is enough. */
  readonly tokenSha256: string;
}

/** Whom a door has let in. */
export interface LetIn {
  readonly terminal: RelayTerminal;
  /** Whether the credential still opens the door: asked again of connections that stay. */
  readonly holds: () => boolean;
  /** Whether it has merely ended, so that the same box may come back with another. */
  readonly mayReturn: () => boolean;
  /** Of a token. */
  readonly life?: TokenLife;
  /** Of a listed one, as {@link Terminals.lists} takes it. */
  readonly credential?: string;
}

/** Where boxes are enrolled. */
export interface Enrolled {
  readonly tokens: Tokens;
  /** Whose terminals these are: a token for another merchant opens nothing. */
  readonly merchant: string;
  /** Told of each token that has opened a door, each time. */
  readonly opened?: (claims: TokenClaims, token: string) => void;
}

/** The digest of a token, as the relay holds it. */
export function tokenSha256(token: string): string {
  return hash('sha256', token);
}

/** Compared in constant time. @param sha256 hex */
export function isTokenOf(token: string, sha256: string): boolean {
  const digest = hash('sha256', token, 'buffer');
  const wanted = Buffer.from(sha256, 'hex');
  return digest.length === wanted.length && timingSafeEqual(digest, wanted);
}

/** Who is a terminal of one merchant: what relay.toml lists, and who has a token that we signed. The same for every door. */
export class Terminals {
  readonly #enrolled: Enrolled | undefined;
  #byId: ReadonlyMap<string, ListedTerminal & { readonly digest: Buffer }>;
  #isClosed = false;

  /** @throws Misuse for a name or digest that is none, or a terminal that is named twice. */
  constructor(listed: readonly ListedTerminal[], enrolled?: Enrolled) {
    this.#byId = byId(listed);
    this.#enrolled = enrolled;
  }

  /** The list of a file that was read again. @throws Misuse as the constructor does */
  replace(listed: readonly ListedTerminal[]): void {
    this.#byId = byId(listed);
  }

  /** Its merchant is gone: nobody is let in any more, and whoever was has to go. */
  close(): void {
    this.#isClosed = true;
    this.#byId = new Map();
  }

  /** In words, for the service manager. */
  get told(): string {
    return `${this.#byId.size} terminals${this.#enrolled === undefined ? '' : ' listed, others enrolled'}`;
  }

  /** Whether an address that we signed for this terminal may still be used. */
  has(id: string): boolean {
    if (this.#isClosed) return false;
    return this.#byId.has(id) ? !this.#isRevoked(id) : this.#enrolled !== undefined;
  }

  /** Whether the file lists it still, with that token where one is told. @param credential as {@link LetIn} has it */
  lists(id: string, credential?: string): boolean {
    const now = this.#byId.get(id);
    if (now === undefined || this.#isRevoked(id)) return false;
    return credential === undefined || credentialOf(now.digest) === credential;
  }

  /** With what this terminal may have signed receipts: digests of a token, or what takes its place; 64 hex digits each. */
  receiptKeys(id: string): readonly string[] {
    const listed = this.#byId.get(id);
    const { tokens, merchant = '' } = this.#enrolled ?? {};
    return [
      ...(listed === undefined ? [] : [listed.tokenSha256]),
      ...(tokens === undefined ? [] : [tokens.receiptKey({ merchant, terminal: id })]),
    ];
  }

  /** The terminal whose credential the header of a request proves. */
  authenticate(header: string | undefined): RelayTerminal | undefined | Promise<RelayTerminal | undefined> {
    const { username = '', password = '' } = readBasic(header) ?? {};
    const admitted = this.admit(username, password);
    return admitted instanceof Promise ? admitted.then((one) => one?.terminal) : admitted?.terminal;
  }

  /** Takes as long for a stranger as for a wrong password. A promise only where a signature has to be looked at. */
  admit(username: string, password: string): LetIn | undefined | Promise<LetIn | undefined> {
    const listed = this.#byId.get(username);
    const digest = hash('sha256', password, 'buffer');
    const isRight = timingSafeEqual(digest, listed?.digest ?? Buffer.alloc(digest.length));
    if (isRight && listed !== undefined) return this.#listed(listed);
    if (this.#enrolled === undefined || this.#isClosed || !Tokens.isLike(password)) return undefined;
    return this.#enrolled.tokens
      .verify(password, username)
      .then((read) => (read.ok ? this.#enrolledAs(read.value, password) : undefined));
  }

  #listed({ id, maxAmount, digest }: ListedTerminal & { readonly digest: Buffer }): LetIn | undefined {
    const credential = credentialOf(digest);
    const holds = (): boolean => this.lists(id, credential);
    if (!holds()) return undefined;
    const terminal = { id, isListed: true, ...(maxAmount === undefined ? {} : { maxAmount }) } as const;
    return { terminal, holds, mayReturn: () => false, credential };
  }

  #enrolledAs(claims: TokenClaims, token: string): LetIn | undefined {
    const { tokens, merchant, opened } = this.#enrolled ?? {};
    if (claims.merchant !== merchant || this.#isClosed) return undefined;
    opened?.(claims, token);
    const caps = [this.#byId.get(claims.terminal)?.maxAmount, claims.caps.maxAmount];
    const [maxAmount] = caps.filter((cap) => cap !== undefined).sort((a, b) => a - b);
    return {
      terminal: { id: claims.terminal, ...claims.caps, ...(maxAmount === undefined ? {} : { maxAmount }) },
      life: claims,
      holds: () => tokens?.holds(claims) === true && !this.#isClosed,
      mayReturn: () => tokens?.isRevoked(claims, claims.issuedAtS) === false && !this.#isClosed,
    };
  }

  #isRevoked(id: string): boolean {
    const { tokens, merchant = '' } = this.#enrolled ?? {};
    return tokens?.isRevoked({ merchant, terminal: id }) === true;
  }
}

/** Enough to tell one token from another. */
function credentialOf(digest: Buffer): string {
  return digest.toString('base64url').slice(0, 22);
}

function byId(listed: readonly ListedTerminal[]): Map<string, ListedTerminal & { digest: Buffer }> {
  const found = new Map<string, ListedTerminal & { digest: Buffer }>();
  for (const terminal of listed) {
    assert(parseTerminalId(terminal.id) !== undefined, `not a terminal id: ${terminal.id}`);
    assert(/^[0-9a-f]{64}$/i.test(terminal.tokenSha256), `tokenSha256 of ${terminal.id} is no SHA-256`);
    assert(!found.has(terminal.id), `terminal ${terminal.id} is named twice`);
    found.set(terminal.id, { ...terminal, digest: Buffer.from(terminal.tokenSha256, 'hex') });
  }
  return found;
}
