import type Database from 'better-sqlite3';
import { Failure, refused } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import { JOURNAL_SQL, Statements } from './statements.js';

const KEY = 'owner';

/** As a terminal says who it is. */
export function ownerName({ merchant, id }: { readonly merchant: string; readonly id: string }): string {
  return `${merchant}/${id}`;
}

/** Whose orders a terminal's journal holds, as {@link ownerName}: at another account, or by another id, nobody knows them. */
export function claimedBy(db: Database.Database): string | undefined {
  const row = new Statements(db, JOURNAL_SQL).of('meta').get(KEY) as { readonly value: string | null };
  return row.value ?? undefined;
}

/**
 * Within the transaction of a start. One that was made before this was kept is its terminal's, as configured.
 * @throws Failure FAULT.journalOfAnother
 */
export function claim(db: Database.Database, owner: string | undefined, directory: string): void {
  if (owner === undefined) return;
  const known = claimedBy(db);
  if (known === undefined) new Statements(db, JOURNAL_SQL).of('setMeta').run(KEY, owner);
  else if (known !== owner) throw new Failure(ofAnother(directory, known, owner));
}

export function ofAnother(directory: string, known: string, owner: string) {
  return refused(FAULT.journalOfAnother, `the journal in ${directory} is of ${known}, and this is ${owner}`);
}
