import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import type { Commit } from '../../src/journal/commit.js';
import type { TerminalContext } from '../../src/terminal/context.js';
import { SaleProcessor } from '../../src/terminal/sale-processor.js';
import { awaiting, RULES } from './world.js';

it('a step that would break a law is neither journalled nor performed: it is told, and the process ends', () => {
  const sound = awaiting();
  // Its lines do not add up to its amount, so that no step of it may be taken.
  const sale = {
    ...sound,
    items: [{ id: 'kopi', name: { id: 'Kopi', en: 'Coffee' }, price: rupiah(1), quantity: 1 }],
  };
  const commits: Commit[] = [];
  const broken: string[] = [];
  const performed: unknown[] = [];
  const none = (): void => undefined;
  const processor = new SaleProcessor({
    settings: { rules: RULES },
    adapters: {
      clock: { wallMs: () => 1, monoMs: () => 1 },
      log: { debug: none, info: none, warn: none, error: none },
      journal: {
        sale: () => sale,
        foundBroken: (words: string) => broken.push(words),
        commit: (commit: Commit) => commits.push(commit),
      },
    },
  } as unknown as TerminalContext);
  processor.connect({
    perform: (_sale, effect) => performed.push(effect),
    answersFor: () => [],
    slipsFor: () => [],
    webhooksFor: () => [],
    succeeded: none,
  });
  expect(() => processor.happen(sale.orderId, { type: 'cancelAsked', by: 'pad' })).toThrow(
    `${sale.orderId} cancelAsked: `,
  );
  expect(broken).toEqual([expect.stringContaining(`(${sale.orderId}, cancelAsked)`)]);
  expect([commits, performed]).toEqual([[], []]);
});
