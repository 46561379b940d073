import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/fault.js';
import { orderId, ulid } from '../../src/base/ids.js';
import { Journal } from '../../src/journal/journal.js';
import { openFile } from '../../src/journal/open.js';
import { awaiting, newSale, says, stepped, terminalId } from '../core/world.js';

let directory: string;
const cleanUp: (() => void)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-journal-'));
});

afterEach(() => {
  for (const undo of cleanUp.splice(0).reverse()) undo();
  rmSync(directory, { recursive: true, force: true });
});

const open = (where = directory): Journal =>
  new Journal({ directory: where, wallMs: 1_700_000_000_000, version: 'test' });

function commit(journal: Journal, ...args: Partial<Parameters<Journal['commit']>[0]>[]): void {
  journal.commit(Object.assign({ wallMs: 1, monoMs: 1, events: [{ kind: 'test', body: null }] }, ...args));
}

function codeOf(act: () => unknown): number {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error.fault.code;
    throw error;
  }
  return 0;
}

it('keeps that a refund is still to be asked about, each look of it, and no total moves by that', () => {
  const paid = stepped(awaiting(), says(awaiting(), 'settlement')).sale;
  const sale = stepped(paid, { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
  const rung = stepped(sale, { type: 'notified', hint: 'refund' }).sale;
  const looked = stepped(rung, says(rung, 'settlement')).sale;
  const heldAfter = (...made: (typeof sale)[]) => {
    const journal = open();
    journal.sale(sale.orderId);
    for (const one of made) commit(journal, { sales: [one] });
    journal.close();
    const again = open();
    const found = again.openSales().map(({ refundNews }) => refundNews);
    const { delivered } = again.shifts.open().all;
    again.close();
    expect(delivered).toEqual({ count: 1, sum: 15_000 });
    return found;
  };
  expect(heldAfter(newSale().sale, paid, sale)).toEqual([]);
  expect(heldAfter(rung)).toEqual([{ looks: 0 }]);
  expect(heldAfter(rung, looked)).toEqual([{ looks: 1 }]);
  expect(heldAfter(sale)).toEqual([]);
});

describe('the journal', () => {
  it('syncs every commit: WAL with synchronous FULL, also when it is opened again', () => {
    for (const round of [1, 2]) {
      const journal = open();
      commit(journal);
      journal.close();
      const db = new Database(join(directory, 'journal.db'), { readonly: true });
      expect([round, db.pragma('journal_mode', { simple: true })]).toEqual([round, 'wal']);
      db.close();
    }
    // Seen from outside: one fsync of the WAL for each of ten commits.
    const syncs = countSyncs(10) - countSyncs(0);
    expect(syncs).toBeGreaterThanOrEqual(10);
  });

  it('holds no more than 1 MiB of its own pages, however much it has seen', () => {
    const { db } = openFile({ directory, wallMs: 1 });
    // Negative: in KiB instead of pages.
    expect(db.pragma('cache_size', { simple: true })).toBe(-1024);
    db.close();
  });

  it('keeps sales, events and answers of one event together, and gives them back after a restart', () => {
    const sale = awaiting('register');
    const first = open();
    const answer = {
      register: 'pos',
      orderId: sale.orderId,
      frame: 'aa',
      bytes: 'bb',
      result: 'approved',
      acknowledged: false,
    } as const;
    commit(first, {
      events: [{ orderId: sale.orderId, kind: 'opened', body: { a: 1 } }],
      sales: [sale],
      answers: [answer],
    });
    commit(first, { events: [{ orderId: sale.orderId, kind: 'notified', body: {}, ignored: 'because' }] });
    first.close();
    const again = open();
    expect(again.openSales()).toEqual([sale]);
    expect(again.sale(sale.orderId)).toEqual(sale);
    expect(again.lastSaleOf('register', 'register')).toEqual(sale);
    expect(again.answers.about(sale.orderId)).toMatchObject({ bytes: 'bb', acknowledged: false });
    const { orderId } = sale;
    const meet = (bytes: string, met: string, heard = false): void =>
      commit(again, { met: { register: 'pos', orderId, frame: 'aa', bytes, met, heard } });
    // Another answer to the same frame, perhaps an older one that was heard late.
    meet('cc', 'silent');
    expect(again.answers.about(sale.orderId)?.acknowledged).toBe(false);
    meet('bb', 'silent');
    expect(again.answers.about(sale.orderId)?.acknowledged).toBe(false);
    expect(again.answers.metSilence(sale.orderId, 'aa')).toBe(true);
    expect(again.answers.everAcknowledged('pos')).toBe(false);
    meet('bb', 'acknowledged', true);
    expect(again.answers.everAcknowledged('pos')).toBe(true);
    expect(again.answers.everAcknowledged('till')).toBe(false);
    expect(again.answers.about(sale.orderId)?.acknowledged).toBe(true);
    expect(again.nextInvoice()).toBe(2);
    expect(again.eventsOf(sale.orderId)).toMatchObject([
      { kind: 'opened', boot: 1 },
      { kind: 'notified', ignored: 'because', boot: 1 },
    ]);
    const paid = stepped(sale, says(sale, 'settlement')).sale;
    const done = stepped(paid, { type: 'deliveryEnded', outcome: 'done', detail: '' }).sale;
    commit(again, { sales: [done] });
    expect(again.openSales()).toEqual([]);
    expect(again.totals()).toEqual([{ state: 'delivered', count: 1, sum: 15_000 }]);
    again.close();
  });

  it('commits nothing behind a WAL that it found, since a sync of that may have failed', () => {
    const { sale } = newSale();
    const first = open();
    commit(first, { sales: [sale] });
    const found = mkdtempSync(join(directory, 'found-'));
    for (const name of ['journal.db', 'journal.db-wal'])
      writeFileSync(join(found, name), readFileSync(join(directory, name)));
    first.close();
    const again = open(found);
    const alone = mkdtempSync(join(directory, 'alone-'));
    writeFileSync(join(alone, 'journal.db'), readFileSync(join(found, 'journal.db')));
    const withoutWal = open(alone);
    expect(withoutWal.sale(sale.orderId)).toEqual(sale);
    withoutWal.close();
    again.close();
  });

  it('never lets an event be changed or deleted', () => {
    const journal = open();
    commit(journal);
    journal.close();
    const db = new Database(join(directory, 'journal.db'));
    expect(() => db.exec("UPDATE event SET body = 'x'")).toThrow('never changed');
    expect(() => db.exec('DELETE FROM event')).toThrow('never deleted');
    db.close();
  });

  it('finds a sale by its number, and by the last digits of it the newest', () => {
    const journal = open();
    cleanUp.push(() => journal.close());
    for (const invoice of [12, 10_012, 1_000_012]) {
      const id = orderId(terminalId(), ulid(1_700_000_000_000 + invoice, new Uint8Array(10)));
      commit(journal, { sales: [{ ...newSale().sale, orderId: id, invoice, openedAtMs: invoice }] });
    }
    const found = (number: number, digits?: number) => journal.saleByInvoice(number, digits)?.invoice;
    expect(found(12)).toBe(1_000_012);
    expect(found(10_012)).toBe(10_012);
    expect(found(12, 4)).toBe(1_000_012);
    expect(found(13, 4)).toBeUndefined();
  });

  it('writes nothing of a commit that breaks off in the middle', () => {
    const journal = open();
    const { sale } = newSale();
    commit(journal, { sales: [sale] });
    const twin = { ...sale, orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV' as typeof sale.orderId };
    expect(
      codeOf(() =>
        commit(journal, { events: [{ orderId: twin.orderId, kind: 'opened', body: 1 }], sales: [twin] }),
      ),
    ).toBe(711);
    expect(journal.eventsOf(twin.orderId)).toEqual([]);
    journal.close();
  });

  it('knows a notice again', () => {
    const journal = open();
    commit(journal, { noticeId: 'N1' });
    expect([journal.sawNotice('N1'), journal.sawNotice('N2')]).toEqual([true, false]);
    journal.close();
  });

  it('refuses a second terminal on the same journal with E707', () => {
    const journal = open();
    commit(journal);
    expect(codeOf(() => open())).toBe(707);
    journal.close();
  });

  it('refuses a journal of a newer version with E704 and leaves it as it is', () => {
    open().close();
    const db = new Database(join(directory, 'journal.db'));
    db.pragma('user_version = 99');
    db.close();
    expect(codeOf(() => open())).toBe(704);
    expect(readdirSync(directory).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('refuses a folder or file that cannot be written with E702', () => {
    open().close();
    withReadOnlyMount((where) => {
      expect(codeOf(() => open(where))).toBe(702);
      expect(codeOf(() => open(join(where, 'deeper')))).toBe(702);
    });
  });

  it.each([
    ['garbage in its header', (path: string) => overwrite(path, 0, 'this is no database, sorry')],
    ['a page torn in the middle', (path: string) => overwrite(path, 4096, '\xff'.repeat(4096))],
    ['its second half gone', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
  ])('sets a journal with %s aside, whole, and does not sell until somebody has looked', (_what, damage) => {
    const first = open();
    for (let i = 0; i < 200; i += 1) commit(first, { events: [{ kind: 'fill', body: 'x'.repeat(200) }] });
    first.close();
    const path = join(directory, 'journal.db');
    damage(path);
    const damaged = readFileSync(path);
    const fresh = open();
    expect(fresh.setAside).toMatch(/journal\.db\.damaged-2023-11-14T/);
    expect(readFileSync(fresh.setAside ?? '')).toEqual(damaged);
    fresh.close();
    const later = open();
    expect(later.setAside).toBeDefined();
    later.acceptLoss({ wallMs: 1, monoMs: 1, events: [] });
    expect(later.setAside).toBeUndefined();
    later.close();
  });

  it('says E710 when the disk is full, and has lost nothing that it had committed', () => {
    withSmallMount((where) => {
      const journal = open(where);
      let written = 0;
      const code = codeOf(() => {
        for (; written < 10_000; written += 1)
          commit(journal, { events: [{ kind: 'fill', body: 'x'.repeat(2000) }] });
      });
      expect(code).toBe(710);
      expect(written).toBeGreaterThan(10);
      try {
        journal.close();
      } catch (error) {
        // Closing checkpoints, which a full disk refuses as well; what is in the WAL stays there.
        expect(String(error)).toMatch(/full|disk/i);
      }
      const copy = mkdtempSync(join(tmpdir(), 'gopay-pos-copy-'));
      cleanUp.push(() => rmSync(copy, { recursive: true, force: true }));
      execFileSync('cp', ['-a', `${where}/.`, copy]);
      const db = new Database(join(copy, 'journal.db'));
      expect(db.prepare("SELECT count(*) AS n FROM event WHERE kind = 'fill'").get()).toEqual({ n: written });
      db.close();
    });
  });
});

function overwrite(path: string, at: number, text: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from(text, 'latin1'), 0, undefined, at);
  closeSync(file);
}

/** A file system of its own, as the disk of a till is: full and read-only then mean what they mean there. */
function mounted(options: string, use: (where: string) => void): void {
  const where = mkdtempSync(join(tmpdir(), 'gopay-pos-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', where]);
  cleanUp.push(() => {
    execFileSync('umount', ['-l', where]);
    rmSync(where, { recursive: true, force: true });
  });
  use(where);
}

function withSmallMount(use: (where: string) => void): void {
  mounted('size=400k', use);
}

function withReadOnlyMount(use: (where: string) => void): void {
  mounted('size=4m', (where) => {
    execFileSync('cp', ['-a', `${directory}/.`, where]);
    execFileSync('mount', ['-o', 'remount,ro', where]);
    use(where);
  });
}

/** fsync calls of a process that opens a journal and makes `commits` commits, counted by the kernel's own tracer. */
function countSyncs(commits: number): number {
  const script = join(directory, 'commits.mjs');
  const built = new URL('../../dist/src/journal/journal.js', import.meta.url).href;
  writeFileSync(
    script,
    `import { Journal } from ${JSON.stringify(built)};
     const journal = new Journal({ directory: process.argv[2], wallMs: 0, version: 'test' });
     const events = [{ kind: 'test', body: null }];
     for (let i = 0; i < ${commits}; i += 1) journal.commit({ wallMs: 1, monoMs: 1, events });`,
  );
  chmodSync(script, 0o600);
  const trace = join(directory, `trace-${commits}`);
  execFileSync('strace', [
    '-f',
    '-e',
    'trace=fsync,fdatasync',
    '-o',
    trace,
    process.execPath,
    script,
    join(directory, `s${commits}`),
  ]);
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /f(data)?sync\(/.test(line)).length;
}
