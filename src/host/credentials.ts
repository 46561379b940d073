import { closeSync, constants, existsSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type Fault, messageOf, refused } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { FAULT } from '../core/fault/table.js';
import type { SecretRegistry } from './secrets.js';

export interface CredentialOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: SecretRegistry;
  /**
   * What our credentials begin with in the credential stores, which all services of the machine share: `gopay-pos.` or
   * `gopay-pos-relay.`. The configuration names them without it.
   */
  readonly prefix: string;
  /** Effective user id: a file of another user may be changed by that user. */
  readonly uid: number;
}

/** systemd allows a credential 1 MiB; a key, a password or a PEM file is far below this. */
const LONGEST_SECRET = 65_536;

/**
 * Reads a secret, registers it under `name`, so that no log line can show it, and returns it without its last line feed.
 *
 * A file must be readable by its owner alone (0400 or 0600), and the owner must be us or root. A credential is not judged
 * by its mode: systemd gives us 0440 with an access list, in a directory that no other user can enter.
 * @returns FAULT.credentialMissing no such credential, FAULT.secretUnreadable no such file or not readable,
 *   FAULT.secretExposed open to others, FAULT.secretMalformed empty, over 64 KiB, not UTF-8, or with blanks around it,
 *   FAULT.secretTooShort shorter than 8 characters. No detail holds any part of the secret.
 */
export function readSecret(
  name: string,
  source: { readonly credential: string } | { readonly file: string },
  options: CredentialOptions,
): Result<string, Fault> {
  const bytes =
    'credential' in source
      ? readCredential(source.credential, options)
      : readOwnFile(source.file, options.uid);
  if (!bytes.ok) return bytes;
  const where = 'credential' in source ? `credential ${source.credential}` : source.file;
  const text = textOf(bytes.value, where);
  if (!text.ok) return text;
  const registered = options.secrets.register(name, text.value);
  return registered.ok ? text : registered;
}

function readCredential(id: string, options: CredentialOptions): Result<Buffer, Fault> {
  const missing = (detail: string): Result<never, Fault> => err(refused(FAULT.credentialMissing, detail));
  // The rule of systemd.exec(5): a file name, so never a way out of the directory.
  if (!/^[\w.:@-]{1,255}$/.test(id) || id === '.' || id === '..')
    return missing(`${JSON.stringify(id)} is not a name of a credential`);
  const directory = options.env['CREDENTIALS_DIRECTORY'];
  if (!directory)
    return missing(
      `credential ${id}: not started by systemd with credentials (CREDENTIALS_DIRECTORY is not set)`,
    );
  const own = `${options.prefix}${id}`;
  const found = [own, id].map((name) => join(directory, name)).find((path) => existsSync(path));
  if (found) return readWhole(found, () => undefined);
  return missing(
    `credential ${id} was not handed over by systemd; put it into /etc/credstore/${own} (mode 0600, owner root)`,
  );
}

function readOwnFile(path: string, uid: number): Result<Buffer, Fault> {
  return readWhole(path, (stats) => {
    const mode = stats.mode & 0o7777;
    const shown = mode.toString(8).padStart(4, '0');
    if (!stats.isFile()) return `${path} is not a file`;
    if (stats.uid !== uid && stats.uid !== 0)
      return `${path} belongs to user ${stats.uid}; it must belong to user ${uid} or to root`;
    if (mode === 0o400 || mode === 0o600) return undefined;
    return `${path} has mode ${shown}; allowed are 0400 and 0600 (run: chmod 0400 ${path})`;
  });
}

/** `objection` judges the opened file, not its name: between two looks at a name the file can be another one. */
function readWhole(path: string, objection: (stats: Stats) => string | undefined): Result<Buffer, Fault> {
  let fd: number;
  try {
    // O_NONBLOCK: a pipe in the place of the file must not hold us.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (thrown) {
    return err(refused(FAULT.secretUnreadable, messageOf(thrown)));
  }
  try {
    const objected = objection(fstatSync(fd));
    if (objected) return err(refused(FAULT.secretExposed, objected));
    const bytes = Buffer.alloc(LONGEST_SECRET + 1);
    let length = 0;
    for (;;) {
      const read = readSync(fd, bytes, length, bytes.length - length, null);
      length += read;
      if (read === 0 || length === bytes.length) return ok(bytes.subarray(0, length));
    }
  } catch (thrown) {
    return err(refused(FAULT.secretUnreadable, `${path}: ${messageOf(thrown)}`));
  } finally {
    closeSync(fd);
  }
}

function textOf(bytes: Buffer, where: string): Result<string, Fault> {
  const malformed = (what: string): Result<never, Fault> =>
    err(refused(FAULT.secretMalformed, `${where} ${what}`));
  if (bytes.length > LONGEST_SECRET) return malformed(`is longer than ${LONGEST_SECRET} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    // The decoder's own message is left out: it may quote bytes of the secret.
    return malformed('is not UTF-8 text');
  }
  if (text === '') return malformed('is empty');
  // A BOM counts as a blank too: editors of Windows put one in front.
  if (text !== text.trim())
    return malformed('has blanks, an empty line or a byte order mark around the secret');
  if (/[^\P{Cc}\t\r\n]/u.test(text)) return malformed('holds control characters');
  return ok(text);
}
