import { type Checked, check } from '../../src/config/check.js';
import { formatProblem } from '../../src/config/problem.js';
import { relaySchema } from '../../src/config/relay-schema.js';
import type { RelayConfig } from '../../src/config/relay-tables.js';
import { terminalSchema } from '../../src/config/terminal-schema.js';
import type { TerminalConfig } from '../../src/config/terminal-tables.js';

/** The least that a terminal needs: seven lines, and nothing to complain of. */
export const TERMINAL = [
  '[terminal]',
  'id = "KASIR1"',
  'shop = "Warung Bu Sri"',
  '[gateway]',
  'mode = "relay"',
  'url = "https://relay.example.com"',
  'secret = "credential:token"',
].join('\n');

/** As before, without the gateway: for files that bring their own. */
export const ONLY_TERMINAL = TERMINAL.split('\n').slice(0, 3).join('\n');

export const RELAY = [
  '[relay]',
  'public_url = "https://relay.example.com"',
  '[midtrans]',
  'secret = "file:/etc/gopay-pos/server-key"',
  '[[terminal]]',
  'id = "KASIR1"',
  `token_sha256 = "${'ab'.repeat(32)}"`,
].join('\n');

export function checkTerminal(text: string): Checked<TerminalConfig> {
  return check(terminalSchema, text);
}

export function checkRelay(text: string): Checked<RelayConfig> {
  return check(relaySchema, text);
}

/** Errors first, then notes, as a person reads them. */
export function words(checked: Checked<unknown>): string[] {
  const problems = [...(checked.ok ? [] : checked.error), ...checked.notes];
  return problems.map((problem) => formatProblem('file', problem));
}

/** The configuration of a file that must be sound. */
export function sound<C>(checked: Checked<C>): C {
  if (!checked.ok) throw new Error(words(checked).join('\n'));
  return checked.value;
}
