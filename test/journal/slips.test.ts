import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Slip } from '../../src/base/slip.js';
import { advance } from '../../src/core/sale/slip-job.js';
import { Journal } from '../../src/journal/journal.js';
import type { SlipChange, WaitingSlip } from '../../src/journal/slips.js';

let journal: Journal;
beforeEach(() => {
  journal = new Journal({ directory: ':memory:', wallMs: 1_000, version: 'test' });
});
afterEach(() => journal.close());

const receipt: Slip = {
  kind: 'receipt',
  copy: false,
  orderId: 'T1-1',
  lines: [{ put: 'text', text: 'LUNAS' }],
};

function write(...slips: SlipChange[]): void {
  journal.commit({ wallMs: 5_000, monoMs: 0, events: [], slips });
}

describe('the slips of the journal', () => {
  it('wait with their text until they are done, and lose it then', () => {
    write({ slip: receipt, asked: false });
    const [waiting] = journal.slips.waiting();
    expect(waiting).toEqual({
      id: 1,
      orderId: 'T1-1',
      kind: 'receipt',
      copy: false,
      asked: false,
      state: 'queued',
      attempts: 0,
      spoilt: 0,
      queuedAtMs: 5_000,
      slip: receipt,
    });
    if (waiting === undefined) throw new Error('nothing waits');
    const handed = advance(waiting, { type: 'handed' });
    write(handed);
    expect(journal.slips.waiting()).toMatchObject([{ state: 'printing', attempts: 1, slip: receipt }]);
    write(advance(handed, { type: 'printed' }));
    expect(journal.slips.waiting()).toEqual([]);
    expect(journal.slips.ofSale('T1-1', 'receipt')).toMatchObject([{ state: 'done' }]);
  });

  it('are written with the one event that tells of them', () => {
    const events = [{ kind: 'slip', body: {} }];
    journal.commit({ wallMs: 5_000, monoMs: 0, events, slips: [{ slip: receipt, asked: false }] });
    const [waiting] = journal.slips.waiting();
    if (waiting === undefined) throw new Error('the slip was left out');
    const slips = [{ ...waiting, state: 'dropped', why: 'the sale is over' } as const];
    journal.commit({ wallMs: 6_000, monoMs: 0, events, slips });
    expect(journal.slips.waiting()).toEqual([]);
  });

  it('are of a sale only where no person asked for them', () => {
    write({ slip: { ...receipt, copy: true }, asked: true });
    expect(journal.slips.ofSale('T1-1', 'receipt')).toEqual([]);
    expect(journal.slips.waiting()).toMatchObject([{ asked: true, copy: true }]);
    expect(journal.slips.lastOrder()).toBe('T1-1');
  });

  it('that were given up are listed, the newest first', () => {
    const other: Slip = { kind: 'shift', copy: false, lines: [] };
    write({ slip: receipt, asked: false }, { slip: other, asked: false });
    for (const job of journal.slips.waiting()) write({ ...job, state: 'failed', why: 'E410 too wide' });
    expect(journal.slips.givenUp(5).map(({ kind, why }) => `${kind}: ${why}`)).toEqual([
      'shift: E410 too wide',
      'receipt: E410 too wide',
    ]);
    expect(journal.slips.givenUp(1)).toHaveLength(1);
  });

  it('are with the printer from their first commit on where that says so', () => {
    write({ slip: receipt, asked: false, handed: true });
    expect(journal.slips.waiting()).toMatchObject([{ state: 'printing', attempts: 1, slip: receipt }]);
  });

  it('are in memory what a new process reads from the disk, after each commit', () => {
    const db = new Database(':memory:');
    const open = (): Journal =>
      new Journal({ directory: ':memory:', opened: db, wallMs: 1_000, version: 'test' });
    const old = open();
    const seen = ({ slips }: Journal) => ({
      waiting: slips.waiting(),
      receipts: slips.ofSale('T1-1', 'receipt'),
      givenUp: slips.givenUp(2),
    });
    const step = (...slips: SlipChange[]): void => {
      old.commit({ wallMs: 5_000, monoMs: 0, events: [], slips });
      expect(seen(old)).toEqual(seen(open()));
    };
    expect(seen(old)).toEqual({ waiting: [], receipts: [], givenUp: [] });
    const other: Slip = { kind: 'shift', copy: false, lines: [] };
    step({ slip: receipt, asked: false, handed: true }, { slip: other, asked: false });
    const fault = { kind: 'temporary', code: 401, detail: 'no paper' } as const;
    for (let tries = 3; tries > 0; tries -= 1) {
      const [job] = old.slips.waiting();
      if (job === undefined) throw new Error('nothing waits');
      const printing = tries === 3 ? job : advance(job, { type: 'handed' });
      if (tries < 3) step(printing);
      const { slip: _text, ...words } = advance(printing, {
        type: 'failed',
        fault,
        started: true,
      }) as WaitingSlip;
      step(words);
    }
    expect(old.slips.givenUp(2)).toMatchObject([{ kind: 'receipt', spoilt: 3 }]);
    step({ slip: { ...receipt, copy: true }, asked: true }, { slip: receipt, asked: false });
    for (let order = 2; order < 40; order += 1) old.slips.ofSale(`T1-${order}`, 'receipt');
    for (const job of old.slips.waiting()) step({ ...job, state: 'done' });
    db.close();
  });

  it('that a refused commit held are not there', () => {
    const db = new Database(':memory:');
    const full = new Journal({ directory: ':memory:', opened: db, wallMs: 1_000, version: 'test' });
    full.commit({ wallMs: 5_000, monoMs: 0, events: [], slips: [{ slip: receipt, asked: false }] });
    const [waiting] = full.slips.waiting();
    if (waiting === undefined) throw new Error('nothing waits');
    // The first would be written; the second breaks a rule of the table, and both are undone.
    const slips = [
      { slip: receipt, asked: false },
      { ...waiting, attempts: Number.NaN },
    ];
    expect(() => full.commit({ wallMs: 5_000, monoMs: 0, events: [], slips })).toThrow();
    expect(full.slips.waiting()).toEqual([waiting]);
    full.commit({ wallMs: 6_000, monoMs: 0, events: [{ kind: 'x', body: {} }] });
    expect(full.slips.waiting()).toEqual([waiting]);
    db.close();
  });
});
