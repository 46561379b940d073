import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseOrderId } from '../../src/base/ids.js';
import { rupiah } from '../../src/base/rupiah.js';
import type { Sale } from '../../src/core/sale/sale.js';
import type { Moved } from '../../src/journal/archive.js';
import { ArchiveFolder } from '../../src/journal/archive-folder.js';
import { Journal } from '../../src/journal/journal.js';
import { says, stepped } from '../core/world.js';
import { MemoryArchive } from '../kit/memory-archive.js';
import { begin, created, DELIVERED, happen } from './sold.js';

const OLD_MS = 1_000_000;
let directory: string;
let disk: Database.Database;
let store: MemoryArchive;
let journal: Journal;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-archive-'));
  disk = new Database(':memory:');
  store = new MemoryArchive();
  journal = open();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (archive: MemoryArchive | undefined = store): Journal =>
  new Journal({
    ...{ directory: ':memory:', opened: disk, wallMs: 1_000, version: 'test' },
    ...(archive === undefined ? {} : { archive }),
  });

function nth(n: number, source: Partial<Sale['source']> = {}): Partial<Sale> {
  const orderId = parseOrderId(`T1-${String(n).padStart(26, '0')}`);
  if (orderId === undefined) throw new Error('no order id');
  return {
    orderId,
    invoice: n,
    source: { kind: 'register', name: 'till', reference: `ref-${n}`, own: true, ...source },
  };
}

function sold(n: number, source?: Partial<Sale['source']>, more: Partial<Sale> = {}): Sale {
  const sale = begin(journal, { ...nth(n, source), ...more });
  const { orderId } = sale;
  const said = {
    register: 'till',
    orderId,
    frame: `f${n}`,
    bytes: `b${n}`,
    result: 'approved',
    acknowledged: true,
  } as const;
  happen({ journal, sale }, [created(sale)]);
  const now = happen({ journal, sale: journal.sale(orderId) as Sale }, [says(sale, 'settlement')], [said]);
  return happen({ journal, sale: now }, [DELIVERED]);
}

async function moveAll(of: Journal = journal): Promise<number> {
  for (let sales = 0, turn = 0; turn < 1_000; turn += 1) {
    const moved = (await of.archive?.move(OLD_MS)) as Moved;
    if (moved.kind === 'rest' || moved.kind === 'failed') return sales;
    if (moved.kind === 'moved') sales += moved.sales;
  }
  throw new Error('it never rests');
}

/** In all tables and indexes. */
const rowsOnLeaves = (): number =>
  Number(
    disk
      .prepare("SELECT sum(ncell) FROM dbstat WHERE pagetype = 'leaf' AND name <> 'sqlite_schema'")
      .pluck()
      .get(),
  );
const count = (table: string): number => Number(disk.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
const close = (atMs = 2_000): unknown => journal.shifts.close(atMs, 'test');

/** All that a person or a register may ask of it, by a process that knows nothing yet. */
function asked(of: Journal, sales: readonly Sale[]): unknown {
  return {
    sales: sales.map(({ orderId }) => of.sale(orderId)),
    events: sales.map(({ orderId }) => of.eventsOf(orderId)),
    answers: sales.map(({ orderId, invoice }) => [
      of.answers.about(orderId, `f${invoice}`),
      of.answers.to(['till'], `f${invoice}`, orderId),
      of.answers.metSilence(orderId, `f${invoice}`),
    ]),
    references: sales.map(({ invoice }) => of.saleByReference('register', 'till', `ref-${invoice}`)),
    invoices: sales.map(({ invoice }) => of.saleByInvoice(invoice)),
    last: of.lastSaleOf('register', 'till'),
    shift: [...of.shifts.salesOf(1)],
    closed: of.shifts.closed(1),
    totals: of.totals(),
    next: of.nextInvoice(),
  };
}

it('moves the stories of a closed shift to the archive, and answers everything as before', async () => {
  const sales = Array.from({ length: 70 }, (_, n) => sold(n + 1));
  close();
  const before = asked(open(), sales);
  expect(await moveAll()).toBe(70);
  // The newest rows stay, so that no number is given twice.
  expect([count('event'), count('answer')]).toEqual([1, 1]);
  expect(asked(journal, sales)).toEqual(before);
  expect(asked(open(), sales)).toEqual(before);
  expect(await moveAll(open())).toBe(0);
});

it('keeps what a register was told of a sale through a second piece, when something happened to it after the first', async () => {
  const sales = [sold(1), sold(2)];
  close();
  expect(await moveAll()).toBe(2);
  const { orderId } = sales[0] as Sale;
  const event = { orderId, kind: 'notified', body: { hint: 'x' }, ignored: 'y' };
  journal.commit({ wallMs: 1, monoMs: 1, events: [event] });
  const before = asked(open(), sales);
  // The newest event stays in the journal.
  sold(3);
  expect(await moveAll(open())).toBe(1);
  expect({ ...(asked(open(), sales) as object), ...AFTER }).toEqual({ ...(before as object), ...AFTER });
});

/** What another sale changes. */
const AFTER = { last: 0, shift: 0, totals: 0, next: 0 };

it('writes files that anybody can read', async () => {
  const folder = new ArchiveFolder(join(directory, 'archive'));
  journal = new Journal({ directory, wallMs: 1_000, version: 'test', archive: folder });
  const sales = Array.from({ length: 40 }, (_, n) => sold(n + 1));
  close();
  expect(await moveAll()).toBe(40);
  journal.close();
  expect(readdirSync(join(directory, 'archive'))).toEqual(['journal-000001.jsonl.gz']);
  const text = execFileSync('zcat', [join(directory, 'archive/journal-000001.jsonl.gz')]).toString();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { order: string; sale: Sale; events: { kind: string }[] });
  expect(lines.map(({ order }) => order)).toEqual(sales.map(({ orderId }) => orderId));
  expect(lines.map(({ sale }) => sale)).toEqual(sales);
  expect(lines[39]?.events.map(({ kind }) => kind)).toEqual([
    'opened',
    'chargeAnswered',
    'statusAnswered',
    'deliveryEnded',
  ]);
});

it('begins behind the files of a journal that was set aside, and writes over none of them', async () => {
  const folder = new ArchiveFolder(join(directory, 'archive'));
  const began = () => new Journal({ directory, wallMs: 1_000, version: 'test', archive: folder });
  journal = began();
  sold(1);
  sold(2);
  close();
  expect(await moveAll()).toBe(2);
  journal.close();
  const first = join(directory, 'archive/journal-000001.jsonl.gz');
  const before = readFileSync(first);
  for (const tail of ['journal.db', 'journal.begun']) rmSync(join(directory, tail));
  journal = began();
  const sale = sold(3);
  sold(4);
  close();
  expect(await moveAll()).toBe(2);
  expect(readFileSync(first)).toEqual(before);
  expect(readdirSync(join(directory, 'archive'))).toHaveLength(2);
  expect(journal.eventsOf(sale.orderId)).toHaveLength(4);
  journal.close();
  const found = execFileSync('zgrep', ['-c', nth(1).orderId ?? '', first]).toString();
  expect(found.trim()).toBe('1');
});

it('leaves what a journal of later wrote, where one of before was put back', async () => {
  sold(1);
  sold(2);
  close();
  const backup = disk.serialize();
  await moveAll();
  const later = Buffer.from(store.files.get('journal-000001.jsonl.gz') ?? '');
  disk = new Database(backup);
  journal = open();
  expect(await moveAll()).toBe(2);
  expect(store.files.get('journal-000001.jsonl.gz')).toEqual(later);
  expect([...store.files.keys()]).toEqual(['journal-000001.jsonl.gz', 'journal-000002.jsonl.gz']);
});

it('leaves what is open, owed, looked at later or waiting for paper, and takes it when that is over', async () => {
  const waiting = begin(journal, nth(1));
  const owed = begin(journal, nth(2));
  const failed = { type: 'deliveryEnded', outcome: 'failed', detail: 'x' } as const;
  happen({ journal, sale: owed }, [created(owed), says(owed, 'settlement'), failed]);
  const printed = sold(3);
  const slip = { kind: 'receipt', copy: false, orderId: printed.orderId, lines: [] } as never;
  journal.commit({ wallMs: 1, monoMs: 1, events: [], slips: [{ slip, asked: false }] });
  const looked = sold(4);
  disk.prepare('UPDATE sale SET look_at_ms = 5 WHERE invoice = 4').run();
  const over = sold(5);
  close();
  expect(journal.sale(owed.orderId)?.state.at).toBe('owed');
  expect(await moveAll()).toBe(1);
  const packed = disk.prepare('SELECT invoice FROM sale WHERE packed IS NOT NULL').pluck();
  expect(packed.all()).toEqual([over.invoice]);
  disk.prepare('UPDATE sale SET look_at_ms = NULL WHERE invoice = 4').run();
  const [job] = journal.slips.waiting();
  if (job === undefined) throw new Error('no slip waits');
  journal.commit({ wallMs: 1, monoMs: 1, events: [], slips: [{ ...job, state: 'done' }] });
  const at = { wallMs: 1, monoMs: 1 };
  const event = { type: 'resolvedByHand', how: 'delivered', by: 'Sri', note: 'cash' } as const;
  const resolved = stepped(journal.sale(owed.orderId) as Sale, event).sale;
  const { orderId } = owed;
  journal.commit({ ...at, events: [{ orderId, kind: event.type, body: event }], sales: [resolved] });
  expect(await moveAll()).toBe(3);
  expect(packed.all()).toEqual([2, 3, 4, 5]);
  expect(journal.sale(looked.orderId)).toEqual(looked);
  expect(journal.openSales()).toEqual([waiting]);
});

it('takes nothing of a shift that is open, or was closed lately', async () => {
  sold(1);
  expect(await moveAll()).toBe(0);
  close(OLD_MS + 1);
  expect(await moveAll()).toBe(0);
  // Whatever a clock once said: what was closed before a shift that is old is old.
  sold(2);
  close(OLD_MS);
  expect(await moveAll()).toBe(2);
});

it('has a settlement, a refund or a register that comes back meet the sale as if it had never gone', async () => {
  const sale = sold(1);
  sold(2);
  close();
  await moveAll();
  journal = open();
  const before = journal.sale(sale.orderId) as Sale;
  const event = says(before, 'refund', { refundAmount: before.amount });
  const after = stepped(before, event).sale;
  const { orderId } = sale;
  const answer = {
    register: 'till',
    orderId,
    frame: 'ff',
    bytes: 'bb',
    result: 'refunded',
    acknowledged: false,
  } as const;
  journal.commit({
    ...{ wallMs: 1, monoMs: 1 },
    events: [{ orderId, kind: event.type, body: event }],
    sales: [after],
    answers: [answer],
    met: { register: 'till', orderId, frame: 'f1', bytes: 'b1', met: 'acknowledged', heard: true },
  });
  for (const one of [journal, open()]) {
    expect(one.sale(orderId)).toEqual(after);
    expect(one.eventsOf(orderId).map(({ kind }) => kind)).toEqual([
      'opened',
      'chargeAnswered',
      'statusAnswered',
      'deliveryEnded',
      'statusAnswered',
    ]);
    expect(one.answers.about(orderId, 'f1')).toMatchObject({ bytes: 'b1' });
    expect(one.answers.to(['till'], 'ff', orderId)).toMatchObject({ bytes: 'bb' });
  }
  // What moved of the old shift is told in the open one.
  expect(journal.shifts.open().earlier.refunded.sum).toBe(sale.amount);
  close();
  expect(await moveAll()).toBe(1);
  expect(open().eventsOf(orderId)).toHaveLength(5);
  expect(open().sale(orderId)).toEqual(after);
});

it('tells an answer that is the newest of all rows, and so stays, although what it is like has gone', async () => {
  sold(1);
  const sale = sold(2);
  happen({ journal, sale }, [says(sale, 'refund', { refundAmount: sale.amount })]);
  close();
  const before = journal.eventsOf(sale.orderId);
  expect(await moveAll()).toBe(2);
  expect(count('event')).toBe(1);
  expect(journal.eventsOf(sale.orderId)).toEqual(before);
  store.files.clear();
  expect(open().eventsOf(sale.orderId)).toMatchObject([
    { kind: 'statusAnswered', body: { outcome: { kind: 'evidence' } } },
  ]);
});

it('keeps a notice about an archived order beside what the archive tells of it', async () => {
  const { orderId } = sold(1);
  sold(2);
  close();
  await moveAll();
  const event = { orderId, kind: 'notified', body: { hint: 'settlement' }, ignored: 'it is settled' };
  journal.commit({ wallMs: 1, monoMs: 1, events: [event] });
  expect(journal.eventsOf(orderId).at(-1)).toMatchObject({ kind: 'notified', ignored: 'it is settled' });
  sold(3);
  expect(await moveAll()).toBe(1);
  expect(open().eventsOf(orderId)).toHaveLength(5);
});

it('leaves what something happened to while its piece was being written', async () => {
  const sales = [sold(1), sold(2), sold(3)];
  close();
  store.around = (when) => {
    const { orderId } = sales[1] as Sale;
    const event = { orderId, kind: 'notified', body: { hint: 'x' }, ignored: 'y' };
    if (when === 'before') journal.commit({ wallMs: 1, monoMs: 1, events: [event] });
  };
  expect(await journal.archive?.move(OLD_MS)).toEqual({ kind: 'moved', sales: 2 });
  store.around = () => undefined;
  expect(journal.eventsOf(sales[1]?.orderId ?? '')).toHaveLength(5);
  sold(4);
  expect(await moveAll()).toBe(1);
  expect(open().eventsOf(sales[1]?.orderId ?? '')).toHaveLength(5);
});

it.each(['before', 'after'] as const)(
  'loses and doubles nothing when the power goes %s a piece is on disk',
  async (when) => {
    const sales = Array.from({ length: 40 }, (_, n) => sold(n + 1));
    close();
    const before = asked(open(), sales);
    for (let pieces = 0; pieces < 3; pieces += 1) {
      let left = pieces;
      store.around = (now, half) => {
        if (now !== when) return;
        left -= 1;
        if (left >= 0) return;
        half();
        throw new Error('the power went');
      };
      expect(await moveAll()).toBeLessThanOrEqual(40);
      // The next process.
      store.around = () => undefined;
      journal = open();
      expect(asked(journal, sales)).toEqual(before);
    }
    await moveAll();
    expect(asked(open(), sales)).toEqual(before);
    expect(count('event')).toBe(1);
  },
);

it('records nothing of a piece that is written when the terminal has been stopped', async () => {
  sold(1);
  close();
  store.around = (when) => {
    if (when === 'after') disk.close();
  };
  expect(await journal.archive?.move(OLD_MS)).toEqual({ kind: 'rest' });
});

it('keeps all rows where the medium cannot even be looked at, and says why', async () => {
  sold(1);
  close();
  const { size } = store;
  store.size = () => {
    throw new Error('EIO: i/o error');
  };
  expect(await journal.archive?.move(OLD_MS)).toEqual({ kind: 'failed', why: 'EIO: i/o error' });
  store.size = size;
  expect(await moveAll()).toBe(1);
});

it('keeps all rows where the medium writes something else, or nothing', async () => {
  const sales = [sold(1), sold(2)];
  close();
  const before = asked(open(), sales);
  store.around = (when) => {
    if (when === 'after') store.files.set('journal-000001.jsonl.gz', Buffer.alloc(2_000, 7));
  };
  expect(await journal.archive?.move(OLD_MS)).toMatchObject({ kind: 'failed' });
  const sound = Buffer.concat([gzipSync('another line\n'), Buffer.alloc(4_000)]);
  store.around = (when) => {
    if (when === 'after') store.files.set('journal-000001.jsonl.gz', sound);
  };
  const why = 'journal-000001.jsonl.gz does not hold what was written';
  expect(await journal.archive?.move(OLD_MS)).toEqual({ kind: 'failed', why });
  store.around = (when) => {
    if (when === 'after') store.files.clear();
  };
  expect(await journal.archive?.move(OLD_MS)).toMatchObject({
    kind: 'failed',
    why: expect.stringContaining('too early'),
  });
  expect(count('event')).toBe(8);
  expect(asked(open(), sales)).toEqual(before);
});

it('knows each sale without the medium that has its story, and says that the story cannot be read', async () => {
  const sales = [sold(1), sold(2)];
  close();
  await moveAll();
  store.files.clear();
  const next = open();
  expect(sales.map(({ orderId }) => next.sale(orderId))).toEqual(sales);
  expect(next.archive?.toldOf(sales[0]?.orderId ?? '')).toMatchObject({
    file: 'journal-000001.jsonl.gz',
    unread: expect.any(String),
  });
  expect(next.answers.about(sales[0]?.orderId ?? '', 'f1')).toMatchObject({ bytes: 'b1' });
  // Another medium was put in: what follows goes into a file of its own.
  journal = next;
  sold(3);
  close();
  expect(await moveAll()).toBe(1);
  expect([...store.files.keys()]).toEqual(['journal-000002.jsonl.gz']);
});

it('has the database itself refuse to lose an event that is in no piece', async () => {
  sold(1);
  sold(2);
  expect(() => disk.exec('DELETE FROM event WHERE seq = 1')).toThrow('never deleted');
  close();
  await moveAll();
  expect(() => disk.exec('DELETE FROM event')).toThrow('never deleted');
});

it('leaves room within the journal, which half as many new sales fill before the file grows', async () => {
  const SALES = 640;
  for (let n = 1; n <= SALES; n += 1) sold(n);
  close();
  const pages = () => Number(disk.pragma('page_count', { simple: true }));
  const full = pages();
  const perSale = () => Math.round(rowsOnLeaves() / SALES);
  expect(journal.reusableBytes).toBeLessThan(10_000);
  // Of tables and indexes together, some 1,130 bytes a sale.
  expect(perSale()).toBe(23);
  expect(await moveAll()).toBe(SALES);
  // The sale, and where its reference, invoice, state, shifts, source, day and numbers are: 440 bytes stay, what else is gone is
  // 61 of 100, and in whole pages room for half a sale. A new index takes of it: judge it, and what is kept, before this number.
  expect(perSale()).toBe(13);
  expect(journal.reusableBytes).toBeGreaterThan(SALES * 650);
  // A full card: no page more than there are.
  disk.pragma(`max_page_count = ${pages()}`);
  for (let n = SALES + 1; n <= 1.5 * SALES; n += 1) sold(n);
  expect(pages()).toBe(full);
  const archived = [...store.files.values()].reduce((sum, { length }) => sum + length, 0);
  expect(archived / SALES).toBeLessThan(500);
});

it('leaves no packed sale alone on the page that it needed before: two of them are on one', async () => {
  disk = new Database(':memory:');
  disk.pragma('page_size = 1024');
  journal = open();
  const SALES = 320;
  const names = ['Kopi susu gula aren', 'Roti bakar cokelat keju', 'Air mineral'];
  const items = names.map((name, i) => ({
    ...{ id: `p${i}`, name: { id: name, en: name } },
    ...{ price: rupiah(5_000), quantity: 1 },
  }));
  for (let n = 1; n <= SALES; n += 1) sold(n, {}, { items });
  close();
  const leaves = (): unknown =>
    disk.prepare("SELECT count(*) FROM dbstat WHERE name = 'sale' AND pagetype = 'leaf'").pluck().get();
  const places = (): unknown => disk.prepare('SELECT rowid, order_id FROM sale ORDER BY rowid').all();
  const before = places();
  expect(leaves()).toBe(SALES);
  expect(await moveAll()).toBe(SALES);
  expect(leaves()).toBeLessThan(0.6 * SALES);
  expect(places()).toEqual(before);
  expect(disk.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('holds the loop for one piece at a time: thirty sales, whatever there is to move', async () => {
  for (let n = 1; n <= 100; n += 1) sold(n);
  close();
  const moved = await journal.archive?.move(OLD_MS);
  expect(moved).toEqual({ kind: 'moved', sales: 32 });
  expect(count('event')).toBe(4 * (100 - 32));
});
