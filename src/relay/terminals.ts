import { hash, timingSafeEqual } from 'node:crypto';
import { assert } from '../base/assert.js';
import { parseTerminalId } from '../base/ids.js';
import type { Rupiah } from '../base/rupiah.js';
import { readBasic } from '../midtrans/credential.js';

export interface RelayTerminal {
  readonly id: string;
  /** 64 hex digits. The token itself is nowhere but in the terminal; it is random, so a plain digest is enough. */
  readonly tokenSha256: string;
  /** Largest single charge of this terminal. The smaller of this and the relay's own limit counts. */
  readonly maxAmount?: Rupiah;
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

/** The enrolled terminals. */
export class Terminals {
  readonly #byId: ReadonlyMap<string, { terminal: RelayTerminal; digest: Buffer }>;

  /** @throws Misuse for a name or digest that is none, or a terminal that is named twice. */
  constructor(terminals: readonly RelayTerminal[]) {
    const byId = new Map<string, { terminal: RelayTerminal; digest: Buffer }>();
    for (const terminal of terminals) {
      assert(parseTerminalId(terminal.id) !== undefined, `not a terminal id: ${terminal.id}`);
      assert(/^[0-9a-f]{64}$/i.test(terminal.tokenSha256), `tokenSha256 of ${terminal.id} is no SHA-256`);
      assert(!byId.has(terminal.id), `terminal ${terminal.id} is named twice`);
      byId.set(terminal.id, { terminal, digest: Buffer.from(terminal.tokenSha256, 'hex') });
    }
    this.#byId = byId;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The terminal whose token the header proves. Takes as long for a stranger as for a wrong token. */
  authenticate(header: string | undefined): RelayTerminal | undefined {
    const given = readBasic(header);
    const known = this.#byId.get(given?.username ?? '');
    const digest = hash('sha256', given?.password ?? '', 'buffer');
    const isRight = timingSafeEqual(digest, known?.digest ?? Buffer.alloc(digest.length));
    return isRight ? known?.terminal : undefined;
  }
}
