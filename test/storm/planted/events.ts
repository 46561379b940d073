import { edge } from './edges.js';
import type { Patch } from './patches.js';

/** Bugs of events that go to the broker. */
export const EVENTS: readonly Patch[] = [
  edge('an event is sent before it is journalled', 'src/terminal/webhook-desk.ts', 60, [
    [
      '    const about = this.#failedSlots(slots);\n',
      `    const about = this.#failedSlots(slots);
    for (const one of this.#receivers)
      if (one.inOrder !== undefined && webhookKinds(before, after).includes('paid')) {
        const row = { orderId: after.orderId, kind: 'paid', atMs: this.#context.adapters.clock.wallMs() } as const;
        const head = { ...row, id: webhookId({ ...row, hook: one.name }), terminal: this.#context.settings.terminalId };
        void one.send({ id: head.id, body: webhookBody(after, head) });
      }
`,
    ],
  ]),
  edge('an event is dropped after a power cut', 'src/terminal/webhook-desk.ts', 100, [
    [
      "    this.#write({ change: 'forget',",
      `    for (const { name } of this.#receivers)
      for (const row of this.#context.adapters.journal.webhooks.inOrder(name, 100))
        this.#write({ ...nameOf(row), change: 'tried', tries: row.tries, dueMs: null, ended: 'taken' });
    this.#write({ change: 'forget',`,
    ],
  ]),
  edge('one event holds up all', 'src/mqtt/link.ts', 100, [
    [
      '      const cancel = timers.after(EVENT_MS, () => {',
      '      const cancel = timers.after(EVENT_MS * 1e6, () => {',
    ],
  ]),
  edge('an event that was refused is over', 'src/mqtt/event-receiver.ts', 100, [
    [
      "      case 'refused':\n        return {\n          taken: false,",
      "      case 'refused':\n        return {\n          ...{ never: true },\n          taken: false,",
    ],
  ]),
  edge('events overtake each other', 'src/terminal/webhook-desk.ts', 60, [
    [
      '        if (flying.size > 0 || !receiver.inOrder.reachable()) continue;\n        const [row] = journal.webhooks.inOrder(receiver.name, 1);',
      '        if (flying.size > 0 || !receiver.inOrder.reachable()) continue;\n        const all = journal.webhooks.inOrder(receiver.name, 9);\n        const row = all.find((one) => (one.dueMs ?? 0) <= nowMs) ?? all[0];',
    ],
  ]),
];
