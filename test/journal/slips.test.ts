import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Slip } from '../../src/base/slip.js';
import { advance } from '../../src/core/slip-job.js';
import { Journal } from '../../src/journal/journal.js';
import type { SlipWord } from '../../src/journal/slips.js';

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

function write(...slips: SlipWord[]): void {
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
});
