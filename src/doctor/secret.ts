import { statSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { readSecret } from '../host/credentials.js';
import type { SecretRegistry } from '../host/secrets.js';
import { readEnrolment } from '../identity/enrolment-file.js';
import { TERMINAL_PROGRAM } from '../programs/configuration.js';
import type { FromEnrolment, SecretSource } from '../settings/places.js';
import type { Machine } from './machine.js';

/** Where credentials lie that systemd has handed to nobody yet; root reads them there. */
export const STORE = '/etc/credstore';

/** @returns undefined where who asks may not read it. What is wrong with it stands among the rows of the configuration. */
export function readFor(
  source: SecretSource,
  prefix: string,
  { env, uid }: Machine,
  secrets: SecretRegistry,
): string | undefined {
  const asRoot = uid === 0 && 'file' in source;
  const owner = asRoot ? statSync(source.file, { throwIfNoEntry: false })?.uid : undefined;
  const read = readSecret('configured', source, {
    env: { ...env, CREDENTIALS_DIRECTORY: env['CREDENTIALS_DIRECTORY'] ?? STORE },
    ...{ prefix, secrets },
    uid: owner ?? uid,
  });
  return read.ok ? read.value : undefined;
}

/** The same, or the token of an enrolled box. */
export async function secretFor(
  source: SecretSource | FromEnrolment,
  { journal, terminal }: Pick<TerminalConfig, 'journal' | 'terminal'>,
  machine: Machine,
  secrets: SecretRegistry,
): Promise<string | undefined> {
  if (!('enrolled' in source)) return readFor(source, TERMINAL_PROGRAM.prefix, machine, secrets);
  const { enrolmentOf } = await import('../programs/token-keeper.js');
  try {
    const { token } = readEnrolment(enrolmentOf(journal.directory, terminal));
    secrets.register('token', token);
    return token;
  } catch (thrown) {
    machine.log.debug(`no token: ${messageOf(thrown)}`);
    return undefined;
  }
}
