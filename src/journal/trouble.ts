import type Database from 'better-sqlite3';
import { JOURNAL_SQL, Statements } from './statements.js';

const KEYS = ['set_aside', 'broken_law'] as const;

/**
 * What keeps the terminal from selling until a technician has looked, over restarts. `set_aside`: where a damaged journal was
 * set aside; what it held may be owed. `broken_law`: a law that was found broken, by its number and name; neither the books
 * nor a decision can be trusted then.
 */
export class JournalTrouble {
  readonly #statements: Statements<typeof JOURNAL_SQL>;
  /** As the disk has it; undefined until it is read first. */
  readonly #known = new Map<string, string | null>();

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, JOURNAL_SQL);
  }

  of(key: (typeof KEYS)[number]): string | undefined {
    let words = this.#known.get(key);
    if (words === undefined) {
      words = (this.#statements.of('meta').get(key) as { readonly value: string | null }).value;
      this.#known.set(key, words);
    }
    return words ?? undefined;
  }

  /** Within a write of the journal, as {@link drop} is. */
  keep(key: (typeof KEYS)[number], words: string): void {
    this.#statements.of('setMeta').run(key, words);
    this.#known.set(key, words);
  }

  drop(): void {
    for (const key of KEYS) this.#statements.of('dropMeta').run(key);
    this.#known.clear();
  }

  /** The transaction that something was kept in has failed: what the disk says is read again. */
  forget(): void {
    this.#known.clear();
  }
}
