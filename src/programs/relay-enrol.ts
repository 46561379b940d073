import { join } from 'node:path';
import { Failure, type Fault, messageOf, temporary } from '../base/fault.js';
import { parseTerminalId, type TerminalId } from '../base/ids.js';
import { isRupiah, type Rupiah } from '../base/rupiah.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { relaySchema } from '../config/relay-schema.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { FAULT } from '../core/fault/table.js';
import { codeInDigits, EnrolmentCodes } from '../identity/codes.js';
import { Revocations } from '../identity/revocations.js';
import type { NamedBox } from '../identity/token.js';
import { unusableCap } from '../identity/token.js';
import { Usage } from './arguments.js';
import type { Environment } from './environment.js';
import { NameOwners, REVOKED_FILE } from './relay-people.js';
import type { Options } from './usage.js';

type Runs = Pick<Environment, 'clock' | 'random' | 'log'>;

/** `relay enrol`: @returns what to say to the person @throws Usage, Failure FAULT.tokensUnusable, FAULT.terminalNameTaken */
export function enrolTerminal(
  name: string,
  file: string,
  values: Options,
  { clock, random, log }: Runs,
): string {
  const terminal = terminalOf(name);
  const { config, directory } = enrolOf(file);
  const merchant = merchantOf(values['merchant'], config);
  const box = boxNamed(terminal, merchant);
  const caps = {
    ...cap('maxAmount', '--max-amount', values),
    ...cap('maxADay', '--max-a-day', values),
    ...cap('chargesPerMinute', '--charges-per-minute', values),
    ...cap('refundADay', '--refund-a-day', values),
  };
  const unusable = unusableCap(caps);
  if (unusable !== undefined) throw new Usage(unusable);
  const shop = shopOf(values['shop']);
  const code = written(directory, () => {
    const revocations = new Revocations(join(directory, REVOKED_FILE), clock, log);
    refuse(new NameOwners(config, revocations).objection(whole(terminal, merchant, config)));
    const whose = merchant === undefined ? {} : { merchant };
    const made = { terminal, ...whose, caps, ...shop };
    return new EnrolmentCodes(directory, clock, revocations).make(made, random);
  });
  const spaced = code.replace(/(...)(?=.)/g, '$1-');
  const digits = codeInDigits(code).replace(/(....)(?=.)/g, '$1 ');
  return `${spaced}\n  for ${box}, once, within an hour; type it on the box's screen, or at a pad of digits: ${digits}\n  or on the box: sudo gopay-pos enrol ${spaced} --relay URL\n  what ${box} had before opens nothing more when the code is used`;
}

/** `relay revoke`: @returns what to say to the person @throws Usage, Failure FAULT.tokensUnusable, FAULT.terminalNameTaken */
export function revokeTerminal(name: string, file: string, values: Options, { clock, log }: Runs): string {
  const terminal = terminalOf(name);
  const { config, directory } = enrolOf(file);
  const merchant = merchantOf(values['merchant'], config);
  const box = boxNamed(terminal, merchant);
  const note = (values['note'] ?? 'revoked').replace(/[^ -~]/g, '?').slice(0, 100);
  const list = join(directory, REVOKED_FILE);
  written(directory, () => {
    const revocations = new Revocations(list, clock, log);
    refuse(new NameOwners(config, revocations).notTheirs(whole(terminal, merchant, config)));
    revocations.revoke(box, note);
  });
  return `${box} is revoked: it charges nothing and hears nothing from now on (${list})\n  gopay-pos relay enrol ${terminal}${merchant === undefined ? '' : ` --merchant ${merchant}`} lets a box in again; a token of [[terminal]] needs its line taken out of that file`;
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

/** Undefined for the first, whose boxes are called by their ids alone. @throws Usage for one that is none */
function merchantOf(word: string | undefined, { relay, merchant }: RelayConfig): string | undefined {
  if (word === undefined || word === relay.merchant) return undefined;
  const names = merchant.map(({ name }) => name);
  if (!names.includes(word))
    throw new Usage(
      `no merchant is called ${JSON.stringify(word)}: ${[relay.merchant, ...names].join(', ')}`,
    );
  return word;
}

function boxNamed(terminal: string, merchant: string | undefined): string {
  return merchant === undefined ? terminal : `${merchant}/${terminal}`;
}

function whole(terminal: string, merchant: string | undefined, { relay }: RelayConfig): NamedBox {
  return { terminal, merchant: merchant ?? relay.merchant };
}

/** @throws Failure */
function refuse(fault: Fault | undefined): void {
  if (fault !== undefined) throw new Failure(fault);
}

function enrolOf(file: string): { readonly config: RelayConfig; readonly directory: string } {
  const read = load(relaySchema, file);
  if (!read.ok) throw new Usage(read.error.map((problem) => formatProblem(file, problem)).join('\n'));
  const { enrol } = read.value;
  if (!enrol.enabled) throw new Usage(`${file} has no [enrol]: boxes cannot enrol at this relay`);
  return { config: read.value, directory: enrol.directory };
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
