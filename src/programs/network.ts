import type { Network } from '../bounds/network.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { ProxyPlace } from '../host/network.js';
import type { Environment } from './environment.js';

type NetworkTable = TerminalConfig['network'];
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * How this program's connections leave the machine: as the file says, otherwise as the environment does. Loaded only where one
 * of them says anything. @throws Failure FAULT.caFileUnusable, and those of secrets
 */
export async function networkIn(
  table: NetworkTable,
  { secret, secrets, log }: Pick<Environment, 'secret' | 'secrets' | 'log'>,
  env: Variables = process.env,
): Promise<Network | undefined> {
  const { caFile } = table;
  const given = table.proxy ?? proxyVariable(env);
  if (given === undefined && caFile === undefined) return undefined;
  const { makeNetwork, proxyAuthorization, proxyPlace } = await import('../host/network.js');
  let proxy: ProxyPlace | undefined = given === undefined ? undefined : proxyPlace(given);
  if (given !== undefined && proxy === undefined)
    log.warn('HTTPS_PROXY is no http:// address; connections are made straight');
  if (proxy !== undefined && table.proxySecret !== undefined) {
    const authorization = proxyAuthorization(table.proxyUser ?? '', secret('proxy', table.proxySecret));
    proxy = { ...proxy, authorization };
  }
  // Law 12, for what the environment holds as well.
  if (proxy?.authorization !== undefined)
    secrets.register('proxy', proxy.authorization.slice('Basic '.length));
  const noProxy =
    table.proxy === undefined ? (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(/[\s,]+/) : table.noProxy;
  return makeNetwork({ proxy, noProxy, caFile });
}

/** The variable that names a proxy for HTTPS, as curl and others look for it. */
function proxyVariable(env: Variables): string | undefined {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
    const value = env[name];
    if (value) return value;
  }
  return undefined;
}

/** The same environment, with the network of this configuration. @throws Failure as {@link networkIn} */
export async function onNetwork(
  { network }: { readonly network: NetworkTable },
  environment: Environment,
): Promise<Environment> {
  return { ...environment, network: await networkIn(network, environment) };
}
