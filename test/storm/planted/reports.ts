import { edge } from './edges.js';
import type { Patch } from './patches.js';

/** Bugs of shifts that close by themselves, and of what is told of them. */
export const REPORTS: readonly Patch[] = [
  edge('a shift closes twice on its day', 'src/terminal/shift-keeper.ts', 1000, [
    ['Math.max(shifts.openedAtMs, shifts.firstSaleMs ?? 0)', 'shifts.firstSaleMs ?? shifts.openedAtMs'],
  ]),
  edge('a shift of a day closes when the next one is over', 'src/core/shift/closing-time.ts', 200, [
    ['return today > ms ? today : today + DAY_MS;', 'return today + DAY_MS;'],
  ]),
  edge('the report of a shift is in another commit than its close', 'src/terminal/terminal.ts', 1000, [
    ['      reports: this.#reportDesk.changesFor(report),\n', ''],
    [
      '    return journal.closeShift(at.wallMs, by, commitOf, day);',
      '    const made = journal.closeShift(at.wallMs, by, commitOf, day);\n    journal.commit({ ...at, events: [], reports: this.#reportDesk.changesFor(made), mayWaitMs: 300_000 });\n    return made;',
    ],
  ]),
  edge('a report is out before it has gone', 'src/terminal/report-desk.ts', 400, [
    [
      '    this.#busy.add(place);\n',
      "    this.#busy.add(place);\n    this.#write({ ...row, change: 'tried', dueMs: null });\n",
    ],
  ]),
  edge('each try of a report has a name of its own', 'src/terminal/report-desk.ts', 200, [
    ['text: place.text(report)', 'text: place.text({ ...report, closedAtMs: row.tries })'],
  ]),
  edge(
    'a close is journalled without its webhook',
    'src/terminal/terminal.ts',
    60,
    [['      webhooks: this.#webhookDesk.changesForShift(report),', '      webhooks: [],']],
    'json tills',
  ),
];
