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
    'INSERT INTO event(boot, at_ms, mono_ms, sale, order_id, kind, body, ignored, led) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  again:
    'UPDATE event SET again = coalesce(again, 0) + 1, again_ms = ?, again_after = ? WHERE seq = ? AND boot = ?',
  // After the state: the shift that is open, where the sale has come to its end, and where its money is.
  sale: `INSERT INTO sale(order_id, invoice, rrn, amount, source_kind, source_name, opened_at_ms, state, open, body,
       settled, shift, delivered, refunded, owed, other, line, reference)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(order_id) DO UPDATE SET amount = excluded.amount, state = excluded.state, open = excluded.open,
       body = excluded.body, settled = excluded.settled,
       shift = iif(excluded.settled > settled, excluded.shift, coalesce(shift, excluded.shift)),
       delivered = excluded.delivered, refunded = excluded.refunded, owed = excluded.owed, other = excluded.other,
       line = excluded.line`,
  // The shift twice: of a sale that settles with this it counts now, else where it has none yet.
  saleMoved: `UPDATE sale SET amount = ?, state = ?, open = ?, body = ?, settled = ?, shift = coalesce(?, shift, ?),
       delivered = ?, refunded = ?, owed = ?, other = ?, line = ? WHERE order_id = ?`,
  // Of fewer columns, and so of fewer indexes, whose pages stay as they are.
  saleState: 'UPDATE sale SET state = ?, body = ? WHERE order_id = ?',
  saleBody: 'UPDATE sale SET body = ? WHERE order_id = ?',
  meta: 'SELECT max(value) AS value FROM meta WHERE key = ?',
  setMeta: 'INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)',
  dropMeta: 'DELETE FROM meta WHERE key = ?',
  pulse: 'INSERT OR REPLACE INTO pulse(id, at_ms) VALUES (1, ?)',
  notice: 'INSERT OR IGNORE INTO notice(id, seq) VALUES (?, ?)',
  open: 'SELECT coalesce(packed, body) AS body FROM sale WHERE open = 1 ORDER BY invoice',
  byOrder: 'SELECT coalesce(packed, body) AS body FROM sale WHERE order_id = ?',
  knows: 'SELECT 1 FROM sale WHERE order_id = ?',
  byRrn: 'SELECT coalesce(packed, body) AS body FROM sale WHERE rrn = ? ORDER BY invoice DESC LIMIT 1',
  byInvoice: 'SELECT coalesce(packed, body) AS body FROM sale WHERE invoice = ?',
  byReference: `SELECT order_id, coalesce(packed, body) AS body FROM sale WHERE source_kind = ? AND source_name = ? AND reference = ?
     ORDER BY invoice DESC LIMIT 1`,
  last: `SELECT order_id, coalesce(packed, body) AS body FROM sale WHERE source_kind = ? AND source_name = ? ORDER BY invoice DESC LIMIT 1`,
  maxInvoice: 'SELECT coalesce(max(invoice), 0) AS top FROM sale',
  sawNotice: 'SELECT 1 FROM notice WHERE id = ?',
  inState: 'SELECT coalesce(packed, body) AS body FROM sale WHERE state = ? ORDER BY invoice DESC LIMIT ?',
  totals: 'SELECT state, count(*) AS count, sum(amount) AS sum FROM sale GROUP BY state ORDER BY state',
  invoiceOf: 'SELECT invoice FROM sale WHERE order_id = ?',
  events: `SELECT seq, boot, at_ms, kind, body, ignored, led, again, again_ms, again_after FROM event
     WHERE sale = (SELECT invoice FROM sale WHERE order_id = ?) ORDER BY seq`,
  // Of before events knew their sale, and of orders that are none.
  strays: `SELECT seq, boot, at_ms, kind, body, ignored, led, again, again_ms, again_after FROM event
     WHERE order_id = ? ORDER BY seq`,
} as const satisfies Texts;

export const BODY_SQL = {
  event: 'SELECT body FROM event WHERE seq = ?',
  anyPacked: 'SELECT 1 FROM piece LIMIT 1',
  packed: 'SELECT packed FROM sale WHERE order_id = ? AND packed IS NOT NULL',
  unpack: 'UPDATE sale SET body = ?, packed = NULL WHERE order_id = ?',
  answer: `INSERT OR IGNORE INTO answer SELECT value ->> '$.id', value ->> '$.register', value ->> '$.order_id',
       value ->> '$.frame', value ->> '$.bytes', value ->> '$.result', value ->> '$.acknowledged', value ->> '$.met'
     FROM json_each(?)`,
  slip: `INSERT OR IGNORE INTO slip SELECT value ->> '$.id', value ->> '$.order_id', value ->> '$.kind', value ->> '$.copy',
       value ->> '$.asked', NULL, value ->> '$.state', value ->> '$.attempts', value ->> '$.spoilt',
       value ->> '$.queued_at_ms', value ->> '$.at_ms', value ->> '$.why'
     FROM json_each(?)`,
} as const satisfies Texts;

const WEBHOOK_ROW =
  'SELECT hook, order_id AS orderId, kind, at_ms AS atMs, tries, due_ms AS dueMs, ended, about, seq FROM webhook';

export const WEBHOOK_SQL = {
  tell: `INSERT INTO webhook(hook, order_id, number, kind, at_ms, due_ms, about, seq)
     VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM webhook WHERE hook = ? AND order_id = ?), ?, ?, ?, ?,
       iif(?, (SELECT coalesce(max(seq), 0) + 1 FROM webhook WHERE hook = ? AND seq IS NOT NULL), NULL))`,
  tried:
    'UPDATE webhook SET tries = ?, due_ms = ?, ended = ? WHERE hook = ? AND order_id = ? AND kind = ? AND at_ms = ?',
  // The last of those in order stays: the next one is numbered by it.
  forget: `DELETE FROM webhook AS one WHERE due_ms IS NULL AND at_ms < ? AND (seq IS NULL OR seq <
       (SELECT max(seq) FROM webhook WHERE hook = one.hook AND seq IS NOT NULL))`,
  due: `${WEBHOOK_ROW} AS one WHERE hook = ? AND due_ms IS NOT NULL AND (due_ms <= ? OR due_ms > ?) AND NOT EXISTS (SELECT 1 FROM webhook AS before
       WHERE before.hook = one.hook AND before.order_id = one.order_id AND before.number < one.number
         AND before.due_ms IS NOT NULL)
     ORDER BY due_ms LIMIT ?`,
  inOrder: `${WEBHOOK_ROW} WHERE hook = ? AND due_ms IS NOT NULL AND seq IS NOT NULL ORDER BY seq LIMIT ?`,
  waitingInOrder: 'SELECT count(*) FROM webhook WHERE hook = ? AND due_ms IS NOT NULL AND seq IS NOT NULL',
  waiting: `${WEBHOOK_ROW} WHERE due_ms IS NOT NULL ORDER BY at_ms DESC LIMIT ?`,
  ended: `${WEBHOOK_ROW} WHERE due_ms IS NULL ORDER BY at_ms DESC LIMIT ?`,
  ofOrder: `${WEBHOOK_ROW} WHERE order_id = ?`,
} as const satisfies Texts;

export const ARCHIVE_SQL = {
  // The newest that is closed for so long, whatever a clock once said of those before it.
  oldShift: 'SELECT number FROM shift WHERE closed_at_ms <= ? ORDER BY number DESC LIMIT 1',
  events: 'SELECT seq, sale, order_id FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
  bySale: 'SELECT order_id, shift FROM sale WHERE invoice = ?',
  byOrder: 'SELECT order_id, shift FROM sale WHERE order_id = ?',
  // Nothing is going to happen to it by itself, and nobody is owed anything.
  over: `SELECT 1 FROM sale WHERE order_id = ? AND open = 0 AND owed = 0 AND look_at_ms IS NULL AND shift <= ?
     AND NOT EXISTS (SELECT 1 FROM slip WHERE slip.order_id = sale.order_id AND state NOT IN ('done', 'dropped'))`,
  sale: 'SELECT coalesce(packed, body) AS body FROM sale WHERE order_id = ?',
  ofSale: `SELECT seq, boot, at_ms, mono_ms, kind, body, ignored, led, again, again_ms, again_after FROM event
     WHERE sale = (SELECT invoice FROM sale WHERE order_id = ?) ORDER BY seq`,
  ofOrder: `SELECT seq, boot, at_ms, mono_ms, kind, body, ignored, led, again, again_ms, again_after FROM event
     WHERE order_id = ? ORDER BY seq`,
  event: `SELECT seq, boot, at_ms, mono_ms, kind, body, ignored, led, again, again_ms, again_after FROM event
     WHERE seq = ?`,
  answers: 'SELECT * FROM answer WHERE order_id = ? ORDER BY id',
  slips: 'SELECT * FROM slip WHERE order_id = ? ORDER BY id',
  newest: 'SELECT file, begins + length AS ends, strays_to FROM piece ORDER BY id DESC LIMIT 1',
  pieceOf: 'SELECT file, begins, length FROM piece WHERE id = (SELECT piece FROM sale WHERE order_id = ?)',
  record: 'INSERT INTO piece(file, begins, length, strays_to) VALUES (?, ?, ?, ?)',
  // SQLite joins pages only where a row is taken away, so a shorter row is, and put back: otherwise it stays alone on its page.
  pack: "UPDATE sale SET rowid = -rowid, body = '', packed = ?, piece = ? WHERE order_id = ?",
  packedBack: 'UPDATE sale SET rowid = -rowid WHERE order_id = ?',
  // The newest rows stay: no number is given a second time.
  dropAnswers: 'DELETE FROM answer WHERE order_id = ? AND id < (SELECT max(id) FROM answer)',
  dropSlips: 'DELETE FROM slip WHERE order_id = ? AND id < (SELECT max(id) FROM slip)',
  // Whatever its relay called it: "order said".
  dropNotices: "DELETE FROM notice WHERE id > ? || ' ' AND id < ? || '!'",
  dropEvent: 'DELETE FROM event WHERE seq = ? AND seq < (SELECT max(seq) FROM event)',
} as const satisfies Texts;

/** `length` reads a text to its end; what an index does not find is damaged. */
export const CHECK_SQL = {
  saleTop: 'SELECT coalesce(max(rowid), 0) AS top FROM sale',
  eventTop: 'SELECT coalesce(max(seq), 0) AS top FROM event',
  answerTop: 'SELECT coalesce(max(id), 0) AS top FROM answer',
  slipTop: 'SELECT coalesce(max(id), 0) AS top FROM slip',
  sale: `SELECT max(at) AS last, count(*) AS count, coalesce(sum(found), 0) AS found FROM (
     SELECT rowid AS at, length(body) + coalesce(length(packed), 0) >= 0 AND rowid = (SELECT rowid FROM sale AS twin WHERE order_id = sale.order_id)
       AND rowid = (SELECT rowid FROM sale AS twin WHERE invoice = sale.invoice) AS found
     FROM sale WHERE rowid > ? ORDER BY rowid LIMIT ?)`,
  event: `SELECT max(seq) AS last, count(*) AS count, coalesce(sum(found), 0) AS found FROM (
     SELECT seq, length(body) + coalesce(length(led), 0) >= 0 AND iif(sale IS NOT NULL,
       EXISTS (SELECT 1 FROM event AS twin WHERE sale = event.sale AND seq = event.seq),
       order_id IS NULL OR EXISTS (SELECT 1 FROM event AS twin WHERE order_id = event.order_id AND seq = event.seq)) AS found
     FROM event WHERE seq > ? ORDER BY seq LIMIT ?)`,
  answer: `SELECT max(id) AS last, count(*) AS count, coalesce(sum(found), 0) AS found FROM (
     SELECT id, length(frame) + length(bytes) >= 0 AS found FROM answer WHERE id > ? ORDER BY id LIMIT ?)`,
  slip: `SELECT max(id) AS last, count(*) AS count, coalesce(sum(found), 0) AS found FROM (
     SELECT id, coalesce(length(body), 0) >= 0 AS found FROM slip WHERE id > ? ORDER BY id LIMIT ?)`,
} as const satisfies Texts;

export const LATE_SQL = {
  write: 'UPDATE sale SET look_at_ms = ? WHERE order_id = ?',
  due: 'SELECT body FROM sale WHERE look_at_ms <= ? ORDER BY look_at_ms LIMIT 1',
  astray: 'SELECT body FROM sale WHERE look_at_ms > ? ORDER BY look_at_ms LIMIT 1',
  before: `SELECT body FROM sale WHERE look_at_ms IS NOT NULL AND invoice < ? ORDER BY invoice DESC LIMIT 1`,
} as const satisfies Texts;

export const SHIFT_SQL = {
  current: 'SELECT coalesce(max(number), 0) + 1 AS number FROM shift',
  openedAt: `SELECT coalesce((SELECT closed_at_ms FROM shift ORDER BY number DESC LIMIT 1),
       (SELECT at_ms FROM boot ORDER BY id LIMIT 1)) AS ms`,
  // Read from sale_in_shift alone, whatever the size of the shift.
  lines: `SELECT source_kind || ' ' || source_name AS source, settled, line, count(*) AS count, sum(amount) AS amount,
       sum(delivered > 0) AS deliveredCount, sum(delivered) AS delivered,
       sum(refunded > 0) AS refundedCount, sum(refunded) AS refunded,
       sum(owed > 0) AS owedCount, sum(owed) AS owed, sum(other > 0) AS otherCount, sum(other) AS other
     FROM sale WHERE shift = ? AND (settled = 1 OR line IS NOT NULL)
     GROUP BY settled, source_kind, source_name, line`,
  moved: `SELECT coalesce(sum(delivered <> 0), 0) AS deliveredCount, coalesce(sum(delivered), 0) AS delivered,
       coalesce(sum(refunded <> 0), 0) AS refundedCount, coalesce(sum(refunded), 0) AS refunded,
       coalesce(sum(owed <> 0), 0) AS owedCount, coalesce(sum(owed), 0) AS owed,
       coalesce(sum(other <> 0), 0) AS otherCount, coalesce(sum(other), 0) AS other
     FROM (SELECT sum(delivered) AS delivered, sum(refunded) AS refunded, sum(owed) AS owed, sum(other) AS other
       FROM movement WHERE shift = ? GROUP BY order_id)`,
  page: `SELECT rowid AS at, coalesce(packed, body) AS body FROM sale WHERE shift = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
  count: 'SELECT count(*) AS count FROM sale WHERE shift = ?',
  anyIn: 'SELECT 1 FROM sale WHERE shift = ? LIMIT 1',
  owed: 'SELECT count(*) AS count, coalesce(sum(owed), 0) AS sum FROM sale WHERE owed > 0',
  // Money whose source is still being told is on no list yet.
  onTheList: `SELECT count(*) AS count, coalesce(sum(owed), 0) AS sum FROM sale
     WHERE owed > 0 AND state <> 'delivering'`,
  carried: 'SELECT max(owed) AS owed FROM carried WHERE shift = ?',
  carry: 'INSERT INTO carried(shift, owed) VALUES (?, ?)',
  auditEnd: `SELECT max(at) AS at, count(*) AS count
     FROM (SELECT rowid AS at FROM sale WHERE shift = ? AND rowid > ? ORDER BY rowid LIMIT ?)`,
  // Rows that may say something else than the sale in them, or whose money is not all there; what is looked for is how
  // every sale begins. Reading each as JSON would take a big shift four times as long.
  suspects: `SELECT order_id AS orderId, amount, delivered + refunded + owed + other AS parts, settled, state, body
     FROM sale WHERE shift = ? AND rowid > ? AND rowid <= ? AND NOT (
       instr(body, '"state":{"at":"' || state || '"') > 0 AND instr(body, '"amount":' || amount || ',') > 0
       AND settled = (state IN ('delivering', 'delivered', 'owed', 'refunding', 'resolved'))
       AND delivered + refunded + owed + other = settled * amount)
     ORDER BY rowid`,
  firstSale: 'SELECT opened_at_ms AS ms FROM sale WHERE shift = ? ORDER BY rowid LIMIT 1',
  close: 'INSERT INTO shift(number, opened_at_ms, closed_at_ms, closed_by, body) VALUES (?, ?, ?, ?, ?)',
  closed: 'SELECT body FROM shift WHERE number = ?',
  ofSale: 'SELECT shift FROM sale WHERE order_id = ?',
} as const satisfies Texts;

export const REPORT_SQL = {
  want: 'INSERT INTO report(way, shift, due_ms) VALUES (?, ?, ?)',
  tried: 'UPDATE report SET tries = ?, due_ms = ? WHERE way = ? AND shift = ?',
  due: `SELECT way, shift, tries FROM report WHERE way = ? AND due_ms IS NOT NULL AND (due_ms <= ? OR due_ms > ?)
     ORDER BY shift LIMIT 1`,
  waiting: 'SELECT way, shift, tries FROM report WHERE due_ms IS NOT NULL ORDER BY way, shift',
} as const satisfies Texts;

const SOLD = `SELECT rowid AS at, opened_at_ms AS ms, settled, shift, amount AS booked, delivered, refunded, owed, other, line,
     coalesce(packed, body) AS body FROM sale`;

export const SOLD_SQL = {
  all: `${SOLD} WHERE rowid > ? ORDER BY rowid LIMIT ?`,
  ofShift: `${SOLD} WHERE shift = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
  between: `${SOLD} WHERE (opened_at_ms, rowid) > (?, ?) AND opened_at_ms < ? ORDER BY opened_at_ms, rowid LIMIT ?`,
} as const satisfies Texts;

export const ANSWER_SQL = {
  write:
    'INSERT INTO answer(register, order_id, frame, bytes, result, acknowledged) VALUES (?, ?, ?, ?, ?, ?)',
  meetOne: `UPDATE answer SET met = ?, acknowledged = max(acknowledged, ?)
     WHERE id = (SELECT id FROM answer WHERE order_id = ? AND frame IN (?, ?) AND bytes IN (?, ?)
       ORDER BY id DESC LIMIT 1)
       AND (met IS NOT ? OR acknowledged < ?)`,
  meetNone: `UPDATE answer SET met = ?, acknowledged = max(acknowledged, ?)
     WHERE id = (SELECT id FROM answer WHERE register = ? AND frame = ? AND order_id IS NULL AND bytes IN (?, ?)
       ORDER BY id DESC LIMIT 1)
       AND (met IS NOT ? OR acknowledged < ?)`,
  acknowledges: 'INSERT OR IGNORE INTO acknowledger(register) VALUES (?)',
  everAcknowledged: 'SELECT 1 FROM acknowledger WHERE register = ?',
  aboutNone: `SELECT register, frame, bytes, result, acknowledged, met FROM answer
     WHERE register IN (SELECT value FROM json_each(?)) AND frame = ? AND order_id IS NULL ORDER BY id DESC LIMIT 1`,
  ofOrder: `SELECT register, frame, bytes, result, acknowledged, met FROM answer WHERE order_id = ? ORDER BY id`,
} as const satisfies Texts;

export const NUMBER_SQL = {
  add: 'INSERT OR IGNORE INTO number(digest, invoice) VALUES (?, ?)',
  find: `SELECT coalesce(packed, body) AS body FROM number JOIN sale ON sale.invoice = number.invoice
     WHERE number.digest = ? ORDER BY number.invoice DESC LIMIT 16`,
  unread: "SELECT max(value) AS value FROM meta WHERE key = 'numbers_unread'",
  unreadSales:
    'SELECT coalesce(packed, body) AS body FROM sale WHERE invoice <= ? ORDER BY invoice DESC LIMIT ?',
  readTo: "UPDATE meta SET value = ? WHERE key = 'numbers_unread'",
  allRead: "DELETE FROM meta WHERE key = 'numbers_unread'",
} as const satisfies Texts;

const DAY_SUMS = 'SELECT state, count(*) AS count, coalesce(sum(amount), 0) AS sum FROM sale';
const ENDED = "state IN ('delivering', 'delivered', 'owed', 'refunding', 'resolved', 'closed', 'refused')";

export const DAY_SQL = {
  first: `SELECT invoice FROM sale
     WHERE rowid = (SELECT min(rowid) FROM sale WHERE opened_at_ms >= ? AND opened_at_ms < ?)`,
  span: `SELECT (SELECT count(*) FROM sale WHERE opened_at_ms >= ? AND opened_at_ms < ?) AS opened,
     (SELECT count(*) FROM sale WHERE invoice >= ?) AS followed`,
  byState: `${DAY_SUMS} WHERE ${ENDED} AND invoice >= ? GROUP BY state`,
  byOpening: `${DAY_SUMS} INDEXED BY sale_by_opening WHERE ${ENDED} AND opened_at_ms >= ? AND opened_at_ms < ? GROUP BY state`,
  newestAt: 'SELECT invoice, opened_at_ms AS ms FROM sale WHERE state = ? ORDER BY invoice DESC LIMIT 1',
  owedSince: `SELECT min(opened_at_ms) AS ms, coalesce(sum(body ->> '$.state.refund' IS NOT NULL), 0) AS refundsFailed
     FROM sale WHERE owed > 0 AND state <> 'delivering'`,
} as const satisfies Texts;

export const SLOT_SQL = {
  count: `INSERT INTO slot(machine, item, failures, since_ms) VALUES (?, ?, 1, ?)
     ON CONFLICT(machine, item) DO UPDATE SET failures = failures + 1`,
  drop: 'DELETE FROM slot WHERE machine = ? AND item = ?',
  all: 'SELECT machine, item, failures, since_ms AS sinceMs FROM slot ORDER BY machine, item',
} as const satisfies Texts;

/** Beside other facts of the journal, by a word before their names. */
export const HAND_SET_SQL = {
  keep: 'INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)',
  drop: 'DELETE FROM meta WHERE key = ?',
  all: "SELECT key, value FROM meta WHERE key >= 'by_hand ' AND key < 'by_hand!' ORDER BY key",
} as const satisfies Texts;

export const OPERATOR_SQL = {
  keep: 'INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)',
  drop: 'DELETE FROM meta WHERE key = ?',
  get: 'SELECT value FROM meta WHERE key = ?',
  begun: "SELECT value FROM meta WHERE key >= 'operator begun ' AND key < 'operator begun!' ORDER BY key",
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
