import { rmSync } from 'node:fs';
import { Failure, messageOf, temporary } from '../base/fault.js';
import type { Checked } from '../config/check.js';
import { load } from '../config/load.js';
import { formatProblem } from '../config/problem.js';
import { terminalSchema } from '../config/terminal-schema.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT, faultOf } from '../core/fault/table.js';
import { enrolAt } from '../identity/enrolment-client.js';
import { type BoxEnrolment, enrolmentFile, keyToEnrol, writeEnrolment } from '../identity/enrolment-file.js';
import { serviceUrl } from '../settings/places.js';
import { Usage } from './arguments.js';
import type { Environment } from './environment.js';
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
  { timers }: Pick<Environment, 'timers'>,
): Promise<string> {
  const read = load(terminalSchema, file);
  const known = read.ok && read.value.gateway.mode === 'relay' ? read.value.gateway.url : undefined;
  const relay = serviceUrl().read(url ?? known);
  if (!relay.ok)
    throw new Usage('--relay URL: https://..., or http to this machine; the address of the relay');
  const path = enrolmentFile(journalDirectory(read, file));
  const keyFile = path.replace(/json$/, 'key');
  let key: string;
  try {
    key = keyToEnrol(keyFile);
  } catch (thrown) {
    throw new Failure(temporary(FAULT.enrolFailed, `${messageOf(thrown)}; the code was not used`));
  }
  const answer = await enrolAt(relay.value, code, key, relayAsker(timers));
  if (!answer.ok) {
    const { code: number, detail } = answer.error;
    throw new Failure({ ...answer.error, detail: `${detail}. ${faultOf(number).remedy.en}` });
  }
  const { token, issuedAtS, endsAtS, told } = answer.value;
  const text = (name: string): string => String(told[name] ?? '');
  const enrolment: BoxEnrolment = {
    ...{ terminal: text('terminal'), merchant: text('merchant'), relay: relay.value },
    ...{ key, token, issuedAtS, endsAtS, receiptKey: text('receipt_key') },
  };
  try {
    writeEnrolment(path, enrolment);
    rmSync(keyFile, { force: true });
  } catch (thrown) {
    const detail = `${path} cannot be written: ${messageOf(thrown)}; this box may use the same code again within its hour`;
    throw new Failure(temporary(FAULT.enrolFailed, detail));
  }
  return [
    `enrolled as ${enrolment.terminal}, until ${new Date(endsAtS * 1000).toISOString().slice(0, 10)}; renewed by itself (${path})`,
    `  ${file} needs these lines:`,
    ...settingsFor(enrolment, told['broker']),
    '  then: gopay-pos config check, and systemctl restart gopay-pos',
  ].join('\n');
}

/** Where the daemon of this file will look for it. The file need not be whole: what is missing is what the enrolment brings. */
function journalDirectory(read: Checked<TerminalConfig>, file: string): string {
  if (read.ok) return read.value.journal.directory;
  if (read.read?.isSound('journal') === true) return read.read.config.journal.directory;
  throw new Usage(`${file}: ${read.error.map((problem) => formatProblem(file, problem)).join('\n')}`);
}

function settingsFor({ terminal, merchant, relay }: BoxEnrolment, broker: unknown): string[] {
  const lines = [
    ...['[terminal]', `id = "${terminal}"`, `merchant = "${merchant}"`],
    ...['[gateway]', 'mode = "relay"', `url = "${relay}"`, 'secret = "enrolled"'],
    ...(typeof broker === 'string' ? ['[mqtt]', `url = "${broker}"`, 'secret = "enrolled"'] : []),
  ];
  // What a relay says is shown to a person: no sign of a terminal's own.
  return lines.map((line) => `    ${line.replace(/[^ -~]/g, '?')}`);
}
