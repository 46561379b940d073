import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { arch, freemem, release, totalmem, uptime } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure, messageOf } from '../base/fault.js';
import { asObject } from '../base/json.js';
import type { Checked } from '../config/check.js';
import { load } from '../config/load.js';
import { relaySchema } from '../config/relay-schema.js';
import { terminalSchema } from '../config/terminal-schema.js';
import type { ControlAnswer } from '../control/answer.js';
import { askTerminal } from '../control/client.js';
import { enrolmentFile, readEnrolment } from '../identity/enrolment-file.js';
import { RELAY_PROGRAM, TERMINAL_PROGRAM } from '../programs/configuration.js';
import type { Environment } from '../programs/environment.js';
import { loadTerminal } from '../programs/terminal-file.js';
import type { Options } from '../programs/usage.js';
import { version } from '../programs/version.js';
import type { SecretSource } from '../settings/places.js';
import { machineOf, runDoctor } from './command.js';
import { scrub } from './scrub.js';
import { readFor, STORE } from './secret.js';
import { type TarEntry, tarOf } from './tar.js';

const LOG_LINES = 5_000;
const LOG_BYTES = 8 * 1024 * 1024;
const LOG_MS = 30_000;
const CONFIG_BYTES = 1024 * 1024;

/**
 * Everything that somebody needs who was not there, in one archive, without secrets: what the doctor found, configuration, versions, log,
 * and the newest rows of the journal without what is in them of customers.
 */
export async function runBundle(
  of: 'terminal' | 'relay',
  values: Options,
  environment: Environment,
): Promise<ControlAnswer> {
  const file = values['config'] ?? (of === 'relay' ? relaySchema : terminalSchema).file;
  const { prefix } = of === 'relay' ? RELAY_PROGRAM : TERMINAL_PROGRAM;
  registerEverywhere(environment);
  const checked: Checked<object> = of === 'relay' ? load(relaySchema, file) : loadTerminal(file);
  // What is wrong with a file is no reason to show what it names.
  registerNamed((checked.ok ? checked.value : checked.read?.config) ?? {}, prefix, environment);
  const wallMs = environment.clock.wallMs();
  const unit = of === 'relay' ? 'gopay-pos-relay' : 'gopay-pos';
  const [examined, more, ...logs] = await Promise.all([
    runDoctor(of, { ...values, lang: values['lang'] ?? 'en' }, environment),
    of === 'relay' ? Promise.resolve([]) : terminalEntries(file, values),
    logEntry(`${unit}.log`, ['-u', unit]),
    ...(of === 'relay' ? [] : [logEntry('gopay-pos-kiosk.log', ['-u', 'gopay-pos-kiosk'])]),
    logEntry('kernel.log', ['-k']),
  ]);
  const entries: TarEntry[] = [
    { name: 'about.json', text: JSON.stringify(about(wallMs), null, 1) },
    { name: 'doctor.txt', text: examined.text },
    { name: 'doctor.json', text: JSON.stringify(examined.data, null, 1) },
    { name: of === 'relay' ? 'relay.toml' : 'terminal.toml', text: textOf(file, CONFIG_BYTES) },
    ...more,
    ...logs,
  ];
  const folder = `gopay-pos-${new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;
  const scrubbed = entries.map(({ name, text }) => ({
    name: `${folder}/${name}`,
    text: scrub(text, environment.secrets),
  }));
  const archive = gzipSync(tarOf(scrubbed, wallMs));
  const out = resolve(values['out'] ?? `${folder}.tar.gz`);
  rmSync(out, { force: true });
  writeFileSync(out, archive, { mode: 0o600, flag: 'wx' });
  const sha256 = hash('sha256', archive);
  const text = `${out}: ${archive.length} bytes, sha256 ${sha256}, without secrets\n${entries.map(({ name }) => `  ${name}`).join('\n')}`;
  return {
    text,
    data: {
      text,
      good: true,
      file: out,
      bytes: archive.length,
      sha256,
      names: entries.map(({ name }) => name),
    },
    good: true,
  };
}

/** Whatever the configuration names as a secret, and what an enrolled box has. */
function registerNamed(config: object, prefix: string, environment: Environment): void {
  const { secrets } = environment;
  for (const source of sourcesIn(config)) readFor(source, prefix, machineOf(environment, 0), secrets);
  const directory = pathIn(config, 'journal', 'directory');
  if (directory === undefined || !existsSync(enrolmentFile(directory))) return;
  const { key, token, receiptKey } = readEnrolment(enrolmentFile(directory));
  for (const value of [key, token, receiptKey]) secrets.register('enrolment', value);
}

function sourcesIn(value: unknown): SecretSource[] {
  if (typeof value !== 'object' || value === null) return [];
  const only = Object.keys(value);
  if (only.length === 1 && (only[0] === 'file' || only[0] === 'credential')) return [value as SecretSource];
  return Object.values(value).flatMap(sourcesIn);
}

/** What is in the environment, and what systemd has for these programs, whether they use it or not. */
function registerEverywhere({ secrets }: Environment): void {
  for (const [name, value = ''] of Object.entries(process.env))
    if (/SECRET|TOKEN|KEY|PASSW|CREDENTIAL/i.test(name) && !value.startsWith('/'))
      secrets.register('environment', value);
  const handed = process.env['CREDENTIALS_DIRECTORY'];
  const files = [
    ...namesIn(STORE)
      .filter((name) => name.startsWith('gopay-pos'))
      .map((name) => join(STORE, name)),
    ...(handed === undefined ? [] : namesIn(handed).map((name) => join(handed, name))),
  ];
  for (const path of files) secrets.register('credential', textOf(path, 65_536).trim());
}

async function terminalEntries(file: string, values: Options): Promise<TarEntry[]> {
  const checked = loadTerminal(file);
  const config = checked.ok ? checked.value : checked.read?.config;
  const socket = values['socket'] ?? pathIn(config, 'control', 'socket');
  if (socket === undefined) return [];
  try {
    const status = await askTerminal(socket, 'status', []);
    const extract = await askTerminal(socket, 'bundle', ['extract']);
    return [
      { name: 'status.txt', text: status.text },
      { name: 'status.json', text: JSON.stringify(status.data, null, 1) },
      { name: 'journal.json', text: JSON.stringify(extract.data, null, 1) },
    ];
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const status = { name: 'status.txt', text: thrown.message };
    const directory = pathIn(config, 'journal', 'directory');
    return directory === undefined
      ? [status]
      : [status, { name: 'journal.json', text: await stoppedExtract(directory) }];
  }
}

/** Of a file that may be wrong in whatever other place. */
function pathIn(config: object | undefined, table: string, key: string): string | undefined {
  const path = asObject(asObject(config)?.[table])?.[key];
  return typeof path === 'string' ? path : undefined;
}

async function stoppedExtract(directory: string): Promise<string> {
  const { extractStopped } = await import('../journal/journal-file.js');
  try {
    return JSON.stringify(extractStopped(directory), null, 1);
  } catch (thrown) {
    return JSON.stringify({ why: messageOf(thrown) });
  }
}

/** Of systemd's journal, where there is one. */
function logEntry(name: string, of: readonly string[]): Promise<TarEntry> {
  const args = [...of, '-n', String(LOG_LINES), '--no-pager', '-o', 'short-iso-precise', '--utc'];
  return new Promise((done) => {
    execFile('journalctl', args, { timeout: LOG_MS, maxBuffer: LOG_BYTES }, (error, out, errors) => {
      const why = error === null ? '' : `\n(${messageOf(error).split('\n')[0]})`;
      done({ name, text: `${out}${errors}${why}` });
    });
  });
}

function about(wallMs: number): object {
  return {
    ...{
      made: new Date(wallMs).toISOString(),
      version: version(),
      node: process.version,
      abi: process.versions.modules,
    },
    ...{
      arch: arch(),
      kernel: release(),
      system: textOf('/etc/os-release', 4096),
      model: textOf('/proc/device-tree/model', 256),
    },
    ...{
      uptimeS: Math.round(uptime()),
      memoryBytes: totalmem(),
      freeBytes: freemem(),
      uid: process.geteuid?.(),
    },
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there, or not ours to read: then none of it is known to this process either.
    return [];
  }
}

/** @returns why not, in the place of a text that cannot be had */
function textOf(path: string, most: number): string {
  try {
    if (statSync(path).size > most) return `${path} is larger than ${most} bytes`;
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    return messageOf(thrown);
  }
}
