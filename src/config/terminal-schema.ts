import { defineSchema } from '../settings/schema.js';
import { terminalRules } from './terminal-rules.js';
import { terminalTables } from './terminal-tables.js';

/** terminal.toml: the box on the counter or in the machine. */
export const terminalSchema = defineSchema(
  '/etc/gopay-pos/terminal.toml',
  'Settings of a gopay-pos terminal.',
  terminalTables,
  terminalRules,
);
