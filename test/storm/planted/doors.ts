import { edge } from './edges.js';
import type { Patch } from './patches.js';

/** Bugs of several tills and doors on one terminal. */
export const DOORS: readonly Patch[] = [
  edge(
    'a till has no numbers of its own',
    'src/core/source/same-request.ts',
    60,
    [["  return till === undefined || till.startsWith('@') ?", "  return till !== 'none' ?"]],
    'json tills',
  ),
  edge(
    'an address is as good as another',
    'src/core/source/same-request.ts',
    60,
    [['  return source.till === till;', "  return source.till === till || till?.startsWith('@') === true;"]],
    'json tills',
  ),
  edge(
    'a number is new at the other door',
    'src/terminal/named-sale.ts',
    60,
    [['  const found = registers.flatMap(', '  const found = registers.slice(0, 1).flatMap(']],
    'json tills',
  ),
  edge(
    'an answer goes to whoever has that number',
    'devices/register/json/routes.ts',
    60,
    [['(key) => names[key] ?? null', "(key) => (key === 'till' ? null : names[key]) ?? null"]],
    'json tills',
  ),
  edge(
    'a name in the greeting is forgotten',
    'devices/register/json/driver.ts',
    60,
    [['      client.till = request.till;\n', '      void request.till;\n']],
    'json tills',
  ),
  edge(
    'a door does not know of the shift that the other one closed',
    'src/terminal/register-desk.ts',
    100,
    [['register.polls === true ? adapters', 'register.polls !== true ? adapters']],
    'json tills',
  ),
  edge(
    'a webhook has another id with each try',
    'src/terminal/webhook-desk.ts',
    20,
    [
      [
        '    const id = webhookId(row);\n    const body',
        '    const id = webhookId({ ...row, atMs: row.atMs + row.tries });\n    const body',
      ],
    ],
    'json tills',
  ),
  edge(
    'a step is journalled without its webhook',
    'src/terminal/sale-processor.ts',
    20,
    [
      [
        '    const webhooks = this.#parts.webhooksFor(before, decision.sale, slots);',
        '    const webhooks: readonly WebhookChange[] = [];',
      ],
    ],
    'json tills',
  ),
  edge(
    'an HTTP sale asked again is charged again',
    'src/core/source/register-session.ts',
    20,
    [
      [
        'lastAnswer } = view;\n  if (named === undefined) return undefined;',
        'lastAnswer } = view;\n  if (named === undefined || !occupiesTerminal(named)) return undefined;',
      ],
    ],
    'http programs',
  ),
  edge(
    'a webhook is sent before it is journalled',
    'src/terminal/webhook-desk.ts',
    10,
    [
      [
        '    const { orderId } = after;\n    return',
        '    const { orderId } = after;\n    const atMs = this.#context.adapters.clock.wallMs();\n    for (const receiver of this.#receivers)\n      for (const kind of webhookKinds(before, after)) {\n        const id = webhookId({ hook: receiver.name, orderId, kind, atMs });\n        void receiver.send({ id, body: webhookBody(after, { id, kind, atMs, terminal: this.#context.settings.terminalId }) });\n      }\n    return',
      ],
    ],
    'http programs',
  ),
  edge(
    'webhooks of a sale overtake each other',
    'src/journal/statements.ts',
    60,
    [['AND before.due_ms IS NOT NULL)', 'AND before.due_ms IS NOT NULL AND before.tries = 0)']],
    'http programs',
  ),
  edge(
    'a webhook comes again under a new id',
    'src/terminal/webhook-desk.ts',
    60,
    [
      [
        '    const id = webhookId(row);\n    const body',
        '    const id = webhookId({ ...row, atMs: row.atMs + row.tries });\n    const body',
      ],
    ],
    'http programs',
  ),
  edge(
    'a webhook waits for the year of a clock that was ahead',
    'src/journal/statements.ts',
    60,
    [['AND due_ms IS NOT NULL AND (due_ms <= ? OR due_ms > ?) AND NOT', 'AND due_ms <= min(?, ?) AND NOT']],
    'http programs',
  ),
  edge(
    'a webhook of a clock that was behind is given up at once',
    'src/terminal/webhook-desk.ts',
    60,
    [['tries >= MOST_TRIES', 'tries >= MOST_TRIES || clock.wallMs() - row.atMs >= GIVEN_UP_AFTER_MS']],
    'http programs',
  ),
  edge(
    'money that is back is told twice',
    'src/core/sale/webhook-kind.ts',
    100,
    [
      [
        "  return isAllBack(sale) || (sale.state.at === 'resolved' && sale.state.how === 'refunded');",
        '  return isAllBack(sale);',
      ],
      [
        "return state.how === 'refunded' ? undefined : 'resolved';",
        "return state.how === 'refunded' ? 'refunded' : 'resolved';",
      ],
    ],
    'http programs',
  ),
  edge(
    'each question begins the time for the ack anew',
    'src/core/sale/settled-and-closed.ts',
    200,
    [["  if (claim === 'runs') return step(sale, { ...state, step: 'claim' }, []);\n", '']],
    'http programs',
  ),
  edge(
    'an ack of an answer counts for nothing once another question has ended the wait for it',
    'src/terminal/register-desk.ts',
    200,
    [
      ["|| (at === 'owed' && SAID.includes(outcome))", ''],
      [
        'sale === undefined || isAsSaid(sale, outcome)',
        'sale === undefined || isAsSaid(sale, outcome) || true',
      ],
    ],
    'http programs',
  ),
];
