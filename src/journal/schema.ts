/**
 * Numbered, forward only: `MIGRATIONS[n]` takes a journal from version n to n + 1. One that has shipped is never edited.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE boot (
    id        INTEGER PRIMARY KEY,
    at_ms     INTEGER NOT NULL,
    version   TEXT NOT NULL
  ) STRICT;

  -- What happened, in the order in which it happened. Rows are only ever added.
  CREATE TABLE event (
    seq       INTEGER PRIMARY KEY,
    boot      INTEGER NOT NULL REFERENCES boot(id),
    at_ms     INTEGER NOT NULL,
    mono_ms   INTEGER NOT NULL,
    order_id  TEXT,
    kind      TEXT NOT NULL,
    body      TEXT NOT NULL,
    -- NULL for a step; otherwise why it changed nothing.
    ignored   TEXT
  ) STRICT;
  CREATE INDEX event_by_order ON event(order_id, seq) WHERE order_id IS NOT NULL;
  CREATE TRIGGER event_is_append_only_u BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER event_is_append_only_d BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

  -- Where each sale stands. Always the fold of its events, written in the same transaction.
  CREATE TABLE sale (
    order_id     TEXT PRIMARY KEY,
    invoice      INTEGER NOT NULL UNIQUE,
    rrn          TEXT NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount >= 0),
    source_kind  TEXT NOT NULL,
    source_name  TEXT NOT NULL,
    state        TEXT NOT NULL,
    open         INTEGER NOT NULL CHECK (open IN (0, 1)),
    opened_at_ms INTEGER NOT NULL,
    body         TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sale_open ON sale(open) WHERE open = 1;
  CREATE INDEX sale_by_state ON sale(state);
  CREATE INDEX sale_by_rrn ON sale(rrn);
  CREATE INDEX sale_by_source ON sale(source_kind, source_name, invoice);

  -- What registers were sent, before it was sent (law 7).
  CREATE TABLE answer (
    id           INTEGER PRIMARY KEY,
    register     TEXT NOT NULL,
    order_id     TEXT,
    frame        TEXT NOT NULL,
    bytes        TEXT NOT NULL,
    result       TEXT NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1))
  ) STRICT;
  CREATE INDEX answer_by_order ON answer(order_id, id) WHERE order_id IS NOT NULL;

  -- Facts about the journal itself: 'set_aside' names a damaged predecessor until a technician has seen to it.
  CREATE TABLE meta (
    key       TEXT PRIMARY KEY,
    value     TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- One row, written over and over: proves that the disk still takes a commit.
  CREATE TABLE pulse (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    at_ms     INTEGER NOT NULL
  ) STRICT;

  -- Notices seen, so that a repeated one is known for what it is.
  CREATE TABLE notice (
    id        TEXT PRIMARY KEY,
    seq       INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What an event led to: where it left its sale, and what followed. NULL where it was ignored, and before this version.
  ALTER TABLE event ADD COLUMN led TEXT;
  `,
  `
  -- A closed shift. Numbers have no gaps, and what was closed is never changed.
  CREATE TABLE shift (
    number       INTEGER PRIMARY KEY,
    opened_at_ms INTEGER NOT NULL,
    closed_at_ms INTEGER NOT NULL,
    closed_by    TEXT NOT NULL,
    -- The totals as they were printed.
    body         TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER shift_has_no_gaps BEFORE INSERT ON shift
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM shift)
    BEGIN SELECT RAISE(ABORT, 'shifts are numbered without gaps'); END;
  CREATE TRIGGER shift_is_final_u BEFORE UPDATE ON shift BEGIN SELECT RAISE(ABORT, 'a closed shift is never changed'); END;
  CREATE TRIGGER shift_is_final_d BEFORE DELETE ON shift BEGIN SELECT RAISE(ABORT, 'shifts are never deleted'); END;

  ALTER TABLE sale ADD COLUMN settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1));
  -- The shift in which it came to its end; for settled sales, in which they settled.
  ALTER TABLE sale ADD COLUMN shift INTEGER;
  -- The shift in which a settled sale was delivered or left the owed list.
  ALTER TABLE sale ADD COLUMN done_shift INTEGER;
  UPDATE sale SET settled = 1 WHERE state IN ('delivering', 'delivered', 'owed', 'cleared');
  UPDATE sale SET shift = 1 WHERE settled = 1 OR state IN ('closed', 'refused');
  UPDATE sale SET done_shift = 1 WHERE state IN ('delivered', 'cleared');
  CREATE INDEX sale_by_shift ON sale(shift) WHERE shift IS NOT NULL;
  CREATE INDEX sale_by_done_shift ON sale(done_shift) WHERE done_shift IS NOT NULL;
  `,
  `
  -- Totals by state are read from this alone, and lists of a state come in its order: a status call over years of sales
  -- must not keep the loop from its watchdog.
  CREATE INDEX sale_by_state_invoice ON sale(state, invoice, amount);
  DROP INDEX sale_by_state;
  `,
  `
  -- The caller's own reference, which names its sale for ever (law 7); NULL where a frame stands for it.
  ALTER TABLE sale ADD COLUMN reference TEXT;
  CREATE INDEX sale_by_reference ON sale(source_kind, source_name, reference, invoice) WHERE reference IS NOT NULL;
  CREATE INDEX answer_by_frame ON answer(register, frame, id) WHERE order_id IS NULL;

  -- Failures in a row of a vending machine's slots. A technician's clearing takes the row away.
  CREATE TABLE slot (
    machine   TEXT NOT NULL,
    item      TEXT NOT NULL,
    failures  INTEGER NOT NULL CHECK (failures > 0),
    since_ms  INTEGER NOT NULL,
    PRIMARY KEY (machine, item)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Print jobs, from the step that causes them to paper. The text of one that came to an end is taken away: the sale has it.
  CREATE TABLE slip (
    id           INTEGER PRIMARY KEY,
    order_id     TEXT,
    kind         TEXT NOT NULL,
    copy         INTEGER NOT NULL CHECK (copy IN (0, 1)),
    -- A person asked for it: tried once.
    asked        INTEGER NOT NULL CHECK (asked IN (0, 1)),
    body         TEXT,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'done', 'failed', 'dropped')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    -- Times that it was, or may have been, begun and not ended.
    spoilt       INTEGER NOT NULL DEFAULT 0,
    queued_at_ms INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    why          TEXT,
    CHECK (body IS NOT NULL OR state IN ('done', 'failed', 'dropped'))
  ) STRICT;
  CREATE INDEX slip_waiting ON slip(id) WHERE state IN ('queued', 'printing');
  CREATE INDEX slip_failed ON slip(id) WHERE state = 'failed';
  CREATE INDEX slip_by_order ON slip(order_id, kind, id) WHERE order_id IS NOT NULL;
  `,
  `
  -- Where the money of a settled sale is: the four are its amount (law 11). Shifts add them up without reading a sale.
  ALTER TABLE sale ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sale ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sale ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sale ADD COLUMN other INTEGER NOT NULL DEFAULT 0;
  -- What one that ended without money counts as; NULL where it counts as nothing.
  ALTER TABLE sale ADD COLUMN line TEXT;
  UPDATE sale SET line = iif(state = 'closed', iif(body ->> '$.state.how' = 'neverCharged', 'failed', body ->> '$.state.how'), 'failed')
    WHERE settled = 0 AND state IN ('closed', 'refused');
  UPDATE sale SET refunded = CASE
      WHEN state = 'cleared' AND body ->> '$.state.how' = 'refunded' THEN amount
      WHEN body ->> '$.evidence.status' = 'refund' THEN amount
      WHEN body ->> '$.evidence.status' = 'partial_refund'
        THEN min(amount, coalesce(body ->> '$.evidence.refundAmount', 0))
      ELSE 0 END
    WHERE settled = 1;
  UPDATE sale SET delivered = amount - refunded
    WHERE settled = 1 AND (state = 'delivered' OR (state = 'cleared' AND body ->> '$.state.how' = 'delivered')
      OR (state = 'refunding' AND body ->> '$.state.why' = 'returned'));
  UPDATE sale SET other = amount - refunded
    WHERE settled = 1 AND state = 'cleared' AND body ->> '$.state.how' = 'other';
  UPDATE sale SET owed = amount - refunded - delivered - other WHERE settled = 1;

  -- What moved in a shift of the money of sales that settled in an earlier one: handed over, given back, seen to.
  CREATE TABLE movement (
    id        INTEGER PRIMARY KEY,
    order_id  TEXT NOT NULL,
    -- In which it was learned.
    shift     INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    refunded  INTEGER NOT NULL,
    owed      INTEGER NOT NULL,
    other     INTEGER NOT NULL,
    CHECK (delivered + refunded + owed + other = 0)
  ) STRICT;
  CREATE INDEX movement_by_shift ON movement(shift, order_id, delivered, refunded, owed, other);
  CREATE TRIGGER movement_is_append_only_u BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'movements are never changed'); END;
  CREATE TRIGGER movement_is_append_only_d BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'movements are never deleted'); END;

  -- Before this version: what has left the owed list in the open shift, and what came back of what was handed over, in
  -- this shift or in one whose slip had been printed and does not tell of it.
  WITH open AS (SELECT coalesce(max(number), 0) + 1 AS number, max(closed_at_ms) AS since FROM shift),
  old AS (
    SELECT sale.*, open.number AS now, open.since,
      (SELECT max(at_ms) FROM event WHERE order_id = sale.order_id AND ignored IS NULL
         AND body ->> '$.outcome.evidence.status' IN ('refund', 'partial_refund')) AS learned,
      (SELECT closed_at_ms FROM shift WHERE number = sale.done_shift) AS told,
      EXISTS (SELECT 1 FROM event WHERE order_id = sale.order_id AND led LIKE '%"returned"%') AS returned
    FROM open, sale WHERE settled = 1 AND sale.shift < open.number
      AND (done_shift = open.number OR refunded > 0)
  )
  INSERT INTO movement(order_id, shift, delivered, refunded, owed, other)
  SELECT order_id, now, iif(returned, -refunded, delivered), refunded, iif(returned, 0, owed - amount), other
    FROM old WHERE done_shift = now
  UNION ALL
  SELECT order_id, now, iif(other > 0, 0, -refunded), refunded, 0, iif(other > 0, -refunded, 0)
    FROM old WHERE done_shift < now AND learned > told AND NOT (state = 'cleared' AND body ->> '$.state.how' = 'refunded')
  UNION ALL
  SELECT order_id, now, 0, refunded, -refunded, 0
    FROM old WHERE done_shift IS NULL AND refunded > 0 AND learned > since;

  -- From here on the journal keeps that by itself.
  CREATE TRIGGER sale_money_moves AFTER UPDATE OF delivered, refunded, owed, other ON sale
    WHEN OLD.settled = 1 AND OLD.shift < (SELECT coalesce(max(number), 0) + 1 FROM shift)
      AND (OLD.delivered <> NEW.delivered OR OLD.refunded <> NEW.refunded OR OLD.owed <> NEW.owed OR OLD.other <> NEW.other)
    BEGIN
      INSERT INTO movement(order_id, shift, delivered, refunded, owed, other)
      SELECT NEW.order_id, coalesce(max(number), 0) + 1, NEW.delivered - OLD.delivered, NEW.refunded - OLD.refunded,
        NEW.owed - OLD.owed, NEW.other - OLD.other FROM shift;
    END;

  -- What was owed when a shift was closed; the next one begins with it.
  CREATE TABLE carried (
    shift INTEGER PRIMARY KEY,
    owed  INTEGER NOT NULL
  ) STRICT;
  INSERT INTO carried(shift, owed)
    SELECT number, (SELECT total(owed) FROM sale WHERE settled = 1 AND shift <= number)
      - (SELECT total(owed) FROM movement WHERE shift > number)
    FROM (SELECT max(number) AS number FROM shift) WHERE number IS NOT NULL;

  CREATE INDEX sale_in_shift ON sale(shift, settled, source_kind, source_name, line, amount, delivered, refunded, owed, other)
    WHERE shift IS NOT NULL;
  CREATE INDEX sale_owed ON sale(shift, state, owed) WHERE owed > 0;
  -- done_shift is of before: what moves in a shift is in movement.
  DROP INDEX sale_by_done_shift;
  `,
  `
  -- Wall time of the next rare look at a sale that was closed and watched to its end; NULL where none follows. What earlier
  -- versions closed in the last week is looked at, too.
  ALTER TABLE sale ADD COLUMN look_at_ms INTEGER;
  UPDATE sale SET look_at_ms = opened_at_ms
    WHERE state = 'closed' AND open = 0 AND opened_at_ms > (SELECT max(at_ms) FROM boot) - 604800000;
  CREATE INDEX sale_to_look_at ON sale(look_at_ms) WHERE look_at_ms IS NOT NULL;
  CREATE INDEX sale_to_look_at_by_invoice ON sale(invoice) WHERE look_at_ms IS NOT NULL;
  `,
  `
  -- What became of an answer: 'silent' went out whole on a line that held, 'gone' and 'unheard' did not. NULL: not known.
  ALTER TABLE answer ADD COLUMN met TEXT;
  -- Registers that have acknowledged anything, ever. Of earlier ones those count that may have.
  CREATE TABLE acknowledger (
    register TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  INSERT INTO acknowledger(register) SELECT DISTINCT register FROM answer WHERE acknowledged = 1;
  `,
  `
  -- Off the owed list, as it is called now.
  UPDATE sale SET state = 'resolved', body = json_set(body, '$.state.at', 'resolved') WHERE state = 'cleared';
  `,
  `
  -- Its sale, by number: shorter than the order id, which stands here where there is no sale, and in rows of before.
  ALTER TABLE event ADD COLUMN sale INTEGER;
  CREATE INDEX event_by_sale ON event(sale) WHERE sale IS NOT NULL;
  `,
  `
  -- What is over for long is told in files beside the journal, each of many pieces; the newest piece is the last row.
  CREATE TABLE piece (
    id        INTEGER PRIMARY KEY,
    file      TEXT NOT NULL,
    -- In bytes of the file.
    begins    INTEGER NOT NULL,
    length    INTEGER NOT NULL,
    -- Events about no sale, up to here, are in this piece or in one before it.
    strays_to INTEGER NOT NULL
  ) STRICT;
  -- The piece that tells a sale; and where it stands, with its answers and slips, in few bytes: body is empty then.
  ALTER TABLE sale ADD COLUMN piece INTEGER;
  ALTER TABLE sale ADD COLUMN packed BLOB;
  DROP TRIGGER event_is_append_only_d;
  -- And never the newest of all: by its number a journal that has lost something is known.
  CREATE TRIGGER event_is_append_only_d BEFORE DELETE ON event
    WHEN OLD.seq = (SELECT max(seq) FROM event) OR NOT coalesce(CASE
      WHEN OLD.sale IS NOT NULL THEN (SELECT packed IS NOT NULL FROM sale WHERE invoice = OLD.sale)
      WHEN OLD.order_id IS NOT NULL THEN (SELECT packed IS NOT NULL FROM sale WHERE order_id = OLD.order_id)
      ELSE OLD.seq <= (SELECT strays_to FROM piece ORDER BY id DESC LIMIT 1) END, 0)
    BEGIN SELECT RAISE(ABORT, 'events are never deleted before they are in the archive'); END;
  `,
  `
  -- How often the same came again that changed nothing, when it did last (wall time), and behind which event. All else of an
  -- event is never changed, and its count only goes up.
  ALTER TABLE event ADD COLUMN again INTEGER;
  ALTER TABLE event ADD COLUMN again_ms INTEGER;
  ALTER TABLE event ADD COLUMN again_after INTEGER;
  DROP TRIGGER event_is_append_only_u;
  CREATE TRIGGER event_is_append_only_u BEFORE UPDATE OF seq, boot, at_ms, mono_ms, sale, order_id, kind, body, ignored, led ON event
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER event_counts_up BEFORE UPDATE OF again ON event WHEN NEW.again IS NOT coalesce(OLD.again, 0) + 1
    BEGIN SELECT RAISE(ABORT, 'what came again is counted one by one'); END;
  `,
  `
  -- Numbers of others by which a sale is found: Midtrans' transaction id, the wallet's reference, the register's own; the
  -- first 48 bits of their digest. Of sales of before this version those up to numbers_unread are not in it yet.
  CREATE TABLE number (
    digest  INTEGER NOT NULL,
    invoice INTEGER NOT NULL,
    PRIMARY KEY (digest, invoice)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO meta(key, value) SELECT 'numbers_unread', CAST(max(invoice) AS TEXT) FROM sale HAVING max(invoice) IS NOT NULL;
  `,
  `
  -- What other programs are to be told of a sale; in use where there are receivers. due_ms: wall time of the next try, NULL
  -- at its end.
  CREATE TABLE webhook (
    hook     TEXT NOT NULL,
    order_id TEXT NOT NULL,
    number   INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 0,
    due_ms   INTEGER,
    ended    TEXT,
    PRIMARY KEY (hook, order_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX webhook_due ON webhook(hook, due_ms) WHERE due_ms IS NOT NULL;
  CREATE INDEX webhook_ended ON webhook(at_ms) WHERE due_ms IS NULL;
  CREATE INDEX webhook_of_order ON webhook(order_id);
  `,
  `
  -- Approval codes are numbers as well: sales of before are looked through once more, when somebody asks.
  INSERT OR REPLACE INTO meta(key, value)
    SELECT 'numbers_unread', CAST(max(invoice) AS TEXT) FROM sale HAVING max(invoice) IS NOT NULL;
  `,
  `
  -- For lists of what was sold on a day.
  CREATE INDEX sale_by_opening ON sale(opened_at_ms);
  -- Reports of closed shifts that go out by the ways that settings name, from the commit of the close until they are out.
  -- due_ms: wall time of the next try, NULL when it is out.
  CREATE TABLE report (
    way      TEXT NOT NULL,
    shift    INTEGER NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 0,
    due_ms   INTEGER,
    PRIMARY KEY (way, shift)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX report_due ON report(way, shift) WHERE due_ms IS NOT NULL;
  `,
  `
  -- What is told in the order in which it happened (events to the broker) has a number there; about: what it tells, as JSON,
  -- that neither sale nor shift says.
  ALTER TABLE webhook ADD COLUMN seq INTEGER;
  ALTER TABLE webhook ADD COLUMN about TEXT;
  CREATE INDEX webhook_in_order ON webhook(hook, seq) WHERE seq IS NOT NULL;
  CREATE INDEX webhook_next ON webhook(hook, seq) WHERE due_ms IS NOT NULL AND seq IS NOT NULL;
  `,
];
