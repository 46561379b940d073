import type { Shop } from '../shops.js';
import type { Patch } from './patches.js';

export function edge(
  name: string,
  file: string,
  within: number,
  changes: readonly [string, string][],
  shop?: Shop,
): Patch {
  return {
    name,
    file,
    within,
    changes: changes.map(([find, put]) => ({ find, put })),
    ...(shop === undefined ? {} : { shop }),
  };
}

/** Bugs at the edges of the world: verdicts, absences, stops in order, other configurations, other years, other people. */
export const EDGES: readonly Patch[] = [
  edge('a fraud verdict is no matter', 'src/core/sale/evidence-rank.ts', 60, [
    [
      "return evidence.status === 'settlement' && (evidence.fraud === undefined || evidence.fraud === 'accept');",
      "return evidence.status === 'settlement';",
    ],
  ]),
  edge('four times absent ends a sale whose QR was shown', 'src/core/sale/paying.ts', 60, [
    [
      '  return lookAgain(sale, { ...state, misses: state.misses + 1 });',
      "  if (outcome.kind === 'notFound' && state.misses >= 3) return close(sale, 'neverCharged', { result: 'failed', code: 510 });\n  return lookAgain(sale, { ...state, misses: state.misses + 1 });",
    ],
  ]),
  edge('four times absent ends a closing that was seen before', 'src/core/sale/closing.ts', 400, [
    ['if (absent >= ABSENT_IS_FINAL && sale.evidence === undefined)', 'if (absent >= ABSENT_IS_FINAL)'],
  ]),
  {
    ...edge(
      'the machine is stopped last',
      'src/terminal/terminal.ts',
      60,
      [
        ['    await this.#adapters.vending?.machine.stop();\n', ''],
        [
          '      link?.stop(),\n      printer',
          '      this.#adapters.vending?.machine.stop(),\n      link?.stop(),\n      printer',
        ],
      ],
      'coin machine',
    ),
    // Stopped every half a minute: in a machine that was just told to vend, as drawn, once in a thousand seeds.
    rates: { orderlyStop: 120 },
  },
  edge('a slip says that nothing was paid, and it was paid after all', 'src/core/sale/slip-job.ts', 200, [
    ['return isSettled(sale) ? ', 'return sale.invoice < 0 ? '],
  ]),
  edge('a slip again is an original', 'src/core/text/receipt.ts', 100, [
    [
      "state.at === 'delivered' ? state.atMs : nowMs, true);",
      "state.at === 'delivered' ? state.atMs : nowMs, false);",
    ],
  ]),
  edge('sell whatever year it is', 'src/core/readiness.ts', 60, [
    ["const legs: Fact[] = ['journal', 'gateway', 'clock',", "const legs: Fact[] = ['journal', 'gateway',"],
  ]),
  edge('a comparison takes what was given back for unpaid', 'src/core/shift/reconcile.ts', 60, [
    [
      "  const paidThere = settles(evidence) || ['refund', 'partial_refund'].includes(evidence.status);\n  if (paidThere !== isSettled(sale))",
      '  const paidThere = settles(evidence);\n  if (paidThere !== isSettled(sale))',
    ],
  ]),
  edge(
    'a machine sells beside a sale of the counter',
    'src/core/source/vending-session.ts',
    20,
    [["  if (view.open !== undefined) return { why: 'busy' };\n", '']],
    'market',
  ),
  edge(
    'a sale that failed is first "no connection", later "denied"',
    'src/core/source/register-result.ts',
    60,
    [
      [
        "  return result.result === 'unknown' ?",
        "  if (result.result === 'failed') return { result: 'noConnection', code: result.code };\n  return result.result === 'unknown' ?",
      ],
    ],
    'json register',
  ),
  edge(
    'a status that ends a matter is not written down',
    'src/terminal/register-word.ts',
    60,
    [
      [
        "['pending', 'unknown', 'noSuchSale']",
        "['pending', 'unknown', 'noSuchSale', 'expired', 'cancelled']",
      ],
    ],
    'json register',
  ),
  edge(
    'a status says "pending" of what is closed',
    'src/core/source/register-result.ts',
    60,
    [['      return resultOfClosed(state, told);', "      return { result: 'pending', sale: told };"]],
    'json register',
  ),
  edge('a shift that is due closes when somebody closes it', 'src/terminal/shift-keeper.ts', 60, [
    [
      '    if (closeShiftAfterMs === undefined && closeShiftAt === undefined) return;\n',
      '    if (this.#stopTimer !== undefined || this.#due === undefined) return;\n',
    ],
  ]),
  edge('a shift with nothing in it closes by itself', 'src/terminal/shift-keeper.ts', 100, [
    [' && !shifts.isEmpty()', ''],
  ]),
  edge("a shift closes by itself under a customer's hands", 'src/terminal/shift-keeper.ts', 600, [
    [' || this.#sales.open !== undefined', ''],
  ]),
  edge('without a link nobody looks', 'src/terminal/effects.ts', 100, [
    [
      'startTimer: (sale, { timer, afterMs }) => this.#startTimer(',
      "startTimer: (sale, { timer, afterMs }) => timer === 'look' && this.#context.adapters.link === undefined ? undefined : this.#startTimer(",
    ],
  ]),
  edge('without a link nobody looks at what is over', 'src/terminal/late-looker.ts', 1000, [
    [
      '  start(): void {\n',
      '  start(): void {\n    if (this.#context.adapters.link === undefined) return;\n',
    ],
  ]),
];
