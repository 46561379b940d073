import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ArchiveFolder } from '../../src/journal/archive-folder.js';
import { Journal } from '../../src/journal/journal.js';
import { type Growth, growJournal } from '../kit/grown-journal.js';
import type { BenchResult, Comparison, Context } from './bench.js';
import { Child } from './child.js';
import { pause } from './clock.js';
import { NotifyReceiver } from './notify-receiver.js';
import { RegisterClient } from './register-client.js';
import { listSales } from './sales-list.js';
import { sell, sellAtKeypad } from './sell.js';
import { freePort, printerToml, registerToml, terminalFiles } from './shop-files.js';
import { sellSlowly } from './slow-sales.js';
import { type Start, startOnce } from './start-bench.js';
import { TerminalProcess } from './terminal-process.js';
import type { World } from './world.js';

/** Of each kind that are really sold; all others are copies of them. */
const SOLD = 6;
const YEAR = 100_000;
const YEARS = 1_000_000;
const GROWN = 2_000;
const STARTS = 9;
const MIB = 1024 * 1024;

/** What grows with the sales of years: bytes, starts, books. */
export async function benchHistory(context: Context): Promise<BenchResult> {
  const world = new Child<World>('./world.js');
  const receiver = await NotifyReceiver.open(join(context.sockets, 'history-notify'));
  try {
    const places = await world.call('open', join(context.directory, 'world'));
    const port = await freePort();
    const more = `${printerToml(places.printerPort)}\n${registerToml(port)}`;
    const files = (name: string) =>
      terminalFiles(join(context.directory, name), join(context.sockets, `${name}.sock`), places, more);
    const sold = files('sold');
    await sellSome(context, world, sold.file, port);
    const [empty, year] = [files('empty'), files('year')];
    cpSync(sold.journal, year.journal, { recursive: true });
    growJournal(year.journal, { sales: YEAR, stories: 'alike' });
    const [ours, theirs]: [Start[], Start[]] = [[], []];
    for (let round = 0; round <= STARTS; round += 1) {
      const years = await startOnce(context, year.file, receiver);
      const none = await startOnce(context, empty.file, receiver);
      // The first start makes a journal, and fills the caches.
      if (round === 0) continue;
      ours.push(years);
      theirs.push(none);
    }
    const size = Math.round(statSync(join(year.journal, 'journal.db')).size / MIB);
    rmSync(year.journal, { recursive: true });
    const slow = await slowSales(join(context.directory, 'slow'));
    const books = await booksOf(join(context.directory, 'books'), sold.journal);
    return {
      title: 'what grows with the sales of years',
      comparisons: [
        ...(await growth(context.directory, sold.journal, 'keypad', 'a sale at the keypad')),
        ...(await growth(context.directory, sold.journal, 'register', 'a sale at the register')),
        ...slow,
        start('process start', ({ wallMs }) => wallMs, ours, theirs),
        start('processor time of a start', ({ cpuMs }) => cpuMs, ours, theirs),
        ...books,
      ],
      notes: [
        `${SOLD} sales of each kind are really sold; the others are copies with names of their own, written past the program`,
        `a journal of ${YEAR} sales has ${size} MiB`,
      ],
    };
  } finally {
    receiver?.close();
    await world.end();
  }
}

function start(what: string, of: (one: Start) => number, ours: Start[], theirs: Start[]): Comparison {
  return {
    what: `${what} to READY=1, ${YEAR} sales`,
    against: 'the same with an empty journal',
    unit: 'ms',
    ours: ours.map(of),
    theirs: theirs.map(of),
    goal: { of: 'ratio', atMost: 1.2 },
  };
}

async function sellSome(context: Context, world: Child<World>, config: string, port: number): Promise<void> {
  const terminal = new TerminalProcess({ unit: context.unit, config });
  try {
    await terminal.ready;
    await world.call('openPage', terminal.pageUrl);
    await world.call('after', 'screen idle', 0);
    for (let sale = 0; sale < SOLD; sale += 1) await sellAtKeypad(world, 15_000 + sale);
    const register = await RegisterClient.dial(port);
    for (let sale = 0; sale < SOLD; sale += 1) {
      await sell(world, async () => void register.sell(25_000 + sale));
      await pause(300);
    }
    register.hangUp();
  } finally {
    await terminal.stop();
  }
}

/** Customers who take their time: what it costs does not depend on how long. A VTK machine waits for ten minutes at most. */
async function slowSales(directory: string): Promise<Comparison[]> {
  const rows: Comparison[] = [];
  for (const [source, of, paidAfterMs] of [
    ['vending', 'of a VTK machine', 65_000],
    ['vending', 'of a VTK machine', 570_000],
    ['register', 'at the register', 65_000],
    ['register', 'at the register', 840_000],
    ['keypad', 'of three products', 20_000],
  ] as const) {
    const into = join(directory, `${source}-${paidAfterMs}`);
    await sellSlowly({ source, paidAfterMs, sales: SOLD, into });
    rows.push(
      ...(await growth(directory, into, source, `a sale ${of}, paid after ${paidAfterMs / 1_000} s`)),
    );
  }
  return rows;
}

/** Bytes of the journal for a sale, and of journal and archive when it is old. */
async function growth(directory: string, sold: string, source: string, what: string): Promise<Comparison[]> {
  const place = join(directory, `growth-${what.replace(/\W+/g, '-')}`);
  cpSync(sold, place, { recursive: true });
  const before = usedBytes(place);
  growJournal(place, { sales: GROWN, source });
  const live = (usedBytes(place) - before) / GROWN;
  const archive = new ArchiveFolder(join(place, 'archive'));
  const journal = new Journal({ directory: place, archive, wallMs: Date.now(), version: 'bench' });
  journal.shifts.close(1, 'bench');
  for (let more = true; more; ) {
    const kind = (await journal.archive?.move(2))?.kind;
    more = kind === 'moved' || kind === 'passed';
  }
  journal.close();
  const files = readdirSync(join(place, 'archive')).map(
    (name) => statSync(join(place, 'archive', name)).size,
  );
  const all = usedBytes(place) + files.reduce((sum, size) => sum + size, 0);
  return [
    bytes(`${what}: journal`, 5_000, live),
    // The few that were sold first are archived with them.
    bytes(`the same in the archive, journal included`, 1_500, (all - before) / GROWN),
  ];
}

function bytes(what: string, bound: number, ours: number): Comparison {
  const goal = { of: 'ours', atMost: bound } as const;
  return { what, against: `the bound of ${bound} bytes`, unit: 'bytes', ours: [ours], theirs: [bound], goal };
}

/** Pages that hold something. */
function usedBytes(directory: string): number {
  const db = new Database(join(directory, 'journal.db'), { readonly: true });
  try {
    const of = (name: string): number => Number(db.pragma(name, { simple: true }));
    return (of('page_count') - of('freelist_count')) * of('page_size');
  } finally {
    db.close();
  }
}

/** A shift of a million sales, and the close of a small one after it. */
async function booksOf(directory: string, sold: string): Promise<Comparison[]> {
  mkdirSync(directory, { recursive: true });
  cpSync(sold, directory, { recursive: true });
  growJournal(directory, { sales: YEARS, stories: 'none', shift: 1 });
  const open = (): Journal => new Journal({ directory, wallMs: Date.now(), version: 'bench' });
  let journal = open();
  const [before, highest] = [process.memoryUsage().rss, { rss: 0 }];
  const big = cpuMs(() => showAndClose(journal, highest));
  journal.close();
  const small: number[] = [];
  for (let shift = 2; shift < 7; shift += 1) {
    growJournal(directory, { sales: 1_000, stories: 'none', shift } satisfies Growth);
    journal = open();
    small.push(cpuMs(() => journal.shifts.close(shift, 'bench')));
    journal.close();
  }
  const lists = await listSales(directory, YEARS);
  rmSync(directory, { recursive: true });
  const row = (what: string, unit: 'ms' | 'MiB', bound: number, ours: number[]): Comparison => ({
    ...{ what, against: `the bound of ${bound} ${unit}`, unit, ours, theirs: ours.map(() => bound) },
    goal: { of: 'ours', atMost: bound },
  });
  return [
    row(`shift of ${YEARS} sales looked through, added up and closed: processor time`, 'ms', 2_000, [big]),
    row('the same: memory more than before it, highest', 'MiB', 20, [(highest.rss - before) / MIB]),
    row(`close of 1000 sales beside ${YEARS} old ones: processor time`, 'ms', 50, small),
    ...lists,
  ];
}

/** As the commands `shift` and `shift close` do it. */
function showAndClose({ shifts }: Journal, highest: { rss: number }): void {
  const look = (): void => {
    highest.rss = Math.max(highest.rss, process.memoryUsage.rss());
  };
  for (let after: number | undefined = 0; after !== undefined; look()) after = shifts.audit(after, 1_000);
  shifts.close(1, 'bench');
  look();
}

function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
