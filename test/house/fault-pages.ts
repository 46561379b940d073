import { CONFIGURATION_FAULTS } from '../../src/core/fault/configuration.js';
import { FLEET_FAULTS } from '../../src/core/fault/fleet.js';
import { GATEWAY_FAULTS } from '../../src/core/fault/gateway.js';
import { HOST_FAULTS } from '../../src/core/fault/host.js';
import { JOURNAL_FAULTS } from '../../src/core/fault/journal.js';
import { KEYPAD_FAULTS } from '../../src/core/fault/keypad.js';
import { OPERATOR_FAULTS } from '../../src/core/fault/operator.js';
import { PRINTER_FAULTS } from '../../src/core/fault/printer.js';
import { PRODUCT_FAULTS } from '../../src/core/fault/products.js';
import { QR_FAULTS } from '../../src/core/fault/qr.js';
import { REGISTER_FAULTS } from '../../src/core/fault/register.js';
import { RELAY_FAULTS } from '../../src/core/fault/relay.js';
import type { FaultBlock, FaultRow } from '../../src/core/fault/row.js';
import { SCREEN_FAULTS } from '../../src/core/fault/screen.js';
import { SPEAKER_FAULTS } from '../../src/core/fault/speaker.js';
import { FAULTS } from '../../src/core/fault/table.js';
import { VENDING_FAULTS } from '../../src/core/fault/vending.js';
import { exitCodes } from '../../src/programs/exit-help.js';

const BLOCKS: readonly (readonly [title: string, file: string, block: FaultBlock])[] = [
  ['1xx: keypad', 'keypad.ts', KEYPAD_FAULTS],
  ['15x: products', 'products.ts', PRODUCT_FAULTS],
  ['2xx: cash registers', 'register.ts', REGISTER_FAULTS],
  ['3xx: vending machines', 'vending.ts', VENDING_FAULTS],
  ['4xx: printer', 'printer.ts', PRINTER_FAULTS],
  ['41x, 42x: operators from afar', 'operator.ts', OPERATOR_FAULTS],
  ['4xx: QR codes', 'qr.ts', QR_FAULTS],
  ['4xx: screens', 'screen.ts', SCREEN_FAULTS],
  ['4xx: speaker', 'speaker.ts', SPEAKER_FAULTS],
  ['5xx: gateway', 'gateway.ts', GATEWAY_FAULTS],
  ['6xx: relay and MQTT', 'relay.ts', RELAY_FAULTS],
  ['78x: fleet', 'fleet.ts', FLEET_FAULTS],
  ['7xx: journal', 'journal.ts', JOURNAL_FAULTS],
  ['8xx: host', 'host.ts', HOST_FAULTS],
  ['9xx: configuration', 'configuration.ts', CONFIGURATION_FAULTS],
];

/** `<!-- faults 401-413 480 -->` and `<!-- /faults -->`, and what stands between them. */
const PLACE = /(<!-- faults ([\d -]+) -->\n)[\s\S]*?(<!-- \/faults -->)/g;

/** A page with its tables made anew. */
export function withTables(page: string): string {
  return page.replace(PLACE, (_, open: string, which: string, close: string) => {
    const rows = which.split(' ').flatMap(selected);
    const lines = rows.map(({ number, cause, remedy }) => `| E${number} | ${cause.en} | ${remedy.en} |`);
    return `${open}| number | what it is | what to do |\n| --- | --- | --- |\n${lines.join('\n')}\n${close}`;
  });
}

const EXITS = /(<!-- exits -->\n)[\s\S]*?(<!-- \/exits -->)/g;

/** A page with its table of exit codes made anew. */
export function withExits(page: string): string {
  const rows = exitCodes().map(({ exit, means, remedy }) => `| ${exit} | ${means.en} | ${remedy.en} |\n`);
  return page.replace(
    EXITS,
    `$1| exit code | meaning | what to do |\n| --- | --- | --- |\n${rows.join('')}$2`,
  );
}

/** The page of all faults, in both languages. */
export function allFaults(): string {
  const head = `# Faults by number

Made from the tables in this folder, with \`UPDATE_DOCS=1\` and \`test/house/fault-pages.test.ts\`. The number is the same on slip,
screen, log and to registers, and never means anything else. In the code a fault has a name (\`FAULT.qrMismatch\`); no number
stands anywhere else. A new one: a row in its block with the sentence for customer and cashier, cause and remedy, both in
Indonesian and English; then \`UPDATE_DOCS=1\`. \`gopay-pos explain E455\` shows a row.
`;
  const tables = BLOCKS.map(
    ([title, file, block]) =>
      `\n## ${title} ([${file}](${file}))\n\n| fault | the customer reads | cause | remedy |\n| --- | --- | --- | --- |\n${Object.entries(block).map(line).join('\n')}\n`,
  );
  return head + tables.join('');
}

function line([name, { number, says, cause, remedy }]: [string, FaultRow]): string {
  const both = [says, cause, remedy].map(({ id, en }) => `${id}<br>${en}`);
  return `| E${number} \`${name}\` | ${both.join(' | ')} |`;
}

function selected(range: string): FaultRow[] {
  const [from = 0, to = from] = range.split('-').map(Number);
  const rows = Object.values(FAULTS).filter(({ number }) => number >= from && number <= to);
  if (rows.length === 0) throw new Error(`no fault ${range}`);
  return rows.sort((a, b) => a.number - b.number);
}
