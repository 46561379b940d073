import { edge } from './edges.js';
import type { Patch } from './patches.js';

const SURVIVES = 'src/core/sale/must-survive.ts';
const ASKS = "const ASKS: readonly Effect['do'][] = ['askStatus', 'readQr', 'startTimer', 'cancelTimers'];";

/** A step with this effect waits for the next commit. */
function waits(name: string, effects: readonly string[], within: number, ...more: [string, string][]): Patch {
  const list = ['askStatus', 'readQr', 'startTimer', 'cancelTimers', 'alert', ...effects];
  const put = `const ASKS: readonly Effect['do'][] = [${list.map((effect) => `'${effect}'`).join(', ')}];`;
  return edge(name, SURVIVES, within, [[ASKS, put], ...more]);
}

/** Of the commits of a sale: each sync that must be there taken away, and each way on without one of those that are not. */
export const COMMITS: readonly Patch[] = [
  edge('the opening of a sale waits', 'src/terminal/sale-processor.ts', 20, [
    [
      '      slips: this.#parts.slipsFor(opened.sale, opened.effects),\n    });',
      '      slips: this.#parts.slipsFor(opened.sale, opened.effects),\n      mayWaitMs: STORY_WAITS_MS,\n    });',
    ],
  ]),
  waits('a QR is shown before it is on disk', ['present'], 20),
  waits('"paid" is said before it is on disk', ['deliver'], 20, [
    'if (isSettled(sale)) return !onlyLooked(before, sale);',
    "if (isSettled(sale)) return sale.state.at !== 'delivering';",
  ]),
  waits('the end of a delivery waits', ['printReceipt'], 200, [
    'if (isSettled(sale)) return !onlyLooked(before, sale);',
    "if (isSettled(sale)) return sale.state.at !== 'delivered';",
  ]),
  waits('an end without money is told before it is on disk', ['tellSource', 'cancel', 'expire'], 20, [
    'return sale.state.at !== before.state.at || saysMore(before, sale);',
    'return isSettled(sale);',
  ]),
  waits('a refund leaves before it is on disk', ['refund', 'printOwed'], 200, [
    'if (isSettled(sale)) return !onlyLooked(before, sale);',
    "if (isSettled(sale)) return sale.state.at !== 'refunding';",
  ]),
  edge('a notice of what was closed waits', SURVIVES, 60, [
    ['if (isOpen(sale) && !isOpen(before)) return true;', 'if (sale.amount < 0) return true;'],
  ]),
  edge('news of another refund waits', SURVIVES, 200, [
    [
      'return refundNews === before.refundNews || (refundNews?.looks ?? 0) > (before.refundNews?.looks ?? 0);',
      'return refundNews !== undefined;',
    ],
  ]),
  edge('an answer leaves before it is on disk', 'src/terminal/register-desk.ts', 20, [
    [
      'else journal.commit({ ...timesOf(clock), events: [told], answers: [answer.entry] });',
      'else journal.commit({ ...timesOf(clock), events: [told], answers: [answer.entry], mayWaitMs: STORY_WAITS_MS });',
    ],
  ]),
  edge('a slip is handed over before that is on disk', 'src/terminal/slip-desk.ts', 1000, [
    ['this.#commit([], [handed]);', 'this.#commit([], [handed], STORY_WAITS_MS);'],
  ]),
  edge('a commit that must survive leaves what waited before it behind', 'src/journal/group-commit.ts', 20, [
    [
      'if (!this.#db.inTransaction) this.#statements',
      "if (this.#waiting > 1) {\n        this.#statements.of('rollback').run();\n        this.#nothingWaits();\n      }\n      if (!this.#db.inTransaction) this.#statements",
    ],
  ]),
  edge('what comes again is not counted', 'src/journal/journal.ts', 20, [
    ['if (same !== undefined) this.#countAgain(', 'if (same === -1) this.#countAgain('],
  ]),
  // What the syncs that went had kept is found again by asking, or comes again marked COPY (the original receipt twice).
  edge('a charge whose answer was lost with the power is none', 'src/core/sale/resume.ts', 20, [
    [
      "    case 'charging':\n",
      "    case 'charging':\n      if (sale.amount > 0) return step(sale, { at: 'closed', how: 'neverCharged', code: FAULT.chargeInterrupted }, [{ do: 'cancelTimers' }, ...tellSource(sale, { result: 'failed', code: FAULT.chargeInterrupted })]);\n",
    ],
  ]),
  edge('a sale that waits for its payment is not asked about after a start', 'src/core/sale/resume.ts', 200, [
    [
      "    { do: 'askStatus' },\n    startTimer('life', leftMs),\n",
      "    startTimer('life', leftMs * 1000),\n",
    ],
  ]),
  edge('nobody proves the disk', 'src/terminal/readiness-keeper.ts', 10, [
    [
      'if (at.monoMs >= dueMs) journal.prove(at);',
      'if (at.monoMs >= dueMs && journal.syncedAtMs < 0) journal.prove(at);',
    ],
  ]),
];
