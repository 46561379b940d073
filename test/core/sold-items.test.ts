import { describe, expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { SoldItem } from '../../src/base/sold-item.js';
import { decide } from '../../src/core/sale/decide.js';
import { violation } from '../../src/core/sale/invariant.js';
import { openSale } from '../../src/core/sale/new-sale.js';
import type { Sale } from '../../src/core/sale/sale.js';
import { callersReference } from '../../src/core/source/register-result.js';
import { historyOf } from '../../src/core/text/history.js';
import { copyOf } from '../../src/core/text/receipt.js';
import { newSale, RULES } from './world.js';

function item(price: number, quantity = 1, id = 'kopi'): SoldItem {
  return { id, name: { id: 'Kopi susu', en: 'Milk coffee' }, price: rupiah(price), quantity };
}

function opened(amount: number, items: readonly SoldItem[]) {
  const { orderId, source } = newSale('keypad').sale;
  const rest = { source, invoice: 1, attempt: 1, beginAfterMs: 0, wallMs: 0 };
  return openSale({ orderId, amount: rupiah(amount), items, ...rest });
}

describe('the lines of a sale', () => {
  it('come to its amount, or it is never opened', () => {
    expect(opened(15_000, [item(5_000, 2), item(5_000, 1, 'teh')]).sale.items).toHaveLength(2);
    expect(() => opened(15_000, [item(5_000, 2)])).toThrow('come to 10000, and the sale to 15000');
    expect(() => opened(0, [])).toThrow('0 lines');
    const many = Array.from({ length: 21 }, (_, i) => item(1, 1, String(i)));
    expect(() => opened(21, many)).toThrow('21 lines');
    expect(opened(20, many.slice(1)).sale.amount).toBe(20);
    for (const [price, quantity] of [
      [-1, 1],
      [1, 0],
      [1, 1_000],
      [0.5, 2],
      [1, 1.5],
    ] as const)
      expect(() =>
        opened(Math.round(price * quantity), [{ ...item(0), price: price as never, quantity }]),
      ).toThrow();
    expect(opened(0, [item(0, 999)]).sale.amount).toBe(0);
  });

  it('are never changed by a step, and go over to the next attempt', () => {
    const { sale } = opened(5_000, [item(5_000)]);
    const event = { type: 'cancelAsked', by: 'pad' } as const;
    const made = decide(sale, event, RULES, { wallMs: 1 });
    if (made.kind !== 'step') throw new Error(made.because);
    expect(made.sale.items).toBe(sale.items);
    expect(violation(sale, event, made)).toBeUndefined();
    const dearer = { ...made, sale: { ...made.sale, items: [item(8_000)] } };
    expect(violation(sale, event, dearer)).toContain('changed');
    const { items: _, ...bare } = made.sale;
    expect(violation(sale, event, { ...made, sale: bare })).toContain('changed');
  });

  it('stand in the story, on the receipt and in the charge, at the price of then', () => {
    const { sale } = opened(15_000, [item(5_000, 2), item(5_000, 1, 'teh')]);
    const row = { seq: 1, boot: 1, wallMs: 0, kind: 'opened', body: { pad: 'page', amount: 15_000 } };
    expect(historyOf(sale, [row], 'WIB')[0]?.text).toBe(
      'page asked for Rp15.000 for 2 x Kopi susu (Rp5.000), 1 x Kopi susu (Rp5.000).',
    );
    expect(callersReference(sale)).toBe('2 x Kopi susu, 1 x Kopi susu');
    const vended: Sale = { ...sale, source: { ...sale.source, kind: 'vending' } };
    expect(callersReference(vended)).toBe('2 x Kopi susu, 1 x Kopi susu');
    const head = { shop: 'Warung', terminal: 'T1', header: [], footer: [] };
    const slip = copyOf({ ...sale, state: { at: 'delivered', atMs: 1 } }, head, 0);
    expect(slip?.lines).toContainEqual({ put: 'pair', left: '2 x Kopi susu', right: 'Rp10.000' });
  });
});
