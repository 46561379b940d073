import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Slip } from '../../src/base/slip.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import {
  advance,
  beyondBounds,
  isWaiting,
  MOST_SPOILT,
  nextJob,
  type SlipJob,
  unwanted,
} from '../../src/core/sale/slip-job.js';
import { asCopy } from '../../src/core/text/receipt.js';

const fresh: SlipJob = {
  id: 1,
  orderId: 'T1-1',
  kind: 'receipt',
  copy: false,
  asked: false,
  state: 'queued',
  attempts: 0,
  spoilt: 0,
  queuedAtMs: 1_000,
};
const outOfPaper = { kind: 'temporary', code: 401, detail: 'the printer is out of paper' } as const;

function job(changes: Partial<SlipJob>): SlipJob {
  return { ...fresh, ...changes };
}

function saleAt(at: SaleState['at']): Sale {
  return { state: { at } } as unknown as Sale;
}

describe('a print job', () => {
  it('that never began waits as the original', () => {
    const failed = advance(advance(fresh, { type: 'handed' }), {
      type: 'failed',
      fault: outOfPaper,
      started: false,
    });
    expect(failed).toEqual(job({ attempts: 1, why: 'E401 the printer is out of paper' }));
  });

  it('that may be partly on paper waits as a copy', () => {
    const handed = advance(fresh, { type: 'handed' });
    expect(advance(handed, { type: 'failed', fault: outOfPaper, started: true })).toMatchObject({
      state: 'queued',
      copy: true,
      spoilt: 1,
    });
    expect(advance(handed, { type: 'found' })).toMatchObject({ state: 'queued', copy: true, spoilt: 1 });
  });

  it('ends only once it was handed over, and is handed over once', () => {
    const failed = { type: 'failed', fault: outOfPaper, started: false } as const;
    expect(() => advance(fresh, failed)).toThrow('fails while queued');
    expect(() => advance(fresh, { type: 'printed' })).toThrow('printed while queued');
    const handed = advance(fresh, { type: 'handed' });
    expect(() => advance(handed, { type: 'handed' })).toThrow('handed over while printing');
    const done = advance(handed, { type: 'printed' });
    expect(() => advance(done, { type: 'dropped', because: '' })).toThrow('dropped while done');
  });

  it('that waited through a restart is still the original', () => {
    expect(advance(fresh, { type: 'found' })).toEqual(fresh);
  });

  it('that no printer can draw is given up at once', () => {
    const fault = { kind: 'refused', code: 410, detail: 'too wide' } as const;
    const handed = advance(fresh, { type: 'handed' });
    expect(advance(handed, { type: 'failed', fault, started: false }).state).toBe('failed');
  });

  it('that a person asked for is tried once', () => {
    const handed = advance(job({ asked: true, copy: true }), { type: 'handed' });
    for (const started of [true, false])
      expect(advance(handed, { type: 'failed', fault: outOfPaper, started }).state).toBe('dropped');
    expect(advance(handed, { type: 'found' }).state).toBe('dropped');
  });

  it('of which there never was more than the top is no slip to print again, begun or not', () => {
    const handed = advance(job({ kind: 'qr' }), { type: 'handed' });
    const failed = { type: 'failed', fault: outOfPaper, topAlone: true } as const;
    expect(advance(handed, { ...failed, started: false })).toMatchObject({ state: 'dropped', spoilt: 0 });
    expect(advance(handed, { ...failed, started: true })).toMatchObject({ state: 'dropped', spoilt: 1 });
    expect(advance(handed, { type: 'found', topAlone: true })).toMatchObject({ state: 'dropped', spoilt: 1 });
  });

  it('cannot be printed twice', () => {
    const done = advance(advance(fresh, { type: 'handed' }), { type: 'printed' });
    expect(() => advance(done, { type: 'handed' })).toThrow('while done');
    expect(() => advance(fresh, { type: 'printed' })).toThrow('while queued');
  });
});

/** What the paper shows when a try ends: nothing, a torn part or a whole slip, and whether it was marked. */
type Trouble = 'no paper' | 'torn' | 'whole, and no word' | 'cut before the first byte' | 'printed';

it('prints one original at most, one copy a trouble, and loses nothing, whatever happens in whatever order', () => {
  const trouble = fc.constantFrom<Trouble>(
    'no paper',
    'torn',
    'whole, and no word',
    'cut before the first byte',
    'printed',
  );
  fc.assert(
    fc.property(fc.array(trouble, { maxLength: 12 }), (troubles) => {
      let now = fresh;
      let originals = 0;
      let copies = 0;
      let doubts = 0;
      for (const next of troubles) {
        if (now.state !== 'queued') break;
        const marked = now.copy;
        const paper = next === 'torn' || next === 'whole, and no word' || next === 'printed';
        if (paper && marked) copies += 1;
        else if (paper) originals += 1;
        now = advance(now, { type: 'handed' });
        if (next === 'printed') now = advance(now, { type: 'printed' });
        else if (next === 'cut before the first byte') now = advance(now, { type: 'found' });
        else now = advance(now, { type: 'failed', fault: outOfPaper, started: next !== 'no paper' });
        if (next !== 'printed' && next !== 'no paper') doubts += 1;
      }
      expect(originals).toBeLessThanOrEqual(1);
      expect(copies).toBeLessThanOrEqual(doubts);
      // Not lost: it waits, it is on paper whole, or it is on the list of what was given up after three tries.
      expect(['queued', 'done', 'failed']).toContain(now.state);
      expect(now.state === 'failed').toBe(now.spoilt === MOST_SPOILT);
      if (troubles.at(-1) === 'printed' && now.spoilt < MOST_SPOILT) expect(now.state).toBe('done');
    }),
  );
});

describe('what is not to be printed any more', () => {
  it('is a QR as soon as its sale does not wait for a payment', () => {
    expect(unwanted(job({ kind: 'qr' }), saleAt('awaitingPayment'))).toBeUndefined();
    for (const at of ['closing', 'closed', 'delivering', 'delivered', 'owed'] as const)
      expect(unwanted(job({ kind: 'qr' }), saleAt(at))).toMatch(at);
  });

  it('is the receipt of a sale that is owed or given back, and never that of one delivered', () => {
    expect(unwanted(job({}), saleAt('delivered'))).toBeUndefined();
    for (const at of ['owed', 'refunding', 'resolved'] as const)
      expect(unwanted(job({}), saleAt(at))).toMatch(at);
  });

  it('is an owed slip when nothing is owed any more', () => {
    expect(unwanted(job({ kind: 'owed' }), saleAt('owed'))).toBeUndefined();
    expect(unwanted(job({ kind: 'owed' }), saleAt('resolved'))).toMatch('resolved');
  });

  it('is "not paid" of a sale that was paid after all', () => {
    for (const at of ['closed', 'chargeUnknown'] as const)
      expect(unwanted(job({ kind: 'unpaid' }), saleAt(at))).toBeUndefined();
    for (const at of ['delivering', 'delivered', 'owed', 'refunding', 'resolved'] as const)
      expect(unwanted(job({ kind: 'unpaid' }), saleAt(at))).toMatch(at);
  });

  it('is nothing that a person has asked for', () => {
    expect(unwanted(job({ asked: true }), saleAt('resolved'))).toBeUndefined();
  });
});

describe('the queue', () => {
  it('prints a QR before what nobody stands and waits for, and the rest in its order', () => {
    const jobs = [job({ id: 3, kind: 'qr' }), job({ id: 2 }), job({ id: 1, kind: 'owed' })];
    expect(nextJob(jobs)?.id).toBe(3);
    expect(nextJob(jobs.slice(1))?.id).toBe(1);
    expect(nextJob([job({ state: 'printing' })])).toBeUndefined();
  });

  it('gives up receipts before owed slips when it is full, and what is too old', () => {
    const jobs = [
      job({ id: 1, kind: 'owed' }),
      job({ id: 2 }),
      job({ id: 3 }),
      job({ id: 4, queuedAtMs: -9_999_999 }),
    ];
    const gone = beyondBounds(jobs, { most: 2, maxAgeMs: 3_600_000 }, 2_000);
    expect(gone.map(({ job: { id } }) => id)).toEqual([4, 2]);
    expect(gone[0]?.because).toContain('1 h');
  });

  it('drops nothing for its age while the clock is not known to be right', () => {
    expect(beyondBounds([fresh], { most: 1, maxAgeMs: 1 }, undefined)).toEqual([]);
    expect(beyondBounds([fresh], { most: 1, maxAgeMs: 1 }, 999_999)).toHaveLength(1);
  });

  it('never drops what the printer has now', () => {
    expect(beyondBounds([job({ state: 'printing' })], { most: 1, maxAgeMs: 1 }, 999_999)).toEqual([]);
    expect(isWaiting(job({ state: 'printing' }))).toBe(true);
  });
});

it('marks a copy once, below the name of the shop, and changes nothing else', () => {
  const slip: Slip = {
    kind: 'receipt',
    copy: false,
    lines: [{ put: 'text', text: 'Shop' }, { put: 'rule' }, { put: 'text', text: 'LUNAS' }],
  };
  const copy = asCopy(slip);
  expect(copy.copy).toBe(true);
  expect(copy.lines).toHaveLength(4);
  expect(copy.lines[1]).toMatchObject({ text: '*** SALINAN / COPY ***' });
  expect(copy.lines.filter((_, at) => at !== 1)).toEqual(slip.lines);
  expect(asCopy(copy)).toBe(copy);
});
