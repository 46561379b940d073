import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, type Fault, messageOf, temporary } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import type { Checked } from '../config/check.js';
import { NOT_ENROLLED, withEnrolment } from '../config/enrolled.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { terminalSchema } from '../config/terminal-schema.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT, faultOf } from '../core/fault/table.js';
import { type AskRelay, enrolAt } from '../identity/enrolment-client.js';
import { type BoxEnrolment, enrolmentFile, keyToEnrol, writeEnrolment } from '../identity/enrolment-file.js';
import { ownerOfStopped } from '../journal/journal-file.js';
import { ofAnother, ownerName } from '../journal/owner.js';
import { httpTransport } from '../midtrans/exchange.js';
import { serviceUrl } from '../settings/places.js';
import { Usage } from './arguments.js';
import type { Environment } from './environment.js';
import { networkIn } from './network.js';
import { loadTerminal } from './terminal-file.js';
import { relayAsker } from './token-keeper.js';

/**
 * `enrol CODE`: makes this box's key, gets its token, and keeps both beside the journal.
 * Where the answer was lost, the same again gets it.
 * @returns what to do next @throws Usage, Failure with the number that the relay says
 */
export async function enrolBox(
  code: string,
  url: string | undefined,
  file: string,
  environment: Environment,
): Promise<string> {
  const read = loadTerminal(file);
  const known = read.ok ? relayOf(read.value) : undefined;
  const relay = serviceUrl().read(url ?? known);
  if (!relay.ok)
    throw new Usage('--relay URL: https://..., or http to this machine; the address of the relay');
  const path = enrolmentFile(journalDirectory(read, file));
  const network = await networkIn(read.ok ? read.value.network : { noProxy: [] }, environment);
  const got = await redeem({
    relay: relay.value,
    code,
    path,
    ask: relayAsker(environment.timers, httpTransport(environment.timers, network)),
  });
  if (!got.ok) {
    const { code: number, detail } = got.error;
    throw new Failure({ ...got.error, detail: `${detail}. ${faultOf(number).remedy.en}` });
  }
  const enrolment = got.value;
  const another = ofAnotherTerminal(path, enrolment);
  if (another !== undefined)
    throw new Failure({
      ...another,
      detail: `${another.detail}; not kept. ${faultOf(another.code).remedy.en}`,
    });
  keep(path, enrolment);
  const until = new Date(enrolment.endsAtS * 1000).toISOString().slice(0, 10);
  const said = `enrolled as ${enrolment.terminal}, until ${until}; renewed by itself (${path})`;
  const objections = unfit(file, enrolment);
  if (objections.length === 0)
    return `${said}\n  a terminal that waits for its code goes on by itself; one that runs: systemctl restart gopay-pos`;
  return [
    ...[said, ...objections.map((line) => `  ${line}`)],
    ...[`  ${file} needs these lines:`, ...settingsFor(enrolment)],
    '  then: gopay-pos config check, and systemctl restart gopay-pos',
  ].join('\n');
}

/** The relay of a terminal's file; undefined where the file does not say it. */
export function relayOf({ gateway }: TerminalConfig): string | undefined {
  return gateway.mode === 'relay' && gateway.url !== NOT_ENROLLED.relay ? gateway.url : undefined;
}

export interface ToRedeem {
  readonly relay: string;
  readonly code: string;
  /** Where the enrolment will be. */
  readonly path: string;
  readonly ask: AskRelay;
}

/**
 * Uses a code up with a key that this box makes. Nothing but the key is kept, so that the same code gets the answer again.
 * @returns what the relay says, FAULT.enrolFailed, or why the relay was not asked
 */
export async function redeem({ relay, code, path, ask }: ToRedeem): Promise<Result<BoxEnrolment, Fault>> {
  let key: string;
  try {
    key = keyToEnrol(keyFileOf(path));
  } catch (thrown) {
    return err(temporary(FAULT.enrolFailed, `${messageOf(thrown)}; the code was not used`));
  }
  const answer = await enrolAt(relay, code, key, ask);
  if (!answer.ok) return answer;
  const { token, issuedAtS, endsAtS, told } = answer.value;
  // What a relay says is shown to a person: no sign of a terminal's own.
  const text = (name: string): string => String(told[name] ?? '').replace(/\p{Cc}/gu, '?');
  const one = (name: 'broker' | 'shop') => (typeof told[name] === 'string' ? { [name]: text(name) } : {});
  return ok({
    ...{ terminal: text('terminal'), merchant: text('merchant'), relay, ...one('broker'), ...one('shop') },
    ...{ key, token, issuedAtS, endsAtS, receiptKey: text('receipt_key') },
  });
}

/** @throws Failure FAULT.enrolFailed */
export function keep(path: string, enrolment: BoxEnrolment): void {
  try {
    writeEnrolment(path, enrolment);
    rmSync(keyFileOf(path), { force: true });
  } catch (thrown) {
    const detail = `${path} cannot be written: ${messageOf(thrown)}; this box may use the same code again within its hour`;
    throw new Failure(temporary(FAULT.enrolFailed, detail));
  }
}

/**
 * Whether the journal beside an enrolment is another terminal's. To be asked before the enrolment is kept: it would be in the place of
 * the one that the orders there are asked about with.
 * @returns FAULT.journalOfAnother
 */
export function ofAnotherTerminal(path: string, { merchant, terminal }: BoxEnrolment): Fault | undefined {
  const directory = dirname(path);
  const [known, owner] = [ownerOfStopped(directory), ownerName({ merchant, id: terminal })];
  return known === undefined || known === owner ? undefined : ofAnother(directory, known, owner);
}

/** Why a terminal would not start with its file and this enrolment, a line each. */
export function unfit(file: string, enrolment: BoxEnrolment): readonly string[] {
  const read = load(terminalSchema, file, (document) => withEnrolment(document, enrolment));
  if (!read.ok) return read.error.map((problem) => formatProblem(file, problem));
  const { gateway, terminal } = read.value;
  if (!('enrolled' in gateway.secret)) return [`${file} has another way to the gateway`];
  const is = `${enrolment.merchant}/${enrolment.terminal}`;
  const says = `${terminal.merchant}/${terminal.id}`;
  return is === says ? [] : [`the code is for ${is}, and ${file} says ${says}`];
}

function keyFileOf(path: string): string {
  return path.replace(/json$/, 'key');
}

/** Where the daemon of this file will look for it. The file need not be whole: what is missing is what the enrolment brings. */
function journalDirectory(read: Checked<TerminalConfig>, file: string): string {
  if (read.ok) return read.value.journal.directory;
  if (read.read?.isSound('journal') === true) return read.read.config.journal.directory;
  throw new Usage(`${file}: ${read.error.map((problem) => formatProblem(file, problem)).join('\n')}`);
}

function settingsFor({ terminal, merchant, relay, broker }: BoxEnrolment): string[] {
  const lines = [
    ...['[terminal]', `id = "${terminal}"`, `merchant = "${merchant}"`],
    ...['[gateway]', 'mode = "relay"', `url = "${relay}"`, 'secret = "enrolled"'],
    ...(broker === undefined ? [] : ['[mqtt]', `url = "${broker}"`, 'secret = "enrolled"']),
  ];
  return lines.map((line) => `    ${line}`);
}
