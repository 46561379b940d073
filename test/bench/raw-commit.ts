import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { nowMs } from './clock.js';

/**
 * The floor of everything that is written down: one row in one transaction, WAL and `synchronous=FULL` as the journal
 * has them, and nothing else.
 * @returns milliseconds of each of `count` commits
 */
export function commitMs(directory: string, count: number, bytes = 500): number[] {
  mkdirSync(directory, { recursive: true });
  const db = new Database(join(directory, 'raw.db'));
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec('CREATE TABLE IF NOT EXISTS line (body TEXT NOT NULL)');
    const insert = db.prepare('INSERT INTO line(body) VALUES (?)');
    const body = 'x'.repeat(bytes);
    return Array.from({ length: count }, () => {
      const beganMs = nowMs();
      insert.run(body);
      return nowMs() - beganMs;
    });
  } finally {
    db.close();
  }
}
