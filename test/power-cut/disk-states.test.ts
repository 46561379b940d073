import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';
import { MIGRATIONS } from '../../src/journal/schema.js';
import { recordDay, recordStart } from './day.js';
import { Disk } from './disk.js';
import { type DiskError, DiskLibrary } from './disk-library.js';
import { type DiskEvent, readRecord } from './disk-record.js';
import { checkStates, type Tally } from './disk-states.js';
import { joinTerminal, removeJoined } from './joined.js';
import { Town } from './town.js';

/** States of each recorded day; POWER_CUT_STATES says otherwise, and POWER_CUT=all means more. */
const BUDGET = Number(process.env['POWER_CUT_STATES'] ?? (process.env['POWER_CUT'] === 'all' ? 20_000 : 500));
const SEED = Number(process.env['POWER_CUT_SEED'] ?? 1);

/** The control needs no more than this to fail. */
const CONTROL_BUDGET = 400;

const DAYS = {
  /** The product as it is; a checkpoint is made when it stops. */
  product: '',
  /** Checkpoints in the midst of sales, and a WAL that begins anew again and again. */
  checkpoints: 'wal_autocheckpoint = 4000 > wal_autocheckpoint = 24',
  /** What the library would do by itself. */
  control: 'synchronous = FULL > synchronous = NORMAL',
  /** Syncs fail from the midst of a sale to the end of that life: see Disk about what is adrift. */
  badDisk: '',
  /** The sync of a checkpoint fails once, and nobody is told; the next one has to write all of it again. */
  badCheckpoint: 'wal_autocheckpoint = 4000 > wal_autocheckpoint = 24',
} as const;
type Day = keyof typeof DAYS;

/** Commits of a first start: the empty file, each migration, the boot, the proof of the disk; then the first sale is opened. This one says what its QR is. */
const BAD_DISK: DiskError = {
  ...{ call: 'fsync', of: 'journal.db-wal', error: 'EIO', lasts: 'on' },
  n: MIGRATIONS.length + 5,
};
const BAD_CHECKPOINT: DiskError = { call: 'fsync', n: 5, error: 'EIO', lasts: 'once', of: 'journal.db' };

const ERRORS: ReadonlyMap<Day, DiskError> = new Map([
  ['badDisk', BAD_DISK],
  ['badCheckpoint', BAD_CHECKPOINT],
]);

describe.runIf(['', 'all', 'states'].includes(process.env['POWER_CUT'] ?? ''))(
  'the journal after a power cut, from every kind of state of its files',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'gopay-pos-day-'));
    const memory = existsSync('/dev/shm') ? '/dev/shm' : folder;
    const records = new Map<Day | 'moved' | 'archived', readonly DiskEvent[]>();

    beforeAll(async () => {
      await joinTerminal();
      const library = new DiskLibrary();
      const days = Object.entries(DAYS) as [Day, string][];
      const terminals = [...days.map((_, i) => `D${i}`), 'POS1'];
      const town = await Town.open(terminals);
      try {
        await Promise.all(
          days.map(async ([name, pragmas], i) => {
            const directory = mkdtempSync(join(folder, `${name}-`));
            const error = ERRORS.get(name);
            const terminal = terminals[i] ?? '';
            await recordDay({ town, terminal, library, directory, pragmas, ...(error && { error }) });
            records.set(name, readRecord(join(directory, 'record')));
            expectWhole(records.get(name) ?? [], join(directory, 'journal'));
          }),
        );
        for (const [name, lay, words] of [
          ['moved', layJournalOfBefore, undefined],
          ['archived', layOldShift, 'archive: '],
        ] as const) {
          const directory = mkdtempSync(join(folder, `${name}-`));
          const before = lay(join(directory, 'journal'));
          await recordStart({ town, terminal: 'POS1', library, directory, pragmas: '' }, words);
          records.set(name, [...before, ...readRecord(join(directory, 'record'))]);
          expectWhole(records.get(name) ?? [], join(directory, 'journal'));
        }
      } finally {
        await town.close();
        library.remove();
      }
    }, 600_000);

    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
      removeJoined();
    });

    const check = (
      day: Day | 'moved' | 'archived',
      budget: number,
      holds?: (journal: Journal) => string,
    ): Tally => {
      const options = { budget, seed: SEED, directory: memory, ...(holds && { holds }) };
      const tally = checkStates(records.get(day) ?? [], options);
      const { examples, seconds, cpuSeconds, ...counts } = tally;
      const words = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
      const [rate, cpuRate] = [seconds, cpuSeconds].map((time) => Math.round(tally.states / time));
      const speed = `${rate} states a second, ${cpuRate} a second of processor time`;
      process.stdout.write(`\n${day}, seed ${SEED}: ${words.join(', ')}; ${speed}\n${examples.join('\n')}`);
      return tally;
    };

    for (const day of ['product', 'checkpoints', 'badDisk', 'badCheckpoint'] as const)
      it(`has all that it committed, and opens again and again: ${day}`, () => {
        const tally = check(day, BUDGET);
        expect(failures(records.get(day) ?? []) > 0).toBe(ERRORS.has(day));
        expect(tally.examples).toEqual([]);
        expect(tally.lost + tally.corrupt).toBe(0);
        expect(tally.commits).toBeGreaterThan(20);
        expect(tally.states).toBeGreaterThan(0.7 * BUDGET);
      }, 1_800_000);

    it('has all that an earlier version left, whenever the power goes while it is moved to small pages', () => {
      const tally = check('moved', BUDGET, holdsOf);
      expect(tally.examples).toEqual([]);
      expect(tally.lost + tally.corrupt).toBe(0);
      expect(tally.states).toBeGreaterThan(0.7 * BUDGET);
      const renamed = (records.get('moved') ?? []).filter(({ op }) => op === 'rename');
      expect(renamed).toMatchObject([{ name: 'journal.db-pages', to: 'journal.db' }]);
    }, 1_800_000);

    it('tells each sale of an old shift, once, whenever the power goes while it is moved to the archive', () => {
      const tally = check('archived', BUDGET, holdsOf);
      expect(tally.examples).toEqual([]);
      expect(tally.lost + tally.corrupt).toBe(0);
      const made = (records.get('archived') ?? []).filter(({ op }) => op === 'create');
      expect(made).toContainEqual({ op: 'create', name: 'journal-000001.jsonl.gz' });
    }, 1_800_000);

    it('is seen to lose sales when it does not sync each commit', () => {
      const tally = check('control', CONTROL_BUDGET);
      expect(tally.lost).toBeGreaterThan(0);
      // It forgets; it does not go mad.
      expect(tally.corrupt).toBe(0);
    }, 600_000);
  },
);

const BEFORE = join(import.meta.dirname, '../journal/made-before');

/** @returns how it came there, as the record of the first process would tell it */
function layJournalOfBefore(folder: string): DiskEvent[] {
  mkdirSync(folder);
  for (const name of readdirSync(BEFORE)) {
    const bytes = readFileSync(join(BEFORE, name));
    if (name.endsWith('.gz')) writeFileSync(join(folder, name.slice(0, -3)), gunzipSync(bytes));
    else writeFileSync(join(folder, name), bytes);
  }
  return laid(folder);
}

/** The same by this version, with a shift that was closed long ago. */
function layOldShift(folder: string): DiskEvent[] {
  layJournalOfBefore(folder);
  new Journal({ directory: folder, wallMs: 0, version: 'this' }).close();
  const db = new Database(join(folder, 'journal.db'));
  const trigger = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'shift_is_final_u'").pluck().get();
  db.exec(`DROP TRIGGER shift_is_final_u; UPDATE shift SET closed_at_ms = 1; ${String(trigger)}`);
  db.close();
  return laid(folder);
}

function laid(folder: string): DiskEvent[] {
  return [
    ...readdirSync(folder).flatMap((name): DiskEvent[] => {
      const data = readFileSync(join(folder, name));
      return [
        { op: 'create', name },
        { op: 'write', name, offset: 0, data },
        { op: 'sync', name },
      ];
    }),
    { op: 'syncFolder' },
  ];
}

/** Sales that had come to their end, with their shift: the start goes on with the others. */
function holdsOf(journal: Journal): string {
  const sales = ['delivered', 'resolved'].flatMap((state) => journal.salesIn(state, 100));
  const stories = sales.map((sale) => [sale, journal.eventsOf(sale.orderId).length]);
  return JSON.stringify([stories, journal.shifts.closed(1)]);
}

/** The errors happened, where there are some. */
function failures(events: readonly DiskEvent[]): number {
  return events.filter(({ op }) => op === 'syncFailed').length;
}

/** The record tells all that was done: what comes of it is what lies in the folder. */
function expectWhole(events: readonly DiskEvent[], journal: string): void {
  const disk = new Disk();
  for (const event of events) disk.apply(event);
  const { live } = disk;
  expect([...live.keys()].sort()).toEqual(readdirSync(journal).sort());
  for (const [name, bytes] of live) expect(readFileSync(join(journal, name)).equals(bytes)).toBe(true);
}
