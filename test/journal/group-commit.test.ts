import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Failure } from '../../src/base/fault.js';
import { Journal } from '../../src/journal/journal.js';
import { awaiting, newSale } from '../core/world.js';

let directory: string;
let journal: Journal;

const open = (where = directory): Journal =>
  new Journal({ directory: where, wallMs: 1_000, version: 'test' });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-group-'));
  journal = open();
});

afterEach(() => {
  vi.restoreAllMocks();
  journal.close();
  rmSync(directory, { recursive: true, force: true });
});

let monoMs = 0;
function note(kind: string, mayWaitMs?: number): void {
  monoMs += 1;
  journal.commit({ wallMs: 1, monoMs, events: [{ kind, body: monoMs, orderId: 'T1-1' }], mayWaitMs });
}

const kinds = (from: Journal): string[] => from.eventsOf('T1-1').map(({ kind }) => kind);

/** What a power cut of now leaves, with all that was written taken for synced. */
function afterCut(): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'gopay-pos-cut-'));
  try {
    cpSync(directory, copy, { recursive: true });
    const found = open(copy);
    expect(found.setAside).toBeUndefined();
    const left = kinds(found);
    found.close();
    return left;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

it('keeps what may wait from the disk, shows it to its own readers, and takes it along with the next commit', () => {
  note('opened');
  note('polled', 300_000);
  note('polled', 300_000);
  expect(kinds(journal)).toEqual(['opened', 'polled', 'polled']);
  expect(afterCut()).toEqual(['opened']);
  expect(journal.waiting.waiting).toBe(2);
  note('settled');
  expect(afterCut()).toEqual(['opened', 'polled', 'polled', 'settled']);
  expect(journal.waiting.waiting).toBe(0);
});

it('says when what waits is due: the soonest of all of it; never, where nothing waits', () => {
  expect(journal.waiting.dueMs).toBe(Number.POSITIVE_INFINITY);
  note('polled', 300_000);
  note('slip', 10_000);
  note('polled', 300_000);
  expect(journal.waiting.dueMs).toBe(monoMs - 1 + 10_000);
  const before = journal.syncedAtMs;
  journal.prove({ wallMs: 2, monoMs: monoMs + 10_000 });
  expect(afterCut()).toEqual(['polled', 'slip', 'polled']);
  expect(journal.syncedAtMs).toBe(monoMs + 10_000);
  expect(before).toBeLessThan(journal.syncedAtMs);
  expect(journal.waiting.dueMs).toBe(Number.POSITIVE_INFINITY);
});

it('takes its own boot for a proof of the disk, where it is told the time of it', () => {
  expect(journal.syncedAtMs).toBe(Number.NEGATIVE_INFINITY);
  journal.close();
  journal = new Journal({ directory, wallMs: 1_000, monoMs: 7, version: 'test' });
  expect(journal.syncedAtMs).toBe(7);
});

it('lets no flood wait in memory: the two hundredth is synced with all before it', () => {
  for (let i = 0; i < 199; i += 1) note('flood', 300_000);
  expect(afterCut()).toEqual([]);
  note('flood', 300_000);
  expect(afterCut()).toHaveLength(200);
  expect(journal.waiting.waiting).toBe(0);
});

it('writes what waits at a stop in order', () => {
  note('polled', 300_000);
  journal.close();
  journal = open();
  expect(kinds(journal)).toEqual(['polled']);
});

it('syncs with it whatever else is written: a closed shift, a broken law, a slot, the acceptance of a loss', () => {
  const at = { wallMs: 1, monoMs: 1 };
  const sale = newSale('keypad', 15_000, 1).sale;
  const writes: (() => unknown)[] = [
    () => journal.closeShift(2, 'Sri', () => ({ ...at, events: [] })),
    () => journal.foundBroken('law 11'),
    () => journal.commit({ ...at, events: [], slot: { machine: 'm', item: '7', failed: true } }),
    () => journal.acceptLoss({ ...at, events: [] }),
    () => journal.commit({ ...at, events: [], sales: [sale] }),
  ];
  for (const [i, write] of writes.entries()) {
    note('polled', 300_000);
    write();
    expect(afterCut()).toHaveLength(i + 1);
  }
});

it('loses all that waits with a write that fails, and nothing that was synced', () => {
  note('opened');
  note('polled', 300_000);
  const spy = vi.spyOn(JSON, 'stringify').mockImplementationOnce(() => {
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });
  });
  expect(() => note('settled')).toThrow(Failure);
  spy.mockRestore();
  expect(kinds(journal)).toEqual(['opened']);
  expect(journal.waiting.waiting).toBe(0);
});

it('moves the sign beside the journal with what is on disk, not with what waits', () => {
  const sign = (): number =>
    Number(/last event (\d+)/.exec(readFileSync(join(directory, 'journal.begun'), 'latin1'))?.[1]);
  note('opened');
  const before = sign();
  note('polled', 300_000);
  expect(sign()).toBe(before);
  note('settled');
  expect(sign()).toBe(before + 2);
});

it('does not wait with news of what became of an answer, and waits with what is none', () => {
  const answer = { register: 'till', orderId: 'T1-1', frame: 'aa', bytes: 'bb', result: 'approved' } as const;
  journal.commit({ wallMs: 1, monoMs: 1, events: [], answers: [{ ...answer, acknowledged: false }] });
  const sent = (met: string): void => {
    const heard = met === 'acknowledged';
    const name = { register: 'till', orderId: 'T1-1', frame: 'aa', bytes: 'bb' };
    const marks = { met: { ...name, met, heard }, mayWaitMs: 300_000 };
    journal.commit({
      wallMs: 1,
      monoMs: 1,
      events: [{ kind: 'sent', body: met, orderId: 'T1-1' }],
      ...marks,
    });
  };
  sent('silent');
  expect(journal.waiting.waiting).toBe(0);
  sent('silent');
  expect(journal.waiting.waiting).toBe(1);
  sent('acknowledged');
  expect(journal.waiting.waiting).toBe(0);
  sent('acknowledged');
  expect(journal.waiting.waiting).toBe(1);
});

it('reads the sale back as it is while it waits, and as it was after a cut', () => {
  const opened = awaiting();
  const polled = { ...opened, state: { ...opened.state, misses: 3 } } as typeof opened;
  journal.commit({ wallMs: 1, monoMs: 1, events: [], sales: [opened] });
  journal.commit({ wallMs: 1, monoMs: 1, events: [], sales: [polled], mayWaitMs: 300_000 });
  expect(journal.openSales()).toEqual([polled]);
  journal.flush = () => undefined;
  journal.close();
  journal = open();
  expect(journal.openSales()).toEqual([opened]);
});

it('holds the file alone: nobody else reads a part of it', () => {
  note('polled', 300_000);
  const other = new Database(join(directory, 'journal.db'), { readonly: true, timeout: 10 });
  expect(() => other.prepare('SELECT * FROM event').all()).toThrow(/locked/);
  other.close();
});
