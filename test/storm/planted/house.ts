import { edge } from './edges.js';
import type { Patch } from './patches.js';

/** Bugs of opening hours, of a terminal that is closed by hand, and of what is sold out. */
export const HOUSE: readonly Patch[] = [
  edge('maintenance ends with a restart', 'src/journal/hand-sets.ts', 60, [
    [
      '  #known: ReadonlyMap<string, NamedHandSet> | undefined;',
      '  #known: ReadonlyMap<string, NamedHandSet> | undefined = new Map();',
    ],
  ]),
  edge('a shop that closes forgets who is paying', 'src/terminal/terminal.ts', 60, [
    [
      '        this.#sales.happen(event.orderId, event.event);',
      '        if (this.opening.closedByHand === undefined) this.#sales.happen(event.orderId, event.event);',
    ],
  ]),
  edge('opening hours bind nobody', 'src/terminal/opening-keeper.ts', 60, [
    ["hours !== undefined && (hours.binds === 'all' || kind !== 'register')", 'false'],
  ]),
  edge(
    'sold out gives the product nonetheless',
    'src/core/catalogue/product.ts',
    20,
    [["  if (soldOut) return 'soldOut';\n", '']],
    'kiosk',
  ),
  edge(
    'what is sold out is on no face',
    'src/terminal/catalogue-keeper.ts',
    20,
    [
      [
        'const out = { byHand: journal.handSets.all, slots: journal.slots.all() };',
        'const out = { byHand: new Map<string, NamedHandSet>(), slots: journal.slots.all() };',
      ],
    ],
    'kiosk',
  ),
  edge(
    'a slot that is sold out is sold to the machine',
    'src/core/source/vending-session.ts',
    20,
    [["  if (view.soldOut) return { why: 'soldOut' };\n", '']],
    'mdb machine',
  ),
];
