import type Database from 'better-sqlite3';

type Texts = Readonly<Record<string, string>>;

/** Prepared statements by name, each prepared when it is first needed: a start needs few of them, and is to be quick. */
export class Statements<T extends Texts> {
  readonly #db: Database.Database;
  readonly #texts: T;
  readonly #prepared = new Map<keyof T, Database.Statement<unknown[]>>();

  constructor(db: Database.Database, texts: T) {
    this.#db = db;
    this.#texts = texts;
  }

  of(name: keyof T): Database.Statement<unknown[]> {
    let statement = this.#prepared.get(name);
    if (statement === undefined) {
      statement = this.#db.prepare(this.#texts[name] as string);
      this.#prepared.set(name, statement);
    }
    return statement;
  }
}

export const JOURNAL_SQL = {
  lastSeq: 'SELECT coalesce(max(seq), 0) AS seq FROM event',
  begin: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  boot: 'INSERT INTO boot(at_ms, version) VALUES (?, ?)',
  event:
    'INSERT INTO event(boot, at_ms, mono_ms, order_id, kind, body, ignored, led) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  // The last two: the shift that is open, where the sale has come to its end, and where it is done with.
  sale: `INSERT INTO sale(order_id, invoice, rrn, amount, source_kind, source_name, opened_at_ms, state, open, body,
       settled, shift, done_shift, reference)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(order_id) DO UPDATE SET amount = excluded.amount, state = excluded.state, open = excluded.open, body = excluded.body,
       settled = excluded.settled,
       shift = iif(excluded.settled > settled, excluded.shift, coalesce(shift, excluded.shift)),
       done_shift = iif(state = 'refunding' AND excluded.state = 'cleared', excluded.done_shift,
         coalesce(done_shift, excluded.done_shift))`,
  // Each shift twice: of a sale that settles with this, or was returned, it counts now; else where it has none yet.
  saleMoved: `UPDATE sale SET amount = ?, state = ?, open = ?, body = ?, settled = ?, shift = coalesce(?, shift, ?),
       done_shift = coalesce(?, done_shift, ?) WHERE order_id = ?`,
  saleBody: 'UPDATE sale SET body = ? WHERE order_id = ?',
  setAside: `SELECT max(value) AS value FROM meta WHERE key = 'set_aside'`,
  setMeta: 'INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)',
  dropMeta: 'DELETE FROM meta WHERE key = ?',
  pulse: 'INSERT OR REPLACE INTO pulse(id, at_ms) VALUES (1, ?)',
  notice: 'INSERT OR IGNORE INTO notice(id, seq) VALUES (?, ?)',
  open: 'SELECT body FROM sale WHERE open = 1 ORDER BY invoice',
  byOrder: 'SELECT body FROM sale WHERE order_id = ?',
  byRrn: 'SELECT body FROM sale WHERE rrn = ? ORDER BY invoice DESC LIMIT 1',
  byInvoice: 'SELECT body FROM sale WHERE invoice % ? = ? ORDER BY invoice DESC LIMIT 1',
  byReference: `SELECT order_id, body FROM sale WHERE source_kind = ? AND source_name = ? AND reference = ?
     ORDER BY invoice DESC LIMIT 1`,
  last: `SELECT order_id, body FROM sale WHERE source_kind = ? AND source_name = ? ORDER BY invoice DESC LIMIT 1`,
  maxInvoice: 'SELECT coalesce(max(invoice), 0) AS top FROM sale',
  sawNotice: 'SELECT 1 FROM notice WHERE id = ?',
  inState: 'SELECT body FROM sale WHERE state = ? ORDER BY invoice DESC LIMIT ?',
  totals: 'SELECT state, count(*) AS count, sum(amount) AS sum FROM sale GROUP BY state ORDER BY state',
  events: 'SELECT seq, boot, at_ms, kind, body, ignored, led FROM event WHERE order_id = ? ORDER BY seq',
} as const satisfies Texts;

export const SHIFT_SQL = {
  current: 'SELECT coalesce(max(number), 0) + 1 AS number FROM shift',
  openedAt: `SELECT coalesce((SELECT closed_at_ms FROM shift ORDER BY number DESC LIMIT 1),
       (SELECT at_ms FROM boot ORDER BY id LIMIT 1)) AS ms`,
  settled: 'SELECT total(amount) AS settled FROM sale WHERE shift = ? AND settled = 1',
  sales: 'SELECT body FROM sale WHERE shift = ? ORDER BY invoice',
  earlier: 'SELECT body FROM sale WHERE done_shift = ? AND shift < ? ORDER BY invoice',
  owed: `SELECT body FROM sale WHERE settled = 1 AND state NOT IN ('delivered', 'cleared') ORDER BY invoice`,
  anyIn: 'SELECT 1 FROM sale WHERE shift = ? LIMIT 1',
  // What was handed over, and is being given back at the register, is nobody's debt.
  onTheList: `SELECT count(*) AS count, coalesce(sum(amount), 0) AS sum FROM sale
     WHERE state = 'owed' OR (state = 'refunding' AND done_shift IS NULL)`,
  close: 'INSERT INTO shift(number, opened_at_ms, closed_at_ms, closed_by, body) VALUES (?, ?, ?, ?, ?)',
  closed: 'SELECT body FROM shift WHERE number = ?',
  ofSale: 'SELECT shift FROM sale WHERE order_id = ?',
} as const satisfies Texts;

export const ANSWER_SQL = {
  write:
    'INSERT INTO answer(register, order_id, frame, bytes, result, acknowledged) VALUES (?, ?, ?, ?, ?, ?)',
  acknowledge: `UPDATE answer SET acknowledged = 1
     WHERE id = (SELECT id FROM answer WHERE register = ? AND frame = ? AND bytes = ? ORDER BY id DESC LIMIT 1)`,
  to: `SELECT frame, bytes, result, acknowledged FROM answer
     WHERE register = ? AND frame = ? AND order_id IS ? ORDER BY id DESC LIMIT 1`,
  // Words about other questions (a refund, a cancelling) say nothing of how the sale itself ended.
  about: `SELECT frame, bytes, result, acknowledged FROM answer
     WHERE order_id = ? AND result NOT IN ('done', 'conflict', 'refunded', 'notRefunded')
     ORDER BY (acknowledged = 1 AND result NOT IN ('pending', 'unknown')) DESC, frame = ? DESC, id DESC LIMIT 1`,
} as const satisfies Texts;

export const SLOT_SQL = {
  count: `INSERT INTO slot(machine, item, failures, since_ms) VALUES (?, ?, 1, ?)
     ON CONFLICT(machine, item) DO UPDATE SET failures = failures + 1`,
  drop: 'DELETE FROM slot WHERE machine = ? AND item = ?',
  one: 'SELECT failures FROM slot WHERE machine = ? AND item = ?',
  all: 'SELECT machine, item, failures, since_ms AS sinceMs FROM slot ORDER BY machine, item',
} as const satisfies Texts;

export const SLIP_SQL = {
  add: `INSERT INTO slip(order_id, kind, copy, asked, body, state, attempts, queued_at_ms, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  whole: 'UPDATE slip SET kind = ?, body = ?, at_ms = ? WHERE id = ?',
  move: `UPDATE slip SET copy = ?, state = ?, attempts = ?, spoilt = ?, why = ?, at_ms = ?,
     body = iif(?, NULL, body) WHERE id = ?`,
  waiting: `SELECT * FROM slip WHERE state IN ('queued', 'printing') ORDER BY id`,
  ofOrder: 'SELECT * FROM slip WHERE order_id = ? AND asked = 0 ORDER BY id',
  lastOrder: `SELECT order_id FROM slip WHERE kind IN ('receipt', 'owed') AND order_id IS NOT NULL
     ORDER BY id DESC LIMIT 1`,
  givenUp: `SELECT * FROM slip WHERE state = 'failed' ORDER BY id DESC LIMIT ?`,
} as const satisfies Texts;
