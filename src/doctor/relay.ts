import { dirname } from 'node:path';
import { load } from '../config/load.js';
import { relaySchema } from '../config/relay-schema.js';
import type { RelayConfig } from '../config/relay-tables.js';
import type { ControlAnswer } from '../control/answer.js';
import { instanceName } from '../host/instance.js';
import { basicAuthorization } from '../midtrans/credential.js';
import { RELAY_PROGRAM } from '../programs/configuration.js';
import { type Check, examine } from './check.js';
import { configRows } from './config-rows.js';
import { GATEWAY_CHECKS, probeOf } from './gateway-checks.js';
import { HOST_CHECKS } from './host-checks.js';
import { networked } from './network-row.js';
import { NOTIFICATION_CHECKS } from './notification-checks.js';
import { type ExaminedRelay, healthOf, RELAY_CHECKS } from './relay-checks.js';
import { readFor } from './secret.js';
import { tableOf } from './table.js';
import type { DoctorOptions } from './terminal.js';

const CHECKS: readonly Check<ExaminedRelay>[] = [
  ...HOST_CHECKS,
  ...GATEWAY_CHECKS,
  ...NOTIFICATION_CHECKS,
  ...RELAY_CHECKS,
];

/** As systemd makes it. */
const STATE_FOLDER = '/var/lib/gopay-pos-relay';
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/** Every leg of a relay, and what is wrong with it. Moves no money, charges nothing. */
export async function examineRelay(options: DoctorOptions): Promise<ControlAnswer> {
  const { file, machine, environment, language = 'en' } = options;
  const checked = load(relaySchema, file);
  const rows = configRows(RELAY_PROGRAM, file, checked, machine);
  if (!checked.ok) return tableOf(rows, language);
  const looked = await networked(checked.value, machine, environment.secrets, RELAY_PROGRAM.prefix);
  const context = contextOf(checked.value, { ...options, machine: looked.machine });
  rows.push(...looked.rows);
  return tableOf([...rows, ...(await examine(CHECKS, context, environment.timers))], language);
}

function contextOf(config: RelayConfig, { machine, environment }: DoctorOptions): ExaminedRelay {
  const { midtrans, merchant, broker, relay, limits } = config;
  const read = (source: Parameters<typeof readFor>[0]): string | undefined =>
    readFor(source, RELAY_PROGRAM.prefix, machine, environment.secrets);
  const probe = ({ url, secret }: Pick<RelayConfig['midtrans'], 'url' | 'secret'>) => {
    const key = read(secret);
    return probeOf(machine, url, 'RELAY', key === undefined ? undefined : basicAuthorization(key, ''));
  };
  const isExternal = broker.kind === 'external';
  return {
    ...{ config, machine },
    directory: folderOf(config),
    minFreeBytes: LEAST_FREE_BYTES,
    runningVersion: undefined,
    nativeModules: isExternal ? [] : ['classic-level'],
    gatewayUrl: midtrans.url,
    plainUrl: `http://${new URL(midtrans.url).hostname}/`,
    urls: [midtrans.url, ...merchant.map(({ url }) => url), ...(isExternal ? broker.url : [])],
    proxyInFile: config.network.proxy !== undefined,
    probe: probe(midtrans),
    merchantProbes: merchant.map((one) => ({ name: one.name, probe: probe(one) })),
    told: undefined,
    notifyUrls: [relay.publicUrl],
    fromInternet: /(^|\.)midtrans\.com$/.test(new URL(midtrans.url).hostname),
    instances: { own: instanceName(relay.port), alone: limits.relays === 1 },
    health: healthOf(config, machine),
    brokerPassword: !isExternal || broker.secret === undefined ? '' : read(broker.secret),
  };
}

/** Where it writes. */
function folderOf({ broker, enrol, refund }: RelayConfig): string {
  if (broker.kind === 'embedded' && broker.directory !== '') return broker.directory;
  if (enrol.enabled) return enrol.directory;
  return refund.enabled ? dirname(refund.auditFile) : STATE_FOLDER;
}
