/**
 * Numbered, forward only: `MIGRATIONS[n]` takes a journal from version n to n + 1. One that has shipped is never edited.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE boot (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms     INTEGER NOT NULL,
    version   TEXT NOT NULL
  ) STRICT;

  -- What happened, in the order in which it happened. Rows are only ever added.
  CREATE TABLE event (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
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
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
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
];
