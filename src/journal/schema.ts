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
];
