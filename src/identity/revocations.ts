import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { Failure, messageOf, temporary } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { Clock } from '../port/clock.js';
import type { Log } from '../port/log.js';
import { appendLine } from './private-file.js';

/**
 * Tokens that are up to so much younger than a revocation die by it: clocks of relays differ, and one of them may have signed a token
 * just before. What is issued after a revocation is dated after this.
 */
const MARGIN_S = 30;

/**
 * Which terminals' tokens do not count any more: lines `KASIR1 2026-11-30T22:41:05Z`, each of which ends every older token of that
 * terminal, and its token in relay.toml. Read again as soon as the file is another one; a list that cannot be read leaves the one
 * before in force. A line with a name and without a time that can be read ends all tokens of that name. A terminal is called by its id;
 * one of a merchant beside the first by both, `kopi/KASIR1`.
 */
export class Revocations {
  readonly #file: string;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #log: Log;
  #known = '';
  #told = '';
  #sinceS: ReadonlyMap<string, number> = new Map();

  /** @throws Failure FAULT.tokensUnusable when there is a list and it cannot be read: nobody knows then who is to be refused */
  constructor(file: string, clock: Pick<Clock, 'wallMs'>, log: Log) {
    this.#file = file;
    this.#clock = clock;
    this.#log = log;
    this.#refresh();
    if (this.#told !== '') throw new Failure(temporary(FAULT.tokensUnusable, this.#told));
  }

  /** @param issuedAtS when the credential was made; 0 where it does not say */
  isRevoked(terminal: string, issuedAtS: number): boolean {
    this.#refresh();
    return issuedAtS < (this.#sinceS.get(terminal) ?? 0);
  }

  /** From when on a new token of this terminal counts, in seconds since 1970. */
  notBeforeS(terminal: string): number {
    this.#refresh();
    return this.#sinceS.get(terminal) ?? 0;
  }

  /**
   * Ends every token that this terminal has. Those who read the list see it at their next look.
   * @param why for whoever reads the file @param sinceS as {@link nextS} said it
   * @throws Error of the system, or where the list does not say it afterwards: it may not be revoked
   */
  revoke(terminal: string, why: string, sinceS = this.nextS(terminal)): void {
    if (this.notBeforeS(terminal) >= sinceS) return;
    appendLine(this.#file, `${terminal} ${new Date(sinceS * 1000).toISOString().slice(0, 19)}Z # ${why}`);
    if (this.notBeforeS(terminal) < sinceS)
      throw new Error(`${this.#file} does not say that ${terminal} is revoked`);
  }

  /** From when on tokens would count after a revocation now: later than after every one before. */
  nextS(terminal: string): number {
    const marginS = Math.floor(this.#clock.wallMs() / 1000) + MARGIN_S;
    return Math.max(marginS, this.notBeforeS(terminal) + 1);
  }

  /** From when on new tokens count, by terminal; another object for another list. */
  get sinceS(): ReadonlyMap<string, number> {
    this.#refresh();
    return this.#sinceS;
  }

  #refresh(): void {
    try {
      const stats = statSync(this.#file, { bigint: true, throwIfNoEntry: false });
      // No list is an empty one, until there was one: whoever takes it away lets nobody in again.
      if (stats === undefined && this.#sinceS.size > 0) throw new Error(`${this.#file} is gone`);
      const known = stats === undefined ? '' : identityOf(stats);
      if (known === this.#known) return;
      this.#sinceS = this.#parse(readFileSync(this.#file, 'utf8'));
      this.#known = known;
      this.#told = '';
    } catch (thrown) {
      const why = `the list of revoked terminals cannot be read, what was known of it counts: ${messageOf(thrown)}`;
      if (why !== this.#told) this.#log.error(`E${FAULT.tokensUnusable} ${why}`);
      this.#told = why;
    }
  }

  #parse(text: string): ReadonlyMap<string, number> {
    const sinceS = new Map<string, number>();
    for (const [at, line] of text.split('\n').entries()) {
      const [name = '', time = ''] = (line.split('#')[0] ?? '').trim().split(/\s+/);
      if (name === '') continue;
      const terminal = /^([\w-]{1,64}\/)?[A-Z0-9]{1,16}$/.test(name) ? name : undefined;
      const atMs = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN;
      if (terminal === undefined || Number.isNaN(atMs))
        this.#log.error(
          `E${FAULT.tokensUnusable} ${this.#file} line ${at + 1} is not "TERMINAL TIME": ${terminal === undefined ? 'left out' : `every token of ${terminal} is refused`}`,
        );
      if (terminal === undefined) continue;
      const since = Number.isNaN(atMs) ? Number.POSITIVE_INFINITY : Math.floor(atMs / 1000);
      sinceS.set(terminal, Math.max(sinceS.get(terminal) ?? 0, since));
    }
    return sinceS;
  }
}

function identityOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}
