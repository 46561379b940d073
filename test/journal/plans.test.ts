import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/journal/schema.js';
import {
  ANSWER_SQL,
  ARCHIVE_SQL,
  BODY_SQL,
  CHECK_SQL,
  DAY_SQL,
  JOURNAL_SQL,
  LATE_SQL,
  NUMBER_SQL,
  REPORT_SQL,
  SHIFT_SQL,
  SLIP_SQL,
  SLOT_SQL,
  SOLD_SQL,
  WEBHOOK_SQL,
} from '../../src/journal/statements.js';

/** Tables that grow with every sale. */
const GROWING = [
  'sale',
  'event',
  'answer',
  'notice',
  'slip',
  'movement',
  'piece',
  'number',
  'webhook',
  'report',
];

/** What may go through all of them, and why. */
const WHOLE: Readonly<Record<string, string>> = {
  totals: 'a technician asks for it; from an index alone',
  newest: 'the last row',
  anyPacked: 'the first row',
  lastOrder: 'newest first, and ends at the first receipt, which nearly every sale has',
};

/**
 * Partial indexes that hold what a statement is about and nothing else: as short as its answer, or read from its end up to a limit.
 */
const SHORT =
  /USING (COVERING )?INDEX (sale_owed|sale_open|slip_waiting|slip_failed|report_due|webhook_due|webhook_next|webhook_ended)\b/;

const db = new Database(':memory:');
for (const sql of MIGRATIONS) db.exec(sql);

const ALL = Object.values({
  JOURNAL_SQL,
  BODY_SQL,
  ARCHIVE_SQL,
  CHECK_SQL,
  DAY_SQL,
  LATE_SQL,
  NUMBER_SQL,
  SHIFT_SQL,
  ANSWER_SQL,
  SLOT_SQL,
  SLIP_SQL,
  SOLD_SQL,
  REPORT_SQL,
  WEBHOOK_SQL,
}).flatMap((texts) => Object.entries(texts));

it.each(ALL.filter(([, sql]) => /^\s*(SELECT|UPDATE|INSERT|DELETE)/.test(sql)))(
  'reads no table that grows from end to end: %s',
  (name, sql) => {
    const holes = sql.match(/\?/g)?.length ?? 0;
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array(holes).fill(1)) as { detail: string }[];
    const scans = plan
      .map(({ detail }) => detail)
      .filter((detail) => new RegExp(`^SCAN (${GROWING.join('|')})\\b`).test(detail) && !SHORT.test(detail));
    if (WHOLE[name] === undefined) expect(scans).toEqual([]);
    else expect(scans).toHaveLength(1);
  },
);

it('adds a shift up from an index alone, whatever its sales carry', () => {
  const lines = db.prepare(`EXPLAIN QUERY PLAN ${SHIFT_SQL.lines}`).all(1) as { detail: string }[];
  expect(lines.map(({ detail }) => detail)).toContainEqual(
    expect.stringContaining('USING COVERING INDEX sale_in_shift (shift=?'),
  );
  for (const sql of [SHIFT_SQL.owed, SHIFT_SQL.onTheList]) {
    const [plan] = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
    expect(plan?.detail).toContain('USING COVERING INDEX sale_owed');
  }
});
