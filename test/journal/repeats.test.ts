import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SaleEvent } from '../../src/core/sale/event.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { recordOf } from '../../src/core/sale/step-record.js';
import type { Commit, StoredEvent } from '../../src/journal/commit.js';
import { Journal } from '../../src/journal/journal.js';
import { awaiting, decided, NO_ANSWER, says } from '../core/world.js';
import { happenings } from '../kit/happenings.js';
import { MemoryArchive } from '../kit/memory-archive.js';

let directory: string;
let journal: Journal;
let sale: Sale;
let archive: MemoryArchive;
let nowMs = 0;

const open = (): Journal => new Journal({ directory, archive, wallMs: 1_000, version: 'test' });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-repeats-'));
  archive = new MemoryArchive();
  journal = open();
  nowMs = 0;
  sale = awaiting();
  commit({ events: [{ orderId: sale.orderId, kind: 'opened', body: {} }], sales: [sale] });
});

afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true, force: true });
});

function commit(work: Pick<Commit, 'events'> & Partial<Commit>): void {
  nowMs += 1_000;
  journal.commit({ wallMs: nowMs, monoMs: nowMs, ...work });
}

/** As the terminal writes what need not survive. */
function quietly(event: SaleEvent, more: Partial<Commit> = {}): void {
  const made = decided(sale, event);
  if (made.kind !== 'step') throw new Error(made.because);
  sale = made.sale;
  const told = { orderId: sale.orderId, kind: event.type, body: event, led: recordOf(made) };
  commit({ events: [told], sales: [sale], mayWaitMs: 300_000, ...more });
}

const LOOK: SaleEvent = { type: 'timer', timer: 'look' };
const SILENCE: SaleEvent = { type: 'statusAnswered', outcome: { kind: 'unknown', fault: NO_ANSWER } };

function poll(answer: SaleEvent = says(sale, 'pending')): void {
  quietly(LOOK);
  quietly(answer);
}

const rows = (from = journal): StoredEvent[] => from.eventsOf(sale.orderId).slice(1);
const counts = (from = journal): string[] =>
  rows(from).map(({ kind, again }) => `${kind} ${1 + (again?.times ?? 0)}`);

it('keeps polls that change nothing in two rows, however many, with the first time and the last, over any number of syncs', () => {
  for (let i = 0; i < 90; i += 1) {
    poll();
    if (i % 30 === 29) journal.flush();
  }
  expect(counts()).toEqual(['timer 90', 'statusAnswered 90']);
  expect(rows()).toMatchObject([
    { wallMs: 2_000, again: { times: 89, wallMs: 180_000 } },
    { wallMs: 3_000, again: { times: 89, wallMs: 181_000 } },
  ]);
  expect(rows()[1]?.body).toMatchObject({
    outcome: { evidence: { status: 'pending', orderId: sale.orderId } },
  });
  expect(journal.waiting.waiting).toBe(0);
});

it('counts each answer by itself when they come by turns, and knows when each came last', () => {
  for (let i = 0; i < 5; i += 1) {
    poll();
    poll(SILENCE);
  }
  expect(counts()).toEqual(['timer 10', 'statusAnswered 5', 'statusAnswered 5']);
  expect(rows().map(({ again }) => again?.wallMs)).toEqual([20_000, 19_000, 21_000]);
  // The sale itself has it all: how often nobody answered, since the gateway did.
  expect(journal.sale(sale.orderId)?.state).toMatchObject({ misses: 1 });
});

it('joins no answer that is another one in any word', () => {
  poll();
  poll(says(sale, 'pending', { issuer: 'gopay' }));
  poll(says(sale, 'pending', { statusMessage: 'other' }));
  poll({ type: 'statusAnswered', outcome: { kind: 'unknown', fault: { ...NO_ANSWER, detail: 'other' } } });
  poll({ type: 'statusAnswered', outcome: { kind: 'notFound' } });
  expect(counts()).toEqual(['timer 5', ...Array(5).fill('statusAnswered 1')]);
  expect(happenings(rows())).toBe(10);
});

it('joins nothing that must survive, that moves the sale, or comes with an answer, a slip, a slot or a notice', () => {
  const event = { orderId: sale.orderId, kind: 'x', body: null };
  const more: Partial<Commit>[] = [
    { mayWaitMs: undefined },
    { events: [event, event] },
    { noticeId: 'n' },
    { slot: { machine: 'm', item: '7', failed: true } },
    { met: { register: 'r', orderId: sale.orderId, frame: 'aa', bytes: 'bb', met: 'silent', heard: false } },
    { answers: [{ register: 'r', frame: 'aa', bytes: 'bb', result: 'approved', acknowledged: false }] },
    {
      sales: [
        {
          ...sale,
          state: { at: 'closing', how: 'cancelled', source: 'waiting', step: 'look', tries: 0, absent: 0 },
        },
      ],
    },
    { sales: [sale] },
  ];
  for (const one of more) {
    const before = happenings(rows());
    commit({ events: [event], mayWaitMs: 300_000, ...one });
    expect(happenings(rows()) - before).toBe(one.events?.length ?? 1);
    expect(rows().every(({ again }) => again === undefined)).toBe(true);
  }
});

it('tells anew what comes behind something else, so that the order stays', () => {
  poll();
  poll();
  quietly({ type: 'presented', screen: true, paper: false }, { mayWaitMs: undefined });
  poll();
  poll();
  const twice = ['timer 2', 'statusAnswered 2'];
  expect(counts()).toEqual([...twice, 'presented 1', ...twice]);
});

it('counts in no row of before a restart', () => {
  poll();
  poll();
  journal.close();
  journal = open();
  sale = journal.sale(sale.orderId) as Sale;
  poll();
  expect(counts()).toEqual(['timer 2', 'statusAnswered 2', 'timer 1', 'statusAnswered 1']);
  expect(rows().map(({ boot }) => boot)).toEqual([1, 1, 2, 2]);
});

it('does not remember rows that went with a write that failed', () => {
  poll();
  poll();
  const broken: Commit['events'] = [{ kind: 'x', body: 1n }];
  expect(() => commit({ events: broken })).toThrow();
  expect(rows()).toEqual([]);
  poll();
  poll();
  expect(counts()).toEqual(['timer 2', 'statusAnswered 2']);
});

it('remembers few of what others send, and loses no count by that', () => {
  poll();
  for (let i = 0; i < 200; i += 1)
    commit({ events: [{ orderId: `T1-${i}`, kind: 'flood', body: null }], mayWaitMs: 300_000 });
  poll();
  expect(counts()).toEqual(['timer 1', 'statusAnswered 1', 'timer 1', 'statusAnswered 1']);
});

it('changes nothing else of a row, and never counts down', () => {
  poll();
  poll();
  journal.close();
  const disk = new Database(join(directory, 'journal.db'));
  const update = (set: string) => () => disk.exec(`UPDATE event SET ${set} WHERE seq = 2`);
  expect(update("body = ''")).toThrow('never changed');
  expect(update('at_ms = 0')).toThrow('never changed');
  for (const again of ['0', '1', 'NULL', '7'])
    expect(update(`again = ${again}`)).toThrow('counted one by one');
  disk.close();
  journal = open();
  expect(counts()).toEqual(['timer 2', 'statusAnswered 2']);
});

it('takes counts along into the archive', async () => {
  for (let i = 0; i < 3; i += 1) poll();
  const before = rows();
  expect(happenings(before)).toBe(6);
  const end: Sale = { ...sale, state: { at: 'closed', how: 'cancelled' } };
  commit({ events: [{ orderId: sale.orderId, kind: 'closeAnswered', body: {} }], sales: [end] });
  commit({ events: [{ kind: 'x', body: null }] });
  journal.shifts.close(1, 'Sri');
  expect(await journal.archive?.move(2)).toEqual({ kind: 'moved', sales: 1 });
  expect(journal.archive?.toldOf(sale.orderId)?.rows).toHaveLength(before.length + 2);
  expect(rows().slice(0, -1)).toEqual(before);
});
