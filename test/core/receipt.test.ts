import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Slip } from '../../src/base/slip.js';
import type { Sale, SaleState } from '../../src/core/sale/sale.js';
import { faceOf } from '../../src/core/text/face.js';
import { copyOf } from '../../src/core/text/receipt.js';
import { evidence, newSale } from './world.js';

const HEAD = { shop: 'Warung', terminal: 'KASIR1', header: [], footer: [] };

function copy(state: SaleState, refunded?: number): string {
  const { sale } = newSale('register');
  const status = refunded === undefined ? 'settlement' : 'partial_refund';
  const said = evidence(sale, status, refunded === undefined ? {} : { refundAmount: rupiah(refunded) });
  const slip = copyOf({ ...sale, state, evidence: said } satisfies Sale, HEAD, 0);
  return slip === undefined ? '' : wordsOf(slip);
}

function wordsOf({ lines }: Slip): string {
  return lines
    .map((line) =>
      line.put === 'text' ? line.text : line.put === 'pair' ? `${line.left} ${line.right}` : '',
    )
    .join('\n');
}

const RESOLVED = { at: 'resolved', by: 'Sri', atMs: 1, note: 'cash' } as const;
const REFUND = { refundKey: 'k', step: 'ask', tries: 0, sinceMs: 1 } as const;

it('says PAID on the copy for a sale that was handed over, also by a person', () => {
  expect(copy({ at: 'delivered', atMs: 1 })).toContain('LUNAS / PAID');
  expect(copy({ ...RESOLVED, how: 'delivered' })).toContain('LUNAS / PAID');
});

it('gives the copy the time of the original, however late somebody asks for it', () => {
  const sale = {
    ...newSale('register').sale,
    state: { at: 'delivered', atMs: Date.UTC(2026, 0, 1) },
  } as const;
  const late = copyOf(sale, HEAD, Date.UTC(2026, 5, 1));
  expect(late && wordsOf(late)).toContain('Waktu 2026-01-01 07:00:00 WIB');
});

it('never says PAID on the copy for a sale whose money went back', () => {
  const words = copy({ ...RESOLVED, how: 'refunded' });
  expect(words).toContain('*** SALINAN / COPY ***\n');
  expect(words).toContain('DIKEMBALIKAN\nREFUNDED\nRp15.000');
  expect(words).not.toContain('PAID');
  expect(words).not.toContain('LUNAS');
});

it('does not say of a sale that its register gives back that nothing was handed over', () => {
  const words = copy({ at: 'refunding', why: 'returned', ...REFUND });
  expect(words).toContain('BEING REFUNDED');
  expect(words).not.toMatch(/LUNAS|PAID|OWED|nothing was/);
  expect(copy({ at: 'refunding', why: 'deliveryFailed', ...REFUND })).toContain('OWED');
});

it('does not say that nothing was handed over where nobody knows it, on paper and on the screen', () => {
  const unknown = { at: 'owed', why: 'deliveryUnknown', sinceMs: 1 } as const;
  expect(copy(unknown)).toContain('BELUM PASTI DISERAHKAN / OWED');
  expect(copy(unknown)).toContain('it is not known whether it was handed over');
  const returning = { at: 'refunding', why: 'deliveryUnknown', ...REFUND } as const;
  for (const state of [unknown, returning]) {
    expect(copy(state)).not.toMatch(/nothing was|belum diserahkan/);
    const sale = { ...newSale('vending').sale, state };
    const face = faceOf({
      ...{ shop: 'Warung', terminal: 'T1', sale: undefined, entry: undefined, hint: undefined },
      ...{ readiness: { ready: true, notes: [] }, ending: { end: 'owed', sale } },
      ...{ qrLifeMs: 300_000, nowWallMs: 0 },
    });
    expect(face).toMatchObject({ show: 'owed', amount: 15_000 });
    expect(JSON.stringify(face)).not.toMatch(/nothing was|belum diserahkan/);
  }
  expect(copy({ at: 'owed', why: 'deliveryFailed', sinceMs: 1 })).toContain('nothing was handed over');
});

it('leaves what a person settled otherwise to that person', () => {
  const words = copy({ ...RESOLVED, how: 'other' });
  expect(words).toContain('CLOSED BY THE STAFF');
  expect(words).not.toMatch(/LUNAS|PAID/);
});

it('names the part that was given back', () => {
  expect(copy({ at: 'delivered', atMs: 1 }, 5_000)).toContain('LUNAS / PAID\nRp15.000');
  expect(copy({ at: 'delivered', atMs: 1 }, 5_000)).toContain('Dikembalikan Rp5.000');
  const owed = { at: 'owed', why: 'partlyRefunded', sinceMs: 1 } as const;
  expect(copy(owed, 5_000)).toMatch(/OWED\nRp15\.000(.|\n)*Dikembalikan Rp5\.000/);
});
