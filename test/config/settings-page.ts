import { entriesOf, type KeyEntry, tableUse } from '../../src/config/explain.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import type { AnyTable, Layout } from '../../src/settings/schema.js';

/** The page of all settings, in Markdown: `systemd/CONFIG.md`, made from the schemas and kept equal by a test. */
export function settingsPage(): string {
  const head = [
    '# Settings',
    '',
    'Made from the schemas in `src/config`; do not edit. To make it again: `UPDATE_DOCS=1 npx vitest run --config test/vitest.config.ts test/config/docs.test.ts`.',
    '',
    'Two files in TOML: one for a terminal, one for a relay. `gopay-pos config check` names every error at once, with line, key, what was found and what is allowed; `gopay-pos config explain KEY` prints the text of one key.',
    '',
    'Secrets never stand in these files, only where they are to be had: `"credential:NAME"` is the file `/etc/credstore/gopay-pos.NAME` (for the relay `/etc/credstore/gopay-pos-relay.NAME`), which systemd hands over, see `systemd/README.md`; `"file:/absolute/path"` is a file that only the service can read (mode 0400).',
    '',
  ];
  return [...head, ...schemaPart('Terminal', terminalSchema), ...schemaPart('Relay', relaySchema)].join('\n');
}

function schemaPart(title: string, schema: Layout): string[] {
  const tables = Object.entries(schema.tables).flatMap(([name, table]) => tablePart(name, table));
  return [`## ${title}: \`${schema.file}\``, '', ...tables];
}

function tablePart(name: string, table: AnyTable): string[] {
  return [
    `### \`${table.use === 'many' ? `[[${name}]]` : `[${name}]`}\``,
    '',
    `${table.about} ${tableUse(table)}`,
    '',
    '| key | meaning | allowed | when absent | example |',
    '| --- | --- | --- | --- | --- |',
    ...entriesOf(table).map(row),
    '',
  ];
}

function row(entry: KeyEntry): string {
  const only = entry.only === undefined ? '' : ` Only with \`${entry.only}\`.`;
  const cells = [
    `\`${entry.key}\``,
    `${cell(entry.about)}${only}`,
    cell(entry.allowed),
    cell(entry.absence),
    `\`${entry.example}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** What would end a cell, or begin a tag or emphasis (an underscore within a word does not). */
function cell(text: string): string {
  return text.replace(/[|<>*]/g, (sign) => `\\${sign}`);
}
