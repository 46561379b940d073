import type Database from 'better-sqlite3';
import { parseObject } from '../base/json.js';

/** What of an event is told: nothing of a customer, and nothing that a wallet or a register has sent. */
const TOLD = ['code', 'why', 'how', 'detail', 'at', 'command'] as const;
/** So many of the newest. */
const MOST = { events: 2_000, sales: 500 } as const;

/** The newest rows without what is in them of people: for whoever looks for a fault. */
export interface JournalExtract {
  readonly boots: readonly object[];
  readonly events: readonly object[];
  readonly sales: readonly object[];
  readonly totals: readonly object[];
}

export function extractOf(db: Database.Database): JournalExtract {
  const rows = (sql: string, ...values: number[]): object[] => db.prepare(sql).all(...values) as object[];
  const events = rows(
    `SELECT seq, boot, at_ms AS atMs, coalesce(order_id, (SELECT order_id FROM sale WHERE invoice = event.sale)) AS orderId,
     kind, ignored, body FROM event ORDER BY seq DESC LIMIT ?`,
    MOST.events,
  ) as { readonly body: unknown }[];
  return {
    boots: rows('SELECT * FROM boot ORDER BY id DESC LIMIT 100'),
    events: events.map(({ body, ...event }) => ({ ...event, ...toldOf(body) })),
    sales: rows(
      `SELECT order_id AS orderId, invoice, amount, source_kind AS source, state, open, opened_at_ms AS openedAtMs
       FROM sale ORDER BY invoice DESC LIMIT ?`,
      MOST.sales,
    ),
    totals: rows('SELECT state, count(*) AS count, sum(amount) AS sum FROM sale GROUP BY state'),
  };
}

function toldOf(body: unknown): object {
  const said = typeof body === 'string' ? (parseObject(body) ?? {}) : {};
  return Object.fromEntries(
    TOLD.filter((name) => /^(string|number)$/.test(typeof said[name])).map((name) => [
      `${name}Said`,
      typeof said[name] === 'string' ? said[name].slice(0, 300) : said[name],
    ]),
  );
}
