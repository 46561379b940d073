import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/journal/journal.js';
import { SIGN_FILE } from '../../src/journal/sign-of-life.js';
import { awaiting } from '../core/world.js';

let directory: string;
let cut: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-sign-'));
  cut = mkdtempSync(join(tmpdir(), 'gopay-pos-sign-cut-'));
});
afterEach(() => {
  for (const path of [directory, cut]) rmSync(path, { recursive: true, force: true });
});

const open = (where: string): Journal =>
  new Journal({ directory: where, wallMs: 1_700_000_000_000, version: 'test' });
const db = (): string => join(cut, 'journal.db');
const wal = (): string => `${db()}-wal`;

/** A terminal that has sold, in its second life, and is killed: its files as they lie there. `cut` is where. */
function soldAndKilled(): void {
  open(directory).close();
  const journal = open(directory);
  const [wallMs, monoMs] = [1, 1];
  journal.commit({ wallMs, monoMs, events: [{ kind: 'opened', body: null }], sales: [awaiting()] });
  for (let i = 0; i < 20; i += 1)
    journal.commit({ wallMs, monoMs, events: [{ kind: 'test', body: 'x'.repeat(500) }] });
  cpSync(directory, cut, { recursive: true });
  journal.close();
}

/** What this start says of what is set aside, and that the next one and a person's word end it. */
function toldOf(): string | undefined {
  const journal = open(cut);
  const told = journal.setAside;
  journal.close();
  const again = open(cut);
  expect(again.setAside).toBe(told);
  again.acceptLoss({ wallMs: 1, monoMs: 1, events: [] });
  again.close();
  const later = open(cut);
  expect(later.setAside).toBeUndefined();
  later.close();
  return told;
}

const overwrite = (path: string, at: number, length: number): void => {
  const bytes = readFileSync(path);
  bytes.fill(0x5a, at, at + length);
  writeFileSync(path, bytes);
};

describe('a journal where a terminal had sold', () => {
  it('is no first start when its file is empty, with a WAL beside or without', () => {
    soldAndKilled();
    truncateSync(db(), 0);
    const before = readFileSync(wal());
    const told = toldOf() ?? '';
    expect(told).toMatch(/journal\.db\.damaged-2023/);
    expect([statSync(told).size, readFileSync(`${told}-wal`).equals(before)]).toEqual([0, true]);
    // And once more, with nothing beside it.
    truncateSync(db(), 0);
    rmSync(wal(), { force: true });
    expect(toldOf()).toMatch(/damaged-2023.*-2$/);
  });

  it.each(['with its WAL', 'without its WAL'])('is no first start when its file is gone %s', (how) => {
    soldAndKilled();
    rmSync(db());
    if (how === 'without its WAL') rmSync(wal());
    expect(toldOf()).toMatch(/damaged-/);
  });

  it('is no first start when it is new and empty in tables, too', () => {
    soldAndKilled();
    for (const path of [db(), wal()]) rmSync(path);
    new Database(db()).exec('CREATE TABLE something (a)').close();
    expect(toldOf()).toMatch(/damaged-/);
  });

  it('of a version without a sign is none either, when an empty file has a WAL', () => {
    soldAndKilled();
    rmSync(join(cut, SIGN_FILE));
    truncateSync(db(), 0);
    expect(toldOf()).toMatch(/damaged-/);
  });

  it.each([
    ['cut to half', () => truncateSync(wal(), Math.floor(statSync(wal()).size / 2))],
    ['cut in its last commit', () => truncateSync(wal(), statSync(wal()).size - 100)],
    ['cut to ten bytes', () => truncateSync(wal(), 10)],
    ['cut to nothing', () => truncateSync(wal(), 0)],
    ['gone', () => rmSync(wal())],
    ['garbage', () => writeFileSync(wal(), 'this is no WAL '.repeat(4000))],
    ['garbage in its head', () => overwrite(wal(), 0, 24)],
    ['garbage in its midst', () => overwrite(wal(), 4096 * 3, 200)],
    ['of zeros', () => writeFileSync(wal(), Buffer.alloc(40_000))],
  ])('says that its WAL is %s, and goes on with what it still knows', (_how, damage) => {
    soldAndKilled();
    damage();
    expect(toldOf()).toMatch(/damaged-/);
    expect(existsSync(db())).toBe(true);
  });

  it('says of a WAL without a head that it is none, also where no sign is', () => {
    soldAndKilled();
    rmSync(join(cut, SIGN_FILE));
    overwrite(wal(), 8, 8);
    expect(toldOf()).toMatch(/damaged-.*-wal$/);
  });
});

describe('no loss', () => {
  it('is a first start, with an empty file or without one', () => {
    writeFileSync(db(), '');
    const journal = open(cut);
    expect(journal.setAside).toBeUndefined();
    journal.close();
  });

  it('is a kill, nor a stop, nor a journal of an older version, however often it starts', () => {
    soldAndKilled();
    for (const path of [cut, cut, directory]) {
      const journal = open(path);
      expect([journal.setAside, journal.openSales().length]).toEqual([undefined, 1]);
      journal.close();
    }
    rmSync(join(cut, SIGN_FILE));
    const journal = open(cut);
    expect([journal.setAside, existsSync(join(cut, SIGN_FILE))]).toEqual([undefined, true]);
    journal.close();
  });

  it('is a sign that the power cut left older, torn or empty', () => {
    soldAndKilled();
    // What a write of "0100 0100" over "0099 0099" may leave is no number, and not 0199.
    const torn = 'last event 0000000000000199 0000000000000099\n';
    for (const text of ['', 'A term', 'last event 0000000000000001\n', 'last event 00000000', torn]) {
      writeFileSync(join(cut, SIGN_FILE), text);
      const journal = open(cut);
      expect(journal.setAside).toBeUndefined();
      journal.close();
    }
  });
});
