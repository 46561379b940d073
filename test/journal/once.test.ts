import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { SaleEvent } from '../../src/core/sale/event.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { Journal } from '../../src/journal/journal.js';
import { evidence, newSale, says, stepped } from '../core/world.js';

const db = (): Database.Database => new Database(':memory:');

function opened(db: Database.Database): {
  journal: Journal;
  step: (sale: Sale, event: SaleEvent) => Sale;
  sale: Sale;
} {
  const journal = new Journal({ directory: ':memory:', opened: db, wallMs: 1_000, version: 'test' });
  const { sale } = newSale('keypad', 15_000);
  const { orderId } = sale;
  const at = { wallMs: 1_000, monoMs: 1 };
  journal.commit({ ...at, events: [{ orderId, kind: 'opened', body: {} }], sales: [sale] });
  const step = (before: Sale, event: SaleEvent): Sale => {
    const after = stepped(before, event).sale;
    journal.commit({ ...at, events: [{ orderId, kind: event.type, body: event }], sales: [after] });
    return after;
  };
  return { journal, step, sale };
}

const created = (sale: Sale): SaleEvent => ({
  type: 'chargeAnswered',
  outcome: { kind: 'created', evidence: evidence(sale, 'pending'), qr: { pictureUrl: 'http://x' } },
});

it('writes an answer of the gateway once, and of one that is like it what differs', () => {
  const disk = db();
  const { journal, step, sale } = opened(disk);
  let now = step(sale, created(sale));
  for (let look = 0; look < 3; look += 1) now = step(now, says(now, 'pending'));
  now = step(now, says(now, 'settlement'));
  const whole = disk
    .prepare(
      `SELECT body FROM event WHERE body LIKE '%wireAmount%' UNION ALL SELECT body FROM sale WHERE body LIKE '%wireAmount%'`,
    )
    .all();
  expect(whole).toHaveLength(1);
  expect(
    disk.prepare(`SELECT max(length(body)) FROM event WHERE kind = 'statusAnswered'`).pluck().get(),
  ).toBeLessThan(300);
  // As it was said, to the process that heard it and to the next one.
  const again = new Journal({ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' });
  for (const one of [journal, again]) {
    expect(one.sale(sale.orderId)).toEqual(now);
    const said = one.eventsOf(sale.orderId).filter(({ kind }) => kind === 'statusAnswered');
    expect(said).toHaveLength(4);
    expect(said.at(-1)?.body).toMatchObject({ outcome: { kind: 'evidence', evidence: now.evidence } });
  }
});

it('goes on after a restart with the answer that its last process wrote', () => {
  const disk = db();
  const { step, sale } = opened(disk);
  step(sale, created(sale));
  const journal = new Journal({ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' });
  const before = journal.sale(sale.orderId) as Sale;
  const event = says(before, 'settlement');
  const after = stepped(before, event).sale;
  const { orderId } = sale;
  journal.commit({
    wallMs: 2,
    monoMs: 2,
    events: [{ orderId, kind: event.type, body: event }],
    sales: [after],
  });
  expect(
    disk
      .prepare(`SELECT body -> '$.outcome.evidence.like' FROM event WHERE kind = 'statusAnswered'`)
      .pluck()
      .get(),
  ).toBe('2');
  expect(
    new Journal({ directory: ':memory:', opened: disk, wallMs: 3, version: 'test' }).sale(orderId),
  ).toEqual(after);
});
