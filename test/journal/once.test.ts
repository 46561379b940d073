import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { Journal } from '../../src/journal/journal.js';
import { says } from '../core/world.js';
import { begin, created, happen } from './sold.js';

const open = (opened: Database.Database): Journal =>
  new Journal({ directory: ':memory:', opened, wallMs: 1_000, version: 'test' });

it('writes an answer of the gateway once, and of one that is like it what differs', () => {
  const disk = new Database(':memory:');
  const journal = open(disk);
  const sale = begin(journal);
  const looks = Array.from({ length: 3 }, () => says(sale, 'pending'));
  const now = happen({ journal, sale }, [created(sale), ...looks, says(sale, 'settlement')]);
  const whole = disk
    .prepare(
      `SELECT body FROM event WHERE body LIKE '%currency%' UNION ALL SELECT body FROM sale WHERE body LIKE '%currency%'`,
    )
    .all();
  expect(whole).toHaveLength(1);
  const longest = disk.prepare(`SELECT max(length(body)) FROM event WHERE kind = 'statusAnswered'`).pluck();
  expect(longest.get()).toBeLessThan(300);
  // As it was said, to the process that heard it and to the next one.
  for (const one of [journal, open(disk)]) {
    expect(one.sale(sale.orderId)).toEqual(now);
    const said = one.eventsOf(sale.orderId).filter(({ kind }) => kind === 'statusAnswered');
    expect(said).toHaveLength(4);
    expect(said.at(-1)?.body).toMatchObject({ outcome: { kind: 'evidence', evidence: now.evidence } });
  }
});

it('goes on after a restart with the answer that its last process wrote', () => {
  const disk = new Database(':memory:');
  const journal = open(disk);
  const sale = begin(journal);
  happen({ journal, sale }, [created(sale)]);
  const { orderId } = sale;
  const next = open(disk);
  const after = happen({ journal: next, sale: next.sale(orderId) as Sale }, [says(sale, 'settlement')]);
  const like = `SELECT body ->> '$.outcome.evidence.like' FROM event WHERE kind = 'statusAnswered'`;
  expect(disk.prepare(like).pluck().get()).toBe(2);
  expect(open(disk).sale(orderId)).toEqual(after);
});

it('writes what differs from an answer that somebody has just been told, too', () => {
  const disk = new Database(':memory:');
  const journal = open(disk);
  const sale = begin(journal);
  happen({ journal, sale }, [created(sale)]);
  const { orderId } = sale;
  const next = open(disk);
  // As "why" does, before anything is written.
  next.eventsOf(orderId);
  const after = happen({ journal: next, sale: next.sale(orderId) as Sale }, [says(sale, 'settlement')]);
  const like = `SELECT body ->> '$.outcome.evidence.like' FROM event WHERE kind = 'statusAnswered'`;
  expect(disk.prepare(like).pluck().get()).toBe(2);
  expect(open(disk).sale(orderId)).toEqual(after);
});

it('gives back each answer as it was said, whichever of its words its row leaves out', () => {
  const disk = new Database(':memory:');
  const journal = open(disk);
  const sale = begin(journal);
  const { orderId } = sale;
  const said = [
    says(sale, 'pending'),
    says(sale, 'pending', { wireStatus: 'PENDING' }),
    says(sale, 'other', { wireStatus: 'authorize' }),
    says(sale, 'pending', { orderId: 'T1-ANOTHER' as Sale['orderId'] }),
    says(sale, 'pending', { wireAmount: '15000' }),
    says(sale, 'pending', { wireAmount: '15000.0' }),
    says(sale, 'settlement', { amount: rupiah(15_001), wireAmount: '15001.00' }),
    says(sale, 'settlement', { amount: rupiah(15_001), wireAmount: '15000.00' }),
    says(sale, 'expire', { wireStatus: 'Expire' }),
    says(sale, 'expire'),
  ];
  journal.commit({
    wallMs: 1,
    monoMs: 1,
    events: [{ orderId, kind: 'chargeAnswered', body: created(sale) }],
  });
  // To the first that comes, and to one that is like another.
  for (const known of [sale, happen({ journal, sale }, [created(sale)])])
    for (const body of said) {
      const events = [{ orderId, kind: body.type, body }];
      journal.commit({ wallMs: 1, monoMs: 1, events, sales: [known] });
      for (const one of [journal, open(disk)])
        expect(one.eventsOf(orderId).at(-1)?.body).toMatchObject(rest(body));
    }
  expect(disk.prepare(`SELECT count(*) FROM event WHERE body LIKE '%${orderId}%'`).pluck().get()).toBe(0);
});

it('gives back what an event led to as it was, also where the row has it whole as it once had', () => {
  const disk = new Database(':memory:');
  const journal = open(disk);
  const { orderId } = begin(journal);
  const led = [
    { at: 'awaitingPayment', did: [] },
    { at: 'delivering', step: 'telling', did: [{ do: 'deliver' }] },
    {
      at: 'closed',
      how: 'denied',
      did: [{ do: 'showClosed' }, { do: 'closeShift', atMs: 1 }],
      successor: 'T1-B',
    },
    {},
  ];
  const rows = led.map((one) => ({ orderId, kind: 'timer', body: { type: 'timer' }, led: one }));
  journal.commit({ wallMs: 1, monoMs: 1, events: rows });
  const told = (): unknown[] =>
    open(disk)
      .eventsOf(orderId)
      .filter(({ kind }) => kind === 'timer')
      .map((event) => event.led);
  expect(told()).toEqual(led);
  const written = disk.prepare("SELECT led FROM event WHERE kind = 'timer'").pluck().all();
  expect(written.slice(0, 2)).toEqual([
    '{"at":"awaitingPayment"}',
    '{"at":"delivering","step":"telling","did":["deliver"]}',
  ]);
  disk.exec('DROP TRIGGER event_is_append_only_u');
  const whole = disk.prepare(
    "UPDATE event SET led = ? WHERE seq = (SELECT min(seq) + ? FROM event WHERE kind = 'timer')",
  );
  for (const [at, one] of led.entries()) whole.run(JSON.stringify(one), at);
  expect(told()).toEqual(led);
});

function rest({ type: _type, ...body }: ReturnType<typeof says>): object {
  return body;
}
