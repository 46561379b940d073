import { describe, expect, it } from 'vitest';
import type { TransactionView } from '../../src/sandbox/midtrans/view.js';
import { standAt } from './audit.js';
import { afterDiskError } from './disk-error.js';

type History = TransactionView['history'];

const transaction = (...history: readonly (readonly [History[number]['status'], number])[]) =>
  ({
    history: history.map(([status, atWallMs]) => ({ status, at: '', atWallMs })),
  }) as unknown as TransactionView;

describe('what stood in the books at a time', () => {
  const paid = [transaction(['pending', 100], ['settlement', 200])];
  const cancelled = [transaction(['pending', 100], ['cancel', 200])];

  it('is nothing, then a charge that can be paid, then a payment', () => {
    expect([50, 100, 150, 200, 250].map((at) => standAt(paid, at))).toEqual([
      'none',
      'none',
      'pending',
      'paid',
      'paid',
    ]);
    expect([150, 200].map((at) => standAt(cancelled, at))).toEqual(['pending', 'none']);
    expect([standAt(paid), standAt(cancelled), standAt([])]).toEqual(['paid', 'none', 'none']);
  });
});

describe('law 1 after a disk error', () => {
  const commit = ['born', 'after commit of migration #5', 'before commit of opened to charging #1'];
  const failed = 'failed fsync 12 of journal.db-wal';
  const ended = [{ code: 70, signal: null }];
  const log = ['ERROR fatal: E711 the journal could not commit'];

  it('is kept by a process that ends with its number and does nothing more', () => {
    expect(afterDiskError([...commit, failed, 'born', 'before screen wait #1'], ended, log)).toEqual([]);
  });

  it('is broken by one that goes on, ends otherwise, or says nothing', () => {
    expect(afterDiskError([...commit, failed, 'before POST charge #1'], ended, log)).toHaveLength(1);
    expect(afterDiskError([...commit, failed, `after${commit[2]?.slice(6)}`], [], log)).toHaveLength(2);
    expect(afterDiskError([...commit, failed], [{ code: 1, signal: null }], log)).toHaveLength(1);
    expect(afterDiskError([...commit, failed], ended, [])).toHaveLength(1);
  });

  it('has nothing to say of a checkpoint behind a commit that is synced', () => {
    const went = [...commit, 'failed fsync 3 of journal.db', 'after commit of opened to charging #1'];
    expect(afterDiskError([...went, 'before POST charge #1'], [], [])).toEqual([]);
  });

  it('lets a terminal that was opening say that it does not sell', () => {
    const opening = ['born', 'before commit of migration #1', failed];
    expect(afterDiskError(opening, [], ['not selling: E705 migration failed'])).toEqual([]);
    expect(afterDiskError(opening, [], [])).toHaveLength(1);
  });
});
