import type Database from 'better-sqlite3';
import { HAND_SET_SQL, Statements } from './statements.js';

/** What a person sets until a person takes it away: the terminal is closed, a product or a slot is sold out. */
export type HandSetName =
  | { readonly of: 'maintenance' }
  | { readonly of: 'product'; readonly id: string }
  | { readonly of: 'slot'; readonly id: string };

export interface HandSet {
  readonly by: string;
  /** Wall time. */
  readonly sinceMs: number;
  /** For the customer, as they were given. */
  readonly words?: string;
}

/** `set` is absent where it is taken away. */
export interface HandSetChange {
  readonly name: HandSetName;
  readonly set?: HandSet;
}

export type NamedHandSet = HandSet & { readonly name: HandSetName };

/** Over the journal's database, in its table of facts about itself. Asked for at every choice, and read once. */
export class HandSets {
  readonly #statements: Statements<typeof HAND_SET_SQL>;
  /** By key, in the order of the keys. */
  #known: ReadonlyMap<string, NamedHandSet> | undefined;

  constructor(db: Database.Database) {
    this.#statements = new Statements(db, HAND_SET_SQL);
  }

  /** Within the transaction of the commit that says it. */
  write({ name, set }: HandSetChange): void {
    if (set === undefined) this.#statements.of('drop').run(keyOf(name));
    else this.#statements.of('keep').run(keyOf(name), JSON.stringify(set));
    this.#known = undefined;
  }

  get(name: HandSetName): HandSet | undefined {
    return this.#all().get(keyOf(name));
  }

  /** The same object as long as nothing was set or taken away. */
  get all(): ReadonlyMap<string, NamedHandSet> {
    return this.#all();
  }

  #all(): ReadonlyMap<string, NamedHandSet> {
    this.#known ??= new Map(
      this.#statements
        .of('all')
        .all()
        .map((row) => {
          const { key, value } = row as { readonly key: string; readonly value: string };
          return [key, { ...(JSON.parse(value) as HandSet), name: nameOf(key) }];
        }),
    );
    return this.#known;
  }

  /** The transaction that something was set in has failed: what the disk says is read again. */
  forget(): void {
    this.#known = undefined;
  }
}

const PREFIX = 'by_hand ';

function keyOf(name: HandSetName): string {
  return name.of === 'maintenance' ? `${PREFIX}maintenance` : `${PREFIX}${name.of} ${name.id}`;
}

function nameOf(key: string): HandSetName {
  const [, kind, id = ''] = /^by_hand (\w+) ?(.*)$/s.exec(key) ?? [];
  return kind === 'product' || kind === 'slot' ? { of: kind, id } : { of: 'maintenance' };
}
