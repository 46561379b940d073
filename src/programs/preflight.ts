import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readLogo } from '../../devices/kit/logo-file.js';
import { type Fault, messageOf } from '../base/fault.js';
import type { Result } from '../base/result.js';
import { MIDTRANS_URL } from '../config/common.js';
import type { RelayConfig } from '../config/relay-tables.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT } from '../core/fault/table.js';
import { readSecret } from '../host/credentials.js';
import { SecretRegistry } from '../host/secrets.js';
import { type FromEnrolment, hostOf, type SecretSource } from '../settings/places.js';

/** Something on this machine that a sound configuration names, and that will not do. No field holds a secret. */
export interface PreflightFinding {
  readonly code: number;
  readonly key: string;
  readonly detail: string;
}

export interface Looker {
  /** What our systemd credentials begin with. */
  readonly prefix: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /**
   * The program itself starts here, as its own user. Otherwise a person asks: systemd has handed nothing over, root looks
   * for another user, and what he may not read he is not told about.
   */
  readonly starting: boolean;
}

/** Everything at once that keeps a terminal of this configuration from starting, apart from the network. */
export function terminalTroubles(config: TerminalConfig, looker: Looker): PreflightFinding[] {
  const { gateway, mqtt, api, program, webhook, control, journal } = config;
  const key = secretTroubles('gateway.secret', gateway.secret, looker);
  return [
    ...key.troubles,
    ...(gateway.mode === 'direct' ? keyTroubles('gateway', key.value, gateway) : []),
    ...(mqtt.enabled ? secretTroubles('mqtt.secret', mqtt.secret, looker).troubles : []),
    ...(api.enabled
      ? doorSecrets(api, program).flatMap((one) => secretTroubles(...one, looker).troubles)
      : []),
    ...logoTroubles(config, looker),
    ...webhook.flatMap(
      ({ secret }, at) => secretTroubles(`webhook[${at + 1}].secret`, secret, looker).troubles,
    ),
    ...socketTroubles(control.socket),
    // A terminal without its journal starts, and says so on its screen until the disk is good.
    ...(looker.starting ? [] : journalTroubles(journal.directory, looker.uid)),
  ];
}

function doorSecrets(
  { tlsKey }: { readonly tlsKey?: SecretSource },
  programs: TerminalConfig['program'],
): [key: string, source: SecretSource][] {
  return [
    ...(tlsKey === undefined ? [] : [['api.tls_key', tlsKey] satisfies [string, SecretSource]]),
    ...programs.map(({ secret }, at): [string, SecretSource] => [`program[${at + 1}].secret`, secret]),
  ];
}

export function relayTroubles(
  { midtrans, merchant, broker, webhook }: RelayConfig,
  looker: Looker,
): PreflightFinding[] {
  const key = secretTroubles('midtrans.secret', midtrans.secret, looker);
  const own = broker.kind === 'external' ? broker.secret : undefined;
  const ofEvents = broker.kind === 'external' ? broker.eventsSecret : undefined;
  const keyOfBroker = broker.kind === 'embedded' ? broker.tlsKey : undefined;
  return [
    ...key.troubles,
    ...keyTroubles('midtrans', key.value, midtrans),
    ...merchantTroubles(merchant, key.value, looker),
    ...(own === undefined ? [] : secretTroubles('broker.secret', own, looker).troubles),
    ...(ofEvents === undefined || webhook.length === 0
      ? []
      : secretTroubles('broker.events_secret', ofEvents, looker).troubles),
    ...webhook.flatMap(
      ({ secret }, at) => secretTroubles(`webhook[${at + 1}].secret`, secret, looker).troubles,
    ),
    ...(keyOfBroker === undefined ? [] : secretTroubles('broker.tls_key', keyOfBroker, looker).troubles),
  ];
}

/** @param home the key of the first merchant, where it is known */
function merchantTroubles(
  merchants: RelayConfig['merchant'],
  home: string | undefined,
  looker: Looker,
): PreflightFinding[] {
  const seen = new Map(home === undefined ? [] : [[home, 'midtrans.secret']]);
  return merchants.flatMap((one, at) => {
    const table = `merchant[${at + 1}]`;
    const key = `${table}.secret`;
    const { value, troubles } = secretTroubles(key, one.secret, looker);
    const first = value === undefined ? undefined : seen.get(value);
    if (value !== undefined && first === undefined) seen.set(value, key);
    return [
      ...troubles,
      ...keyTroubles(table, value, one),
      ...(first === undefined
        ? []
        : [{ code: FAULT.sameServerKey, key, detail: `the same server key as ${first}` }]),
    ];
  });
}

interface Read {
  readonly value?: string;
  readonly troubles: readonly PreflightFinding[];
}

function secretTroubles(key: string, source: SecretSource | FromEnrolment, looker: Looker): Read {
  // Looked at where the enrolment is read.
  if ('enrolled' in source) return { troubles: [] };
  const { starting, env, prefix, uid } = looker;
  if (!starting && 'credential' in source && env['CREDENTIALS_DIRECTORY'] === undefined)
    return { troubles: [] };
  // The program may be another user's, whom root looks for.
  const asRoot = !starting && uid === 0 && 'file' in source;
  const owner = asRoot ? statSync(source.file, { throwIfNoEntry: false })?.uid : undefined;
  const read: Result<string, Fault> = readSecret('configured', source, {
    ...{ env, prefix, uid: owner ?? uid },
    secrets: new SecretRegistry(),
  });
  if (read.ok) return { value: read.value, troubles: [] };
  const mayNot = !starting && /EACCES|EPERM|belongs to user/.test(read.error.detail) && uid !== 0;
  return { troubles: mayNot ? [] : [{ code: read.error.code, key, detail: read.error.detail }] };
}

/** Of Midtrans' own addresses only: a sandbox of this project takes any key. */
export function keyTroubles(
  table: string,
  value: string | undefined,
  { environment, url }: { readonly environment: 'production' | 'sandbox'; readonly url: string },
): PreflightFinding[] {
  if (value === undefined) return [];
  const key = `${table}.secret`;
  const colon = 'the server key holds a colon: the key alone, without what stands beside it';
  if (value.includes(':')) return [{ code: FAULT.serverKeyMalformed, key, detail: colon }];
  if (!Object.values(MIDTRANS_URL).some((known) => hostOf(known) === hostOf(url))) return [];
  const ofSandbox = value.startsWith('SB-');
  if (ofSandbox === (environment === 'sandbox')) return [];
  const detail = `a key of the ${ofSandbox ? 'sandbox' : 'production'} with ${table}.environment = "${environment}"`;
  return [{ code: FAULT.keyOfOtherEnvironment, key, detail }];
}

/** A terminal starts without its logo, and says so in the log. */
function logoTroubles({ printer }: TerminalConfig, { starting }: Looker): PreflightFinding[] {
  if (starting || !printer.enabled || printer.logo === undefined) return [];
  const read = readLogo(printer.logo);
  return read.ok ? [] : [{ code: read.error.code, key: 'printer.logo', detail: read.error.detail }];
}

function socketTroubles(path: string): PreflightFinding[] {
  const key = 'control.socket';
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there === undefined || there.isSocket()) return [];
    return [{ code: FAULT.controlSocketPath, key, detail: `${path} is something else than a socket` }];
  } catch (thrown) {
    return [{ code: FAULT.controlSocket, key, detail: messageOf(thrown) }];
  }
}

/** Without making anything: a person who asks leaves no folder of root's behind. */
function journalTroubles(directory: string, uid: number): PreflightFinding[] {
  const key = 'journal.directory';
  try {
    let place = directory;
    let there = statSync(place, { throwIfNoEntry: false });
    while (there === undefined && place !== '/') {
      place = dirname(place);
      there = statSync(place, { throwIfNoEntry: false });
    }
    if (there !== undefined && !there.isDirectory())
      return [{ code: FAULT.journalUnopened, key, detail: `${place} is no folder` }];
    const file = lstatSync(join(directory, 'journal.db'), { throwIfNoEntry: false });
    if (file?.isDirectory())
      return [{ code: FAULT.journalUnopened, key, detail: `${directory}/journal.db is a folder` }];
    // Only root may look for the service's own user; what that user cannot write, the service cannot.
    if (uid === 0) accessSync(place, constants.W_OK);
    return [];
  } catch (thrown) {
    const { code: errno } = thrown as { code?: unknown };
    // A folder that the person who asks may not enter says nothing.
    if (errno === 'EACCES' && uid !== 0) return [];
    const code = errno === 'ENOTDIR' ? FAULT.journalUnopened : FAULT.journalReadOnly;
    return [{ code, key, detail: messageOf(thrown) }];
  }
}

export function formatTrouble(file: string, { code, key, detail }: PreflightFinding): string {
  return `${file}: E${code} ${key}: ${detail}`;
}
