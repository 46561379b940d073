// Used by the preloaded fault-point.mjs and by the tests: what a journal holds, in few characters.

import { createHash } from 'node:crypto';

/** @type {Readonly<Record<string, string>>} */
const ORDERS = {
  event: 'seq',
  sale: 'order_id',
  answer: 'id',
  notice: 'id',
  shift: 'number',
  meta: 'key',
  pulse: 'id',
  boot: 'id',
  slot: 'machine, item',
  slip: 'id',
  movement: 'rowid',
  carried: 'shift',
  acknowledger: 'register',
  piece: 'id',
  number: 'digest, invoice',
  webhook: 'hook, order_id, number',
  report: 'way, shift',
};

/**
 * Of every row of every table; tables without rows do not count, so that it is the same before and after a migration.
 * @param {import('better-sqlite3').Database} db open
 * @param {number} bootsBelow rows of boot from this id on do not count: those of whoever looks
 */
export function digestOf(db, bootsBelow = Number.MAX_SAFE_INTEGER) {
  const hash = createHash('sha1');
  const tables = /** @type {string[]} */ (
    db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all()
  );
  for (const table of tables) {
    const order = ORDERS[table];
    if (order === undefined)
      throw new Error(`the journal has a table ${table} that digest.mjs does not know`);
    const where = table === 'boot' ? `WHERE id < ${bootsBelow}` : '';
    const rows = db.prepare(`SELECT * FROM ${table} ${where} ORDER BY ${order}`).raw().all();
    if (rows.length > 0) hash.update(`${table} ${JSON.stringify(rows)}\n`);
  }
  return hash.digest('base64url').slice(0, 16);
}
