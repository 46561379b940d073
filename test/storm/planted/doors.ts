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
        '    const webhooks = this.#parts.webhooksFor(before, decision.sale);',
        '    const webhooks: readonly WebhookChange[] = [];',
      ],
    ],
    'json tills',
  ),
];
