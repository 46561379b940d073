import { Failure, refused } from '../base/fault.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { FAULT } from '../core/fault/table.js';
import type { MerchantOptions } from '../relay/options.js';
import { fileLines } from '../relay/refund-book.js';
import type { Relay } from '../relay/relay.js';
import type { Environment } from './environment.js';
import { keyTroubles } from './preflight.js';
import type { RelayPeople } from './relay-people.js';

/** The server keys of all merchants, by their words. */
export type ServerKeys = ReadonlyMap<string, string>;

/** @throws Failure of a secret that cannot be had, of one that is of the other environment, and FAULT.sameServerKey */
export function serverKeys(
  { relay, midtrans, merchant }: RelayConfig,
  environment: Pick<Environment, 'secret'>,
): ServerKeys {
  const keys = new Map([[relay.merchant, environment.secret('midtrans-server-key', midtrans.secret)]]);
  const owners = new Map([[keys.get(relay.merchant), relay.merchant]]);
  for (const one of merchant) {
    const key = environment.secret(`midtrans-server-key.${one.name}`, one.secret);
    const [trouble] = keyTroubles(`merchant ${one.name}`, key, one);
    if (trouble !== undefined) throw new Failure(refused(trouble.code, `${trouble.key}: ${trouble.detail}`));
    const owner = owners.get(key);
    if (owner !== undefined)
      throw new Failure(refused(FAULT.sameServerKey, `${one.name} has the server key of ${owner}`));
    owners.set(key, one.name);
    keys.set(one.name, key);
  }
  return keys;
}

/** That of `[relay]` and `[midtrans]`. @throws Failure FAULT.relayRefundNotKept */
export function firstMerchant(
  { relay, midtrans, limits, refund }: RelayConfig,
  keys: ServerKeys,
  people: RelayPeople,
) {
  return {
    ...{ merchant: relay.merchant, serverKey: keys.get(relay.merchant) ?? '', upstreamUrl: midtrans.url },
    ...{ notifyPath: relay.notifyPath, terminals: people.terminals, limits },
    ...(refund.enabled ? { refund: { ...refund, lines: fileLines(refund.auditFile) } } : {}),
    ...(relay.forwardUrl === undefined ? {} : { forwardUrl: relay.forwardUrl }),
  };
}

/** Those of `[[merchant]]`. @throws Failure FAULT.relayRefundNotKept */
export function otherMerchants(
  { merchant, limits }: RelayConfig,
  keys: ServerKeys,
  people: RelayPeople,
): MerchantOptions[] {
  return merchant.map((one) => {
    const { name, url, notifyPath, forwardUrl, refundADay: maxADay } = one;
    const { maxAmount = limits.maxAmount, refundADayOfTerminal: maxADayOfTerminal = maxADay } = one;
    const { chargesPerMinute = limits.chargesPerMinute, requestsPerMinute = limits.requestsPerMinute } = one;
    return {
      ...{ merchant: name, upstreamUrl: url, notifyPath, terminals: people.terminalsOf(name) },
      serverKey: keys.get(name) ?? '',
      limits: { maxAmount, chargesPerMinute, requestsPerMinute },
      ...(maxADay === undefined || maxADayOfTerminal === undefined
        ? {}
        : { refund: { maxADay, maxADayOfTerminal, lines: fileLines(one.refundFile) } }),
      ...(forwardUrl === undefined ? {} : { forwardUrl }),
    };
  });
}

/** Those of a file that was read again. @returns what lets them in @throws Failure, and nothing has changed */
export function preparedMerchants(
  config: RelayConfig,
  relay: Relay,
  people: RelayPeople,
  environment: Environment,
): () => void {
  const keys = serverKeys(config, environment);
  return relay.prepare(otherMerchants(config, keys, people), keys.get(config.relay.merchant));
}
