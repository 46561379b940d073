import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sale } from '../../src/core/sale/sale.js';
import { historyOf } from '../../src/core/text/history.js';
import { Journal } from '../../src/journal/journal.js';

/** Written by the program of 30 November 2026, before an answer of the gateway stood in one row alone: schema 10. */
const WRITTEN = ['register', 'json', 'vtk', 'unpaid'] as const;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-earlier-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it.each(WRITTEN)('opens a journal of schema 10, and tells each of its sales: %s', (name) => {
  const path = join(directory, 'journal.db');
  writeFileSync(path, gunzipSync(readFileSync(join(import.meta.dirname, `version-10/${name}.db.gz`))));
  const old = new Database(path);
  expect(old.pragma('user_version', { simple: true })).toBe(10);
  const bodies = old.prepare('SELECT body FROM sale ORDER BY invoice').pluck().all() as string[];
  const count = old.prepare('SELECT count(*) FROM event WHERE order_id = ?').pluck();
  const sales = bodies.map((body) => JSON.parse(body) as Sale);
  const events = sales.map(({ orderId }) => count.get(orderId));
  const answers = old.prepare('SELECT frame, bytes FROM answer WHERE order_id IS NOT NULL ORDER BY id').all();
  old.close();
  const journal = new Journal({ directory, wallMs: 1_800_000_000_000, version: 'test' });
  expect(journal.setAside).toBeUndefined();
  expect(sales.map(({ orderId }) => journal.sale(orderId))).toEqual(sales);
  expect(sales.map(({ orderId }) => journal.eventsOf(orderId).length)).toEqual(events);
  for (const sale of sales)
    expect(historyOf(sale, journal.eventsOf(sale.orderId), 'WIB').at(-1)?.text).toMatch(/slip|gateway says/);
  const said = sales.flatMap(({ orderId, source }) => journal.answers.about(orderId, source.reference) ?? []);
  expect(said).toMatchObject(answers as object[]);
  // What happens now is the end of the same story.
  const [sale] = sales as [Sale];
  const more = {
    orderId: sale.orderId,
    kind: 'notified',
    body: { type: 'notified', hint: 'x' },
    ignored: 'y',
  };
  journal.commit({ wallMs: 1_800_000_000_000, monoMs: 0, events: [more] });
  expect(journal.eventsOf(sale.orderId)).toHaveLength((events[0] as number) + 1);
  expect(journal.eventsOf(sale.orderId).at(-1)).toMatchObject({ kind: 'notified', ignored: 'y' });
  journal.close();
});
