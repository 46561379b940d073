import { ZONE_MINUTES } from '../../devices/register/settings.js';
import { Failure } from '../base/fault.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { ControlAnswer } from '../control/answer.js';
import { askTerminal } from '../control/client.js';
import { FAULT } from '../core/fault/table.js';
import type { Language } from '../core/text/spelled-number.js';
import { basicAuthorization } from '../midtrans/credential.js';
import { TERMINAL_PROGRAM } from '../programs/configuration.js';
import type { Environment } from '../programs/environment.js';
import { loadTerminal, waitsForCode } from '../programs/terminal-file.js';
import type { FromEnrolment, SecretSource } from '../settings/places.js';
import { type Check, examine, type Row } from './check.js';
import { configRows } from './config-rows.js';
import { DEVICE_CHECKS } from './device-checks.js';
import type { ExaminedTerminal, RunningTerminal } from './examined-terminal.js';
import { GATEWAY_CHECKS, probeOf } from './gateway-checks.js';
import { HOST_CHECKS, type HostContext } from './host-checks.js';
import type { Machine } from './machine.js';
import { networked } from './network-row.js';
import { NOTIFICATION_CHECKS } from './notification-checks.js';
import { secretFor } from './secret.js';
import { tableOf } from './table.js';
import { TERMINAL_CHECKS } from './terminal-checks.js';

export interface DoctorOptions {
  readonly file: string;
  /** Undefined: as the box is set. */
  readonly language: Language | undefined;
  readonly machine: Machine;
  readonly environment: Environment;
  /** In the place of that of the configuration. */
  readonly socket?: string;
  /** How long nobody else may come under this terminal's id; 4 s by default. */
  readonly aloneMs?: number;
}

/** Another box with this id is thrown out when we come, and is back within its first pause of a second. */
const ALONE_MS = 4_000;

const CHECKS: readonly Check<ExaminedTerminal>[] = [
  ...HOST_CHECKS,
  ...GATEWAY_CHECKS,
  ...NOTIFICATION_CHECKS,
  ...TERMINAL_CHECKS,
  ...DEVICE_CHECKS,
];

/** Every leg and device of a terminal, and what is wrong with it. Moves no money, charges nothing. */
export async function examineTerminal(options: DoctorOptions): Promise<ControlAnswer> {
  const { file, machine, environment } = options;
  const checked = loadTerminal(file);
  const config = checked.ok ? checked.value : undefined;
  const language = options.language ?? (config?.terminal.language === 'en' ? 'en' : 'id');
  const running = config === undefined ? undefined : await runningAt(options.socket ?? config.control.socket);
  const rows = configRows(TERMINAL_PROGRAM, file, checked, machine);
  if (config === undefined)
    return tableOf(
      [...rows, ...(await examine(HOST_CHECKS, unconfigured(machine), environment.timers))],
      language,
    );
  if (waitsForCode(config)) {
    const about = { id: 'Pendaftaran', en: 'enrolment' };
    const row: Row = { name: 'enrolment', about, verdict: 'fail', code: FAULT.notEnrolled, detail: file };
    const host = await examine(HOST_CHECKS, unconfigured(machine), environment.timers);
    return tableOf([...rows, row, ...host], language);
  }
  if (running === 'unknown') {
    const about = { id: 'Terminal', en: 'terminal' };
    const detail = `${config.control.socket} may not be opened by you: ask as root, or as one of its group`;
    const row: Row = { name: 'terminal', about, verdict: 'fail', code: FAULT.noTerminalAnswers, detail };
    return tableOf([...rows, row], language);
  }
  const looked = await networked(config, machine, environment.secrets, TERMINAL_PROGRAM.prefix);
  const context = await contextOf(config, running, { ...options, machine: looked.machine });
  rows.push(...looked.rows);
  return tableOf([...rows, ...(await examine(CHECKS, context, environment.timers))], language);
}

/** Of a box whose file cannot be used the machine itself can still be looked at. */
function unconfigured(machine: Machine): HostContext {
  const minFreeBytes = 64 * 1024 * 1024;
  return {
    machine,
    directory: '/var/lib/gopay-pos',
    minFreeBytes,
    runningVersion: undefined,
    nativeModules: ['better-sqlite3'],
  };
}

async function contextOf(
  config: TerminalConfig,
  running: RunningTerminal | undefined,
  { machine, environment, aloneMs = ALONE_MS }: DoctorOptions,
): Promise<ExaminedTerminal> {
  const { gateway, terminal, mqtt, journal, slip } = config;
  const secret = (source: SecretSource | FromEnrolment): Promise<string | undefined> =>
    secretFor(source, config, machine, environment.secrets);
  const key = await secret(gateway.secret);
  const isDirect = gateway.mode === 'direct';
  const authorization =
    key === undefined
      ? undefined
      : isDirect
        ? basicAuthorization(key, '')
        : basicAuthorization(terminal.id, key);
  const told = running?.readings?.['gateway'];
  return {
    ...{ config, running, environment, machine, aloneMs, told },
    directory: journal.directory,
    minFreeBytes: journal.minFreeMib * 1024 * 1024,
    runningVersion: running?.version,
    nativeModules: ['better-sqlite3', 'koffi', ...(needsSerial(config) ? ['serialport'] : [])],
    zoneMinutes: ZONE_MINUTES[slip.zone],
    gatewayUrl: gateway.url,
    plainUrl: `http://${new URL(gateway.url).hostname}/`,
    urls: [gateway.url, ...(mqtt.enabled ? mqtt.url : [])],
    proxyInFile: config.network.proxy !== undefined,
    probe: probeOf(machine, gateway.url, terminal.id, authorization),
    notifyUrls: isDirect ? gateway.notificationUrls : [],
    fromInternet: /(^|\.)midtrans\.com$/.test(new URL(gateway.url).hostname),
    brokerPassword: mqtt.enabled ? await secret(mqtt.secret) : '',
  };
}

function needsSerial({ register, vending, printer }: TerminalConfig): boolean {
  return [register, vending, printer].some((table) => table.enabled && 'baud' in table);
}

/** `unknown`: one runs, and may not be asked by who wants to know. */
async function runningAt(socket: string): Promise<RunningTerminal | undefined | 'unknown'> {
  try {
    return (await askTerminal(socket, 'status', [])).data as RunningTerminal;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return /ENOENT|ECONNREFUSED/.test(thrown.fault.detail) ? undefined : 'unknown';
  }
}
