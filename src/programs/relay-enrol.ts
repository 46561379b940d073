import { join } from 'node:path';
import { Failure, messageOf, temporary } from '../base/fault.js';
import { parseTerminalId, type TerminalId } from '../base/ids.js';
import { isRupiah, type Rupiah } from '../base/rupiah.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { relaySchema } from '../config/relay-schema.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { FAULT } from '../core/fault/table.js';
import { codeInDigits, EnrolmentCodes } from '../identity/codes.js';
import { Revocations } from '../identity/revocations.js';
import { Usage } from './arguments.js';
import type { Environment } from './environment.js';
import { REVOKED_FILE } from './relay-people.js';
import type { Options } from './usage.js';

type Runs = Pick<Environment, 'clock' | 'random' | 'log'>;

/** `relay enrol`: @returns what to say to the person @throws Usage, Failure FAULT.tokensUnusable */
export function enrolTerminal(
  name: string,
  file: string,
  values: Options,
  { clock, random, log }: Runs,
): string {
  const terminal = terminalOf(name);
  const { directory } = enrolOf(file);
  const caps = {
    ...cap('maxAmount', '--max-amount', values),
    ...cap('maxADay', '--max-a-day', values),
    ...cap('chargesPerMinute', '--charges-per-minute', values),
    ...cap('refundADay', '--refund-a-day', values),
  };
  const shop = shopOf(values['shop']);
  const code = written(directory, () => {
    const revocations = new Revocations(join(directory, REVOKED_FILE), clock, log);
    return new EnrolmentCodes(directory, clock, revocations).make({ terminal, caps, ...shop }, random);
  });
  const spaced = code.replace(/(...)(?=.)/g, '$1-');
  const digits = codeInDigits(code).replace(/(....)(?=.)/g, '$1 ');
  return `${spaced}\n  for ${terminal}, once, within an hour; type it on the box's screen, or at a pad of digits: ${digits}\n  or on the box: sudo gopay-pos enrol ${spaced} --relay URL\n  what ${terminal} had before opens nothing more when the code is used`;
}

/** `relay revoke`: @returns what to say to the person @throws Usage, Failure FAULT.tokensUnusable */
export function revokeTerminal(name: string, file: string, values: Options, { clock, log }: Runs): string {
  const terminal = terminalOf(name);
  const { directory } = enrolOf(file);
  const note = (values['note'] ?? 'revoked').replace(/[^ -~]/g, '?').slice(0, 100);
  const list = join(directory, REVOKED_FILE);
  written(directory, () => new Revocations(list, clock, log).revoke(terminal, note));
  return `${terminal} is revoked: it charges nothing and hears nothing from now on (${list})\n  gopay-pos relay enrol ${terminal} lets a box in again; a token of [[terminal]] needs its line taken out of that file`;
}

function terminalOf(name: string): TerminalId {
  const terminal = parseTerminalId(name);
  if (terminal === undefined)
    throw new Usage(`${JSON.stringify(name)} is no terminal: 1 to 16 of A-Z and 0-9`);
  return terminal;
}

/** As in terminal.toml, where it stands otherwise. */
function shopOf(text: string | undefined): { readonly shop?: string } {
  if (text === undefined) return {};
  if (!/^\P{Cc}{1,40}$/u.test(text)) throw new Usage(`--shop ${JSON.stringify(text)}: 1 to 40 characters`);
  return { shop: text };
}

function enrolOf(file: string): Extract<RelayConfig['enrol'], { readonly enabled: true }> {
  const read = load(relaySchema, file);
  if (!read.ok) throw new Usage(read.error.map((problem) => formatProblem(file, problem)).join('\n'));
  if (!read.value.enrol.enabled) throw new Usage(`${file} has no [enrol]: boxes cannot enrol at this relay`);
  return read.value.enrol;
}

/** An option that is not given says nothing: relay.toml's limits hold. */
function cap<N extends string>(name: N, option: string, values: Options): Partial<Record<N, Rupiah>> {
  const text = values[option.slice(2)];
  if (text === undefined) return {};
  const amount = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  if (!isRupiah(amount)) throw new Usage(`${option} ${text}: a whole number`);
  return { [name]: amount } as Partial<Record<N, Rupiah>>;
}

function written<T>(directory: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure(
      temporary(
        FAULT.tokensUnusable,
        `${directory}: ${messageOf(thrown)} (as root, and after the relay has been started once)`,
      ),
    );
  }
}
