import { defineSchema } from '../settings/schema.js';
import { relayRules } from './relay-rules.js';
import { relayTables } from './relay-tables.js';

/** relay.toml: the operator's server. */
export const relaySchema = defineSchema(
  '/etc/gopay-pos/relay.toml',
  'Settings of a gopay-pos relay.',
  relayTables,
  relayRules,
);
